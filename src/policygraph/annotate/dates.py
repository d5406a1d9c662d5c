"""Dates and durations as texts write them, resolved against the document's day to the precision that the text gives.

Values are EDTF (ISO 8601-2:2019, the part that ``policygraph.model.time`` reads). A relative date in a document
without a day is found but has no value.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from policygraph.annotate.date_choice import Moment
from policygraph.annotate.date_reading import read_date
from policygraph.annotate.date_words import (
    duration_patterns,
    found_patterns,
    joining_pattern,
    prefix_pattern,
    table,
)
from policygraph.annotate.direction import direction
from policygraph.annotate.numbers import number, plain
from policygraph.model.time import parse_day

_LONGEST_PREFIX = 40  # characters before a date that can belong to it
_BETWEEN = re.compile(r"(?<!\w)between ", re.IGNORECASE)
_THAT_YEAR = re.compile(r" (?:of|in) (?:that|the same) year\b")
_FROM = re.compile(r"(?<!\w)(?:from|between) ", re.IGNORECASE)
_WINDOW = re.compile(r"[\w,./'’–~-]+(?: [\w,./'’–~-]+){1,10}")  # words in which a period can be told
_TO = re.compile(r" (?:and|to|through|until|till|thru) |[-–~]")
_WORD = re.compile(r"[\w'’]+")
_ANY_DAY = Moment(date(2000, 1, 1))  # only whether it is a period is asked


@dataclass(frozen=True, slots=True)
class Found:
    """Characters of a date with its EDTF value, None where it cannot be resolved."""

    start: int
    end: int
    value: str | None


def find_dates(text: str, today: date | None, *, whole_periods: bool = False) -> Iterator[Found]:
    """Dates of a text, the longest at each place.

    "Between A and B" is one date, a period. "From A to B" is two, as in the gold, or one with ``whole_periods``.
    """
    earlier: date | None = None
    for start, end in _joined(text, list(_spans(text)), whole_periods):
        found = Found(start, end, date_of_span(text, start, end, today, earlier))
        earlier = single_day(found.value) or earlier
        yield found


def date_of_span(text: str, start: int, end: int, today: date | None, earlier: date | None = None) -> str | None:
    """The EDTF value of characters that are known to be a date, ``earlier`` the day of the date before them."""
    told = _THAT_YEAR.match(text, end)
    return read_date(
        text[start : told.end() if told else end],
        Moment(today, direction(text, start, end), earlier),
    )


def single_day(value: str | None) -> date | None:
    """The first day of a value that is no open interval; what "that year" and "a month later" can point at."""
    match = re.match(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?(?![\d-])", value or "")
    return parse_day(f"{match[1]}-{match[2] or '01'}-{match[3] or '01'}") if match else None


def _spans(text: str) -> Iterator[tuple[int, int]]:
    taken = 0
    for start, end in _longest([m.span() for pattern in found_patterns() for m in pattern.finditer(text)]):
        before = max(taken, start - _LONGEST_PREFIX)
        if prefix := prefix_pattern().search(text[before:start]):
            start = before + prefix.start()
        taken = end
        yield start, end


def _longest(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that do not overlap, in the order of the text: the first, and of those that begin together the longest."""
    kept: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _joined(text: str, spans: list[tuple[int, int]], whole_periods: bool) -> Iterator[tuple[int, int]]:
    """The spans, those that make a period joined and with "between" or "from" before them."""
    joins = joining_pattern()
    spans = _longest([*_opened(text, _FROM if whole_periods else _BETWEEN, spans), *spans])
    index = 0
    while index < len(spans):
        start, end = spans[index]
        index += 1
        if whole_periods and index < len(spans) and joins.match(text[end : spans[index][0]]):
            end = spans[index][1]
            index += 1
        yield start, end


def _opened(text: str, opening: re.Pattern[str], spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """ "Between A and B" (and "from A to B"): from the opening word on, the longest stretch that is read as a period.

    One of the ends is a date by itself: numbers between which something is are no days, but "between 3 and 12 May".
    """
    taken = 0
    for match in opening.finditer(text):
        window = _WINDOW.match(text, match.end())
        index = bisect(spans, (match.end(),))
        if (
            window is None
            or not _TO.search(window[0])
            or match.start() < taken
            or index == len(spans)
            or spans[index][0] >= window.end()
        ):
            continue
        ends = [word.end() for word in _WORD.finditer(text, spans[index][0], window.end())]
        for end in reversed(ends):
            value = read_date(text[match.start() : end], _ANY_DAY)
            if value and "/" in value:
                taken = end
                yield match.start(), end
                break


def find_durations(text: str) -> Iterator[Found]:
    """Durations of a text with their ISO 8601 value; "a year" and the like only after "for", "within" or "of"."""
    for pattern in duration_patterns():
        for match in pattern.finditer(text):
            count = match["count"]
            if count.casefold() in ("a", "an") and not re.search(
                r"(?:for|within|of|in)\s$", text[max(0, match.start() - 8) : match.start()]
            ):
                continue
            value = number(count)
            if value is None or value != int(value):
                continue
            unit = table("units")[match["unit"].casefold()]
            tail = "6M" if match["half"] and unit == "Y" else ""
            yield Found(match.start(), match.end(), f"P{plain(value)}{unit}{tail}")
