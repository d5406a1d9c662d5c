"""RSS, Atom and RDF feeds, by feedparser; dates are read from the strings that the feed wrote."""

from __future__ import annotations

import io
from typing import Any

import feedparser

from policygraph.model.records import Issue
from policygraph_crawlers.entries import Entry, Reading, crawl_issue, dated, plain_text
from policygraph_crawlers.links import absolute_link
from policygraph_crawlers.source_file import Source

# feedparser also calls a feed ill-formed when only its declared media type or encoding was wrong and it could be read.
_HARMLESS = ("CharacterEncodingOverride", "NonXMLContentType")
MAX_ENTRIES = 1000


def read_feed(source: Source, url: str, body: bytes, content_type: str) -> Reading:
    """The entries of a feed, each with its link, title and date. ``content_type`` is the header as it came."""
    if not body.strip():
        return Reading((), (crawl_issue("feed_broken", "the feed is empty", source.id, url),))
    headers = {"content-type": content_type or "application/xml", "content-location": url}
    try:
        # A stream, because feedparser takes a string for the name of a file or URL to open.
        parsed = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False)
    except Exception as error:  # the parser meets every kind of broken input; whatever it raises means one thing here
        return Reading((), (crawl_issue("feed_broken", f"the feed cannot be read: {error}", source.id, url),))
    entries: list[Entry] = []
    issues: list[Issue] = _defects(parsed, source, url)
    for position, item in enumerate(parsed.entries[:MAX_ENTRIES], start=1):
        _read_entry(source, url, item, position, entries, issues)
    if len(parsed.entries) > MAX_ENTRIES:
        reason = f"{len(parsed.entries)} entries, of which the first {MAX_ENTRIES} are read"
        issues.append(crawl_issue("feed_too_long", reason, source.id, url))
    return Reading(tuple(entries), tuple(issues))


def _defects(parsed: Any, source: Source, url: str) -> list[Issue]:
    if not parsed.get("version") and not parsed.entries:
        return [crawl_issue("feed_broken", "this is no feed that can be read", source.id, url)]
    error = parsed.get("bozo_exception")
    if parsed.get("bozo") and type(error).__name__ not in _HARMLESS:
        reason = f"the feed is not well-formed ({error}); {len(parsed.entries)} entries could be read"
        return [crawl_issue("feed_broken", reason, source.id, url)]
    return []


def _read_entry(source: Source, url: str, item: Any, position: int, entries: list[Entry], issues: list[Issue]) -> None:
    title = plain_text(_text(item, "title"))
    name = f"entry {position} ({title[:80]!r})"
    written, day, reason = dated(_text(item, "published") or _text(item, "updated"), source.date_order)
    if written and not day:
        issues.append(crawl_issue("date_unknown", f"{name}: {reason}", source.id, url))
    link = absolute_link(url, _text(item, "link"))
    if link is None or not _text(item, "link"):
        if source.follow:
            reason = f"{name} has no link that can be fetched: {_text(item, 'link')[:200]!r}"
            issues.append(crawl_issue("link_unusable", reason, source.id, url))
            return
        link = url
    entries.append(Entry(link, title, written, day))


def _text(item: Any, name: str) -> str:
    # Not item.get(): feedparser would answer "updated" with another field's value.
    value = dict.get(item, name)
    return value if isinstance(value, str) else ""
