"""The graph's schema, derived from the ontology: labels, relationship types, properties, constraints and indexes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from policygraph.graph.errors import GraphError
from policygraph.graph.rows import Node, Property, Relationship
from policygraph.model.ontology import Ontology, load_ontology

DIGEST = "digest"  # bookkeeping of the loader; no part of the graph's content

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "float": (float, int),
    "boolean": (bool,),
    "list": (list,),
}


@dataclass(frozen=True, slots=True)
class PropertyType:
    """A property: ``string``, ``integer``, ``float``, ``boolean`` or ``list`` (of strings).

    ``hashed`` tells whether it counts for the graph's hash, ``indexed`` whether it has an index of its own (the engine
    then refuses very long values, see the loader) and ``search`` names the full-text index that it is part of.
    """

    name: str
    type: str
    hashed: bool = True
    indexed: bool = False
    search: str = ""

    def accepts(self, value: Property) -> bool:
        """Whether a value is of the type (a missing one always is)."""
        if value is None:
            return True
        if isinstance(value, bool) and self.type != "boolean":
            return False
        if not isinstance(value, _PYTHON_TYPES[self.type]):
            return False
        return not isinstance(value, list) or all(isinstance(item, str) for item in value)


@dataclass(frozen=True, slots=True)
class LinkType:
    """A relationship between records: its type, the base labels of its ends, its properties."""

    type: str
    start: str
    end: str
    properties: Mapping[str, PropertyType]


@dataclass(frozen=True, slots=True)
class GraphSchema:
    """All that may be in the graph: records by base label, edges between entities, links between records."""

    ontology: Ontology
    records: Mapping[str, Mapping[str, PropertyType]]
    edge: Mapping[str, PropertyType]
    links: Mapping[str, LinkType]
    relationship_types: tuple[str, ...]  # predicates in capitals, then links

    @property
    def entity_labels(self) -> tuple[str, ...]:
        """Labels that an Entity node can carry beside ``Entity``."""
        return tuple(sorted(self.ontology.entities))

    def relationship_properties(self, type_: str) -> Mapping[str, PropertyType]:
        """The properties of a relationship type."""
        return self.links[type_].properties if type_ in self.links else self.edge

    def check_node(self, node: Node) -> None:
        """Raise GraphError for a label, type or property that the ontology does not know."""
        if node.label not in self.records:
            raise GraphError(f"The ontology has no record {node.label!r} (node {node.id!r}).")
        if (node.label == "Entity") != bool(node.type) or (node.type and node.type not in self.ontology.entities):
            raise GraphError(f"{node.type!r} is no entity type for a {node.label} (node {node.id!r}).")
        _check_properties(f"{node.label} {node.id!r}", node.id, node.properties, self.records[node.label])

    def check_relationship(self, relationship: Relationship) -> None:
        """Raise GraphError for a type, an end or a property that the ontology does not know."""
        what = f"{relationship.type} {relationship.id!r}"
        ends = (relationship.start_label, relationship.end_label)
        if relationship.type in self.links:
            link = self.links[relationship.type]
            wanted = (link.start, link.end)
        elif relationship.type in self.relationship_types:
            wanted = ("Entity", "Entity")
        else:
            raise GraphError(f"The ontology has no relationship type {relationship.type!r} ({relationship.id!r}).")
        if ends != wanted:
            raise GraphError(f"{what} joins {ends[0]} to {ends[1]}, not {wanted[0]} to {wanted[1]}.")
        allowed = self.relationship_properties(relationship.type)
        _check_properties(what, relationship.id, relationship.properties, allowed)

    def unhashed(self, name: str) -> frozenset[str]:
        """Properties of a base label or relationship type that do not count for the graph's hash."""
        properties = self.records[name] if name in self.records else self.relationship_properties(name)
        return frozenset({DIGEST, *(p.name for p in properties.values() if not p.hashed)})

    def commands(self) -> dict[str, str]:
        """The constraints and indexes that the graph needs, by name, as schema commands."""
        commands = {
            f"{label}_id": f"CREATE CONSTRAINT {label}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
            for label in self.records
        }
        for type_ in self.relationship_types:
            name = f"{type_}_id"
            commands[name] = f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR ()-[r:{type_}]-() REQUIRE r.id IS UNIQUE"
        for label, properties in self.records.items():
            for property_ in (p for p in properties.values() if p.indexed):
                name = f"{label}_{property_.name}"
                commands[name] = f"CREATE INDEX {name} IF NOT EXISTS FOR (n:{label}) ON (n.{property_.name})"
        for name, labels, names in self._searches():
            each = ", ".join(f"n.{property_name}" for property_name in names)
            commands[name] = f"CREATE FULLTEXT INDEX {name} IF NOT EXISTS FOR (n:{'|'.join(labels)}) ON EACH [{each}]"
        return commands

    def _searches(self) -> Iterable[tuple[str, list[str], list[str]]]:
        found: dict[str, tuple[list[str], list[str]]] = {}
        for label, properties in self.records.items():
            for property_ in (p for p in properties.values() if p.search):
                labels, names = found.setdefault(property_.search, ([], []))
                labels += [label] * (label not in labels)
                names += [property_.name] * (property_.name not in names)
        return ((name, labels, names) for name, (labels, names) in sorted(found.items()))


def _check_properties(
    what: str, identity: str, properties: Mapping[str, Property], allowed: Mapping[str, PropertyType]
) -> None:
    for name, value in properties.items():
        if name == "id" and value == identity:
            continue
        if name not in allowed or name == "id":
            raise GraphError(f"The ontology has no property {name!r} for {what}, or gives its id another value.")
        if not allowed[name].accepts(value):
            raise GraphError(f"{value!r} is no {allowed[name].type} for the property {name!r} of {what}.")


def _properties(rows: Iterable[dict[str, Any]]) -> dict[str, PropertyType]:
    found = {}
    for row in rows:
        if row["type"] not in _PYTHON_TYPES or not row["name"].isidentifier():
            raise GraphError(f"{row['name']!r} of type {row['type']!r} is no property of a record.")
        found[row["name"]] = PropertyType(
            row["name"], row["type"], row.get("hashed", True), row.get("indexed", False), row.get("search", "")
        )
    return found


@cache
def load_schema() -> GraphSchema:
    """Read ``policygraph_graph/ontology``. Raises GraphError for a record file that does not follow the form."""
    folder = resources.files("policygraph_graph") / "ontology" / "records"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yml")), key=lambda file: file.name)
    rows = {row["name"]: row for row in (yaml.safe_load(file.read_text(encoding="utf-8")) for file in files)}
    links = {
        row["type"]: LinkType(row["type"], row["start"], row["end"], _properties(row.get("properties", ())))
        for row in rows.pop("links")["relationships"]
    }
    edge = _properties(rows.pop("edge")["properties"])
    records = {name: _properties(row["properties"]) for name, row in rows.items()}
    names = [*records, *links]
    if not all(name.isidentifier() for name in names):
        raise GraphError(f"A record or link has a name that is no identifier: {names}.")
    ontology = load_ontology()
    types = (*sorted(relation.relationship for relation in ontology.relations.values()), *sorted(links))
    return GraphSchema(ontology, records, edge, links, types)
