"""Rows made ready to be written: checked against the schema, without empty values, with their digest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from policygraph.graph.digests import row_digest
from policygraph.graph.errors import GraphError
from policygraph.graph.rows import Node, Property, Relationship
from policygraph.graph.schema import DIGEST, GraphSchema, PropertyType

Key = tuple[str, str]  # base label and id, or relationship type and id

_INDEXED_CHARACTERS = 2_000  # the engine's indexes take keys of about 8 KB and refuse the whole batch for a longer one


@dataclass(frozen=True, slots=True)
class PreparedNode:
    """A node, the properties to write (id and digest among them) and the digest."""

    row: Node
    properties: dict[str, Property]
    digest: str


@dataclass(frozen=True, slots=True)
class PreparedRelationship:
    """A relationship, the properties to write (id and digest among them) and the digest."""

    row: Relationship
    properties: dict[str, Property]
    digest: str


def prepare_nodes(nodes: Iterable[Node], schema: GraphSchema) -> dict[Key, PreparedNode]:
    """Nodes by key. Raises GraphError for one that the schema does not allow or whose id occurs twice."""
    prepared: dict[Key, PreparedNode] = {}
    for node in nodes:
        schema.check_node(node)
        properties = _clean(node.properties, schema.records[node.label])
        digest = row_digest(node.label, node.type, properties)
        if (node.label, node.id) in prepared:
            raise GraphError(f"The {node.label} {node.id!r} occurs twice in the projection.")
        prepared[node.label, node.id] = PreparedNode(node, {**properties, "id": node.id, DIGEST: digest}, digest)
    return prepared


def prepare_relationships(
    relationships: Iterable[Relationship], nodes: Collection[Key], schema: GraphSchema
) -> dict[Key, PreparedRelationship]:
    """Relationships by key. Raises GraphError for one that is not allowed, lacks an end or occurs twice."""
    prepared: dict[Key, PreparedRelationship] = {}
    for link in relationships:
        schema.check_relationship(link)
        for end in ((link.start_label, link.start), (link.end_label, link.end)):
            if end not in nodes:
                raise GraphError(f"The {link.type} {link.id!r} needs the {end[0]} {end[1]!r}, which is not there.")
        if (link.type, link.id) in prepared:
            raise GraphError(f"The {link.type} {link.id!r} occurs twice in the projection.")
        properties = _clean(link.properties, schema.relationship_properties(link.type))
        digest = row_digest(link.type, link.start_label, link.start, link.end_label, link.end, properties)
        values = {**properties, "id": link.id, DIGEST: digest}
        prepared[link.type, link.id] = PreparedRelationship(link, values, digest)
    return prepared


def _clean(properties: Mapping[str, Property], types: Mapping[str, PropertyType]) -> dict[str, Property]:
    return {
        name: _storable(value, types[name].indexed)
        for name, value in properties.items()
        if value is not None and name != "id"
    }


def _storable(value: Property, indexed: bool) -> Property:
    if isinstance(value, list):
        return [_text(item) for item in value]
    if not isinstance(value, str):
        return value
    text = _text(value)
    return text[:_INDEXED_CHARACTERS] + "…" if indexed and len(text) > _INDEXED_CHARACTERS else text


def _text(value: str) -> str:
    # Half of a surrogate pair, which broken pages contain, cannot be sent to the engine.
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
