"""kill -9 at many places, then the same command again: the same graph as a home that was never interrupted."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.command_line import CommandLine
from tests.e2e.sample_crawl import copy_pages, crawl

from policygraph.graph.connection import Graph
from policygraph.graph.loader import drop
from policygraph.ledger import Ledger, schema

RUN = ("run", "--no-crawl", "--no-reference")

# Runs a command line and ends it as a power cut would, before the nth statement of SQL or Cypher that begins so.
KILLER = """
import os, signal, sys
from sqlalchemy import Engine, event
from policygraph.graph.connection import Graph
from policygraph.cli.main import invoke
beginning, left = sys.argv[1], int(sys.argv[2])
def count(text):
    global left
    if text.lstrip().startswith(beginning):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
event.listen(Engine, "before_cursor_execute", lambda c, cursor, text, *rest: count(text))
write = Graph.write
Graph.write = lambda self, cypher, parameters=None: (count(cypher), write(self, cypher, parameters))[1]
sys.exit(invoke(sys.argv[3:]))
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, neo4j_environment: dict[str, str]) -> CommandLine:
    """A home that has crawled a few pages and done nothing with them."""
    folder = tmp_path_factory.mktemp("kills")
    command_line = CommandLine(folder / "home", neo4j_environment)
    command_line.done("init", "--no-reference")
    crawl(command_line.home, copy_pages(folder / "pages"))
    return command_line


@pytest.fixture(scope="module")
def whole(archive: CommandLine, tmp_path_factory: pytest.TempPathFactory, graph: Graph) -> str:
    """The hash of the graph that an uninterrupted run gives."""
    command_line = CommandLine(tmp_path_factory.mktemp("whole") / "home", archive.environment)
    shutil.copytree(archive.home, command_line.home)
    drop(graph)
    assert command_line(*RUN).code in (0, 3)
    return command_line.done("graph", "hash").out


@pytest.fixture
def crawled(archive: CommandLine, tmp_path: Path) -> CommandLine:
    shutil.copytree(archive.home, tmp_path / "home")
    return CommandLine(tmp_path / "home", archive.environment)


def _run_killed(command_line: CommandLine, beginning: str, number: int, *arguments: str) -> int:
    program = [sys.executable, "-c", KILLER, beginning, str(number), "--home", str(command_line.home), *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("POLICYGRAPH_")} | command_line.environment
    return subprocess.run(program, env=environment, capture_output=True, text=True, timeout=120).returncode


@pytest.mark.parametrize(
    ("beginning", "number"),
    [
        ("INSERT INTO texts", 1),  # text: the first document
        ("INSERT INTO readings", 9),  # text: a document is there, its reading is not
        ("INSERT INTO extractions", 5),  # annotate: statements are there, the extraction is not
        ("INSERT INTO judgements", 1),
        ("UNWIND $rows AS row MERGE", 3),  # graph: some nodes are there
        ("UNWIND $rows AS row\n", 4),  # graph: some relationships are there
        ("UPDATE runs", 1),  # everything is there but the end of the run
    ],
)
def test_a_killed_run_is_run_again(crawled: CommandLine, whole: str, graph: Graph, beginning: str, number: int) -> None:
    drop(graph)
    if _run_killed(crawled, beginning, number, *RUN) != -signal.SIGKILL:
        pytest.fail(f"the run had fewer than {number} statements that begin with {beginning!r}")
    assert crawled(*RUN).code in (0, 3)
    assert crawled.done("graph", "hash").out == whole
    again = crawled(*RUN)
    assert "0 statements" in again.out
    assert "0 nodes written" in again.out
    runs = crawled.done("status", "--json").json["runs"]
    assert [run["status"] for run in runs][-1] == "running"


def test_a_killed_init_is_done_again(command_line: CommandLine, tmp_path: Path) -> None:
    whole = CommandLine(tmp_path / "whole", command_line.environment)
    whole.done("init")
    assert _run_killed(command_line, "INSERT INTO statements", 4, "init") == -signal.SIGKILL
    command_line.done("init")
    assert _statements(command_line) == _statements(whole)


def _statements(command_line: CommandLine) -> list[str]:
    with Ledger(command_line.place().ledger_url).reading() as connection:
        return sorted(connection.execute(select(schema.statements.c.id)).scalars())
