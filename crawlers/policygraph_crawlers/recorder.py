"""Where a crawl's captures and issues go: ledger and archive, and a line of progress for each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from sqlalchemy import Connection

from policygraph.archive import Archive, ArchiveError, Response
from policygraph.home import Home
from policygraph.ledger import Ledger, schema
from policygraph.ledger.captures import Visit, get_capture, last_visit, record_not_modified, record_response
from policygraph.ledger.runs import add_issue
from policygraph.ledger.store import append, now
from policygraph.model.records import Capture, Issue
from policygraph_crawlers.source_file import Source


class Recorder:
    """Writes each thing in a transaction of its own as it arrives, so that a killed crawl loses nothing that it told.

    ``counts`` has ``fetched`` (answers with a body), ``new``, ``revisits`` (bytes that were known), ``not_modified``
    and ``issues``. ``failure`` says why something could not be written, and is None as long as all could.
    """

    def __init__(self, home: Home, run_id: str, stream: TextIO) -> None:
        self._ledger = Ledger(home.ledger_url)
        self._archive = Archive(home.archive)
        self._run_id = run_id
        self._stream = stream
        self.failure: str | None = None
        self.counts: Counter[str] = Counter(fetched=0, new=0, not_modified=0, revisits=0, issues=0)

    def source(self, source: Source) -> None:
        """Record what a source file says; a changed file is a new row."""
        row = {
            "id": source.id,
            "digest": source.digest,
            "title": source.title,
            "publisher": source.publisher.name,
            "kind": source.kind,
            "jurisdiction": source.jurisdiction,
            "authority": source.authority or None,
            "recorded": now(),
        }
        with self._writing() as connection:
            append(connection, schema.sources, [row])

    def capture(self, source_id: str, kind: str, response: Response, hints: dict[str, str]) -> Capture:
        """Archive and record an answer."""
        with self._writing() as connection:
            capture, is_new = record_response(connection, self._archive, self._run_id, source_id, kind, response, hints)
        self.counts["fetched"] += 1
        self.counts["new" if is_new else "revisits"] += 1
        self._tell_capture("new" if is_new else "revisit", kind, source_id, response.url)
        return capture

    def not_modified(self, source_id: str, visit: Visit) -> None:
        """Record that the server says that nothing changed since a visit."""
        with self._writing() as connection:
            record_not_modified(connection, self._run_id, visit, now())
        self.counts["not_modified"] += 1
        self._tell_capture("not_modified", "", source_id, visit.url)

    def issue(self, issue: Issue) -> None:
        """Record a problem."""
        with self._writing() as connection:
            add_issue(connection, self._run_id, issue)
        self.counts["issues"] += 1
        self.tell("issue", code=issue.code, reason=issue.reason, source=issue.source_id, url=issue.url)

    def last_visit(self, source_id: str, url: str) -> Visit | None:
        """The latest visit of a URL by a source, or None."""
        with self._ledger.reading() as connection:
            return last_visit(connection, source_id, url)

    def captured(self, visit: Visit) -> tuple[Capture, bytes] | None:
        """The capture that a visit names, with its bytes; None, and an issue, if the archive no longer has them."""
        with self._ledger.reading() as connection:
            found = get_capture(connection, visit.capture_id)
        if found is None:
            return None
        capture, location, _ = found
        try:
            return capture, self._archive.read(location, capture.digest)
        except ArchiveError as error:
            self.issue(Issue("crawl", "archive_damaged", f"{error}; fetched again", capture.source_id, visit.url))
            return None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with self._ledger.transaction() as connection:
                yield connection
        except Exception as error:
            self.failure = f"the ledger or the archive cannot be written: {error}"
            raise

    def _tell_capture(self, outcome: str, kind: str, source_id: str, url: str) -> None:
        self.tell("capture", outcome=outcome, new=outcome == "new", kind=kind, source=source_id, url=url)

    def tell(self, event: str, **fields: Any) -> None:
        """Write one line of progress."""
        print(json.dumps({"event": event, **fields}, ensure_ascii=True), file=self._stream, flush=True)
