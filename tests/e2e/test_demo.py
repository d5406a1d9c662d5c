"""``demo``: the whole flow on the sample site, again, after an edit of its pages, and after kill -9."""

from __future__ import annotations

import re
import shlex
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.command_line import CommandLine, Result
from tests.e2e.sample_crawl import copy_pages

from policygraph.graph.connection import Graph
from policygraph.graph.loader import drop

COUNT = re.compile(r"(\d+) (new captures|statements|relationships written|relationships removed|documents annotated)")


def _counts(result: Result) -> dict[str, int]:
    return {name: int(number) for number, name in COUNT.findall(result.out)}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_pages(tmp_path_factory.mktemp("demo") / "pages")


@pytest.fixture(scope="module")
def first(
    pages: Path, tmp_path_factory: pytest.TempPathFactory, neo4j_environment: dict[str, str], graph: Graph
) -> tuple[CommandLine, Result, str]:
    """A home on which the demo ran once, what it printed, and the hash of its graph."""
    command_line = CommandLine(tmp_path_factory.mktemp("demo-home") / "home", neo4j_environment)
    drop(graph)
    result = command_line.child("demo", "--pages", str(pages), timeout=280)
    assert result.code in (0, 3), result.err
    return command_line, result, command_line.done("graph", "hash").out


def test_the_demo_shows_what_touches_two_firms(first: tuple[CommandLine, Result, str]) -> None:
    _, result, _ = first
    assert _counts(result)["new captures"] > 10
    assert _counts(result)["statements"] > 10
    for words in ("Exposure of Tesla", "Exposure of Nvidia", "countervailing duties", "How to go on", "graph stop"):
        assert words in result.out
    assert "captured http" in result.err


def test_both_firms_have_rules_in_force(first: tuple[CommandLine, Result, str]) -> None:
    _, result, _ = first
    tesla, _, nvidia = result.out.partition("Exposure of Tesla")[2].partition("Exposure of Nvidia")
    for told in (tesla, nvidia):
        assert re.search(r"[1-9]\d* burdens? in force", told), told


def test_what_the_page_and_the_file_of_a_notice_both_name_is_one_thing(first: tuple[CommandLine, Result, str]) -> None:
    command_line, _, _ = first
    named = (
        "MATCH (page:Document)-[:MENTIONS]->(one:Entity), (file:Document)-[:MENTIONS]->(other:Entity) "
        "WHERE page.title = file.title AND page.url ENDS WITH '.html' AND file.url ENDS WITH '.pdf' "
        "AND one.name = other.name AND one.type = other.type RETURN one.id = other.id AS same, count(*) AS pairs"
    )
    found = command_line.done("query", "--cypher", named, "--json").json
    assert [row["same"] for row in found] == [True]
    assert found[0]["pairs"] > 10


def test_the_question_that_the_demo_suggests_is_answered(first: tuple[CommandLine, Result, str]) -> None:
    command_line, result, _ = first
    suggested = next(line for line in result.out.splitlines() if ' applies "' in line)
    words = shlex.split(suggested)
    answer = command_line.done(*words[words.index("applies") :]).out
    assert "yes: every dimension that it constrains is met" in answer


def test_the_second_demo_adds_nothing(first: tuple[CommandLine, Result, str], pages: Path) -> None:
    command_line, _, digest = first
    again = command_line("demo", "--pages", str(pages))
    assert set(_counts(again).values()) == {0}, again.out
    assert "0 new captures, 0 new statements, 0 edges changed" in again.out
    assert command_line.done("graph", "hash").out == digest


def test_a_killed_demo_ends_in_the_same_graph(
    first: tuple[CommandLine, Result, str], pages: Path, tmp_path: Path, graph: Graph
) -> None:
    whole, _, digest = first
    command_line = CommandLine(tmp_path / "home", whole.environment)
    drop(graph)
    with command_line.start("demo", "--pages", str(pages)) as child:
        assert child.stderr is not None
        captured = (line for line in child.stderr if line.startswith("captured"))
        for _ in range(5):
            next(captured)
        family = psutil.Process(child.pid).children(recursive=True)
        child.kill()
    assert child.returncode == -signal.SIGKILL
    # What the command had started ends with it, and soon: nothing writes beside the next run.
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not [process.cmdline() for process in alive]
    assert command_line("demo", "--pages", str(pages)).code in (0, 3)
    assert command_line.done("graph", "hash").out == digest


def test_an_edit_of_a_page_changes_the_answers(first: tuple[CommandLine, Result, str], pages: Path) -> None:
    command_line, _, _ = first
    command_line("demo", "--pages", str(pages))  # another home's graph was there
    told = command_line.done("claims", "--object", "Nvidia", "--json").json
    assert {claim["published"] for claim in told if claim["origin"] == "extracted"} >= {"2024-05-17"}
    for page in pages.glob("nvidia-*.md"):
        text = (
            page.read_text(encoding="utf-8").replace("Nvidia", "Intel").replace("date: 2024-05-17", "date: 2024-05-21")
        )
        page.write_text(text, encoding="utf-8")
    edited = command_line("demo", "--pages", str(pages))
    assert _counts(edited)["new captures"] > 0
    assert _counts(edited)["statements"] > 0
    found = _extracted(command_line, "Intel")
    assert "2024-05-21" in {claim["published"] for claim in found}
    assert any("Intel" in " ".join(claim["quotes"]) for claim in found)
    # What the earlier version of a page said no longer counts today, and still did before the new one came.
    assert not [claim for claim in _extracted(command_line, "Nvidia") if "sanctions" in claim["subject"].casefold()]
    assert "Nvidia" not in " ".join(quote for claim in found for quote in claim["quotes"] if "sanctions" in quote)
    digest = command_line.done("graph", "hash").out
    command_line.done("graph", "rebuild")
    assert command_line.done("graph", "hash").out == digest


def _extracted(command_line: CommandLine, name: str) -> list[dict[str, Any]]:
    claims: list[dict[str, Any]] = command_line.done("claims", "--object", name, "--json").json
    return [claim for claim in claims if claim["origin"] == "extracted"]


def test_another_folder_of_pages_must_be_there(command_line: CommandLine) -> None:
    result = command_line("demo", "--pages", "nowhere")
    assert result.code != 0
    assert "nowhere" in result.err
