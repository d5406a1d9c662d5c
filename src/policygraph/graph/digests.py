"""Digests: of one row, by which the loader sees a change, and of the whole graph, by which two graphs compare."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from policygraph.graph.connection import Graph
from policygraph.graph.schema import GraphSchema, load_schema

_ROW_DIGITS = 24  # hex digits of a row's digest: 96 bits
_MODULUS = 1 << 256


def canonical(*parts: Any) -> bytes:
    """The one way to write the parts as JSON."""
    return json.dumps(parts, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def row_digest(*parts: Any) -> str:
    """A digest of everything that makes one node or relationship what it is."""
    return hashlib.sha256(canonical(*parts)).hexdigest()[:_ROW_DIGITS]


def graph_hash(graph: Graph) -> str:
    """A digest of all that Neo4j holds: labels, types, ends and properties, whatever the order in which they arrived.

    Left out are the loader's own digests and the properties that the ontology marks ``hashed: false`` (days of
    recording, which differ between two machines that hold the same). The SHA-256 of each node and relationship are
    added modulo 2^256 while they stream by, so that no order matters and nothing is kept in memory.
    """
    schema = load_schema()
    total = 0
    for element in _elements(graph, schema):
        total = (total + int.from_bytes(hashlib.sha256(element).digest(), "big")) % _MODULUS
    return f"{total:064x}"


def _elements(graph: Graph, schema: GraphSchema) -> Iterator[bytes]:
    for labels, properties in graph.scan("MATCH (n) RETURN labels(n), properties(n)"):
        label = base_label(labels, schema)
        hidden = schema.unhashed(label) if label else frozenset()
        yield canonical("node", sorted(labels), _shown(properties, hidden))
    query = "MATCH (a)-[r]->(b) RETURN type(r), labels(a), a.id, labels(b), b.id, properties(r)"
    for type_, start_labels, start, end_labels, end, properties in graph.scan(query):
        hidden = schema.unhashed(type_) if type_ in schema.relationship_types else frozenset()
        ends = (base_label(start_labels, schema), start, base_label(end_labels, schema), end)
        yield canonical("relationship", type_, ends, _shown(properties, hidden))


def base_label(labels: list[str], schema: GraphSchema) -> str:
    """The record label among a node's labels, or empty for a node that is not ours."""
    return next((label for label in labels if label in schema.records), "")


def _shown(properties: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in hidden}
