"""Loading: only the difference is written, whatever was there before, and a killed load is simply done again."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from policygraph.graph import loader, managed
from policygraph.graph.connection import Graph
from policygraph.graph.errors import GraphError
from policygraph.graph.loader import LoadCounts, drop, ensure_schema, graph_hash, load, rebuild
from policygraph.graph.rows import Node, Projection, Relationship
from policygraph.graph.schema import load_schema
from policygraph.home import Home


def test_second_load_writes_nothing(empty_graph: Graph, world_projection: Projection) -> None:
    nodes, relationships = len(world_projection.nodes), len(world_projection.relationships)
    assert load(empty_graph, world_projection) == LoadCounts(nodes, 0, relationships, 0, 0)
    assert load(empty_graph, world_projection) == LoadCounts(0, 0, 0, 0, nodes + relationships)
    rows = empty_graph.fetch("MATCH (n) WITH count(n) AS n MATCH ()-[r]->() RETURN n, count(r) AS r")
    assert rows == [{"n": nodes, "r": relationships}]


def test_what_is_held_is_what_was_projected(empty_graph: Graph, world_projection: Projection) -> None:
    load(empty_graph, world_projection)
    rows = empty_graph.fetch("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties")
    held = {row["properties"]["id"]: row for row in rows}
    for node in world_projection.nodes:
        row = held[node.id]
        assert sorted(row["labels"]) == sorted({node.label, node.type} - {""})
        expected = {name: value for name, value in node.properties.items() if value is not None}
        assert {k: v for k, v in row["properties"].items() if k not in ("id", "digest")} == expected
    rows = empty_graph.fetch(
        "MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS type, b.id AS b, properties(r) AS properties"
    )
    ends = {row["properties"]["id"]: (row["a"], row["type"], row["b"]) for row in rows}
    assert ends == {link.id: (link.start, link.type, link.end) for link in world_projection.relationships}


def test_only_the_difference_is_written(empty_graph: Graph, world_projection: Projection) -> None:
    load(empty_graph, world_projection)
    nodes = list(world_projection.nodes)
    links = list(world_projection.relationships)
    number = next(i for i, node in enumerate(nodes) if node.id == "firm:dogwood")
    nodes[number] = replace(nodes[number], type="Authority", properties={"name": "Dogwood Agency", "aliases": []})
    gone = next(node for node in nodes if node.id == "rule:quiet")
    nodes.remove(gone)
    nodes.append(Node("firm:elm", "Entity", "Firm", {"name": "Elm"}))
    edge = next(i for i, link in enumerate(links) if link.type == "ISSUED_BY")
    links[edge] = replace(links[edge], properties={**links[edge].properties, "sources": 9})
    removed = next(link for link in links if link.type == "MENTIONS")
    links.remove(removed)
    changed = Projection(nodes, links)
    counts = load(empty_graph, changed)
    assert counts == LoadCounts(2, 1, 1, 1, len(nodes) - 2 + len(links) - 1)
    by_difference = graph_hash(empty_graph)
    rows = empty_graph.fetch("MATCH (n {id: 'firm:dogwood'}) RETURN labels(n) AS labels, n.origin AS origin")
    assert [sorted(row["labels"]) for row in rows] == [["Authority", "Entity"]]
    assert rows[0]["origin"] is None
    rebuild(empty_graph, changed)
    assert graph_hash(empty_graph) == by_difference


def test_hash_does_not_depend_on_the_order_of_arrival(empty_graph: Graph, world_projection: Projection) -> None:
    load(empty_graph, world_projection)
    first = graph_hash(empty_graph)
    nodes, links = list(world_projection.nodes), list(world_projection.relationships)
    random.Random(3).shuffle(nodes)
    random.Random(4).shuffle(links)
    drop(empty_graph)
    half = {(node.label, node.id) for node in nodes[: len(nodes) // 2]}
    ends = [r for r in links if (r.start_label, r.start) in half and (r.end_label, r.end) in half]
    load(empty_graph, Projection(nodes[: len(nodes) // 2], ends))
    assert graph_hash(empty_graph) != first
    load(empty_graph, Projection(nodes, links))
    assert graph_hash(empty_graph) == first


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (n:Firm {id: 'firm:alder'}) SET n.name = 'Alder?'",
        "MATCH (n:Firm {id: 'firm:alder'}) REMOVE n:Firm",
        "MATCH (n:Statement) WITH n LIMIT 1 SET n.quotes = n.quotes + 'x'",
        "MATCH ()-[r:SUPPLIES]->() WITH r LIMIT 1 DELETE r",
        "MATCH (a)-[r:SUPPLIES]->(b) WITH a, r, b LIMIT 1 CREATE (b)-[x:SUPPLIES]->(a) SET x = r {.*, id: 'x'}",
        "MATCH ()-[r:APPLIES_TO]->() WITH r LIMIT 1 SET r.effect = 'permits'",
        "CREATE (:Other {id: 'x'})",
    ],
)
def test_hash_sees_every_change_in_the_graph(empty_graph: Graph, world_projection: Projection, cypher: str) -> None:
    load(empty_graph, world_projection)
    before = graph_hash(empty_graph)
    empty_graph.write(cypher)
    assert graph_hash(empty_graph) != before
    rebuild(empty_graph, world_projection)
    assert graph_hash(empty_graph) == before


def test_hash_leaves_out_bookkeeping_and_days_of_recording(empty_graph: Graph, world_projection: Projection) -> None:
    load(empty_graph, world_projection)
    before = graph_hash(empty_graph)
    empty_graph.write("MATCH (n) SET n.digest = 'x'")
    empty_graph.write("MATCH (n:Statement|Document) SET n.recorded = '1999-01-01T00:00:00Z'")
    assert graph_hash(empty_graph) == before


def test_projection_that_the_ontology_does_not_know_is_refused_before_anything_is_written(empty_graph: Graph) -> None:
    firm = Node("a", "Entity", "Firm", {"name": "A"})
    rule = Node("r", "Entity", "Rule", {"name": "R"})
    edge = Relationship("e", "APPLIES_TO", "Entity", "r", "Entity", "a", {"sources": 1})
    bad: list[tuple[Projection, str]] = [
        (Projection([replace(firm, label="Thing")], []), "no record 'Thing'"),
        (Projection([replace(firm, label="Entity`) DETACH DELETE (n")], []), "no record"),
        (Projection([replace(firm, type="Company")], []), "'Company' is no entity type"),
        (Projection([replace(firm, type="")], []), "'' is no entity type"),
        (Projection([Node("s", "Statement", "Firm", {})], []), "'Firm' is no entity type for a Statement"),
        (Projection([replace(firm, properties={"colour": "red"})], []), "no property 'colour'"),
        (Projection([replace(firm, properties={"id": "b"})], []), "no property 'id'"),
        (Projection([replace(firm, properties={"name": 3})], []), "3 is no string"),
        (Projection([replace(firm, properties={"name": True})], []), "True is no string"),
        (Projection([replace(firm, properties={"aliases": "x"})], []), "'x' is no list"),
        (Projection([firm, firm], []), "occurs twice"),
        (Projection([firm, rule], [edge, edge]), "occurs twice"),
        (Projection([firm], [edge]), "needs the Entity 'r', which is not there"),
        (Projection([firm, rule], [replace(edge, type="EATS")]), "no relationship type 'EATS'"),
        (Projection([firm, rule], [replace(edge, type="MENTIONS")]), "joins Entity to Entity, not Document to Entity"),
        (Projection([firm, rule], [replace(edge, properties={"sources": "1"})]), "'1' is no integer"),
    ]
    for projection, sentence in bad:
        with pytest.raises(GraphError, match=sentence):
            load(empty_graph, projection)
        assert empty_graph.fetch("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


def test_hostile_text_is_kept_as_text(empty_graph: Graph) -> None:
    texts = ["`) DETACH DELETE (n", "\x00\x1b[31m\u202e", "\ud800 half", "z" * 200_000, "'\"\\${}", "上海"]
    nodes = [Node(f"firm:{i}`'\"", "Entity", "Firm", {"name": text, "aliases": [text]}) for i, text in enumerate(texts)]
    load(empty_graph, Projection(nodes, []))
    rows = empty_graph.fetch("MATCH (n:Firm) RETURN n.name AS name, n.aliases[0] AS alias ORDER BY n.id")
    assert [row["alias"] for row in rows] == [text.replace("\ud800", "?") for text in texts]
    assert [row["name"] for row in rows[:3]] == [text.replace("\ud800", "?") for text in texts[:3]]
    assert len(rows[3]["name"]) < 3_000
    assert load(empty_graph, Projection(nodes, [])).unchanged == len(nodes)


def test_schema_is_that_of_the_ontology(empty_graph: Graph) -> None:
    rows = empty_graph.fetch("SHOW INDEXES YIELD name, state, type RETURN name, state, type")
    states = {row["name"]: row["state"] for row in rows if row["type"] != "LOOKUP"}
    assert states == dict.fromkeys(load_schema().commands(), "ONLINE")
    empty_graph.change_schema("DROP INDEX entity_names")
    ensure_schema(empty_graph)
    search = "CALL db.index.fulltext.queryNodes('entity_names', 'alder~') YIELD node RETURN node.id AS id"
    load(empty_graph, Projection([Node("firm:a", "Entity", "Firm", {"name": "B", "aliases": ["Alder Motors"]})], []))
    assert empty_graph.read(search) == [{"id": "firm:a"}]


def test_batches_and_pages_give_the_same_as_one(
    empty_graph: Graph, world_projection: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(empty_graph, world_projection)
    whole = graph_hash(empty_graph)
    drop(empty_graph)
    monkeypatch.setattr(loader, "BATCH_ROWS", 3)
    monkeypatch.setattr(loader, "_PAGE_ROWS", 2)
    load(empty_graph, world_projection)
    assert graph_hash(empty_graph) == whole
    rows = len(world_projection.nodes) + len(world_projection.relationships)
    assert load(empty_graph, world_projection) == LoadCounts(unchanged=rows)
    assert load(empty_graph, Projection([], [])).nodes_removed == len(world_projection.nodes)
    assert empty_graph.fetch("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


KILLED_LOAD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from graph_load import generate
from policygraph.graph.connection import open_graph
from policygraph.graph.loader import load
from policygraph.home import Home
def tell(message, done=0, total=0):
    print(int(done), flush=True)
load(open_graph(Home.at(Path(sys.argv[2]), {"POLICYGRAPH_NEO4J_HEAP": "512"})), generate(6000), tell)
"""


@pytest.mark.slow
def test_killed_load_done_again_gives_the_same_graph(empty_graph: Graph, neo4j_home: Home) -> None:
    benchmarks = Path(__file__).parents[2] / "benchmarks"
    sys.path.insert(0, str(benchmarks))
    try:
        from graph_load import generate
    finally:
        sys.path.remove(str(benchmarks))
    projection = generate(6_000)
    load(empty_graph, projection)
    whole = graph_hash(empty_graph)
    for batches in (1, 4):
        drop(empty_graph)
        command = [sys.executable, "-c", KILLED_LOAD, str(benchmarks), str(neo4j_home.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(batches):
                child.stdout.readline()
            child.send_signal(signal.SIGKILL)
        assert 0 < empty_graph.fetch("MATCH (n) RETURN count(n) AS n")[0]["n"] <= len(projection.nodes)
        load(empty_graph, projection)
        assert graph_hash(empty_graph) == whole


@pytest.mark.slow
def test_server_killed_in_the_middle_of_a_load(
    empty_graph: Graph, neo4j_home: Home, world_projection: Projection
) -> None:
    load(empty_graph, world_projection)
    whole = graph_hash(empty_graph)
    drop(empty_graph)
    killed = []

    def kill_once(message: str, done: float = 0, total: float = 0) -> None:
        if not killed and done > 10:
            killed.append(managed.kill(neo4j_home))
            time.sleep(0.1)

    load(empty_graph, world_projection, kill_once)
    assert killed == [True]
    assert graph_hash(empty_graph) == whole
