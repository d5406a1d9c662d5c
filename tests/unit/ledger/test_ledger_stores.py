"""The ledger on SQLite and on PostgreSQL: the same rows, the same ids, appended and never edited."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select

from policygraph.annotate.annotated import parse_line, record_line
from policygraph.archive import Archive
from policygraph.cli.stages import Run, reference_stage, text_stage
from policygraph.graph.connection import Graph
from policygraph.graph.loader import graph_hash, load
from policygraph.graph.projection import project
from policygraph.home import Home
from policygraph.ledger import Ledger, LedgerError, LockedError, lock, schema
from policygraph.ledger.runs import add_issue, begin_run, count_issues, finish_run, issues_of_run, latest_runs
from policygraph.ledger.store import append, next_sequence
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Issue
from policygraph.reference import load_reference
from policygraph.resolve.reference_names import ReferenceIndex
from policygraph.resolve.resolver import Resolver
from policygraph.text.roles import plain_blocks

RETOLD = Path(__file__).parents[2] / "acceptance" / "retold.jsonl"
FETCHED = "2025-12-11T06:00:00Z"


def _take(ledger: Ledger, archive: Archive, lines: list[str]) -> tuple[int, int]:
    new = statements = 0
    with ledger.transaction() as connection:
        run_id = begin_run(connection, "test")
    for line in lines:
        annotated = parse_line(line)
        with ledger.transaction() as connection:
            blocks = plain_blocks(annotated.text, annotated.kind)
            captures, added = record_line(connection, archive, run_id, line, annotated, FETCHED, blocks)
        new, statements = new + captures, statements + added
    with ledger.transaction() as connection:
        finish_run(connection, run_id, "done", {"statements": statements})
    return new, statements


@pytest.fixture
def lines() -> list[str]:
    return RETOLD.read_text(encoding="utf-8").splitlines()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    found: str = request.getfixturevalue("postgresql_url")
    return found


def test_taking_the_same_again_adds_nothing(url: str, tmp_path: Path, lines: list[str]) -> None:
    ledger, archive = Ledger(url), Archive(tmp_path / "archive")
    captures, statements = _take(ledger, archive, lines)
    assert captures == len(lines)
    assert statements == sum(len(json.loads(line)["statements"]) for line in lines)
    before = _content(ledger)
    assert _take(Ledger(url), archive, lines) == (0, 0)
    assert _content(ledger) == before


def _content(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """Rows without what differs between two machines: runs, the days of recording, and visits."""
    found = {}
    with ledger.reading() as connection:
        for table in (schema.captures, schema.texts, schema.documents, schema.mentions, schema.statements):
            columns = [c for c in table.c if c.name not in ("recorded", "run_id")]
            rows = connection.execute(select(*columns))
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def test_both_stores_hold_the_same_and_give_the_same_graph(
    tmp_path: Path, postgresql_url: str, lines: list[str], empty_graph: Graph
) -> None:
    hashes, contents = set(), []
    for number, place in enumerate((f"sqlite:///{tmp_path / 'ledger.sqlite'}", postgresql_url)):
        ledger, archive = Ledger(place), Archive(tmp_path / f"archive-{number}")
        # The other store gets the same in another order.
        _take(ledger, archive, lines if number == 0 else lines[::-1])
        content = _content(ledger)
        content["captures"] = [row[:9] for row in content["captures"]]  # without places in the archive
        content["documents"] = [row[:15] for row in content["documents"]]  # without the order of arrival
        contents.append(content)
        resolver = Resolver(ReferenceIndex(load_reference()), load_ontology())
        with ledger.reading() as connection:
            projection, _ = project(connection, resolver, load_ontology())
        counts = load(empty_graph, projection)
        hashes.add(graph_hash(empty_graph))
        assert (counts.relationships_written == 0) == (number == 1)
    assert contents[0] == contents[1]
    assert len(hashes) == 1


@pytest.fixture
def emitted() -> Iterator[list[str]]:
    """Every SQL statement that any engine sends."""
    found: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def test_nothing_but_a_run_is_ever_edited(url: str, tmp_path: Path, lines: list[str], emitted: list[str]) -> None:
    home = Home.at(tmp_path / "home", {"POLICYGRAPH_LEDGER_URL": url})
    home.create()
    ledger, archive = Ledger(url), Archive(home.archive)
    with ledger.transaction() as connection:
        run = Run(home, ledger, archive, begin_run(connection, "test"), lambda message: None)
    reference_stage(run)
    _take(ledger, archive, lines)
    text_stage(run)
    run.issue(Issue("text", "page_empty", "The page has no text."))
    changing = [s for s in emitted if re.match(r"\s*(UPDATE|DELETE|REPLACE|TRUNCATE|DROP|ALTER|MERGE)\b", s, re.I)]
    assert {s.split()[0].upper() + " " + s.split()[1] for s in changing} == {"UPDATE runs"}
    inserting = [s for s in emitted if s.lstrip().upper().startswith("INSERT")]
    assert inserting
    assert not [s for s in inserting if "DO UPDATE" in s.upper() or "OR REPLACE" in s.upper()]


def test_a_transaction_is_kept_whole_or_not_at_all(url: str) -> None:
    ledger = Ledger(url)

    def interrupted() -> None:
        with ledger.transaction() as connection:
            begin_run(connection, "test")
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="power"):
        interrupted()
    with ledger.reading() as connection:
        assert latest_runs(connection) == []


def test_two_writers_wait_for_each_other(url: str) -> None:
    Ledger(url)
    rows = [[{"hash": f"{who}{i}", "text": "t"} for i in range(50)] for who in "ab"]
    failures: list[Exception] = []

    def write(own: list[dict[str, str]]) -> None:
        try:
            ledger = Ledger(url)
            for row in own:
                with ledger.transaction() as connection:
                    append(connection, schema.texts, [row, {"hash": "shared", "text": "t"}])
        except Exception as error:  # seen by the test below, in its own thread
            failures.append(error)

    threads = [threading.Thread(target=write, args=(own,)) for own in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Ledger(url).reading() as connection:
        assert len(connection.execute(select(schema.texts.c.hash)).all()) == 101


def test_append_counts_what_is_new(url: str) -> None:
    rows = [{"hash": str(i), "text": "t"} for i in range(1203)]
    with Ledger(url).transaction() as connection:
        assert append(connection, schema.texts, rows) == 1203
        assert append(connection, schema.texts, [*rows[:10], {"hash": "new", "text": "t"}]) == 1
        assert append(connection, schema.texts, []) == 0
        assert next_sequence(connection, schema.documents) == 1


def test_runs_of_one_second_are_in_their_order(url: str) -> None:
    with Ledger(url).transaction() as connection:
        ids = [begin_run(connection, f"command {number}") for number in range(12)]
        finish_run(connection, ids[3], "done", {"statements": 2})
        found = latest_runs(connection)
    assert [run["id"] for run in found] == ids[::-1][:10]
    assert next(run for run in found if run["id"] == ids[3])["counts"] == '{"statements":2}'


def test_issues_are_bounded_plain_and_kept_once(url: str) -> None:
    hostile = Issue("crawl", "feed_broken", "bad\x00\x1b[31m\ud800 " + "x" * 5000, "source", "http://a.example/\x00\n")
    with Ledger(url).transaction() as connection:
        run_id = begin_run(connection, "test")
        add_issue(connection, run_id, hostile)
        add_issue(connection, run_id, hostile)
        (kept,) = issues_of_run(connection, run_id)
    assert len(kept["reason"]) == 500
    assert kept["reason"].isprintable()
    assert kept["url"].isprintable()


@pytest.mark.parametrize("wrong", ["mysql://x", "nonsense", "sqlite:////nowhere/at/all/ledger.sqlite", "oracle://x"])
def test_a_ledger_that_cannot_be_opened_says_why(wrong: str) -> None:
    with pytest.raises(LedgerError, match="ledger"):
        Ledger(wrong)


def test_one_lock_a_home(tmp_path: Path) -> None:
    with lock(tmp_path / "lock"):
        with pytest.raises(LockedError, match=r"process \d+"), lock(tmp_path / "lock"):
            pass
        with lock(tmp_path / "other" / "lock"):
            pass
    with lock(tmp_path / "lock"):
        pass


def test_issues_that_point_to_no_fault_are_recorded_and_leave_a_run_done(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with ledger.transaction() as connection:
        run_id = begin_run(connection, "test")
        add_issue(connection, run_id, Issue("annotate", "doubted_readings_refused", "2 readings have no quote"))
        assert (len(issues_of_run(connection, run_id)), count_issues(connection, run_id)) == (1, 0)
        add_issue(connection, run_id, Issue("annotate", "readings_refused", "1 reading has no quote"))
        add_issue(connection, begin_run(connection, "another"), Issue("text", "page_empty", "there is nothing"))
        assert (len(issues_of_run(connection, run_id)), count_issues(connection, run_id)) == (2, 1)
