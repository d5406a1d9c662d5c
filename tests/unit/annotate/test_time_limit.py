"""No document takes longer than the limit: it becomes an issue, and the others are read."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from annotate_samples import document
from slow_annotator import Slow, make_slow

from policygraph.annotate.stage import Reading, annotate_new_documents, load_reader
from policygraph.annotate.time_limit import OutOfTimeError, time_limit
from policygraph.annotate.workers import Task, annotate_tasks, annotated
from policygraph.home import Home
from policygraph.ledger import Ledger
from policygraph.ledger.documents import record_reading
from policygraph.ledger.runs import begin_run, issues_of_run
from policygraph.model.records import Document

ENDLESS = "a" * 60
LONG = "The Ministry of Trade banned exports of gallium to France on Monday, and Arda Motors Inc. protested.\n\n" * 800


def _numbered(texts: list[str]) -> list[Document]:
    return [replace(document(text), id=f"document:{n}") for n, text in enumerate(texts)]


def test_a_block_is_interrupted_and_what_was_before_is_restored() -> None:
    before = signal.getsignal(signal.SIGALRM)
    began = time.monotonic()
    with pytest.raises(OutOfTimeError), time_limit(0.1):
        time.sleep(30)
    assert time.monotonic() - began < 10
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    with time_limit(0.1):
        pass
    time.sleep(0.2)  # nothing rings after the block


def test_in_another_thread_there_is_no_limit() -> None:
    done = []

    def work() -> None:
        with time_limit(0.01):
            time.sleep(0.1)
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


@pytest.mark.parametrize("processes", [0, 2])
def test_a_text_that_takes_too_long_costs_itself_alone(processes: int) -> None:
    tasks = [Task(one, "slow") for one in _numbered(["fine", ENDLESS, "swallows", "fine"])]
    results = list(annotate_tasks(tasks, {"slow": make_slow}, processes, 0.5))
    codes = [[issue.code for issue in annotation.issues] for _, annotation in results]
    assert codes == [[], ["annotation_out_of_time"], ["annotation_out_of_time"], []]
    (issue,) = results[1][1].issues
    assert issue.document_id == "document:1"
    assert "60 characters" in issue.reason
    assert "0.5 seconds" in issue.reason


def test_the_reader_itself_is_interrupted_and_reads_on() -> None:
    reader = load_reader()
    short, long = _numbered([LONG[:102], LONG])
    whole = annotated(reader, short)
    stopped = annotated(reader, long, 0.2)
    assert [issue.code for issue in stopped.issues] == ["annotation_out_of_time"]
    assert (stopped.mentions, stopped.statements) == ((), ())
    assert annotated(reader, short) == whole
    again = replace(long, text=LONG[:60_000])
    assert annotated(reader, again, 60).statements


def test_a_document_that_took_too_long_is_not_read_again_by_this_version(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    texts = [replace(one, url=f"https://a.example/{one.id}") for one in _numbered([ENDLESS, "fine"])]
    with ledger.transaction() as connection:
        run = begin_run(connection, "test")
        record_reading(connection, run, "capture:1", "html", "1", texts)
    counts = annotate_new_documents(ledger, run, lambda line: None, Slow(), Reading(seconds=0.3))
    assert counts["documents_annotated"] == 2
    with ledger.reading() as connection:
        issues = [i for i in issues_of_run(connection, run) if i["code"] == "annotation_out_of_time"]
    assert [(issue["document_id"], issue["url"]) for issue in issues] == [("document:0", texts[0].url)]
    assert annotate_new_documents(ledger, run, lambda line: None, Slow())["documents_annotated"] == 0
    newer = Slow()
    newer.version = "2"
    counts = annotate_new_documents(ledger, run, lambda line: None, newer, Reading(seconds=0.3))
    assert counts["documents_annotated"] == 2


def test_the_setting() -> None:
    assert Home.at(Path("h"), {}).document_seconds == 600
    assert Home.at(Path("h"), {"POLICYGRAPH_DOCUMENT_SECONDS": "30"}).document_seconds == 30
    with pytest.raises(ValueError, match="POLICYGRAPH_DOCUMENT_SECONDS is 'soon'"):
        Home.at(Path("h"), {"POLICYGRAPH_DOCUMENT_SECONDS": "soon"})


@pytest.mark.parametrize("value", ["0", "-1", "1000001", "9" * 400])
def test_a_limit_that_no_alarm_can_be_set_to_is_refused_before_documents_are_read_with_it(value: str) -> None:
    with pytest.raises(ValueError, match="POLICYGRAPH_DOCUMENT_SECONDS"):
        Home.at(Path("h"), {"POLICYGRAPH_DOCUMENT_SECONDS": value})
    with time_limit(1_000_000):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 999_000
