"""Dates as texts give them: a day, a month, a season, a year or an interval, and durations.

Implements the part of EDTF (ISO 8601-2:2019) that the ledger stores: ``2024``, ``2024-05``, ``2024-05-17``, seasons and
quarters ``2024-21`` to ``2024-36``, intervals ``A/B`` with open ends ``../B`` and ``A/..``, and the qualifiers ``~ ?
%``. Durations are ISO 8601 (``P1Y``, ``P180D``, ``P1Y6M``, ``P2W``).
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[~?%]?\Z")
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T.*)?\Z")
# EDTF level 2 groups of months: northern seasons (21-24 and 25-28), southern seasons (29-32), quarters (33-36).
_SEASON_FIRST_MONTH = {21: 3, 22: 6, 23: 9, 24: 12, 25: 3, 26: 6, 27: 9, 28: 12, 29: 9, 30: 12, 31: 3, 32: 6}
_QUARTER_FIRST_MONTH = {33: 1, 34: 4, 35: 7, 36: 10}


class DateError(ValueError):
    """A string that is no date of the stored form."""


def parse_day(value: str) -> date:
    """A full day ``YYYY-MM-DD``. Raises DateError with a sentence for anything else, ``2026-02-30`` included."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise DateError(f"{value!r} is not a day of the form YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise DateError(f"{value!r} is not a day of the calendar") from error


def _month_range(year: int, month: int, months: int) -> tuple[date, date]:
    last_index = year * 12 + month - 1 + months - 1
    last_year, last_month = divmod(last_index, 12)
    last_day = calendar.monthrange(last_year, last_month + 1)[1]
    return date(year, month, 1), date(last_year, last_month + 1, last_day)


def bounds(value: str) -> tuple[date, date]:
    """First and last day that an EDTF value can mean: ``2024-05`` is 1 to 31 May 2024.

    An open end is the first or last day that Python can hold. Raises DateError for what cannot be read.
    """
    if "/" in value:
        left, _, right = value.partition("/")
        first = date.min if left in ("..", "") else bounds(left)[0]
        last = date.max if right in ("..", "") else bounds(right)[1]
        if first > last:
            raise DateError(f"{value!r} ends before it begins")
        return first, last
    match = _DAY.match(value)
    if not match:
        raise DateError(f"{value!r} is not an EDTF date")
    year, month, day = (int(g) if g else None for g in match.groups())
    try:
        return _bounds_of_parts(year or 0, month, day)
    except ValueError as error:
        raise DateError(f"{value!r} is not a day of the calendar") from error


def _bounds_of_parts(year: int, month: int | None, day: int | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is not None:
        return date(year, month, day), date(year, month, day)
    if month in _QUARTER_FIRST_MONTH:
        return _month_range(year, _QUARTER_FIRST_MONTH[month], 3)
    if month in _SEASON_FIRST_MONTH:
        return _month_range(year, _SEASON_FIRST_MONTH[month], 3)
    return _month_range(year, month, 1)


def is_edtf(value: str) -> bool:
    """Whether ``bounds`` can read the value."""
    try:
        bounds(value)
    except DateError:
        return False
    return True


def add_duration(start: date, duration: str) -> date:
    """The day on which a duration that begins on ``start`` has ended (that day excluded): 2024-05-17 + P1Y =
    2025-05-17.

    A day that the target month lacks becomes its last day. Raises DateError for what is no ISO 8601 duration of days
    or longer.
    """
    match = _DURATION.match(duration)
    if not match or not any(match.groups()):
        raise DateError(f"{duration!r} is not an ISO 8601 duration of days, weeks, months or years")
    years, months, weeks, days = (int(g or 0) for g in match.groups())
    index = start.year * 12 + start.month - 1 + years * 12 + months
    year, month = divmod(index, 12)
    if year > date.max.year:
        return date.max
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    try:
        return date(year, month + 1, day) + timedelta(weeks=weeks, days=days)
    except OverflowError:
        return date.max
