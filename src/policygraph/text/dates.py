"""When a document was published: the first of the places that say so whose date can be read and is not in the future.

Nothing is completed from today's clock. A date that cannot be read, or that lies after the day on which the page was
fetched, is a problem to record and the next place is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast
from urllib.parse import unquote, urlsplit

from policygraph.model.published import DateOrder, read_day
from policygraph.text.page import Problem

FUTURE_DAYS = 2  # the world's time zones span a day; clocks of servers are off by less than another
HINTED = ("given", "feed", "listing")
_PLACEHOLDERS = frozenset({"1970-01-01", "1969-12-31"})  # the zero of a computer's clock

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_WITHIN = re.compile(
    rf"(?<![\w/.-])(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{4}}\s?年\s?\d{{1,2}}\s?月\s?\d{{1,2}}\s?日)(?![\w/-])",
    re.IGNORECASE,
)
_IN_URL = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?:/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])|-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Published:
    """An ISO day and where it was read (``given``, ``feed``, ``listing``, ``meta``, ``url``, ``text``), or neither."""

    day: str | None
    origin: str | None
    problems: tuple[Problem, ...] = ()


def date_within(line: str) -> str | None:
    """The first full date in a line, as written; None if it has none."""
    match = _WITHIN.search(line)
    return match.group() if match else None


def date_in_url(url: str) -> str | None:
    """The ISO day that a URL's path names (``/2024/05/17/``, ``2024-05-17``, ``t20240517_``), or None."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return None
    for match in _IN_URL.finditer(path):
        year, *rest = (group for group in match.groups() if group)
        day = f"{year}-{int(rest[0]):02}-{int(rest[1]):02}"
        if read_day(day).day:
            return day
    return None


def dates_in_lines(lines: Sequence[str]) -> list[str]:
    """Dates of short lines at the head of a text (a byline, the line below an authority's name), else at its foot."""
    for place in (lines[:6], lines[-3:]):
        found = [written for line in place if len(line) <= 120 and (written := date_within(line))]
        if found:
            return found[:1]
    return []


def publication(candidates: Iterable[tuple[str, str]], fetched_at: str, order: str = "") -> Published:
    """The first candidate (origin, date as written) that names a day no later than two days after ``fetched_at``.

    ``order`` is what the source declares of dates made of numbers only: ``dmy``, ``mdy`` or ``ymd``.
    """
    declared = cast(DateOrder, order) if order in ("dmy", "mdy", "ymd") else None
    latest = (date.fromisoformat(fetched_at[:10]) + timedelta(days=FUTURE_DAYS)).isoformat()
    problems: list[Problem] = []
    hinted = False
    for origin, written in candidates:
        found = read_day(written, declared)
        if found.day is None or found.day in _PLACEHOLDERS:
            reason = found.reason or f"{written!r} is the zero of a clock"
            hinted = hinted or origin in HINTED
            problems.append(Problem("date_unreadable", f"no day of publication from {origin}: {reason}"))
        elif found.day > latest:
            problems.append(
                Problem("date_future", f"{written!r} from {origin} is after the fetch on {fetched_at[:10]}")
            )
        else:
            # What the page's markup got wrong no longer matters; what a source declared, or a day to come, does.
            return Published(found.day, origin, tuple(p for p in problems if p.code == "date_future" or hinted))
    return Published(None, None, tuple(problems))
