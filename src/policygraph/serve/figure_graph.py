"""An exposure as a graph to be drawn: the firm, the rules that touch it, and what links them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx

from policygraph.trace.exposure import STANDINGS, Entry, Exposure
from policygraph.trace.facts import Fact, Thing

DRAWN = ("in_force", "planned", "possible", "indirect", "open")
_SIDES: tuple[str | None, ...] = ("relief", "burden", None)


@dataclass(frozen=True, slots=True)
class RuleBox:
    """A rule as a picture shows it: its strongest entry, and all that its entries rest on."""

    thing: Thing
    entry: Entry
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class FigureGraph:
    """What is to be drawn. Lines of ``graph`` carry their statements as ``facts``; ``left_out`` rules are not shown."""

    graph: nx.Graph[str]
    things: dict[str, Thing]
    rules: tuple[RuleBox, ...]
    left_out: int


def figure_graph(exposure: Exposure, standings: Sequence[str] = DRAWN, most: int = 12) -> FigureGraph:
    """The rules that stand so for the firm, at most ``most`` of them; relief, then burden, then the others.

    A rule that nothing drawn leads to (its exemption is not in force, say) is left out too.
    """
    boxes = _boxes(exposure.of(*standings))
    kept = _ordered(_linked(boxes[:most]))
    identities = {box.thing.id for box in kept}
    graph: nx.Graph[str] = nx.Graph()
    graph.add_node(exposure.firm.id)
    graph.add_nodes_from(box.thing.id for box in kept)
    things = {exposure.firm.id: exposure.firm} | {box.thing.id: box.thing for box in kept}
    for box in kept:
        _add(graph, things, box.facts)
        _add(graph, things, (f for f in box.entry.lifts if f.object.id in identities and f.subject.id in identities))
    return FigureGraph(graph, things, tuple(kept), len(boxes) - len(kept))


def _boxes(entries: Iterable[Entry]) -> list[RuleBox]:
    """One box a rule, in the order of the strongest entry."""
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(entry.rule.id, []).append(entry)
    boxes = []
    for group in grouped.values():
        best = min(group, key=lambda entry: STANDINGS.index(entry.standing))
        facts = {fact.id: fact for entry in group for fact in entry.path}
        boxes.append(RuleBox(best.rule, best, tuple(facts.values())))
    return boxes


def _ordered(boxes: Sequence[RuleBox]) -> list[RuleBox]:
    """By side, then by standing; those that hang on the same thing stay together, so that fewer lines cross."""
    first: dict[str, int] = {}
    for box in boxes:
        first.setdefault(_link(box), len(first))

    def place(box: RuleBox) -> tuple[int, int, int]:
        return _SIDES.index(box.entry.side), STANDINGS.index(box.entry.standing), first[_link(box)]

    return sorted(boxes, key=place)


def _link(box: RuleBox) -> str:
    """What the rule's first statement points to."""
    return next((fact.object.id for fact in box.facts if fact.subject.id == box.thing.id), "")


def _linked(boxes: Sequence[RuleBox]) -> list[RuleBox]:
    lifted = {fact.object.id for box in boxes if box.facts for fact in box.entry.lifts}
    return [box for box in boxes if box.facts or box.thing.id in lifted]


def _add(graph: nx.Graph[str], things: dict[str, Thing], facts: Iterable[Fact]) -> None:
    for fact in facts:
        one, other = fact.subject, fact.object
        if one.id == other.id:
            continue
        things.setdefault(one.id, one)
        things.setdefault(other.id, other)
        held: list[Fact] = graph.edges[one.id, other.id]["facts"] if graph.has_edge(one.id, other.id) else []
        if all(fact.id != known.id for known in held):
            graph.add_edge(one.id, other.id, facts=[*held, fact])
