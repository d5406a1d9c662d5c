"""The day on which something was published, read strictly from what a feed, a listing or a page wrote.

Nothing is guessed and nothing is taken from today's clock: a string that leaves a doubt has no day, and the answer says
why. ``03/04/2026`` has a day only where the source declares the order of its parts.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, NamedTuple

DateOrder = Literal["dmy", "mdy", "ymd"]

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
MAX_LENGTH = 100

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_ZONE = r"(?:z|[a-z]{2,5}|(?:gmt|utc)?[+-]\d{1,2}:?(?:\d{2})?)"
_TIME = (
    rf"(?:[t,\s]+(?:at\s+)?\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*{_ZONE}?(?:\s*\([^)]*\))?)?"
)

# Forms whose order of parts is part of the form: ISO 8601, RFC 5322, English dates with a month's name, 2024年5月17日.
_FORMS = tuple(
    re.compile(pattern + r"\s*$", re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})" + _TIME,
        r"(?P<year>\d{4})(?P<number>\d{2})(?P<day>\d{2})(?:t\d{6}z?)?",
        _WEEKDAY + r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[\s-]+" + _MONTH + r",?[\s-]+(?P<year>\d{4})" + _TIME,
        _WEEKDAY + _MONTH + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + _TIME,
        r"(?P<year>\d{4})\s?年\s?(?P<number>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日" + _TIME,
    )
)
_NUMBERS = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})" + _TIME + r"\s*$", re.IGNORECASE)
_ORDERS: dict[DateOrder, tuple[int, int, int]] = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}


class PublishedDay(NamedTuple):
    """``day`` is an ISO day, or None; then ``reason`` is a sentence that says why."""

    day: str | None
    reason: str = ""


def read_day(raw: str, order: DateOrder | None = None) -> PublishedDay:
    """The day that a date string names, as it stands there: its zone is not applied.

    ``order`` is what the source declares of dates made of numbers only. Years outside 1900 to 2100, days that the
    calendar lacks, a weekday that contradicts the day, two-digit years and missing parts have no day.
    """
    text = " ".join(raw.split())
    if not text:
        return PublishedDay(None, "no date is given")
    if len(text) > MAX_LENGTH:
        return PublishedDay(None, "the date string is too long")
    for form in _FORMS:
        if match := form.match(text):
            return _of_form(text, match)
    if match := _NUMBERS.match(text):
        return _of_numbers(text, match, order)
    return PublishedDay(None, f"{text!r} is not a date of a known form")


def _of_form(text: str, match: re.Match[str]) -> PublishedDay:
    parts = match.groupdict()
    name = parts.get("month")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts["number"])
    found = _day(text, int(parts["year"]), month, int(parts["day"]))
    weekday = parts.get("weekday")
    if found.day and weekday and date.fromisoformat(found.day).weekday() != _WEEKDAYS.index(weekday.lower()):
        return PublishedDay(None, f"{text!r} names another weekday than its day has")
    return found


def _of_numbers(text: str, match: re.Match[str], order: DateOrder | None) -> PublishedDay:
    if order is None:
        return PublishedDay(None, f"{text!r} is made of numbers and the source declares no order of them")
    numbers = (match.group(1), match.group(3), match.group(4))
    year, month, day = (numbers[i] for i in _ORDERS[order])
    if len(year) != 4 or len(day) > 2:
        return PublishedDay(None, f"{text!r} does not have the declared order {order}")
    return _day(text, int(year), int(month), int(day))


def _day(text: str, year: int, month: int, day: int) -> PublishedDay:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return PublishedDay(None, f"{text!r} names a year outside {EARLIEST_YEAR} to {LATEST_YEAR}")
    try:
        return PublishedDay(date(year, month, day).isoformat())
    except ValueError:
        return PublishedDay(None, f"{text!r} is not a day of the calendar")
