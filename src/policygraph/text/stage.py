"""The stage: reads every capture that this version has not read yet, and records what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from policygraph.archive import Archive, ArchiveError, Location
from policygraph.ledger import Ledger
from policygraph.ledger.captures import get_capture, unread_captures
from policygraph.ledger.documents import record_reading
from policygraph.ledger.runs import add_issue
from policygraph.model.records import Capture, Issue
from policygraph.processes import Work, in_processes
from policygraph.text.reading import EXTRACTOR, VERSION, Reading, read_capture

KINDS = ("page", "file", "feed")

TOLD_EVERY = 25  # captures between two sentences about progress
FEWEST_FOR_PROCESSES = 100  # captures below which starting processes takes longer than they save

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A capture that is to be read, where its bytes lie, and when they were fetched."""

    capture: Capture
    location: Location
    fetched_at: str


def read_new_captures(
    ledger: Ledger, archive: Archive, run_id: str, progress: Progress | None = None, processes: int = 0
) -> dict[str, int]:
    """Read what was captured and not read; returns the counts ``captures``, ``documents`` (new) and ``issues``.

    One transaction a capture: a run that is killed is started again and goes on where it stopped, and another run adds
    nothing. ``progress`` is given sentences for people. Where there are ``FEWEST_FOR_PROCESSES`` captures or more, as
    many ``processes`` read them if that is two or more, else this one; the documents are the same, but for pages that
    a limit on the time of a child process stops.
    """
    with ledger.reading() as connection:
        waiting = list(unread_captures(connection, EXTRACTOR, VERSION, KINDS))
    counts = {"captures": 0, "documents": 0, "issues": 0}
    things = _things(ledger, waiting)
    readings = _readings(things, archive, processes if len(waiting) >= FEWEST_FOR_PROCESSES else 0)
    for number, (thing, found) in enumerate(readings, 1):
        reading = _of_version(found, thing.capture)
        counts["captures"] += 1
        counts["documents"] += _record(ledger, run_id, thing.capture, reading)
        counts["issues"] += len(reading.issues)
        if progress is not None and (number % TOLD_EVERY == 0 or number == len(waiting)):
            progress(f"read {number} of {len(waiting)} captures: {counts['documents']} documents")
    return counts


def _things(ledger: Ledger, waiting: Iterable[tuple[Capture, Location]]) -> Iterator[_Waiting]:
    for capture, location in waiting:
        with ledger.reading() as connection:
            found = get_capture(connection, capture.id)
        if found is not None:
            yield _Waiting(capture, location, found[2])


def _readings(things: Iterator[_Waiting], archive: Archive, processes: int) -> Iterator[tuple[_Waiting, Reading]]:
    if processes > 1:
        yield from in_processes(things, Work(partial(_read, archive), _died), processes)
    else:
        for thing in things:
            yield thing, _read(archive, thing)


def _read(archive: Archive, thing: _Waiting) -> Reading:
    """The documents and issues of a capture; of one whose bytes are damaged in the archive, an unfinished reading."""
    capture = thing.capture
    try:
        payload = archive.read(thing.location, capture.digest)
    except ArchiveError as error:
        issue = Issue("text", "archive_damaged", f"capture {capture.id}: {error}", capture.source_id, capture.url)
        return Reading((), (issue,), complete=False)
    return read_capture(capture, payload, thing.fetched_at)


def _died(thing: _Waiting) -> Reading:
    capture = thing.capture
    reason = "the process that read this capture died"
    return Reading((), (Issue("text", "page_unreadable", reason, capture.source_id, capture.url),))


def _of_version(reading: Reading, capture: Capture) -> Reading:
    """The reading, or an unfinished one if other code made it: filed under this version, nobody would see that."""
    if reading.version == VERSION:
        return reading
    reason = f"the readers of pages were replaced while the run was under way ({reading.version} read): read again next"
    issue = Issue("text", "reader_changed", reason, capture.source_id, capture.url)
    return Reading((), (issue,), complete=False)


def _record(ledger: Ledger, run_id: str, capture: Capture, reading: Reading) -> int:
    """Record what came of a capture; returns the number of new documents."""
    with ledger.transaction() as connection:
        added = 0
        if reading.complete:  # else it is tried again by the next run, when the archive has been repaired perhaps
            added = record_reading(connection, run_id, capture.id, EXTRACTOR, VERSION, reading.documents)
        for issue in reading.issues:
            add_issue(connection, run_id, issue)
    return added
