"""The value of a date without further dates in it: one function for each list under ``readings`` of dates.yml."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from policygraph.annotate.date_choice import (
    Moment,
    Parts,
    add,
    choose,
    distance,
    half_of,
    nearest_weekday,
    quarter_of,
    recurring,
    resolve,
    week_of,
    weekend_of,
)
from policygraph.annotate.date_words import Groups, table
from policygraph.annotate.direction import Direction
from policygraph.annotate.numbers import number, ordinal

_PIVOT = 30  # two-digit years below are of this century: "FY29", but "in '87"
_MONTHS_OF_YEAR = 12


def count_of(text: str) -> int:
    """A whole number. Raises ValueError where it is none."""
    value = number(text)
    if value is None or value != int(value):
        raise ValueError(f"{text!r} is no whole number")
    return int(value)


def parts_of(groups: Groups, moment: Moment) -> Parts:
    """Year, month, day and weekday that a match of ``calendar`` names. Raises ValueError for numbers that are none."""
    year = _year(groups, moment)
    weekday = table("weekdays").get(groups.get("weekday"))
    if "first" in groups:
        one, other = int(groups["first"]), int(groups["second"])
        turned = one > _MONTHS_OF_YEAR  # the American order unless it names no month
        return Parts(year, other if turned else one, one if turned else other, weekday)
    month = int(groups["numeric"]) if "numeric" in groups else table("months").get(groups.get("month"))
    day = ordinal(groups["day"]) if "day" in groups else None
    if "day" in groups and not (day and 1 <= day <= 31):
        raise ValueError(f"{groups['day']!r} is no day of a month")
    return Parts(year, month, day, weekday)


def _year(groups: Groups, moment: Moment) -> int | None:
    today, earlier = moment.today, moment.earlier
    if "year" in groups:
        return count_of(groups["year"].replace("-", " "))
    if "short_year" in groups:
        short = int(groups["short_year"].lstrip("'’"))
        return short + (2000 if short < _PIVOT else 1900)
    if groups.get("which_year") == "that":
        if earlier is None:
            raise ValueError("no date before it that says which year")
        return earlier.year
    if "which_year" in groups and today is not None:
        return today.year + int(table("which").get(groups["which_year"], 0))
    return None


def _calendar(groups: Groups, moment: Moment) -> str | None:
    return resolve(parts_of(groups, moment), moment)


def _which_month(groups: Groups, moment: Moment) -> str | None:
    """ "This April" is that of the year, "last" and "next" the nearest before and after the present month."""
    if moment.today is None:
        return None
    month, step = int(table("months")[groups["month"]]), table("which")[groups["which"]]
    year = moment.today.year
    if step < 0:
        year -= month >= moment.today.month
    elif step > 0:
        year += month <= moment.today.month
    return f"{year}-{month:02}"


def _weekday(groups: Groups, moment: Moment) -> str | None:
    wanted = int(table("weekdays")[groups["weekday"]])
    which = groups.get("which", "")
    if moment.today is None or not which:
        return nearest_weekday(wanted, moment)
    if which in ("coming", "upcoming", "this upcoming"):
        days = (wanted - moment.today.weekday() - 1) % 7 + 1
        return (moment.today + timedelta(days=days)).isoformat()
    monday = moment.today - timedelta(days=moment.today.weekday())
    return (monday + timedelta(days=7 * table("which")[which] + wanted)).isoformat()


def _day(groups: Groups, moment: Moment) -> str | None:
    if moment.today is None:
        return None
    return (moment.today + timedelta(days=table("days")[groups["day"]])).isoformat()


def _unit(groups: Groups, moment: Moment) -> str | None:
    today = moment.today
    if "which" in groups and groups["which"] == "that" and moment.earlier:
        today = moment.earlier
    if today is None:
        return None
    if "new" in groups:
        return choose(recurring(moment, str), moment) if today.month == 1 else str(today.year + 1)
    unit, step = table("units")[groups["unit"]], int(table("which").get(groups.get("which", "this"), 0))
    if "count" in groups:
        return _several(count_of(groups["count"]), unit, step, today)
    if groups["unit"] == "quarter" and groups.get("which") == "last" and moment.direction is Direction.FUTURE:
        return quarter_of(today.year, 4)
    return unit_around(add(today, step, unit), unit)


def unit_around(day: date, unit: str) -> str:
    """The week, month, quarter, year or decade in which a day is."""
    if unit == "W":
        return week_of(day)
    if unit == "F":
        monday = day - timedelta(days=day.weekday())
        return f"{monday}/{monday + timedelta(days=13)}"
    if unit == "M":
        return f"{day:%Y-%m}"
    if unit == "Q":
        return quarter_of(day.year, (day.month + 2) // 3)
    if unit == "T":
        return f"{day.year // 10 * 10}/{day.year // 10 * 10 + 9}"
    return str(day.year) if unit == "Y" else day.isoformat()


def _several(count: int, unit: str, step: int, today: date) -> str:
    """Some units on from tomorrow or back from yesterday; quarters and decades are whole ones."""
    if unit in "QT":
        ends = sorted((unit_around(add(today, step, unit), unit), unit_around(add(today, step * count, unit), unit)))
        return f"{ends[0].partition('/')[0]}/{ends[1].partition('/')[2]}"
    if step > 0:
        return f"{today + timedelta(days=1)}/{add(today, count, unit)}"
    return f"{add(today, -count, unit)}/{today - timedelta(days=1)}"


def _weekend(groups: Groups, moment: Moment) -> str | None:
    if moment.today is None:
        return None
    which = groups.get("which", "weekend")
    if which in ("last", "this", "next"):
        return weekend_of(moment.today + timedelta(days=7 * table("which")[which]))
    ends = [weekend_of(moment.today + timedelta(days=7 * week)) for week in (-1, 0, 1)]
    return choose(ends, moment, default=Direction.PAST)


def _season(groups: Groups, moment: Moment) -> str | None:
    season = table("seasons")[groups["season"]]
    which = groups.get("which")
    if year := _year(groups, moment):
        return f"{year}-{season}"
    if which == "this" and moment.today:
        return f"{moment.today.year}-{season}"
    values = recurring(moment, lambda year: f"{year}-{season}")
    if which in ("last", "next") and moment.today:
        today, sign = moment.today, table("which")[which]
        beyond = [value for value in values if distance(value, today) * sign > 0]
        return min(beyond, key=lambda value: abs(distance(value, today)), default=None)
    return choose(values, moment)


def _quarter(groups: Groups, moment: Moment) -> str | None:
    named = groups["quarter"]
    quarter = 4 if named == "last" else table("quarters").get(named) or ordinal(named)
    if quarter not in (1, 2, 3, 4):
        return None
    if year := _year(groups, moment):
        return quarter_of(year, quarter)
    return choose(recurring(moment, lambda year: quarter_of(year, quarter)), moment)


def _half(groups: Groups, moment: Moment) -> str | None:
    half = 1 if groups["half"] in ("first", "1st", "h1") else 2
    if year := _year(groups, moment):
        return half_of(year, half)
    return choose(recurring(moment, lambda year: half_of(year, half)), moment)


def _fiscal(groups: Groups, moment: Moment) -> str | None:
    year = _year(groups, moment)
    return None if year is None else str(year)


def _decade(groups: Groups, moment: Moment) -> str | None:
    if "century" in groups:
        century = ordinal(groups["century"]) or 0
        return f"{century * 100 - 100}/{century * 100 - 1}"
    if "part" in groups:
        if moment.today is None:
            return None
        first = moment.today.year // 10 * 10 + (0 if groups["part"] == "first" else 5)
        return f"{first}/{first + 4}"
    if "decade" in groups:
        first = int(groups["decade"])
    else:
        first = 1900 + int(groups.get("short") or table("decades")[groups["named"]])
    return f"{first}/{first + 9}"


def _shift(groups: Groups, moment: Moment) -> str | None:
    """Days and weeks lead to a day, months to a month, years to a year: the precision of the text."""
    where = groups.get("where", "from now")
    told = where in ("earlier", "later", "before", "after")
    origin = moment.earlier if told and moment.earlier else moment.today
    if origin is None:
        return None
    unit = table("units").get(groups["unit"], "D")
    count = count_of(groups.get("count", "one")) * (-1 if where in table("backwards") else 1)
    day = add(origin, count, unit)
    if unit in "DWF":
        return day.isoformat()
    if unit == "Y" and count in (-1, 1):
        return f"{day:%Y-%m}"
    return unit_around(day, unit)


READINGS: dict[str, Callable[[Groups, Moment], str | None]] = {
    "calendar": _calendar,
    "month": _which_month,
    "weekday": _weekday,
    "day": _day,
    "unit": _unit,
    "weekend": _weekend,
    "season": _season,
    "quarter": _quarter,
    "half": _half,
    "fiscal": _fiscal,
    "decade": _decade,
    "shift": _shift,
}
