"""The legend of a picture: only what occurs in it."""

from __future__ import annotations

from collections.abc import Collection

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch

from policygraph.serve.boxes import INK, MUTED, SIDES, STANDINGS
from policygraph.serve.figure_graph import FigureGraph
from policygraph.serve.lettering import FAMILY, width
from policygraph.serve.lines import STYLES, line_style

_SIZE = 7.5  # points
_ROW = 0.24
_BOX, _LINE = 0.26, 0.42
_SIDE_WORDS = {"relief": "relief", "burden": "burden", None: "neither relief nor burden, or unknown"}
_STANDING_WORDS = {
    "in_force": "in force for the firm",
    "indirect": "in force for a firm it deals with",
    "planned": "planned or possible",
    "possible": "planned or possible",
    "open": "open: whether it reaches the firm is unknown",
    "not_in_force": "not in force, or does not reach it",
    "not_reached": "not in force, or does not reach it",
}
_LINE_WORDS = {
    "told": "stated by a document",
    "conditional": "planned, possible, or only reported by others",
    "reference": "reference data",
}


def legend_height() -> float:
    """Height in inches of the three rows: colours, boxes, lines."""
    return 3 * _ROW + 0.1


def draw_legend(axes: Axes, shown: FigureGraph, entitled: Collection[str], place: tuple[float, float]) -> None:
    """Draw the legend with its upper left corner at a place."""
    x, y = place
    sides = dict.fromkeys(rule.entry.side for rule in shown.rules)
    at = x
    for side in (s for s in SIDES if s in sides):
        dark, light = SIDES[side]
        at = _box(axes, (at, y - _ROW / 2), light, dark, "solid", _SIDE_WORDS[side])
    at = x
    standings = {rule.entry.standing for rule in shown.rules}
    for words in dict.fromkeys(_STANDING_WORDS[s] for s in STANDINGS if s in standings):
        filling, style = STANDINGS[next(s for s in STANDINGS if s in standings and _STANDING_WORDS[s] == words)]
        fill = {"dark": MUTED, "light": "#e4e8ec", "none": "white"}[filling]
        at = _box(axes, (at, y - _ROW * 1.5), fill, MUTED, style, words)
    at = x
    kinds = {line_style(shown.graph.edges[pair]["facts"], entitled).kind for pair in shown.graph.edges()}
    for kind in (k for k in STYLES if k in kinds):
        at = _line(axes, (at, y - _ROW * 2.5), kind)


def _box(axes: Axes, place: tuple[float, float], fill: str, border: str, style: str, words: str) -> float:
    x, y = place
    axes.add_patch(
        FancyBboxPatch(
            (x, y - 0.07), _BOX, 0.14, boxstyle="round,pad=0,rounding_size=0.03", facecolor=fill, edgecolor=border,
            linestyle=style, linewidth=1.2,
        )
    )  # fmt: skip
    return _words(axes, (x + _BOX, y), words)


def _line(axes: Axes, place: tuple[float, float], kind: str) -> float:
    x, y = place
    style = STYLES[kind]
    axes.add_line(Line2D([x, x + _LINE], [y, y], color=style.colour, linestyle=style.dashes, linewidth=style.width))
    return _words(axes, (x + _LINE, y), _LINE_WORDS[kind])


def _words(axes: Axes, place: tuple[float, float], words: str) -> float:
    """Write, and tell where the next entry may begin."""
    axes.text(place[0] + 0.08, place[1], words, fontsize=_SIZE, family=FAMILY, color=INK, va="center_baseline")
    return place[0] + 0.08 + width(words, _SIZE) + 0.3
