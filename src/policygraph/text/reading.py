"""One capture's bytes to documents. Pure: no network, no ledger, no clock."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from policygraph.ledger.documents import document_id
from policygraph.model.identity import text_hash
from policygraph.model.records import Capture, Document, Issue
from policygraph.text import dates, notices
from policygraph.text.blocks import assemble
from policygraph.text.clean import one_line
from policygraph.text.feeds import read_feed
from policygraph.text.formats import format_of
from policygraph.text.html import read_html
from policygraph.text.language import SUPPORTED, language_of
from policygraph.text.page import Page, Problem
from policygraph.text.plain import read_plain
from policygraph.text.roles import unit_kinds
from policygraph.text.sandbox import read_in_child

EXTRACTOR = "text"
# The libraries that decide what a text is are part of the version: another one may make another text of the same bytes.
VERSION = "+".join(["1", *(f"{name}.{importlib.metadata.version(name)}" for name in ("trafilatura", "pypdfium2"))])

LARGEST_IN_PROCESS = 1024 * 1024  # bytes of HTML; larger pages are read in a child process
DEEPEST_IN_PROCESS = 200  # open elements
HTML_SECONDS = 30.0
LONGEST_TITLE = 500

_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_UNNESTED = frozenset(
    (b"br", b"hr", b"img", b"input", b"link", b"meta", b"p", b"li", b"td", b"tr", b"option", b"source", b"path")
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a capture: documents, and issues for what could not be read.

    The capture of one that is not ``complete`` is read again by the next run. ``version`` is that of the code that
    read: another process may have loaded other code than this one.
    """

    documents: tuple[Document, ...]
    issues: tuple[Issue, ...]
    complete: bool = True
    version: str = VERSION


def read_capture(capture: Capture, payload: bytes, fetched_at: str) -> Reading:
    """Documents of a payload. Never raises for bytes that it does not understand: they become issues.

    ``fetched_at`` (ISO 8601, UTC) bounds dates of publication. Hints of the capture that are used: ``title``,
    ``published`` (as written) or ``published_day`` (ISO), ``published_from`` (``given``, ``feed``, ``listing``),
    ``date_order``, ``publisher``, ``language``, ``document_kind``, ``content_type`` (with the charset that the server
    declared), and ``entries`` (``documents`` for feeds whose entries are documents).
    """
    documents: list[Document] = []
    issues: list[Issue] = []
    for part, url, page in _pages(capture, payload):
        issues.extend(p.issue(capture.source_id, url) for p in page.problems)
        if not page.units:
            continue
        if notices.is_notice(page.title, page.units):
            reason = f"the page is a notice of the server ({(page.title or page.units[0].text)[:80]!r})"
            issues.append(Problem("page_is_notice", reason).issue(capture.source_id, url))
            continue
        document, problems = _document(capture, part, url, page, fetched_at)
        documents.append(document)
        issues.extend(p.issue(capture.source_id, url) for p in problems)
    return Reading(tuple(documents), tuple(issues))


def re_made(capture: Capture, payload: bytes, fetched_at: str, document: Document) -> bool:
    """Whether the payload gives the document's text again, by this version of the stage."""
    again = read_capture(capture, payload, fetched_at).documents
    return any(d.part == document.part and d.text_hash == document.text_hash for d in again)


def _pages(capture: Capture, payload: bytes) -> Iterator[tuple[str, str, Page]]:
    """Triples of part, URL and page; a page without units only carries problems."""
    if not payload.strip():
        yield "", capture.url, Page((), problems=(Problem("page_empty", "there are no bytes to read"),))
        return
    format_name = format_of(capture.media_type, payload)
    if format_name == "feed":
        yield from _feed_pages(capture, payload)
    elif format_name is None:
        reason = f"no reader takes {one_line(capture.media_type)[:100] or 'bytes of no declared type'!r}"
        yield "", capture.url, Page((), problems=(Problem("unsupported_media_type", reason),))
    else:
        yield "", capture.url, _read(format_name, payload, _content_type(capture))


def _feed_pages(capture: Capture, payload: bytes) -> Iterator[tuple[str, str, Page]]:
    if capture.hints.get("entries") != "documents":
        if capture.kind != "feed":
            reason = "it is a feed; its entries are read only where the source says so"
            yield "", capture.url, Page((), problems=(Problem("feed_not_read", reason),))
        return
    try:
        entries, problems = read_feed(payload, _content_type(capture), capture.url)
    except Exception as error:  # hostile XML finds errors of every type in feedparser; all mean that it cannot be read
        entries, problems = [], [Problem("feed_broken", f"it cannot be read: {type(error).__name__}: {error}")]
    yield "", capture.url, Page((), problems=tuple(problems))
    for entry in entries:
        yield entry.part, entry.url, entry.page


def _content_type(capture: Capture) -> str:
    """The media type with the charset where it is known: the hint has the server's whole header."""
    return capture.hints.get("content_type") or capture.media_type


def _read(format_name: str, payload: bytes, media_type: str) -> Page:
    if format_name == "pdf":
        return read_in_child("pdf", payload, "")
    if format_name == "text":
        return read_plain(payload, media_type)
    if len(payload) > LARGEST_IN_PROCESS or _depth(payload) > DEEPEST_IN_PROCESS:
        return read_in_child("html", payload, media_type, HTML_SECONDS)
    try:
        return read_html(payload, media_type)
    except Exception as error:  # hostile markup finds errors of every type in the parsers; all mean the same here
        reason = f"it cannot be read: {type(error).__name__}: {error}"
        return Page((), problems=(Problem("page_unreadable", reason),))


def _depth(payload: bytes) -> int:
    """About how deep elements are nested; those that HTML closes by itself are not counted."""
    depth = deepest = 0
    for closing, name in _TAG.findall(payload):
        if name.lower() in _UNNESTED:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _document(
    capture: Capture, part: str, url: str, page: Page, fetched_at: str
) -> tuple[Document, tuple[Problem, ...]]:
    hints = {} if part else capture.hints
    title = one_line(hints.get("title", "")) or page.title
    kinds = unit_kinds(page.units, title, capture.hints.get("document_kind") == "headlines")
    text, blocks = assemble(zip((u.text for u in page.units), kinds, strict=True))
    if not title:
        title = _title_of(url, text, blocks[0].end if blocks and blocks[0].kind in ("headline", "heading") else 0)
    title = title[:LONGEST_TITLE]
    found = dates.publication(_date_candidates(hints, page, url), fetched_at, capture.hints.get("date_order", ""))
    language = language_of(text, one_line(capture.hints.get("language", ""))[:2].lower() or page.language)
    problems = list(found.problems)
    if language != SUPPORTED:
        problems.append(Problem("language_unsupported", f"its language is {language!r}; it is kept and not annotated"))
    hashed = text_hash(text)
    document = Document(
        id=document_id(capture.id, part, hashed, title, found.day),
        capture_id=capture.id,
        part=part,
        source_id=capture.source_id,
        url=url,
        kind=capture.hints.get("document_kind") or "page",
        title=title,
        publisher=one_line(capture.hints.get("publisher", "")) or page.publisher or _host(url),
        published=found.day,
        published_from=found.origin,
        language=language,
        text_hash=hashed,
        text=text,
        blocks=blocks,
        extractor=EXTRACTOR,
        extractor_version=VERSION,
    )
    return document, tuple(problems)


def _date_candidates(hints: dict[str, str], page: Page, url: str) -> Iterator[tuple[str, str]]:
    """Where a document's day may stand, most trusted first: hint, the page's markup, its URL, its visible text."""
    for key in ("published_day", "published"):
        if written := hints.get(key):
            origin = hints.get("published_from", "")
            yield (origin if origin in dates.HINTED else "feed" if "feed" in hints else "given"), written
    yield from (pair for pair in page.dates if pair[0] != "text")
    if in_url := dates.date_in_url(url):
        yield "url", in_url
    yield from (pair for pair in page.dates if pair[0] == "text")
    yield from (("text", written) for written in dates.dates_in_lines([u.text for u in page.units]))


def _title_of(url: str, text: str, headline_end: int) -> str:
    """A title where nothing gives one: the text's own headline, else the last part of the URL."""
    if headline_end:
        return text[:headline_end]
    try:
        return one_line(unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2])
    except ValueError:
        return ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
