"""An exposure as a picture: the firm on the left, the rules that touch it on the right, what links them between.

Needs the extra ``notebook``. Lengths are inches; a picture is as large as what it shows.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from policygraph.serve.boxes import INK, MUTED, Box, firm_box, link_box, rule_box
from policygraph.serve.figure_graph import DRAWN, FigureGraph, figure_graph
from policygraph.serve.layout import Layout, lay_out
from policygraph.serve.legend import draw_legend, legend_height
from policygraph.serve.lettering import FAMILY, height, wrap
from policygraph.serve.lines import ARC_ROOM, LABEL_ROOM, arcs, draw_lines, port_room
from policygraph.trace.exposure import Exposure

_WIDTHS = (1.5, 1.75, 2.9)  # of the firm, of what links, of a rule
_GAP_ACROSS, _GAP_DOWN = LABEL_ROOM + 0.35, 0.2
_MARGIN, _HEAD = 0.35, 0.95
_TITLE, _NOTE = 15.0, 9.0  # points
_DOTS = 150.0  # an inch


class Picture(Figure):
    """A matplotlib figure that notebooks show wherever it is the value of a cell."""

    def _repr_png_(self) -> bytes:
        stream = io.BytesIO()
        self.savefig(stream, format="png", dpi=_DOTS)
        return stream.getvalue()


@dataclass(frozen=True, slots=True)
class _Plan:
    boxes: dict[str, Box]
    places: dict[str, tuple[float, float]]
    layout: Layout
    size: tuple[float, float]  # right edge and bottom of the drawing


def draw_exposure(exposure: Exposure, *, standings: Sequence[str] = DRAWN, most: int = 12) -> Picture:
    """Draw at most ``most`` rules that stand for the firm in one of these ways (see ``Entry.standing``)."""
    shown = figure_graph(exposure, standings, most)
    plan = _plan(shown, exposure.firm.id)
    width, bottom = plan.size
    tall = _HEAD - bottom + legend_height() + _MARGIN
    figure = Picture(figsize=(width, tall), facecolor="white", dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(bottom - legend_height() - _MARGIN, _HEAD)
    axes.axis("off")
    entitled = {exposure.firm.id, *(f.object.id for rule in shown.rules for f in rule.entry.issued_by)}
    draw_lines(axes, shown, plan.layout, plan.boxes, plan.places, entitled)
    for identity, box in plan.boxes.items():
        _draw_box(axes, box, plan.places[identity])
    _draw_heading(axes, exposure, shown, width)
    draw_legend(axes, shown, entitled, (_MARGIN, bottom - _MARGIN))
    return figure


def _plan(shown: FigureGraph, firm: str) -> _Plan:
    """Size and place of every box. The vertical origin is the upper edge of the first rule."""
    rules = {rule.thing.id: rule for rule in shown.rules}
    boxes = {}
    for identity, thing in shown.things.items():
        if identity == firm:
            boxes[identity] = firm_box(thing, _WIDTHS[0])
        elif identity in rules:
            boxes[identity] = rule_box(rules[identity], _WIDTHS[2])
        else:
            boxes[identity] = link_box(thing, _WIDTHS[1])
    sizes = {identity: max(box.height, port_room(shown, identity)) for identity, box in boxes.items()}
    layout = lay_out(shown.graph, firm, list(rules), sizes, _GAP_DOWN)
    last = max(layout.layers.values())
    widths = [_WIDTHS[0], *[_WIDTHS[1]] * (last - 1), _WIDTHS[2]]
    lefts = [_MARGIN]
    for width in widths[:-1]:
        lefts.append(lefts[-1] + width + _GAP_ACROSS)
    places = {i: (lefts[layer] + boxes[i].width / 2, layout.heights[i]) for i, layer in layout.layers.items()}
    right = lefts[-1] + _WIDTHS[2] + _MARGIN
    if count := len(arcs(shown, layout)):
        right += ARC_ROOM * count + LABEL_ROOM / 2
    upper = max((layout.heights[i] + sizes[i] / 2 for i in boxes), default=0.0)
    lower = min((layout.heights[i] - sizes[i] / 2 for i in boxes), default=0.0)
    if upper > 0:
        places = {i: (x, y - upper) for i, (x, y) in places.items()}
        layout = layout.moved(-upper)
    return _Plan(boxes, places, layout, (right, min(lower - max(upper, 0.0), -1.0)))


def _draw_box(axes: Axes, box: Box, place: tuple[float, float]) -> None:
    x, y = place
    axes.add_patch(
        FancyBboxPatch(
            (x - box.width / 2, y - box.height / 2), box.width, box.height, boxstyle="round,pad=0,rounding_size=0.07",
            facecolor=box.fill, edgecolor=box.border, linestyle=box.style, linewidth=1.3, zorder=3,
        )
    )  # fmt: skip
    top = y + sum(line.room for line in box.lines) / 2
    for line in box.lines:
        top -= line.room
        colour = MUTED if line.faint else box.ink
        _text(axes, (x, top + height(1, line.size) / 2), line.text, line.size, colour, bold=line.bold, align="center")


def _text(
    axes: Axes,
    place: tuple[float, float],
    text: str,
    size: float,
    colour: str,
    *,
    bold: bool = False,
    align: Literal["left", "center"] = "left",
) -> None:
    axes.text(
        *place, text, ha=align, va="center_baseline", fontsize=size, family=FAMILY, color=colour, zorder=4,
        fontweight="bold" if bold else "normal", parse_math=False,
    )  # fmt: skip


def _draw_heading(axes: Axes, exposure: Exposure, shown: FigureGraph, width: float) -> None:
    room = width - 2 * _MARGIN
    title = wrap(f"What touches {exposure.firm.name} on {exposure.as_of}", room, _TITLE, bold=True, most=1)
    _text(axes, (_MARGIN, _HEAD - 0.35), "".join(title), _TITLE, INK, bold=True)
    _text(axes, (_MARGIN, _HEAD - 0.62), "".join(wrap(_note(exposure, shown), room, _NOTE, most=1)), _NOTE, MUTED)
    if not shown.rules:
        words = "no rule that the graph holds touches it; that is no proof that there is none"
        _text(axes, (_MARGIN + _WIDTHS[0] + 0.4, 0.0), words, _NOTE, MUTED)


def _note(exposure: Exposure, shown: FigureGraph) -> str:
    counts = [
        (len({e.rule.id for e in exposure.of("indirect")}), "through others"),
        (len({e.rule.id for e in exposure.of("open")}), "open"),
    ]
    words = [exposure.counted("relief"), exposure.counted("burden")]
    words += [f"{number} {what}" for number, what in counts if number]
    left_out = [f"{shown.left_out} more not drawn"] if shown.left_out else []
    return " · ".join([f"as known on {exposure.known.day}", *words, *left_out])
