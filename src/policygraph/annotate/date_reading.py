"""The value of a span that is known to be a date, whatever its form: a day, a period, a date around another date."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from policygraph.annotate.date_choice import Moment, Parts, add, resolve, shift_month, week_of, weekend_of
from policygraph.annotate.date_readings import READINGS, count_of, parts_of, unit_around
from policygraph.annotate.date_words import (
    Groups,
    groups_of,
    operator_patterns,
    range_patterns,
    readings,
    table,
    trimmed_patterns,
)
from policygraph.annotate.direction import Direction
from policygraph.annotate.numbers import ordinal
from policygraph.model.time import DateError, bounds

_LONGEST = 100  # characters of a span that can be a date
_DEEPEST = 4  # dates within dates
_REMEMBERED = 4096  # spans; the same few dates come again and again in a document


@lru_cache(maxsize=_REMEMBERED)
def read_date(words: str, moment: Moment) -> str | None:
    """The EDTF value of a span that is a date; None where it names no day or needs a day that is not known."""
    if len(words) > _LONGEST:
        return None
    text = re.sub(r"\s+", " ", words).strip(" ,;:.()'’\"").removesuffix("'s").removesuffix("’s").casefold()
    return _read(text, moment, 0)


def _read(text: str, moment: Moment, depth: int) -> str | None:
    if depth > _DEEPEST or not text:
        return None
    for reading in (_plain, _period, _around):
        try:
            if value := reading(text, moment, depth):
                return value
        except (ValueError, OverflowError, DateError):
            continue
    return _trimmed(text, moment, depth)


def _plain(text: str, moment: Moment, depth: int) -> str | None:
    for reading, groups in readings(text):
        try:
            if value := READINGS[reading](groups, moment):
                bounds(value)
                return value
        except (ValueError, OverflowError):  # "February 30" may still be read in another way
            continue
    return None


def _trimmed(text: str, moment: Moment, depth: int) -> str | None:
    for pattern in trimmed_patterns():
        shorter = pattern.sub("", text, count=1) if pattern.search(text) else text
        if shorter != text and (pattern.match(text) or shorter == text[: len(shorter)]):
            return _read(shorter.strip(" ,"), moment, depth + 1)
    return None


# ------------------------------------------------------------------ periods


def _period(text: str, moment: Moment, depth: int) -> str | None:
    for pattern in range_patterns():
        match = pattern.match(text)
        if match and (value := _joined(match["left"], match["right"], moment, depth)):
            return value
    return None


def _joined(left: str, right: str, moment: Moment, depth: int) -> str | None:
    """The period from one date to another: what one of them leaves out it has from the other."""
    first, last = _parts(left, moment), _parts(right, moment)
    if first and last:
        first, last = _completed(first, last)
        start = resolve(first, moment)
        if start is None:
            return None
        end = last.value() if last.year else _next(last, bounds(start)[0])
    else:
        start = _read(left, moment, depth + 1)
        if start is None:
            return None
        end = _end(right, last, bounds(start)[0], moment, depth)
    if end is None:
        return None
    value = f"{start.partition('/')[0]}/{end.rpartition('/')[2]}"
    bounds(value)
    return value


def _end(right: str, last: Parts | None, begun: date, moment: Moment, depth: int) -> str | None:
    """The end of a period that began on a day: "from next Monday to Friday" ends in that week."""
    if last and not last.year:
        return _next(last, begun)
    end = _read(right, replace(moment, direction=Direction.FUTURE), depth + 1)
    if end is not None and bounds(end)[1] < begun:
        return _read(right, Moment(begun, Direction.FUTURE), depth + 1)
    return end


def _parts(text: str, moment: Moment) -> Parts | None:
    text = trimmed_patterns()[0].sub("", text, count=1) if trimmed_patterns()[0].match(text) else text
    for reading, groups in readings(text):
        if reading == "calendar":
            try:
                return parts_of(groups, moment)
            except ValueError:
                continue
    return None


def _completed(first: Parts, last: Parts) -> tuple[Parts, Parts]:
    if last.day and not last.month and first.month and (last.year or (first.day and last.day > first.day)):
        last = replace(last, month=first.month, year=last.year or first.year)
    if first.day and not first.month:
        first = replace(first, month=last.month)
    if not first.month and first.year and not first.day and last.month:
        return first, last
    if not first.year and last.year:
        turned = (first.month or 0, first.day or 0) > (last.month or 0, last.day or 99)
        first = replace(first, year=last.year - turned)
    return first, last


def _next(parts: Parts, after: date) -> str | None:
    """The first date with these parts from a day on."""
    return resolve(parts, Moment(after, Direction.FUTURE))


# ------------------------------------------------------------------ dates around dates


def _around(text: str, moment: Moment, depth: int) -> str | None:
    for operator, pattern in operator_patterns():
        match = pattern.match(text)
        if match is None:
            continue
        try:
            if value := _OPERATORS[operator](groups_of(match), moment, depth):
                bounds(value)
                return value
        except (ValueError, OverflowError):
            continue
    return None


def _inner(groups: Groups, moment: Moment, depth: int) -> tuple[date, date] | None:
    value = _read(groups["inner"], moment, depth + 1)
    return bounds(value) if value else None


def _edge(groups: Groups, moment: Moment, depth: int) -> str | None:
    """The end of a period is its last day, its beginning and its middle a month; of a month only the month is told."""
    edge = table("edges").get(groups["edge"], "end")
    inner = groups.get("inner", "this month" if groups["edge"] == "eom" else "this year")
    ends = _inner({"inner": inner}, moment, depth)
    if ends is None:
        return None
    first, last = ends
    if edge == "end":
        return last.isoformat()
    middle = first + (last - first) / 2 - timedelta(days=2)  # of a year that is in June
    return f"{(first if edge == 'start' else middle):%Y-%m}"


def _week_of(groups: Groups, moment: Moment, depth: int) -> str | None:
    ends = _inner(groups, moment, depth)
    if ends is None:
        return None
    if groups["what"] == "fortnight":
        return unit_around(ends[0], "F")
    return weekend_of(ends[0]) if groups["what"] == "weekend" else week_of(ends[0])


def _nth(groups: Groups, moment: Moment, depth: int) -> str | None:
    """The n-th week of a year is that of ISO 8601; of a month, the week of its n-th Thursday."""
    ends = _inner({"inner": groups.get("inner", "this year")}, moment, depth)
    if ends is None:
        return None
    first, last = ends
    what = groups["what"]
    weekday = {"week": 3, "weekend": 5, "day": None}.get(what, table("weekdays").get(what))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    days = [day for day in days if weekday is None or day.weekday() == weekday]
    number = len(days) if groups["nth"] == "last" else ordinal(groups["nth"]) or 0
    if not 1 <= number <= len(days):
        return None
    day = days[number - 1]
    return {"week": week_of, "weekend": weekend_of}.get(what, date.isoformat)(day)


def _shifted(groups: Groups, moment: Moment, depth: int) -> str | None:
    ends = _inner(groups, moment, depth)
    if ends is None:
        return None
    count = 1 if groups["count"] in ("the", "a") else count_of(groups["count"])
    sign = -1 if groups["where"] in table("backwards") else 1
    return add(ends[0], sign * count, table("units")[groups["unit"]]).isoformat()


def _quarter_from(groups: Groups, moment: Moment, depth: int) -> str | None:
    ends = _inner(groups, moment, depth)
    if ends is None:
        return None
    if "to" in groups:
        return unit_around(ends[1], "Q")
    year, month = shift_month(ends[0].year, ends[0].month, 2)
    return f"{ends[0]}/{date(year, month, calendar.monthrange(year, month)[1])}"


def _anchored(groups: Groups, moment: Moment, depth: int) -> str | None:
    """ "That March" and "June of that year" are those of the date before."""
    if moment.earlier is None:
        return None
    parts = _parts(groups["inner"], moment)
    if parts and parts.month and not parts.year:
        return replace(parts, year=moment.earlier.year).value()
    return None


_OPERATORS: dict[str, Callable[[Groups, Moment, int], str | None]] = {
    "edge": _edge,
    "week_of": _week_of,
    "nth": _nth,
    "shifted": _shifted,
    "quarter_from": _quarter_from,
    "anchored": _anchored,
}
