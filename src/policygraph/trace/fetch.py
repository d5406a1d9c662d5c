"""Fetch what an answer needs: one Cypher query that returns the neighbourhood's statements with the entities at their
ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from policygraph.trace.facts import STATEMENT_COLUMNS, Fact, FactReader
from policygraph.trace.scopes import firm_predicates

TIMEOUT = 20.0  # seconds

_RULE_PREDICATES = (
    "applies_to", "enforced_against", "holds_in", "lifts", "issued_by", "administered_by", "based_on", "part_of",
    "amends", "repeals",
)  # fmt: skip
# What a query returns of statements s with ends a and b: lists, which are read in half the time that maps take.
COLUMNS = (
    f"[{', '.join(f's.{name}' for name in STATEMENT_COLUMNS)}] AS statement, "
    "[a.id, a.name, a.type] AS subject, [b.id, b.name, b.type] AS object"
)
_STATEMENTS = f"""
MATCH (s:Statement) WHERE s.subject_id IN ids AND s.predicate IN $predicates
MATCH (s)-[:SUBJECT]->(a:Entity), (s)-[:OBJECT]->(b:Entity)
RETURN {COLUMNS}
"""
# The number of steps is bounded because places lie in places and sectors in sectors, but never deeper than this.
_APPLIES = (
    """
CYPHER planner=cost
CALL () {
  MATCH (f:Entity)-[:%(firm)s*0..6]->(n:Entity) WHERE f.id IN $firms RETURN collect(DISTINCT n.id) AS reached
}
CALL () {
  MATCH (r:Entity) WHERE r.id IN $rules
  OPTIONAL MATCH (x:Entity)-[:LIFTS|REPEALS|AMENDS*1..3]->(r)
  RETURN collect(DISTINCT r.id) + collect(DISTINCT x.id) AS rules
}
CALL (rules) {
  MATCH (r:Entity)-[:APPLIES_TO|HOLDS_IN]->(:Entity)-[:LOCATED_IN|PART_OF*0..6]->(v:Entity) WHERE r.id IN rules
  RETURN collect(DISTINCT v.id) AS around
}
WITH reached + rules + around AS ids
"""
    + _STATEMENTS
)
_EXPOSED = """
CYPHER planner=cost
CALL () {
  MATCH (f:Entity {id: $firm})-[:%(firm)s*0..6]->(n:Entity) RETURN collect(DISTINCT n.id) AS reached
}
CALL (reached) {
  MATCH (v:Entity)<-[edge:APPLIES_TO|ENFORCED_AGAINST|HOLDS_IN]-(r:Entity) WHERE v.id IN reached
    // A destination is no place of force.
    AND (edge.predicate = 'holds_in' OR NOT (v:Jurisdiction OR v:Zone))
  RETURN collect(DISTINCT r.id) AS rules
}
CALL (rules) {
  MATCH (r:Entity) WHERE r.id IN rules
  OPTIONAL MATCH (r)-[:LIFTS]->(d:Entity)
  RETURN collect(DISTINCT d.id) AS lifted
}
CALL () {
  MATCH (f:Entity {id: $firm})-[:%(near)s]-(other:Entity:Firm)
  RETURN collect(DISTINCT other.id) AS neighbours
}
CALL (neighbours) {
  MATCH (n:Entity) WHERE n.id IN neighbours
  MATCH (n)<-[:APPLIES_TO|ENFORCED_AGAINST]-(r:Entity)
  RETURN collect(DISTINCT r.id) AS near_rules
}
RETURN rules, lifted, neighbours, near_rules
"""
NEAR = ("owns", "acquires", "supplies", "partners_with", "negotiates_with", "invests_in")


class Reader(Protocol):
    """A graph that can be read from."""

    def fetch(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, *, timeout: float = ...
    ) -> list[dict[str, Any]]:
        """Rows of one of our own queries, in READ mode."""


def _types(predicates: Iterable[str]) -> str:
    # Names come from the ontology's files, never from what somebody typed.
    return "|".join(sorted(p.upper() for p in predicates))


def read_facts(rows: Iterable[Mapping[str, Any]]) -> list[Fact]:
    """Facts of rows that a query returned as ``COLUMNS``."""
    reader = FactReader()
    return [reader.fact(row["statement"], row["subject"], row["object"]) for row in rows]


def fetch_neighbourhood(graph: Reader, rules: Sequence[str], firms: Sequence[str]) -> list[Fact]:
    """Statements that ``applies`` needs for these rules and firms."""
    cypher = _APPLIES % {"firm": _types(firm_predicates())}
    predicates = sorted({*_RULE_PREDICATES, *firm_predicates(), *NEAR})
    parameters = {"rules": list(rules), "firms": list(firms), "predicates": predicates}
    return read_facts(graph.fetch(cypher, parameters, timeout=TIMEOUT))


def fetch_exposed(graph: Reader, firm: str) -> dict[str, list[str]]:
    """Ids of rules that touch what a firm reaches (``rules``), of those that they lift, of firms that it deals with
    and of rules that name those (``near_rules``)."""
    cypher = _EXPOSED % {"firm": _types(firm_predicates()), "near": _types(NEAR)}
    rows = graph.fetch(cypher, {"firm": firm}, timeout=TIMEOUT)
    found = rows[0] if rows else {}
    return {key: sorted(found.get(key) or []) for key in ("rules", "lifted", "neighbours", "near_rules")}
