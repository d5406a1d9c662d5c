"""Bytes in, bytes out: WARC files (ISO 28500), one a source and day, read back by file, offset and length.

The ledger holds the index (which capture lies where); a record that it does not name was cut off by a crash and is
removed before the file is appended to again.
"""

from __future__ import annotations

import io
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from policygraph.model.identity import digest

MAX_PAYLOAD = 256 * 1024 * 1024
_SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}\Z")


class ArchiveError(Exception):
    """A record that cannot be written or that no longer reads back as it was written."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record lies: file name relative to the archive, byte offset and byte length of its gzip member."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Response:
    """What a server (or a file) gave: payload with the status line and headers it came with; times are UTC ISO 8601."""

    url: str
    payload: bytes
    fetched_at: str
    media_type: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    is_http: bool = True
    truncated: str | None = None


class Archive:
    """A folder of WARC files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def store(self, source_id: str, response: Response) -> Location:
        """Append a response (or, for what did not come by HTTP, a resource) and return where it lies.

        Raises ArchiveError for a source id that is no safe file name.
        """
        kind = "response" if response.is_http else "resource"
        headers = {"WARC-Date": response.fetched_at}
        if response.truncated:
            headers["WARC-Truncated"] = response.truncated
        return self._append(source_id, response, kind, io.BytesIO(response.payload), headers)

    def store_revisit(self, source_id: str, response: Response, original_url: str, original_date: str) -> Location:
        """Append a revisit record: the same bytes as an earlier response, which is named by URL and date."""
        headers = {
            "WARC-Date": response.fetched_at,
            "WARC-Refers-To-Target-URI": original_url,
            "WARC-Refers-To-Date": original_date,
            "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
            "WARC-Payload-Digest": "sha256:" + digest(response.payload),
        }
        return self._append(source_id, response, "revisit", io.BytesIO(b""), headers)

    def _append(
        self, source_id: str, response: Response, kind: str, payload: io.BytesIO, headers: dict[str, str]
    ) -> Location:
        if not _SAFE_NAME.match(source_id):
            raise ArchiveError(f"source id {source_id!r} is no safe file name")
        name = f"{source_id}/{source_id}-{response.fetched_at[:10]}.warc.gz"
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        http = _http_headers(response) if response.is_http else None
        with path.open("ab") as stream:
            offset = stream.tell()
            writer = WARCWriter(stream, gzip=True, warc_version="WARC/1.1")
            record = writer.create_warc_record(
                response.url,
                kind,
                payload=payload,
                length=len(payload.getvalue()),
                http_headers=http,
                warc_content_type="" if response.is_http else response.media_type,
                warc_headers_dict=headers,
            )
            writer.write_record(record)
            stream.flush()
            os.fsync(stream.fileno())
            return Location(name, offset, stream.tell() - offset)

    def cut(self, file: str, end: int) -> int:
        """Move what lies behind byte ``end`` of a file, left there by a crash, into ``FILE.torn``; returns how many
        bytes.

        Nothing is thrown away: where the ledger and not the archive was lost, the bytes are still there.
        """
        path = self.path_of(file)
        if not path.exists():
            return 0
        surplus = path.stat().st_size - end
        if surplus <= 0:
            return 0
        with path.open("r+b") as stream, path.with_name(f"{path.name}.torn").open("ab") as torn:
            stream.seek(end)
            shutil.copyfileobj(stream, torn)
            torn.flush()
            os.fsync(torn.fileno())
            stream.truncate(end)
        return surplus

    def path_of(self, file: str) -> Path:
        """Path of a file of the archive. Raises ArchiveError for a name that leads out of it."""
        path = (self.root / file).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise ArchiveError(f"{file!r} leads out of the archive")
        return path

    def read(self, location: Location, expected_digest: str) -> bytes:
        """The payload of a record, after checking its SHA-256 against ``expected_digest``.

        Raises ArchiveError with a sentence if the file, the record or the bytes are not as they were written.
        """
        path = self.path_of(location.file)
        try:
            with path.open("rb") as stream:
                stream.seek(location.offset)
                member = stream.read(location.length)
        except OSError as error:
            raise ArchiveError(f"{location.file} cannot be read: {error.strerror}") from error
        try:
            record = next(iter(ArchiveIterator(io.BytesIO(member))))
            payload: bytes = record.raw_stream.read(MAX_PAYLOAD)
        except Exception as error:  # warcio and zlib raise many types on damaged bytes; all of them mean the same here
            raise ArchiveError(f"{location.file} at {location.offset} is damaged: {error}") from error
        if digest(payload) != expected_digest:
            raise ArchiveError(f"{location.file} at {location.offset}: the bytes no longer have the recorded digest")
        return payload


def _http_headers(response: Response) -> StatusAndHeaders:
    # The payload is kept decoded, so headers that describe the transfer coding would be wrong beside it.
    dropped = {"content-encoding", "transfer-encoding", "content-length", "set-cookie"}
    kept = [(_one_line(k), _one_line(v)) for k, v in response.headers if k.lower() not in dropped]
    kept.append(("Content-Length", str(len(response.payload))))
    return StatusAndHeaders(f"{response.status} -", kept, protocol="HTTP/1.1")


def _one_line(value: str) -> str:
    return re.sub(r"[\r\n\0]+", " ", value)[:8192]
