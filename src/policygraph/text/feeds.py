"""Feeds whose entries carry their own text: one page an entry."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from policygraph.model.identity import digest
from policygraph.text.clean import one_line
from policygraph.text.html import read_fragment
from policygraph.text.page import Page, Problem

MOST_ENTRIES = 2000
LARGEST_FEED = 16 * 1024 * 1024  # bytes
LONGEST_PART = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: ``part`` is its id in the feed, ``url`` the page that it links to."""

    part: str
    url: str
    page: Page


def read_feed(payload: bytes, media_type: str, feed_url: str) -> tuple[list[Entry], list[Problem]]:
    """Entries that have text of their own, and problems: ``feed_broken``, ``feed_too_long``, ``feed_entry_empty``."""
    if len(payload) > LARGEST_FEED:
        return [], [Problem("feed_too_long", f"it has {len(payload)} bytes; at most {LARGEST_FEED} are read")]
    # A stream, because feedparser takes bytes for a URL or the name of a file if it can.
    parsed = feedparser.parse(io.BytesIO(payload), response_headers={"content-type": media_type})
    if not parsed.entries and (parsed.bozo or not parsed.version):
        return [], [Problem("feed_broken", f"no entry can be read: {parsed.get('bozo_exception', 'it is no feed')}")]
    problems = []
    if len(parsed.entries) > MOST_ENTRIES:
        problems.append(Problem("feed_too_long", f"only {MOST_ENTRIES} of {len(parsed.entries)} entries were read"))
    publisher = one_line(str(parsed.feed.get("title", "")))
    language = one_line(str(parsed.feed.get("language", "")))[:2].lower()
    entries: dict[str, Entry] = {}
    for item in parsed.entries[:MOST_ENTRIES]:
        entry = _entry(item, feed_url, publisher, language)
        if not entry.page.units:
            problems.append(Problem("feed_entry_empty", f"entry {entry.part!r} has no text of its own"))
        entries.setdefault(entry.part, entry)
    return [entry for entry in entries.values() if entry.page.units], problems


def _entry(item: Mapping[str, Any], feed_url: str, publisher: str, language: str) -> Entry:
    content = [str(c.get("value", "")) for c in item.get("content") or []]
    markup = max([*content, str(item.get("summary") or "")], key=len)
    title = " ".join(u.text for u in read_fragment(str(item.get("title") or "")))
    url = _web_address(str(item.get("link") or ""), feed_url)
    part = one_line(str(item.get("id") or ""))[:LONGEST_PART] or url
    if not part or url == feed_url:
        part = part or "entry:" + digest(f"{title}\n{markup}".encode("utf-8", "replace"))[:24]
    # Only keys that are there: feedparser answers a missing `updated` with `published`.
    written = [one_line(str(item[key] or "")) for key in ("published", "updated") if key in item]
    dates = [("feed", text) for text in written if text]
    return Entry(part, url, Page(read_fragment(markup), title, publisher, language, tuple(dates)))


def _web_address(link: str, feed_url: str) -> str:
    """The address of an entry; the feed's own where the link is none that a browser may follow."""
    try:
        address = urljoin(feed_url, one_line(link))
        return address if urlsplit(address).scheme in ("http", "https") else feed_url
    except ValueError:
        return feed_url
