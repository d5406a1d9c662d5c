"""Captures and visits: which bytes were seen, where the archive keeps them, and when they were seen again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, select

from policygraph.archive import Archive, Location, Response
from policygraph.ledger import schema
from policygraph.ledger.runs import plain
from policygraph.ledger.store import append, dumps, next_sequence
from policygraph.model.identity import content_id, digest
from policygraph.model.records import Capture

MAX_HINT = 1000


@dataclass(frozen=True, slots=True)
class Visit:
    """The last time that a URL was asked for: which capture answered, and the validators for a conditional request."""

    capture_id: str
    url: str
    fetched_at: str
    etag: str | None
    last_modified: str | None


def record_response(
    connection: Connection,
    archive: Archive,
    run_id: str,
    source_id: str,
    kind: str,
    response: Response,
    hints: dict[str, str],
) -> tuple[Capture, bool]:
    """Archive a response and record it. Returns the capture and whether it is new.

    Bytes that this source and URL gave before become a revisit record and a visit, not a capture.
    """
    payload_digest = digest(response.payload)
    capture_id = content_id("capture", source_id, response.url, payload_digest)
    earlier = _row(connection, capture_id)
    cut_torn_tail(connection, archive, source_id, response.fetched_at[:10])
    if earlier is not None:
        location = archive.store_revisit(source_id, response, response.url, earlier["fetched_at"])
        _add_visit(connection, capture_id, response, "revisit", location, run_id)
        return _capture(earlier), False
    location = archive.store(source_id, response)
    capture = Capture(
        capture_id,
        source_id,
        response.url,
        payload_digest,
        response.media_type,
        kind,
        response.status,
        len(response.payload),
        {k: plain(v)[:MAX_HINT] for k, v in hints.items() if v},
    )
    append(connection, schema.captures, [_capture_row(connection, capture, location, response.fetched_at, run_id)])
    _add_visit(connection, capture_id, response, "new", location, run_id)
    return capture, True


def record_not_modified(connection: Connection, run_id: str, visit: Visit, fetched_at: str) -> None:
    """Record that a server answered 304: what ``visit`` names is still what the URL gives."""
    row = {
        "capture_id": visit.capture_id,
        "fetched_at": fetched_at,
        "url": visit.url,
        "outcome": "not_modified",
        "etag": visit.etag,
        "last_modified": visit.last_modified,
        "run_id": run_id,
    }
    append(connection, schema.visits, [row])


def last_visit(connection: Connection, source_id: str, url: str) -> Visit | None:
    """The latest visit of a URL by a source, or None."""
    row = (
        connection.execute(
            select(schema.visits)
            .join(schema.captures, schema.captures.c.id == schema.visits.c.capture_id)
            .where(schema.visits.c.url == url, schema.captures.c.source_id == source_id)
            .order_by(schema.visits.c.fetched_at.desc(), schema.captures.c.sequence.desc())
            .limit(1)
        )
        .mappings()
        .first()
    )
    if row is None:
        return None
    return Visit(row["capture_id"], row["url"], row["fetched_at"], row["etag"], row["last_modified"])


def cut_torn_tail(connection: Connection, archive: Archive, source_id: str, day: str) -> int:
    """Remove bytes behind the last recorded record of the file that is appended to next; returns how many."""
    file = f"{source_id}/{source_id}-{day}.warc.gz"
    ends = []
    for table in (schema.captures, schema.visits):
        end = func.max(table.c.warc_offset + table.c.warc_length)
        ends.append(connection.execute(select(end).where(table.c.warc_file == file)).scalar() or 0)
    return archive.cut(file, max(ends))


def unread_captures(
    connection: Connection, extractor: str, version: str, kinds: tuple[str, ...]
) -> Iterator[tuple[Capture, Location]]:
    """Captures of these kinds that this version of the text stage has not read yet, in the order in which they came."""
    done = and_(
        schema.readings.c.capture_id == schema.captures.c.id,
        schema.readings.c.extractor == extractor,
        schema.readings.c.extractor_version == version,
    )
    query = (
        select(schema.captures)
        .outerjoin(schema.readings, done)
        .where(schema.readings.c.capture_id.is_(None), schema.captures.c.kind.in_(kinds))
        .order_by(schema.captures.c.sequence)
    )
    for row in connection.execute(query).mappings().all():
        yield _capture(row), location_of(row)


def get_capture(connection: Connection, capture_id: str) -> tuple[Capture, Location, str] | None:
    """A capture, where its bytes lie and when they were fetched; None if the ledger has no such capture."""
    row = _row(connection, capture_id)
    return None if row is None else (_capture(row), location_of(row), row["fetched_at"])


def location_of(row: RowMapping) -> Location:
    """Where the bytes of a row of ``captures`` lie in the archive."""
    return Location(row["warc_file"], row["warc_offset"], row["warc_length"])


def _row(connection: Connection, capture_id: str) -> RowMapping | None:
    return connection.execute(select(schema.captures).where(schema.captures.c.id == capture_id)).mappings().first()


def _capture(row: RowMapping) -> Capture:
    return Capture(
        row["id"],
        row["source_id"],
        row["url"],
        row["digest"],
        row["media_type"],
        row["kind"],
        row["http_status"],
        row["length"],
        json.loads(row["hints"]),
    )


def _capture_row(
    connection: Connection, capture: Capture, location: Location, fetched_at: str, run_id: str
) -> dict[str, Any]:
    return {
        "id": capture.id,
        "source_id": capture.source_id,
        "url": capture.url,
        "digest": capture.digest,
        "media_type": capture.media_type,
        "kind": capture.kind,
        "http_status": capture.http_status,
        "length": capture.length,
        "hints": dumps(capture.hints),
        "warc_file": location.file,
        "warc_offset": location.offset,
        "warc_length": location.length,
        "fetched_at": fetched_at,
        "run_id": run_id,
        "sequence": next_sequence(connection, schema.captures),
    }


def _add_visit(
    connection: Connection, capture_id: str, response: Response, outcome: str, location: Location, run_id: str
) -> None:
    headers = {k.lower(): v for k, v in response.headers}
    row = {
        "capture_id": capture_id,
        "fetched_at": response.fetched_at,
        "url": response.url,
        "outcome": outcome,
        "etag": headers.get("etag"),
        "last_modified": headers.get("last-modified"),
        "warc_file": location.file,
        "warc_offset": location.offset,
        "warc_length": location.length,
        "run_id": run_id,
    }
    append(connection, schema.visits, [row])
