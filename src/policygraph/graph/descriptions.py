"""What is said of each described thing, by which resolution judges whether two of them are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from policygraph.graph.edges import PlacedStatement
from policygraph.model.records import Document, Entity
from policygraph.resolve.names import fold
from policygraph.resolve.same import TARGETS, Description, party_predicates


@dataclass(slots=True)
class _Said:
    """What is said of one thing, and in which documents."""

    parties: set[tuple[str, str]] = field(default_factory=set)
    stated: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    words: set[tuple[str, ...]] = field(default_factory=set)
    documents: dict[str, Document] = field(default_factory=dict)


def descriptions(
    entities: Mapping[str, Entity], rows: Iterable[tuple[PlacedStatement, Document]], notice_ids: Mapping[str, str]
) -> Iterator[Description]:
    """Described things (rules and facilities with an id of their document) with what their documents say of them.

    ``rows`` are the statements with their documents; ``notice_ids`` has for each document with other renditions the id
    of the first of them.
    """
    said: dict[str, _Said] = defaultdict(_Said)
    for item, document in rows:
        # What is denied or doubted identifies nothing.
        if item.statement.modality != "denied" and item.statement.standing != "candidate":
            _add(said, entities, item, document)
    for identity, told in said.items():
        entity = entities[identity]
        if told.documents and entity.type in ("Rule", "Facility"):
            document = told.documents[max(told.documents)]
            yield Description(
                identity,
                entity.type,
                entity.name,
                frozenset(told.documents),
                document.published,
                frozenset(told.parties),
                {what: frozenset(found) for what, found in told.stated.items()},
                notice_ids.get(document.id, ""),
                frozenset(told.words),
            )


def _add(said: dict[str, _Said], entities: Mapping[str, Entity], item: PlacedStatement, document: Document) -> None:
    statement, of_subject = item.statement, said[item.subject_id]
    for own, other in ((item.subject_id, item.object_id), (item.object_id, item.subject_id)):
        entity = entities[own]
        if entity.origin == "document" and statement.predicate in party_predicates(entity.type):
            said[own].parties.add((statement.predicate, other))
            said[own].documents[document.id] = document
    if statement.predicate == "issued_by":
        of_subject.stated["issued_by"].add(item.object_id)
    elif statement.valid_from:
        of_subject.stated["valid_from"].add(statement.valid_from)
    if statement.amount:
        of_subject.stated["amount"].add(statement.amount)
    if statement.predicate in TARGETS:
        quotes = " … ".join(document.text[span.start : span.end] for span in statement.evidence)
        of_subject.words.add((statement.predicate, item.object_id, statement.effect, fold(quotes)))
