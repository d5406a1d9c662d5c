"""Fixtures that start real servers, once a session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policygraph.graph import managed
from policygraph.graph.connection import Graph
from policygraph.graph.errors import GraphError
from policygraph.graph.loader import drop, ensure_schema
from policygraph.home import Home

NEO4J_HEAP = "512"  # MiB


@pytest.fixture(scope="session")
def neo4j_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose managed Neo4j runs for the whole session."""
    cache = str(Home.at().cache)  # downloads are shared with those of the user
    folder = tmp_path_factory.mktemp("neo4j") / "home"
    home = Home.at(folder, {"POLICYGRAPH_NEO4J_HEAP": NEO4J_HEAP, "POLICYGRAPH_CACHE": cache})
    home.create()
    try:
        managed.start(home)
    except GraphError as error:
        pytest.exit(f"The tests need a Neo4j, and it could not be started: {error}", returncode=1)
    yield home
    managed.stop(home)


@pytest.fixture(scope="session")
def graph(neo4j_home: Home) -> Iterator[Graph]:
    """A connection to the session's Neo4j; what it holds is whatever the last test left."""
    with Graph(neo4j_home) as connection:
        yield connection


@pytest.fixture
def empty_graph(graph: Graph) -> Graph:
    """The session's graph with the schema and nothing in it."""
    ensure_schema(graph)
    drop(graph)
    return graph
