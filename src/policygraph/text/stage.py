"""The stage: reads every capture that this version has not read yet, and records what came of it."""

from __future__ import annotations

from collections.abc import Callable

from policygraph.archive import Archive, ArchiveError, Location
from policygraph.ledger import Ledger
from policygraph.ledger.captures import get_capture, unread_captures
from policygraph.ledger.documents import record_reading
from policygraph.ledger.runs import add_issue
from policygraph.model.records import Capture, Issue
from policygraph.text.reading import EXTRACTOR, VERSION, read_capture

KINDS = ("page", "file", "feed")

TOLD_EVERY = 25  # captures between two sentences about progress

Progress = Callable[[str], None]


def read_new_captures(
    ledger: Ledger, archive: Archive, run_id: str, progress: Progress | None = None
) -> dict[str, int]:
    """Read what was captured and not read; returns the counts ``captures``, ``documents`` (new) and ``issues``.

    One transaction a capture: a run that is killed is started again and goes on where it stopped, and another run adds
    nothing. ``progress`` is given sentences for people.
    """
    with ledger.reading() as connection:
        waiting = list(unread_captures(connection, EXTRACTOR, VERSION, KINDS))
    counts = {"captures": 0, "documents": 0, "issues": 0}
    for number, (capture, location) in enumerate(waiting, 1):
        documents, issues = _read_one(ledger, archive, run_id, capture, location)
        counts["captures"] += 1
        counts["documents"] += documents
        counts["issues"] += issues
        if progress is not None and (number % TOLD_EVERY == 0 or number == len(waiting)):
            progress(f"read {number} of {len(waiting)} captures: {counts['documents']} documents")
    return counts


def _read_one(ledger: Ledger, archive: Archive, run_id: str, capture: Capture, location: Location) -> tuple[int, int]:
    """Read and record one capture; returns the numbers of new documents and of issues."""
    try:
        payload = archive.read(location, capture.digest)
    except ArchiveError as error:
        # Not recorded as read: the capture is tried again when the archive has been repaired.
        with ledger.transaction() as connection:
            issue = Issue("text", "archive_damaged", f"capture {capture.id}: {error}", capture.source_id, capture.url)
            add_issue(connection, run_id, issue)
        return 0, 1
    with ledger.reading() as connection:
        found = get_capture(connection, capture.id)
    if found is None:
        return 0, 0
    reading = read_capture(capture, payload, found[2])
    with ledger.transaction() as connection:
        added = record_reading(connection, run_id, capture.id, EXTRACTOR, VERSION, reading.documents)
        for issue in reading.issues:
            add_issue(connection, run_id, issue)
    return added, len(reading.issues)
