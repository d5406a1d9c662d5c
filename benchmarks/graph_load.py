"""How fast a projection is loaded, beside plain UNWIND statements on the same server in the same run.

    python benchmarks/graph_load.py [relationships]

Writes ``benchmarks/graph_load.md``.
"""

from __future__ import annotations

import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from policygraph.graph import managed
from policygraph.graph.connection import Graph, open_graph
from policygraph.graph.digests import graph_hash
from policygraph.graph.jars import VERSION
from policygraph.graph.loader import BATCH_ROWS, drop, ensure_schema, load
from policygraph.graph.rows import Node, Projection, Property, Relationship
from policygraph.home import Home

WORDS = (
    "export",
    "control",
    "chip",
    "data",
    "transfer",
    "tariff",
    "audit",
    "market",
    "fund",
    "bank",
    "vehicle",
    "cloud",
)
KINDS = (("APPLIES_TO", "Rule", "Sector"), ("OWNS", "Firm", "Firm"), ("ACTIVE_IN", "Firm", "Sector"))


def generate(relationships: int, seed: int = 7) -> Projection:
    """A graph with about one node for every three relationships; the same seed gives the same graph."""
    chance = random.Random(seed)
    sizes = {"Firm": relationships // 6, "Rule": relationships // 8, "Sector": max(relationships // 40, 10)}
    nodes = [_entity(type_, i, chance) for type_, size in sizes.items() for i in range(size)]
    links: dict[str, Relationship] = {}
    while len(links) < relationships:
        type_, start, end = chance.choice(KINDS)
        link = _edge(type_, start, chance.randrange(sizes[start]), end, chance.randrange(sizes[end]), chance)
        links[link.id] = link
    return Projection(nodes, list(links.values()))


def _entity(type_: str, number: int, chance: random.Random) -> Node:
    name = f"{' '.join(chance.choices(WORDS, k=3))} {number}"
    properties: dict[str, Property] = {"name": name, "type": type_, "aliases": [name.title()], "origin": "document"}
    return Node(f"{type_.lower()}:{number}", "Entity", type_, properties)


def _edge(type_: str, start: str, start_number: int, end: str, end_number: int, chance: random.Random) -> Relationship:
    identity = f"edge:{type_}:{start_number}:{end_number}"
    day = f"20{chance.randrange(18, 26)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    properties: dict[str, Property] = {
        "predicate": type_.lower(),
        "effect": chance.choice(["none", "prohibits", "permits"]),
        "status": "current",
        "modalities": ["asserted"],
        "valid_from": day,
        "first_published": day,
        "last_published": day,
        "sources": chance.randrange(1, 5),
        "origins": ["extracted"],
        "statement_ids": [f"statement:{chance.randrange(10**12):012}" for _ in range(2)],
    }
    ends = (f"{start.lower()}:{start_number}", f"{end.lower()}:{end_number}")
    return Relationship(identity, type_, "Entity", ends[0], "Entity", ends[1], properties)


def plain_unwind(graph: Graph, projection: Projection) -> None:
    """The same rows by the shortest statements that do it, without digests or checks."""
    for type_ in ("Firm", "Rule", "Sector"):
        nodes = [{"id": n.id, "properties": {**n.properties, "id": n.id}} for n in projection.nodes if n.type == type_]
        for rows in _batches(nodes):
            graph.write(f"UNWIND $rows AS row MERGE (n:Entity {{id: row.id}}) SET n:{type_}, n += row.properties", rows)
    for type_, _, _ in KINDS:
        links = [
            {"start": r.start, "end": r.end, "id": r.id, "properties": r.properties}
            for r in projection.relationships
            if r.type == type_
        ]
        for rows in _batches(links):
            graph.write(
                f"""UNWIND $rows AS row MATCH (a:Entity {{id: row.start}}) MATCH (b:Entity {{id: row.end}})
                MERGE (a)-[r:{type_} {{id: row.id}}]->(b) SET r += row.properties""",
                rows,
            )


def _batches(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(rows), BATCH_ROWS):
        yield {"rows": rows[start : start + BATCH_ROWS]}


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(graph: Graph, projection: Projection) -> list[tuple[str, float]]:
    """Seconds of each step, in the order in which they were done; both ways start on an empty, warm server."""
    ensure_schema(graph)
    load(graph, generate(2_000))
    results = []
    for turn in (1, 2):
        drop(graph)
        results.append((f"plain UNWIND, turn {turn}", seconds(lambda: plain_unwind(graph, projection))))
        drop(graph)
        results.append((f"load, turn {turn}", seconds(lambda: load(graph, projection))))
    results.append(("load again, nothing changed", seconds(lambda: load(graph, projection))))
    fewer = Projection(projection.nodes, projection.relationships[: -len(projection.relationships) // 100])
    results.append(("load with one relationship in a hundred taken away", seconds(lambda: load(graph, fewer))))
    results.append(("graph hash", seconds(lambda: graph_hash(graph))))
    return results


def report(projection: Projection, start: float, memory: int, results: list[tuple[str, float]]) -> str:
    """The figures as Markdown."""
    rows = len(projection.nodes) + len(projection.relationships)
    best = {kind: min(s for name, s in results if name.startswith(kind)) for kind in ("plain UNWIND, ", "load, ")}
    ratio = best["plain UNWIND, "] / best["load, "]
    lines = [
        "# Loading the graph",
        "",
        f"`python benchmarks/graph_load.py {len(projection.relationships)}` on Neo4j {VERSION}, Python "
        f"{platform.python_version()}, two cores, a heap of 1 GiB; {len(projection.nodes)} nodes and "
        f"{len(projection.relationships)} relationships.",
        "",
        "| step | seconds | rows a second |",
        "|---|---|---|",
        *(f"| {name} | {s:.1f} | {rows / s:,.0f} |" for name, s in results),
        "",
        f"Upsert rate against plain UNWIND (best turn of each): **{ratio:.2f}** (goal: at least 0.8).",
        f"From no server to the first answer: {start:.1f} s; resident after the loads: {memory / 2**20:.0f} MiB.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and write the report."""
    relationships = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder), {})
        managed.start(home)  # fetches what is missing and sets the password, which is done once only
        managed.stop(home)
        start = seconds(lambda: managed.start(home))
        projection = generate(relationships)
        try:
            with open_graph(home) as graph:
                results = measure(graph, projection)
            text = report(projection, start, managed.status(home).memory, results)
        finally:
            managed.stop(home)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
