"""Reading cannot write, administer, reach outside or run for ever: by the engine, the guard and the watchdog."""

from __future__ import annotations

import functools
import http.server
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import neo4j
import pytest
from neo4j.exceptions import Neo4jError

from policygraph.graph import managed
from policygraph.graph.connection import Graph
from policygraph.graph.errors import GraphError, QueryError
from policygraph.home import GraphAddress, Home

WRITES = [
    "CREATE (:Entity {id: 'x'})",
    "MERGE (:Entity {id: 'x'})",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n) SET n.name = 'x'",
    "MATCH (n) REMOVE n:Firm",
    "FOREACH (i IN [1] | CREATE (:Entity {id: 'x'}))",
    "CREATE INDEX x FOR (n:Entity) ON (n.x)",
    "DROP CONSTRAINT Entity_id",
    "CREATE CONSTRAINT x FOR (n:Entity) REQUIRE n.x IS UNIQUE",
    "CREATE FULLTEXT INDEX x FOR (n:Entity) ON EACH [n.x]",
    "CREATE USER x SET PASSWORD 'abcdefgh'",
    "ALTER USER neo4j SET PASSWORD 'abcdefgh'",
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'abcdefgh'",
    "DROP USER neo4j",
    "CALL db.createLabel('X')",
    "CALL db.createProperty('x')",
    "CALL db.createRelationshipType('X')",
    "UNWIND [1] AS x CALL (x) { CREATE (:Entity {id: 'x'}) } IN TRANSACTIONS",
]
REFUSED_BY_US = [
    "CALL dbms.listConfig()",
    "CALL /* db.labels() */ dbms.listConfig() YIELD name RETURN name",
    "CALL `dbms`.`listConfig`() YIELD name RETURN name",
    "call DBMS.listConfig() yield name return name // db.labels()",
    "MATCH (n) CALL (n) { CALL dbms.listConfig() YIELD name RETURN name } RETURN name",
    "RETURN EXISTS { CALL dbms.listConfig() YIELD name RETURN name } AS x",
    "RETURN 1 AS x UNION CALL dbms.listConfig() YIELD name RETURN name AS x",
    "CYPHER 5 CALL dbms.listConfig()",
    "EXPLAIN CALL dbms.listConfig()",
    "USE system CALL dbms.listConfig() YIELD name RETURN name",
    "CALL dbms.killConnections([])",
    "CALL dbms.killConnection('bolt-1')",
    "CALL db.clearQueryCaches()",
    "CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()",
    "CALL tx.setMetaData({a: 1})",
    "SHOW USERS",
    "SHOW SETTINGS",
    "SHOW TRANSACTIONS",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "LOAD CSV FROM 'file:///etc/hostname' AS row RETURN row",
    "LOAD CSV FROM 'http://127.0.0.1/' AS row RETURN row",
]
ENDLESS = "RETURN any(a IN range(1, 1000000) WHERE any(b IN range(1, 1000000) WHERE a + b < 0)) AS x"


@pytest.fixture
def session(neo4j_home: Home, world_graph: Graph) -> Iterator[neo4j.Session]:
    """The engine itself in READ access mode, without our guard before it."""
    address = managed.start(neo4j_home)
    with (
        neo4j.GraphDatabase.driver(address.url, auth=(address.user, address.password)) as driver,
        driver.session(database=address.database, default_access_mode=neo4j.READ_ACCESS) as open_session,
    ):
        yield open_session


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A server on the loopback that would gladly serve a CSV file, and does so to anybody else."""
    (tmp_path / "rows.csv").write_text("secret,1\n", encoding="utf-8")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/rows.csv"
        server.shutdown()


@pytest.mark.parametrize("cypher", WRITES)
def test_engine_refuses_to_write(session: neo4j.Session, cypher: str) -> None:
    before = session.run("MATCH (n) RETURN count(n) AS n").single(strict=True)["n"]
    with pytest.raises(Neo4jError):
        session.run(cypher).consume()
    assert session.run("MATCH (n) RETURN count(n) AS n").single(strict=True)["n"] == before


@pytest.mark.parametrize("cypher", WRITES)
def test_a_reader_who_writes_gets_a_sentence(world_graph: Graph, cypher: str) -> None:
    with pytest.raises(QueryError) as refusal:
        world_graph.read(cypher)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("cypher", REFUSED_BY_US)
def test_guard_refuses(world_graph: Graph, cypher: str) -> None:
    with pytest.raises(QueryError, match=r"readers may|reading only|cannot be run"):
        world_graph.read(cypher)


def test_guard_lets_through_what_is_on_the_list(world_graph: Graph) -> None:
    rows = world_graph.read("CALL `db` . `labels`() YIELD label RETURN label")
    assert {"Entity", "Firm", "Statement"} <= {row["label"] for row in rows}
    assert world_graph.read("SHOW INDEXES YIELD name RETURN name")
    search = "CALL db.index.fulltext.queryNodes('statement_texts', 'white') YIELD node RETURN count(node) AS n"
    assert world_graph.read(search)[0]["n"] > 0


def test_engine_reads_no_file(session: neo4j.Session, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("secret,1\n", encoding="utf-8")
    for url in (path.as_uri(), "file:///etc/hostname"):
        with pytest.raises(Neo4jError):
            session.run("LOAD CSV FROM $url AS row RETURN row", url=url).consume()


def test_engine_reads_no_address(session: neo4j.Session, site: str) -> None:
    for url in (site, site.replace("127.0.0.1", "localhost"), site.replace("127.0.0.1", "[::ffff:127.0.0.1]")):
        with pytest.raises(Neo4jError):
            session.run("LOAD CSV FROM $url AS row RETURN row", url=url).consume()


@pytest.mark.parametrize(
    ("cypher", "parameters", "sentence"),
    [
        ("RETRUN 1", {}, "The query cannot be run: Invalid input 'RETRUN'"),
        ("MATCH (n) RETURN m", {}, "The query cannot be run: Variable `m` not defined"),
        ("RETURN $firm", {}, "A parameter is missing: Expected parameter(s): firm."),
        ("RETURN 1; RETURN 2", {}, "The query cannot be run: Expected exactly one statement"),
        ("RETURN date($day)", {"day": "2024-02-30"}, "The query cannot be run: "),
        ("RETURN 1 / $n", {"n": 0}, "The query cannot be run: / by zero."),
        ("RETURN $x", {"x": object()}, "A parameter cannot be sent: "),
        ("RETURN $x", {"x": 2**70}, "A parameter cannot be sent: "),
        ("", {}, "The query cannot be run: "),
    ],
)
def test_wrong_query_or_parameter_is_a_sentence(
    world_graph: Graph, cypher: str, parameters: dict[str, object], sentence: str
) -> None:
    with pytest.raises(QueryError) as refusal:
        world_graph.read(cypher, parameters)
    assert str(refusal.value).startswith(sentence)
    assert "\n" not in str(refusal.value)


def test_more_rows_than_allowed_is_a_sentence(world_graph: Graph) -> None:
    assert len(world_graph.read("UNWIND range(1, 5) AS x RETURN x", max_rows=5)) == 5
    with pytest.raises(QueryError, match="more than 5 rows"):
        world_graph.read("UNWIND range(1, 6) AS x RETURN x", max_rows=5)


def test_values_are_plain(world_graph: Graph) -> None:
    row = world_graph.read(
        """MATCH p = (f:Firm {id: 'firm:birch'})-[r:SUPPLIES]->(c:Firm)
        RETURN f, r, p, date('2024-05-17') AS day, duration('P1Y') AS span,
            [1.5, null, true] AS items, 0.0/0.0 AS nan"""
    )[0]
    assert row["f"]["labels"] == ["Entity", "Firm"]
    assert row["f"]["properties"]["name"] == "Birch"
    assert (row["r"]["type"], row["r"]["start"], row["r"]["end"]) == ("SUPPLIES", "firm:birch", "firm:cedar")
    assert [step.get("type", "node") for step in row["p"]] == ["node", "SUPPLIES", "node"]
    assert (row["day"], row["span"], row["items"], row["nan"]) == ("2024-05-17", "P1Y", [1.5, None, True], "nan")


def test_product_of_ten_billion_rows_is_stopped(world_graph: Graph) -> None:
    began = time.monotonic()
    with pytest.raises(QueryError, match="took longer than 2 seconds"):
        world_graph.read("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*)", timeout=2)
    assert time.monotonic() - began < 10


def test_collecting_too_much_is_stopped(world_graph: Graph, neo4j_home: Home) -> None:
    pid = managed.status(neo4j_home).pid
    with pytest.raises(QueryError, match="more memory"):
        world_graph.read("UNWIND range(1, 100000000) AS x RETURN collect(x) AS y")
    assert managed.status(neo4j_home).pid == pid


@pytest.mark.slow
def test_endless_query_is_ended_and_the_server_is_there_again(world_graph: Graph, neo4j_home: Home) -> None:
    nodes = world_graph.read("MATCH (n) RETURN count(n) AS n")
    began = time.monotonic()
    with pytest.raises(QueryError, match="took longer than 1 seconds"):
        world_graph.read(ENDLESS, timeout=1)
    assert time.monotonic() - began < 60
    assert world_graph.read("MATCH (n) RETURN count(n) AS n") == nodes
    assert managed.status(neo4j_home).running


@pytest.mark.slow
def test_endless_query_on_a_server_of_others_gives_up_waiting(world_graph: Graph, neo4j_home: Home) -> None:
    foreign = Home(neo4j_home.path, neo4j_home.ledger_url, managed.start(neo4j_home))
    pid = managed.status(neo4j_home).pid
    with Graph(foreign) as graph:
        with pytest.raises(QueryError, match="took longer than 1 seconds"):
            graph.read(ENDLESS, timeout=1)
        assert graph.read("RETURN 1 AS x") == [{"x": 1}]
    assert managed.status(neo4j_home).pid == pid
    managed.kill(neo4j_home)  # the query still burns a core there


@pytest.mark.slow
def test_query_that_eats_all_memory_ends_in_a_sentence(world_graph: Graph, neo4j_home: Home) -> None:
    nodes = world_graph.read("MATCH (n) RETURN count(n) AS n")
    with pytest.raises(QueryError):
        world_graph.read("RETURN size([x IN range(1, 1000000000) | toString(x)]) AS y", timeout=60)
    assert world_graph.read("MATCH (n) RETURN count(n) AS n") == nodes


def test_killed_server_is_started_again_at_need(world_graph: Graph, neo4j_home: Home) -> None:
    cypher = "MATCH (n) RETURN count(n) AS n"
    nodes = world_graph.read(cypher)
    managed.kill(neo4j_home)
    assert world_graph.read(cypher) == nodes
    managed.kill(neo4j_home)
    assert world_graph.read(cypher + " // not seen before") == nodes
    managed.kill(neo4j_home)
    assert world_graph.fetch(cypher) == nodes


def test_server_of_others_that_is_not_there_is_an_error(neo4j_home: Home, tmp_path: Path) -> None:
    for url, reason in (
        ("bolt://127.0.0.1:1", "cannot be reached"),
        ("neo4j://127.0.0.1:1", "cannot be reached"),
        ("http://127.0.0.1:1", "is no address of a Neo4j"),
        ("bolt://", "cannot be reached"),
    ):
        home = replace(Home.at(tmp_path, {}), graph=GraphAddress(url, "neo4j", ""))
        with pytest.raises(GraphError, match=reason):
            Graph(home)
    address = managed.start(neo4j_home)
    values = {"POLICYGRAPH_NEO4J_URL": address.url, "POLICYGRAPH_NEO4J_PASSWORD": "wrong"}
    with pytest.raises(GraphError, match="refuses user 'neo4j'"):
        Graph(Home.at(tmp_path, values))
