"""Ranked paths between two things: chains of edges, each with the statements behind it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice, pairwise
from typing import Any

import networkx as nx

from policygraph.model.ontology import load_ontology
from policygraph.trace.answers import step_json
from policygraph.trace.facts import Fact, Facts, Known, Thing, witness
from policygraph.trace.fetch import COLUMNS, TIMEOUT, Reader, read_facts
from policygraph.trace.names import find_thing

MAX_PATHS = 10
MAX_STEPS = 5
_MAX_RANKED = 500  # looked at: joined pieces of short paths can be long ones
# What two rules have as destination, origin or home of unnamed entities joins nothing: it is passed only as an end.
_PATHS = """
MATCH (a:Entity {id: $start}), (b:Entity {id: $end})
MATCH p = SHORTEST 60 (a)-[r:%s WHERE NOT (
  r.predicate = 'applies_to' AND endNode(r):Jurisdiction AND NOT endNode(r).id IN [$start, $end]
)]-{1,5}(b)
UNWIND relationships(p) AS edge
UNWIND edge.statement_ids AS statement_id
WITH DISTINCT statement_id
MATCH (s:Statement {id: statement_id})-[:SUBJECT]->(a:Entity), (s)-[:OBJECT]->(b:Entity)
RETURN %s
"""
# A step that is less sure makes a path longer, so that firm paths come first.
_LENGTH = {"asserted": 1.0, "planned": 2.0, "possible": 3.0}
_REPORTED = 0.5


def ask_paths(graph: Reader, start_name: str, end_name: str, *, known: Known) -> dict[str, Any]:
    """Up to ten paths between two things as JSON, the firmest and shortest first.

    Raises UnknownNameError, AmbiguousNameError.
    """
    start, end = find_thing(graph, start_name), find_thing(graph, end_name)
    cypher = _PATHS % ("|".join(sorted(r.relationship for r in load_ontology().relations.values())), COLUMNS)
    rows = graph.fetch(cypher, {"start": start.id, "end": end.id}, timeout=TIMEOUT)
    found = _graph(Facts(read_facts(rows), known))
    return {
        "from": start.name,
        "to": end.name,
        "known_at": known.day,
        "paths": [_path(found, nodes) for nodes in _ranked(found, start, end)],
    }


def _graph(facts: Facts) -> nx.Graph[str]:
    found: nx.Graph[str] = nx.Graph()
    for subject in {fact.subject.id for fact in facts.all}:
        for slot in facts.slots(subject, *load_ontology().relations):
            fact, disputed = witness(slot)
            if fact is None or disputed:
                continue
            length = _LENGTH[fact.modality] + (_REPORTED if fact.attribution else 0.0)
            held = found.get_edge_data(fact.subject.id, fact.object.id)
            if held is None or length < held["length"]:
                found.add_edge(fact.subject.id, fact.object.id, length=length, fact=fact)
    return found


def _ranked(found: nx.Graph[str], start: Thing, end: Thing) -> list[list[str]]:
    if start.id not in found or end.id not in found or not nx.has_path(found, start.id, end.id):
        return []
    ranked = islice(nx.shortest_simple_paths(found, start.id, end.id, weight="length"), _MAX_RANKED)
    return list(islice((nodes for nodes in ranked if len(nodes) <= MAX_STEPS + 1), MAX_PATHS))


def _path(found: nx.Graph[str], nodes: list[str]) -> dict[str, Any]:
    steps: list[Mapping[str, Any]] = [found.edges[a, b] for a, b in pairwise(nodes)]
    facts: list[Fact] = [step["fact"] for step in steps]
    return {
        "length": round(sum(step["length"] for step in steps), 2),
        "conditional": any(fact.modality != "asserted" or fact.attribution for fact in facts),
        "steps": [step_json(fact) for fact in facts],
    }
