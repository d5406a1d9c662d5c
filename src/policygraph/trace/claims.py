"""Who says what: statements by subject, predicate and object, as they stood on a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policygraph.model.ontology import load_ontology
from policygraph.model.time import parse_day
from policygraph.trace.facts import Fact, Known
from policygraph.trace.fetch import COLUMNS, TIMEOUT, Reader, read_facts
from policygraph.trace.named import named_of_list
from policygraph.trace.names import find_thing
from policygraph.trace.when import interval_of

_CLAIMS = f"""
MATCH (s:Statement)
WHERE ($subject IS NULL OR s.subject_id = $subject) AND ($object IS NULL OR s.object_id = $object)
  AND ($predicate IS NULL OR s.predicate = $predicate)
MATCH (s)-[:SUBJECT]->(a:Entity), (s)-[:OBJECT]->(b:Entity), (s)-[:STATED_IN]->(d:Document)
RETURN {COLUMNS},
       d {{.id, .title, .url, .publisher, .published}} AS document
ORDER BY s.known_from, s.id
"""


class UnknownPredicateError(LookupError):
    """A predicate that the ontology does not have."""


def ask_claims(
    graph: Reader,
    *,
    subject: str | None = None,
    predicate: str | None = None,
    object_: str | None = None,
    as_of: str,
    known: Known,
) -> list[dict[str, Any]]:
    """Claims as JSON rows, the oldest first; candidates are among them and say so.

    Raises DateError, UnknownNameError, AmbiguousNameError, UnknownPredicateError.
    """
    day = parse_day(as_of)
    parse_day(known.day)
    if predicate is not None and predicate not in load_ontology().relations:
        listed = ", ".join(sorted(load_ontology().relations))
        raise UnknownPredicateError(f"the ontology has no predicate {predicate!r}: it has {listed}")
    parameters = {
        "subject": find_thing(graph, subject).id if subject else None,
        "object": find_thing(graph, object_).id if object_ else None,
        "predicate": predicate,
    }
    rows = graph.fetch(_CLAIMS, parameters, timeout=TIMEOUT)
    claims = []
    for fact, row in zip(read_facts(rows), rows, strict=True):
        if known.holds(fact):
            claims.append(_claim(fact, row["document"], interval_of(fact).status(day)))
    return claims


def _claim(fact: Fact, document: Mapping[str, Any], running: str) -> dict[str, Any]:
    return {
        "statement": fact.id,
        "subject": fact.subject.name,
        "subject_id": fact.subject.id,
        "predicate": fact.predicate,
        "object": fact.object.name,
        "object_id": fact.object.id,
        "effect": fact.effect,
        "modality": fact.modality,
        "attribution": list(fact.attribution),
        "status": claim_status(fact, running),
        "standing": fact.standing,
        "origin": fact.origin,
        "lifecycle": fact.lifecycle,
        "valid_from": fact.valid_from,
        "valid_to": fact.valid_to,
        "duration": fact.duration,
        "action": fact.action,
        "amount": fact.amount,
        "due": fact.due,
        "detail": fact.detail,
        "published": fact.known_from or None,
        "recorded": fact.recorded or None,
        "document": dict(document),
        "quotes": list(fact.quotes),
        "subject_named": named_of_list(fact.subject_named),
        "object_named": named_of_list(fact.object_named),
    }


def claim_status(fact: Fact, running: str) -> str:
    """One word for how a claim stands on the day: candidate, denied, planned, possible, expired, not_yet, reported
    (asserted, but by somebody else) or asserted."""
    if fact.standing == "candidate":
        return "candidate"
    if running in ("expired", "not_yet"):
        return running
    if fact.modality != "asserted":
        return fact.modality
    return "reported" if fact.attribution else "asserted"
