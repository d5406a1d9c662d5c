"""The days that a date without a year or without a month can be, and the choice between them."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from policygraph.annotate.direction import Direction
from policygraph.model.time import DateError, bounds

# Days that a candidate against the direction costs, tuned on the gold's train part: "until" only leans ahead, and what
# is to come is rarely most of a year away where the same date has just been.
_AGAINST = {Direction.PAST: 1000, Direction.FUTURE: 150, Direction.AHEAD: 100, Direction.OPEN: 0}
_QUARTER_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Moment:
    """What a date is read against."""

    today: date | None
    direction: Direction = Direction.OPEN
    earlier: date | None = None  # the day of the date before it in the text, for "a year later" and "that March"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a date says of itself; weekday 0 is Monday."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def value(self) -> str | None:
        """The EDTF value of parts that need no other date. Raises ValueError for a day that is none."""
        if self.year is None:
            return None
        if self.month is None:
            return f"{self.year:04}" if self.day is None else None
        if self.day is None:
            return f"{date(self.year, self.month, 1):%Y-%m}"
        return date(self.year, self.month, self.day).isoformat()


def shift_month(year: int, month: int, months: int) -> tuple[int, int]:
    """Year and month some months on."""
    years, index = divmod(year * 12 + month - 1 + months, 12)
    return years, index + 1


def add(day: date, count: int, unit: str) -> date:
    """A day some units (D, W, F, M, Q, Y, T) on; a day that the month lacks is its last. Raises OverflowError."""
    if unit in "DWF":
        return day + timedelta(days=count * {"D": 1, "W": 7, "F": 14}[unit])
    months = {"M": 1, "Q": _QUARTER_MONTHS, "Y": 12, "T": 120}[unit]
    year, month = shift_month(day.year, day.month, count * months)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("no year of the calendar")
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def week_of(day: date) -> str:
    """The week, Monday to Sunday, in which a day is."""
    monday = day - timedelta(days=day.weekday())
    return f"{monday}/{monday + timedelta(days=6)}"


def weekend_of(day: date) -> str:
    """Saturday and Sunday of the week in which a day is."""
    saturday = day - timedelta(days=day.weekday() - 5)
    return f"{saturday}/{saturday + timedelta(days=1)}"


def quarter_of(year: int, quarter: int) -> str:
    """A quarter as the interval of its months."""
    first = _QUARTER_MONTHS * (quarter - 1) + 1
    return f"{year}-{first:02}/{year}-{first + 2:02}"


def half_of(year: int, half: int) -> str:
    """Half a year as the interval of its months."""
    return f"{year}-01/{year}-06" if half == 1 else f"{year}-07/{year}-12"


def distance(value: str, today: date) -> int:
    """Days from today to the nearest day of a value, negative where it is over; 0 within it."""
    first, last = bounds(value)
    if first <= today <= last:
        return 0
    return (first - today).days if first > today else (last - today).days


def choose(values: Iterable[str], moment: Moment, *, default: Direction = Direction.OPEN) -> str | None:
    """The value that the direction leads to, the nearest where there is none; today counts as both ways."""
    today = moment.today
    if today is None:
        return None
    direction = default if moment.direction is Direction.OPEN else moment.direction

    def cost(value: str) -> tuple[int, int]:
        days = distance(value, today)
        against = days > 0 if direction is Direction.PAST else days < 0
        return abs(days) + against * _AGAINST[direction], days

    return min(values, key=cost, default=None)


def recurring(moment: Moment, make: Callable[[int], str]) -> list[str]:
    """What ``make`` gives for the years around today; a year without such a day (29 February) is left out."""
    if moment.today is None:
        return []
    values = []
    for year in range(moment.today.year - 4, moment.today.year + 5):
        try:
            value = make(year)
            bounds(value)
        except (ValueError, DateError):
            continue
        values.append(value)
    return values


def resolve(parts: Parts, moment: Moment) -> str | None:
    """The EDTF value of parts, those that are missing chosen by the direction. Raises ValueError for no such day."""
    if parts.year is not None:
        return parts.value()
    if parts.month is not None:
        return choose(recurring(moment, lambda year: _valid(Parts(year, parts.month, parts.day))), moment)
    if moment.today is None:
        return None
    if parts.day is not None:
        return _day_of_month(parts, moment, moment.today)
    if parts.weekday is not None:
        return nearest_weekday(parts.weekday, moment)
    return None


def nearest_weekday(weekday: int, moment: Moment) -> str | None:
    """The last such day up to today, the next one where the clause speaks of what is to come."""
    if moment.today is None:
        return None
    monday = moment.today - timedelta(days=moment.today.weekday())
    days = [(monday + timedelta(days=weekday + 7 * week)).isoformat() for week in (-1, 0, 1)]
    return choose(days, moment, default=Direction.PAST)


def _valid(parts: Parts) -> str:
    value = parts.value()
    if value is None:
        raise ValueError("a day without a month")
    return value


def _day_of_month(parts: Parts, moment: Moment, today: date) -> str | None:
    days = []
    for step in range(-12, 13):
        year, month = shift_month(today.year, today.month, step)
        try:
            day = date(year, month, parts.day or 0)
        except ValueError:
            continue
        if parts.weekday is None or day.weekday() == parts.weekday:
            days.append(day.isoformat())
    return choose(days, moment)
