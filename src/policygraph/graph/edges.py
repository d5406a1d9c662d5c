"""Edges between entities as views over statements: one a slot (subject, predicate, object, effect)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policygraph.graph.rows import Relationship
from policygraph.model.identity import content_id
from policygraph.model.ontology import Ontology
from policygraph.model.records import Statement
from policygraph.model.time import DateError, add_duration, bounds

_ENDED = frozenset({"expired", "repealed", "annulled"})


@dataclass(frozen=True, slots=True)
class PlacedStatement:
    """A statement with the entities at its ends and the document's facts that answers need."""

    id: str
    statement: Statement
    subject_id: str
    object_id: str
    publisher: str
    known_from: str
    known_to: str | None

    @property
    def stands(self) -> bool:
        """Whether no newer version of its document has replaced it."""
        return self.known_to is None


def interval(statement: Statement) -> tuple[date | None, date | None]:
    """First day of validity, and the day on which it has ended (excluded); None where the text gives none.

    A duration counts from valid_from, its end excluded; a stated last day is included, so the end is the day after it.
    """
    start = end = None
    try:
        if statement.valid_from:
            start = bounds(statement.valid_from)[0]
        if statement.valid_to:
            last = bounds(statement.valid_to)[1]
            end = date.max if last == date.max else date.fromordinal(last.toordinal() + 1)
        elif start and statement.duration:
            end = add_duration(start, statement.duration)
    except DateError:
        return start, end
    return start, end


def edges(placed: Iterable[PlacedStatement], ontology: Ontology) -> list[Relationship]:
    """One relationship a slot, from the statements that stand, ordered by id."""
    slots: dict[tuple[str, str, str, str], list[PlacedStatement]] = defaultdict(list)
    for item in placed:
        if item.stands:
            subject, object_ = item.subject_id, item.object_id
            if ontology.relations[item.statement.predicate].symmetric and object_ < subject:
                subject, object_ = object_, subject
            slots[subject, item.statement.predicate, object_, item.statement.effect].append(item)
    found = [_edge(slot, items, ontology) for slot, items in slots.items()]
    return sorted(found, key=lambda edge: edge.id)


def _edge(slot: tuple[str, str, str, str], items: list[PlacedStatement], ontology: Ontology) -> Relationship:
    subject, predicate, object_, effect = slot
    ordered = sorted(items, key=lambda i: (i.known_from, i.id))
    intervals = [interval(i.statement) for i in ordered]
    starts = [start for start, _ in intervals if start]
    ends = [end for _, end in intervals if end]
    lifecycles = [i.statement.lifecycle for i in ordered if i.statement.lifecycle]
    return Relationship(
        content_id("edge", *slot),
        ontology.relations[predicate].relationship,
        "Entity",
        subject,
        "Entity",
        object_,
        {
            "predicate": predicate,
            "effect": effect,
            "status": status(ordered),
            "modalities": sorted({i.statement.modality for i in ordered}),
            "valid_from": min(starts).isoformat() if starts else None,
            "valid_to": max(ends).isoformat() if ends and len(ends) == len(intervals) else None,
            "lifecycle": lifecycles[-1] if lifecycles else None,
            "first_published": ordered[0].known_from,
            "last_published": ordered[-1].known_from,
            "sources": len({i.publisher for i in ordered}),
            "origins": sorted({i.statement.origin for i in ordered}),
            "statement_ids": sorted(i.id for i in ordered),
        },
    )


def status(ordered: list[PlacedStatement]) -> str:
    """What the statements of a slot, oldest first, come to: never more certain than the best of them.

    ``denied`` if the newest statement that is a fact denies; ``ended``, ``suspended`` or ``delayed`` by the newest
    lifecycle; else ``current``, ``planned`` or ``possible`` by the firmest modality; ``candidate`` if none is a fact.
    """
    facts = [i for i in ordered if i.statement.standing == "fact"]
    if not facts:
        return "candidate"
    if facts[-1].statement.modality == "denied":
        return "denied"
    lifecycles = [i.statement.lifecycle for i in facts if i.statement.lifecycle]
    if lifecycles and lifecycles[-1] in _ENDED:
        return "ended"
    if lifecycles and lifecycles[-1] in ("suspended", "delayed"):
        return lifecycles[-1]
    modalities = {i.statement.modality for i in facts}
    return "current" if "asserted" in modalities else "planned" if "planned" in modalities else "possible"
