"""``ingest``: documents that a person brings, as files, URLs, WARC files or annotated lines."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from policygraph.annotate.annotated import MAX_LINE, AnnotationError, bad_line, lines, parse_line, record_line
from policygraph.archive import Response
from policygraph.archive.fetch import FetchError, fetch
from policygraph.cli.common import HomeOption, TriageOption, existing_home, graph_of, writing
from policygraph.cli.run import finish, say, stages
from policygraph.cli.stages import Run, graph_stage, running
from policygraph.ledger.captures import record_response
from policygraph.ledger.store import now
from policygraph.model.records import Issue
from policygraph.model.time import parse_day
from policygraph.text.roles import plain_blocks

SOURCE_ID = "ingest"
_WARC_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
MAX_FILE = 128 * 1024 * 1024
_DOCUMENT_TYPES = ("text/", "application/pdf", "application/xhtml+xml", "application/xml")


class IngestError(ValueError):
    """Something to ingest that is not there or not of a form that can be read; a sentence."""


def ingest(
    context: typer.Context,
    places: Annotated[list[str], typer.Argument(metavar="PATH|URL|WARC", help="What to take in.")] = [],  # noqa: B006
    annotated: Annotated[
        list[Path], typer.Option("--annotated", help="A file of documents with annotations, one JSON object a line.")
    ] = [],  # noqa: B006
    date: Annotated[str | None, typer.Option("--date", help="Day of publication, YYYY-MM-DD.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of the document.")] = None,
    loading: Annotated[bool, typer.Option("--graph/--no-graph", help="Without: leave the graph as it is.")] = True,
    triage: TriageOption = None,
    home: HomeOption = None,
) -> int:
    """Take documents in and bring them into the graph."""
    if not places and not annotated:
        raise IngestError("say what to ingest: a path, a URL, a WARC file, or --annotated FILE")
    for path in (*annotated, *(Path(p) for p in places if not _is_url(p))):
        if not path.is_file():
            raise IngestError(f"there is no file {str(path)!r}")
    hints = {"published_day": parse_day(date).isoformat() if date else "", "title": title or ""}
    if date:
        hints |= {"published": hints["published_day"], "published_from": "given"}
    place = existing_home(context, home)
    with writing(place) as (ledger, archive), running(place, ledger, archive, "ingest", say) as run:
        for path in annotated:
            _take_annotated(run, path)
        for name in places:
            _take(run, name, hints)
        if loading:
            with graph_of(place) as graph:
                stages(run, graph, triage) if places else graph_stage(run, graph)
    return finish(run)


def _is_url(place: str) -> bool:
    return place.lower().startswith(("http://", "https://"))


def _take_annotated(run: Run, path: Path) -> None:
    with path.open(encoding="utf-8", errors="surrogateescape") as stream:
        for number, line in lines(stream):
            try:
                if len(line) > MAX_LINE:
                    raise AnnotationError(f"longer than {MAX_LINE} characters")
                annotated = parse_line(line)
            except AnnotationError as error:
                with run.ledger.transaction() as connection:
                    bad_line(connection, run.id, number, path.name, error)
                continue
            with run.ledger.transaction() as connection:
                blocks = plain_blocks(annotated.text, annotated.kind)
                new, statements = record_line(connection, run.archive, run.id, line, annotated, now(), blocks)
            run.count(new_captures=new, statements=statements)


def _take(run: Run, place: str, hints: dict[str, str]) -> None:
    if _is_url(place):
        try:
            _asked(run, fetch(place), hints)
        except FetchError as error:
            run.issue(Issue("ingest", error.code, error.reason, SOURCE_ID, place))
        return
    path = Path(place)
    if path.stat().st_size > MAX_FILE and not _is_warc(path):
        run.issue(Issue("ingest", "file_too_large", f"{path.name} has more than {MAX_FILE} bytes", SOURCE_ID, place))
        return
    if _is_warc(path):
        for response in _responses(run, path):
            _record(run, response, {})
        return
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    url = f"file:{path.as_posix().removeprefix('./')}"
    _asked(run, Response(url, path.read_bytes(), now(), media_type, is_http=False), hints)


def _asked(run: Run, response: Response, hints: dict[str, str]) -> None:
    """Record what a person named: it is read in full, whatever it sounds like."""
    if capture := _record(run, response, hints):
        run.asked.add(capture)


def _record(run: Run, response: Response, hints: dict[str, str]) -> str:
    """Archive and record a response; the id of its capture, or "" where the server answered with an error."""
    if response.status >= 400:
        reason = f"the server answered {response.status}"
        run.issue(Issue("ingest", "http_error", reason, SOURCE_ID, response.url))
        return ""
    kind = "file" if "pdf" in response.media_type else "page"
    with run.ledger.transaction() as connection:
        capture, new = record_response(connection, run.archive, run.id, SOURCE_ID, kind, response, hints)
    run.count(new_captures=int(new))
    differing = [
        name for name in ("title", "published_day") if hints.get(name) and hints[name] != capture.hints.get(name)
    ]
    if not new and differing:
        reason = f"these bytes are known already under another {' and '.join(differing)}, which stands"
        run.issue(Issue("ingest", "hints_differ", reason, SOURCE_ID, response.url))
    return capture.id


def _is_warc(path: Path) -> bool:
    return path.name.endswith((".warc", ".warc.gz"))


def _responses(run: Run, path: Path) -> Iterator[Response]:
    """Successful responses of a WARC file that can be documents; what is broken is an issue."""
    records = 0
    with path.open("rb") as stream:
        try:
            for record in ArchiveIterator(stream):
                records += 1
                if record.rec_type == "response" and (response := _response(record)) is not None:
                    yield response
            if records == 0:
                raise ValueError("no record can be read")
        except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
            run.issue(Issue("ingest", "warc_broken", f"{path.name}: {error}", SOURCE_ID, path.name))


def _response(record: ArcWarcRecord) -> Response | None:
    http = record.http_headers
    if http is None or http.get_statuscode() != "200":
        return None
    media_type = (http.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    if not media_type.startswith(_DOCUMENT_TYPES):
        return None
    payload = record.content_stream().read(MAX_FILE)
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if record.raw_stream.limit > 0:  # what the record's length promised and the file did not give
        raise ValueError(f"the record of {url} ends early or is larger than {MAX_FILE} bytes")
    fetched_at = (record.rec_headers.get_header("WARC-Date") or now())[:19] + "Z"
    if not _WARC_DATE.fullmatch(fetched_at):
        raise ValueError(f"the record of {url} has no date of the form that WARC files have")
    return Response(url, payload, fetched_at, media_type, 200, tuple(http.headers))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ingest")(ingest)
