"""What a feed, a listing, a sitemap or an API says there is to read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from policygraph.model.published import DateOrder, read_day
from policygraph.model.records import Issue

_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to read: where it lies, and what the place that names it says of it.

    ``published`` is the date as it is written there, ``published_day`` the ISO day if it could be read, else empty.
    ``file`` is the URL of the same thing as a file (a PDF), if there is one.
    """

    url: str
    title: str = ""
    published: str = ""
    published_day: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The entries of one answer in their order, and the problems met on the way."""

    entries: tuple[Entry, ...]
    issues: tuple[Issue, ...] = ()


def crawl_issue(code: str, reason: str, source_id: str, url: str) -> Issue:
    """An issue of the stage ``crawl``."""
    return Issue("crawl", code, reason, source_id, url)


def plain_text(markup: str) -> str:
    """A title without tags, entities and surplus white space."""
    return " ".join(unescape(_TAG.sub(" ", markup)).split())


def dated(raw: str, order: DateOrder | None) -> tuple[str, str, str]:
    """A date as it was written, its ISO day or an empty text, and why there is no day."""
    written = " ".join(raw.split())
    found = read_day(written, order)
    return written, found.day or "", found.reason
