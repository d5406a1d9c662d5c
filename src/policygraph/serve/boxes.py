"""The boxes of a picture: what stands in them, how large they are, and how they look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policygraph.serve.figure_graph import RuleBox
from policygraph.serve.lettering import height, wrap
from policygraph.trace.answers import effect_words
from policygraph.trace.facts import Thing
from policygraph.trace.when import Interval

INK = "#1f2933"
MUTED = "#66717d"
# Dark and light of each side; the pair of green and orange can be told apart by colour-blind people too.
SIDES: Mapping[str | None, tuple[str, str]] = {
    "relief": ("#00735c", "#dff2ec"),
    "burden": ("#b3450a", "#fce9db"),
    None: ("#5b6470", "#eceff2"),
}
# Standing: (filled how, border).
STANDINGS: Mapping[str, tuple[str, str]] = {
    "in_force": ("dark", "solid"),
    "indirect": ("light", "solid"),
    "planned": ("light", "dashed"),
    "possible": ("light", "dashed"),
    "open": ("none", "dashed"),
    "not_in_force": ("none", "dotted"),
    "not_reached": ("none", "dotted"),
}
_NAME, _SMALL = 9.0, 7.0  # points
_MARGIN = 0.12
_LINES_OF_REASON = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in a box."""

    text: str
    size: float
    bold: bool
    faint: bool = False
    above: float = 0.0  # inches left free above it

    @property
    def room(self) -> float:
        """Height in inches that it takes."""
        return height(1, self.size) + self.above


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its lines, its size in inches, its colours and its border."""

    lines: tuple[Line, ...]
    width: float
    height: float
    fill: str
    ink: str
    border: str
    style: str


def firm_box(thing: Thing, width: float) -> Box:
    """The firm that is asked about."""
    lines = [Line(text, 12.0, True) for text in wrap(thing.name, width - 2 * _MARGIN, 12.0, bold=True)]
    return Box(tuple(lines), width, max(0.7, _tall(lines)), INK, "white", INK, "solid")


def link_box(thing: Thing, width: float) -> Box:
    """Something that links the firm to a rule."""
    inner = width - 2 * _MARGIN
    lines = [Line(text, 8.5, False) for text in wrap(thing.name, inner, 8.5)]
    lines.append(Line(_words(thing.type), 6.5, False, faint=True))
    return Box(tuple(lines), width, _tall(lines), "#f5f7f9", INK, "#9aa5b1", "solid")


def rule_box(rule: RuleBox, width: float) -> Box:
    """A rule, with its effect, how it stands, when it holds, and why it is open."""
    entry, inner = rule.entry, width - 2 * _MARGIN
    dark, light = SIDES[entry.side]
    filling, style = STANDINGS[entry.standing]
    lines = [Line(text, _NAME, True) for text in wrap(rule.thing.name, inner, _NAME, bold=True)]
    effect = "" if entry.effect == "none" else f"{effect_words(entry.effect)} · "
    conditional = ", conditional" if entry.conditional else ""
    stands = wrap(effect + standing_words(entry.standing) + conditional, inner, _SMALL)
    lines += [Line(text, _SMALL, False, above=0.0 if number else 0.04) for number, text in enumerate(stands)]
    if span := _span(entry.interval):
        lines.append(Line(span, _SMALL, False))
    if entry.standing == "open" and entry.why:
        reason = wrap(entry.why, inner, _SMALL, most=_LINES_OF_REASON)
        lines += [Line(text, _SMALL, False, True, 0.0 if number else 0.03) for number, text in enumerate(reason)]
    fill = {"dark": dark, "light": light, "none": "white"}[filling]
    return Box(tuple(lines), width, _tall(lines), fill, "white" if filling == "dark" else INK, dark, style)


def standing_words(standing: str) -> str:
    """A standing as a picture names it."""
    named = {"open": "open", "indirect": "in force for another firm"}
    return named.get(standing, standing.replace("_", " "))


def _span(interval: Interval) -> str:
    found = interval.as_json()
    if found["from"] and found["to"]:
        return f"from {found['from']} to {found['to']}"
    if found["from"]:
        return f"from {found['from']}, no end stated"
    return f"until {found['to']}" if found["to"] else ""


def _words(type_: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in type_).strip()


def _tall(lines: list[Line]) -> float:
    return sum(line.room for line in lines) + 2 * _MARGIN
