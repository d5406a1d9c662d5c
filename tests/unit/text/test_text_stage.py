from __future__ import annotations

from pathlib import Path

import pytest
from mortal_reader import read_by_other_code, read_or_die, read_or_raise
from sqlalchemy import func, select
from text_samples import FETCHED, PARAGRAPHS, article

from policygraph.archive import Archive, Response
from policygraph.ledger import Ledger, schema
from policygraph.ledger.captures import record_response
from policygraph.ledger.runs import begin_run, issues_of_run
from policygraph.text import stage
from policygraph.text.stage import read_new_captures


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def _capture(ledger: Ledger, archive: Archive, run_id: str, name: str, payload: str, kind: str = "page") -> None:
    response = Response(f"https://news.example/{name}", payload.encode(), FETCHED, "text/html")
    with ledger.transaction() as connection:
        record_response(connection, archive, run_id, "sample", kind, response, {"title": name})


def _run(ledger: Ledger) -> str:
    with ledger.transaction() as connection:
        return begin_run(connection, "test")


def _count(ledger: Ledger, table: str) -> int:
    with ledger.reading() as connection:
        return connection.execute(select(func.count()).select_from(schema.metadata.tables[table])).scalar_one()


def test_stage_reads_what_is_new_and_a_second_run_adds_nothing(ledger: Ledger, archive: Archive) -> None:
    run_id = _run(ledger)
    _capture(ledger, archive, run_id, "a", article(PARAGRAPHS))
    _capture(ledger, archive, run_id, "b", "<html></html>")
    _capture(ledger, archive, run_id, "c", article(PARAGRAPHS), kind="listing")
    told: list[str] = []
    assert read_new_captures(ledger, archive, run_id, told.append) == {"captures": 2, "documents": 1, "issues": 1}
    assert told == ["read 2 of 2 captures: 1 documents"]
    with ledger.reading() as connection:
        assert [(i["code"], i["url"]) for i in issues_of_run(connection, run_id)] == [
            ("page_empty", "https://news.example/b")
        ]
    before = {name: _count(ledger, name) for name in schema.metadata.tables}
    assert read_new_captures(ledger, archive, run_id, None) == {"captures": 0, "documents": 0, "issues": 0}
    assert {name: _count(ledger, name) for name in schema.metadata.tables} == before


def test_run_that_was_stopped_goes_on_where_it_was(
    ledger: Ledger, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = _run(ledger)
    for name in "abc":
        _capture(ledger, archive, run_id, name, article(PARAGRAPHS))
    real = stage.read_capture

    def stops(capture: object, *arguments: object) -> object:
        if str(getattr(capture, "url", "")).endswith("/b"):
            raise KeyboardInterrupt
        return real(capture, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(stage, "read_capture", stops)
    with pytest.raises(KeyboardInterrupt):
        read_new_captures(ledger, archive, run_id, None)
    assert _count(ledger, "documents") == 1
    monkeypatch.setattr(stage, "read_capture", real)
    assert read_new_captures(ledger, archive, run_id, None)["documents"] == 2


def test_edited_archive_is_an_issue_and_the_others_are_read(ledger: Ledger, archive: Archive) -> None:
    run_id = _run(ledger)
    _capture(ledger, archive, run_id, "a", article(PARAGRAPHS))
    _capture(ledger, archive, run_id, "b", article(PARAGRAPHS))
    (file,) = archive.root.rglob("*.warc.gz")
    data = bytearray(file.read_bytes())
    data[len(data) // 4] ^= 0xFF
    file.write_bytes(bytes(data))
    assert read_new_captures(ledger, archive, run_id, None) == {"captures": 2, "documents": 1, "issues": 1}
    with ledger.reading() as connection:
        (issue,) = issues_of_run(connection, run_id)
    assert issue["code"] == "archive_damaged"
    assert "capture:" in issue["reason"]


def test_several_processes_read_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEWEST_FOR_PROCESSES", 5)
    found = []
    for processes in (0, 2):
        ledger, archive = Ledger(f"sqlite:///{tmp_path / str(processes)}.sqlite"), Archive(tmp_path / str(processes))
        run_id = _run(ledger)
        for name in "abcde":
            _capture(ledger, archive, run_id, name, article(PARAGRAPHS, title=f"Sample {name}"))
        _capture(ledger, archive, run_id, "f", "<html></html>")
        counts = read_new_captures(ledger, archive, run_id, processes=processes)
        assert counts == {"captures": 6, "documents": 5, "issues": 1}
        with ledger.reading() as connection:
            documents = schema.metadata.tables["documents"]
            columns = (documents.c.id, documents.c.url, documents.c.text_hash)
            found.append(connection.execute(select(*columns).order_by(documents.c.sequence)).all())
    assert len(found[0]) == 5
    assert found[0] == found[1]


def test_a_capture_of_which_its_process_dies_is_an_issue_and_not_read_again(
    ledger: Ledger, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = _run(ledger)
    for name in ("a", "deadly", "c"):
        _capture(ledger, archive, run_id, name, article(PARAGRAPHS))
    monkeypatch.setattr(stage, "FEWEST_FOR_PROCESSES", 1)
    monkeypatch.setattr(stage, "_read", read_or_die)
    assert read_new_captures(ledger, archive, run_id, processes=2) == {"captures": 3, "documents": 2, "issues": 1}
    with ledger.reading() as connection:
        (issue,) = issues_of_run(connection, run_id)
    assert (issue["code"], issue["url"]) == ("page_unreadable", "https://news.example/deadly")
    assert "died" in issue["reason"]
    assert read_new_captures(ledger, archive, run_id, processes=2)["captures"] == 0


def test_what_other_code_read_is_left_for_the_next_run(
    ledger: Ledger, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = _run(ledger)
    _capture(ledger, archive, run_id, "a", article(PARAGRAPHS))
    with monkeypatch.context() as patch:
        patch.setattr(stage, "_read", read_by_other_code)
        assert read_new_captures(ledger, archive, run_id) == {"captures": 1, "documents": 0, "issues": 1}
    with ledger.reading() as connection:
        assert [issue["code"] for issue in issues_of_run(connection, run_id)] == ["reader_changed"]
    assert read_new_captures(ledger, archive, run_id)["documents"] == 1


def test_a_damaged_record_is_read_again_when_another_process_found_it(
    ledger: Ledger, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = _run(ledger)
    for name in "ab":
        _capture(ledger, archive, run_id, name, article(PARAGRAPHS))
    (file,) = archive.root.rglob("*.warc.gz")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 4] + bytes([whole[len(whole) // 4] ^ 0xFF]) + whole[len(whole) // 4 + 1 :])
    monkeypatch.setattr(stage, "FEWEST_FOR_PROCESSES", 1)
    assert read_new_captures(ledger, archive, run_id, processes=2) == {"captures": 2, "documents": 1, "issues": 1}
    file.write_bytes(whole)
    assert read_new_captures(ledger, archive, run_id, processes=2) == {"captures": 1, "documents": 1, "issues": 0}


def test_what_a_reader_raises_is_raised_in_its_turn(
    ledger: Ledger, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = _run(ledger)
    for name in "abc":
        _capture(ledger, archive, run_id, name, article(PARAGRAPHS))
    monkeypatch.setattr(stage, "FEWEST_FOR_PROCESSES", 1)
    monkeypatch.setattr(stage, "_read", read_or_raise)
    with pytest.raises(RuntimeError, match="a slip of ours"):
        read_new_captures(ledger, archive, run_id, processes=2)
    assert _count(ledger, "documents") == 1
