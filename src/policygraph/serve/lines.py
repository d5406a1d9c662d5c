"""The lines of a picture: each stands for the statements between two things, and says how sure they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

from policygraph.serve.boxes import INK, MUTED, SIDES, Box
from policygraph.serve.figure_graph import FigureGraph
from policygraph.serve.layout import Layout
from policygraph.serve.lettering import FAMILY, height, wrap
from policygraph.trace.answers import effect_words
from policygraph.trace.facts import Fact

LABEL_ROOM = 1.3  # inches, the widest that a line's words may be
_LABEL = 6.8  # points
_PORT_GAP = 0.07
ARC_ROOM = 0.5  # how far right of the boxes the first arc goes, and each next one further

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How a line is drawn: ``kind`` is told (by those whose act it is), conditional or reference."""

    kind: str
    colour: str
    dashes: Literal["solid", "dashed"]
    width: float


STYLES: Mapping[str, LineStyle] = {
    "told": LineStyle("told", INK, "solid", 1.4),
    "conditional": LineStyle("conditional", INK, "dashed", 1.4),
    "reference": LineStyle("reference", "#9aa5b1", "solid", 1.0),
}


def line_style(facts: Collection[Fact], entitled: Collection[str]) -> LineStyle:
    """The style of a line: that of its surest statement.

    A statement is conditional if it is planned or possible, or told by somebody who is not among the ``entitled``.
    """
    if any(not _conditional(fact, entitled) and fact.origin != "reference" for fact in facts):
        return STYLES["told"]
    if any(fact.origin == "reference" for fact in facts):
        return STYLES["reference"]
    return STYLES["conditional"]


def _conditional(fact: Fact, entitled: Collection[str]) -> bool:
    speakers = set(fact.attribution_ids or fact.attribution)
    return fact.modality in ("planned", "possible") or bool(speakers - set(entitled))


def words(facts: Collection[Fact]) -> list[str]:
    """What stands beside a line: its predicates and effects, in lines that fit."""
    said = []
    for fact in facts:
        effect = "" if fact.effect == "none" else f": {effect_words(fact.effect)}"
        said.append(fact.predicate.replace("_", " ") + effect)
    return [line for one in dict.fromkeys(said) for line in wrap(one, LABEL_ROOM, _LABEL, most=2)]


def port_room(shown: FigureGraph, identity: str) -> float:
    """Height that the words of all lines at a box need, one below the other."""
    return sum(_room(shown.graph.edges[identity, other]["facts"]) for other in shown.graph[identity])


def _room(facts: Collection[Fact]) -> float:
    return height(len(words(facts)), _LABEL) + _PORT_GAP


def draw_lines(
    axes: Axes,
    shown: FigureGraph,
    layout: Layout,
    boxes: Mapping[str, Box],
    places: Mapping[str, Point],
    entitled: Collection[str],
) -> None:
    """Draw every line with its words. Lines come in at a box's left side one below the other: words have room."""
    colours = {rule.thing.id: SIDES[rule.entry.side][0] for rule in shown.rules}
    ports = _ports(shown, layout, places)
    for left, right in layout.passages:
        facts: list[Fact] = shown.graph.edges[left, right]["facts"]
        style = line_style(facts, entitled)
        colour = style.colour if style.kind == "reference" else colours.get(right, style.colour)
        start = (places[left][0] + boxes[left].width / 2, places[left][1] + ports[left, right, "out"])
        end = (places[right][0] - boxes[right].width / 2, places[right][1] + ports[left, right, "in"])
        points = [start, *_through(left, right, layout, boxes, places), end]
        _draw(axes, points, _heads(facts, left), style, colour)
        _write(axes, (end[0] - 0.13, end[1]), words(facts), colour if style.kind != "reference" else MUTED)
    for number, (one, other) in enumerate(arcs(shown, layout)):
        facts = shown.graph.edges[one, other]["facts"]
        ends = [(places[i][0] + boxes[i].width / 2, places[i][1]) for i in (one, other)]
        _draw_arc(axes, facts, one, (ends[0], ends[1]), number, line_style(facts, entitled))


def arcs(shown: FigureGraph, layout: Layout) -> list[tuple[str, str]]:
    """Lines between two boxes of one layer, the shortest first."""
    found = [(a, b) for a, b in shown.graph.edges() if layout.layers[a] == layout.layers[b]]
    return sorted(found, key=lambda pair: (abs(layout.heights[pair[0]] - layout.heights[pair[1]]), pair))


def _ports(shown: FigureGraph, layout: Layout, places: Mapping[str, Point]) -> dict[tuple[str, str, str], float]:
    """Where each line leaves and enters a box, above or below the box's middle."""
    ports: dict[tuple[str, str, str], float] = {}
    for identity in shown.graph:
        leaving = [pair for pair in layout.passages if pair[0] == identity]
        entering = [pair for pair in layout.passages if pair[1] == identity]
        for side, pairs in (("out", leaving), ("in", entering)):
            pairs.sort(key=partial(_depth, side == "out", layout, places))
            rooms = [_room(shown.graph.edges[pair]["facts"]) for pair in pairs]
            top = sum(rooms) / 2
            for pair, room in zip(pairs, rooms, strict=True):
                ports[(*pair, side)] = (top - room / 2) * (1.0 if side == "in" else 0.4)
                top -= room
    return ports


def _depth(right: bool, layout: Layout, places: Mapping[str, Point], pair: tuple[str, str]) -> float:
    """How low a line is where it comes to the next layer on the right, or from the last on the left."""
    passages = layout.passages[pair]
    return -((passages[0] if right else passages[-1]) if passages else places[pair[right]][1])


def _through(
    left: str, right: str, layout: Layout, boxes: Mapping[str, Box], places: Mapping[str, Point]
) -> list[Point]:
    """Both ends of each passage through a layer, where the line runs level."""
    points: list[Point] = []
    for layer, y in enumerate(layout.passages[left, right], layout.layers[left] + 1):
        inside = next(i for i, found in layout.layers.items() if found == layer)
        x, half = places[inside][0], boxes[inside].width / 2
        points += [(x - half, y), (x + half, y)]
    return points


def _heads(facts: Collection[Fact], left: str) -> str:
    forward = any(fact.subject.id == left for fact in facts)
    backward = any(fact.subject.id != left for fact in facts)
    return "<|-|>" if forward and backward else "-|>" if forward else "<|-"


def _draw(axes: Axes, points: list[Point], heads: str, style: LineStyle, colour: str) -> None:
    vertices, codes = [points[0]], [int(Path.MOVETO)]
    for index, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
        if index % 2:  # level, through a layer
            vertices.append((x2, y2))
            codes.append(int(Path.LINETO))
        else:
            bend = (x2 - x1) * 0.45
            vertices += [(x1 + bend, y1), (x2 - bend, y2), (x2, y2)]
            codes += [int(Path.CURVE4)] * 3
    axes.add_patch(
        FancyArrowPatch(
            path=Path(vertices, codes), arrowstyle=heads, mutation_scale=9, color=colour, linestyle=style.dashes,
            linewidth=style.width, zorder=1,
        )
    )  # fmt: skip


def _write(axes: Axes, place: Point, lines: list[str], colour: str, ha: str = "right") -> None:
    axes.text(
        *place, "\n".join(lines), ha=ha, va="center", fontsize=_LABEL, family=FAMILY, color=colour, parse_math=False,
        linespacing=1.1, zorder=2, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2},
    )  # fmt: skip


def _draw_arc(
    axes: Axes, facts: Collection[Fact], start: str, ends: tuple[Point, Point], number: int, style: LineStyle
) -> None:
    """A line between two boxes of one layer, led around their right sides, further out the higher its number."""
    (x1, y1), (x2, y2) = (ends[0][0], ends[0][1] - number * 0.07), (ends[1][0], ends[1][1] + number * 0.07)
    out = max(x1, x2) + ARC_ROOM * (number + 1) / 0.75  # a curve comes three quarters of the way to its controls
    path = Path([(x1, y1), (out, y1), (out, y2), (x2, y2)], [int(Path.MOVETO), *[int(Path.CURVE4)] * 3])
    axes.add_patch(
        FancyArrowPatch(
            path=path, arrowstyle=_heads(facts, start), mutation_scale=9, color=style.colour, linestyle=style.dashes,
            linewidth=style.width, zorder=1,
        )
    )  # fmt: skip
    _write(
        axes,
        (max(x1, x2) + ARC_ROOM * (number + 1), (y1 + y2) / 2 - 0.25 * number),
        words(facts),
        style.colour,
        "center",
    )
