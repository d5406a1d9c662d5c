"""Writes a projection to Neo4j: only what is new or changed, and takes away what is no longer in it.

Every batch is one transaction and every statement may run twice, so a load that was killed is simply done again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from policygraph.graph.connection import Graph
from policygraph.graph.digests import graph_hash
from policygraph.graph.prepared import Key, PreparedNode, PreparedRelationship, prepare_nodes, prepare_relationships
from policygraph.graph.progress import Progress, quiet
from policygraph.graph.rows import Projection, Property
from policygraph.graph.schema import GraphSchema, load_schema

__all__ = ["BATCH_ROWS", "LoadCounts", "drop", "ensure_schema", "graph_hash", "load", "rebuild"]

BATCH_ROWS = 2_000

_PAGE_ROWS = 20_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What a load did, counted in nodes and relationships; ``unchanged`` counts both."""

    nodes_written: int = 0
    nodes_removed: int = 0
    relationships_written: int = 0
    relationships_removed: int = 0
    unchanged: int = 0


def load(graph: Graph, projection: Projection, progress: Progress = quiet) -> LoadCounts:
    """Make the graph hold the projection, writing no more than the difference.

    Raises GraphError, before anything is written, for a projection with a label, type or property that the ontology
    lacks, an id that occurs twice or a relationship without its ends. One load may run at a time (the home's lock).
    """
    schema = load_schema()
    nodes = prepare_nodes(projection.nodes, schema)
    relationships = prepare_relationships(projection.relationships, nodes, schema)
    ensure_schema(graph)
    held_nodes = {key: digest for label in schema.records for key, digest in _held_nodes(graph, label)}
    held_links = {
        key: digest for type_ in schema.relationship_types for key, digest in _held_relationships(graph, type_)
    }
    new_nodes = [node for key, node in nodes.items() if held_nodes.get(key) != node.digest]
    new_links = [link for key, link in relationships.items() if held_links.get(key) != link.digest]
    stale_nodes = sorted(held_nodes.keys() - nodes.keys())
    stale_links = sorted(held_links.keys() - relationships.keys())
    changed_links = [(link.row.type, link.row.id) for link in new_links if (link.row.type, link.row.id) in held_links]
    steps = _Steps(graph, schema, progress, len(new_nodes) + len(new_links))
    # Relationships go first and come last: at no time does one join what it should not.
    steps.remove_relationships(stale_links + changed_links)
    steps.write_nodes(new_nodes, held_nodes.keys())
    steps.write_relationships(new_links)
    steps.remove_nodes(stale_nodes)
    unchanged = len(nodes) - len(new_nodes) + len(relationships) - len(new_links)
    return LoadCounts(len(new_nodes), len(stale_nodes), len(new_links), len(stale_links), unchanged)


def rebuild(graph: Graph, projection: Projection, progress: Progress = quiet) -> LoadCounts:
    """Drop everything in the database, also what was not written by a load, and load the projection."""
    removed = drop(graph)
    return replace(load(graph, projection, progress), nodes_removed=removed[0], relationships_removed=removed[1])


def drop(graph: Graph) -> tuple[int, int]:
    """Delete all nodes and relationships in batches; how many of each there were."""
    relationships = _repeat(graph, "MATCH ()-[r]->() WITH r LIMIT $size DELETE r RETURN count(*) AS count")
    nodes = _repeat(graph, "MATCH (n) WITH n LIMIT $size DELETE n RETURN count(*) AS count")
    return nodes, relationships


def ensure_schema(graph: Graph) -> None:
    """Create the constraints and indexes that are missing, and wait until they answer."""
    rows = graph.scan("SHOW INDEXES YIELD name, state RETURN name, state")
    held = {name for name, state in rows if state == "ONLINE"}
    missing = [command for name, command in load_schema().commands().items() if name not in held]
    for command in missing:
        graph.change_schema(command)
    if missing:
        graph.change_schema("CALL db.awaitIndexes(600)")


def _repeat(graph: Graph, cypher: str) -> int:
    total = 0
    while count := int(graph.write(cypher, {"size": BATCH_ROWS})[0]["count"]):
        total += count
    return total


def _held_nodes(graph: Graph, label: str) -> Iterator[tuple[Key, str]]:
    return _pages(graph, label, f"MATCH (x:{label})")


def _held_relationships(graph: Graph, type_: str) -> Iterator[tuple[Key, str]]:
    return _pages(graph, type_, f"MATCH ()-[x:{type_}]->()")


def _pages(graph: Graph, name: str, match: str) -> Iterator[tuple[Key, str]]:
    """(label or type, id) and digest of all that is held, in pages of one row: far fewer messages than a row each."""
    query = f"""{match} WHERE x.id > $after WITH x ORDER BY x.id LIMIT $size
        RETURN collect(x.id) AS ids, collect(coalesce(x.digest, '')) AS digests"""
    after = ""
    while True:
        ids, digests = next(graph.scan(query, {"after": after, "size": _PAGE_ROWS}))
        for identity, digest in zip(ids, digests, strict=True):
            yield (name, identity), digest
        if len(ids) < _PAGE_ROWS:
            return
        after = ids[-1]


@dataclass(slots=True)
class _Steps:
    """The statements of a load. Labels and types in them come from the schema only, values are parameters."""

    graph: Graph
    schema: GraphSchema
    progress: Progress
    total: int
    done: int = 0

    def write_nodes(self, nodes: Sequence[PreparedNode], held: Container[Key]) -> None:
        groups: dict[tuple[str, str, bool], list[PreparedNode]] = defaultdict(list)
        for node in nodes:
            groups[node.row.label, node.row.type, (node.row.label, node.row.id) in held].append(node)
        for (label, type_, is_held), group in groups.items():
            names, values = _columns(node.properties for node in group)
            cypher = f"UNWIND $rows AS row MERGE (n:{label} {{id: row[{names.index('id')}]}}) SET n = {_map(names)}"
            if type_:
                others = ":".join(other for other in self.schema.entity_labels if other != type_)
                cypher += f" SET n:{type_}" + (f" REMOVE n:{others}" if is_held else "")
            self._write(cypher, values)

    def write_relationships(self, links: Sequence[PreparedRelationship]) -> None:
        groups: dict[tuple[str, str, str], list[PreparedRelationship]] = defaultdict(list)
        for link in links:
            groups[link.row.type, link.row.start_label, link.row.end_label].append(link)
        for (type_, start_label, end_label), group in groups.items():
            names, values = _columns(link.properties for link in group)
            for link, row in zip(group, values, strict=True):
                row += (link.row.start, link.row.end)
            cypher = f"""UNWIND $rows AS row
                MATCH (a:{start_label} {{id: row[{len(names)}]}}) MATCH (b:{end_label} {{id: row[{len(names) + 1}]}})
                MERGE (a)-[r:{type_} {{id: row[{names.index("id")}]}}]->(b) SET r = {_map(names)}"""
            self._write(cypher, values)

    def remove_nodes(self, keys: Sequence[Key]) -> None:
        for label, ids in _grouped(keys):
            cypher = f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) DETACH DELETE n"
            for batch in _batches(ids):
                self.graph.write(cypher, {"ids": batch})

    def remove_relationships(self, keys: Sequence[Key]) -> None:
        for type_, ids in _grouped(keys):
            cypher = f"UNWIND $ids AS id MATCH ()-[r:{type_} {{id: id}}]->() DELETE r"
            for batch in _batches(ids):
                self.graph.write(cypher, {"ids": batch})

    def _write(self, cypher: str, values: list[list[Property]]) -> None:
        for rows in _batches(values):
            self.graph.write(cypher, {"rows": rows})
            self.done += len(rows)
            self.progress("loading the graph", self.done, self.total)


def _columns(properties: Iterable[Mapping[str, Property]]) -> tuple[list[str], list[list[Property]]]:
    """The names that occur, and each row as a list in their order: half of what a map per row makes the driver pack."""
    rows = list(properties)
    names = sorted({name for row in rows for name in row})
    return names, [[row.get(name) for name in names] for row in rows]


def _map(names: Sequence[str]) -> str:
    """A map of the row's values in Cypher; the names come from the schema, and SET leaves out a value that is null."""
    return "{" + ", ".join(f"{name}: row[{number}]" for number, name in enumerate(names)) + "}"


def _grouped(keys: Sequence[Key]) -> Iterator[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for name, identity in keys:
        groups[name].append(identity)
    yield from groups.items()


def _batches(rows: list[_T]) -> Iterator[list[_T]]:
    for start in range(0, len(rows), BATCH_ROWS):
        yield rows[start : start + BATCH_ROWS]
