"""Dates as texts write them, resolved against the document's day to the precision that the text gives.

Values are EDTF (ISO 8601-2:2019, the part that ``policygraph.model.time`` reads). A relative date in a document
without a day
is found but has no value.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from policygraph.annotate.data import any_of, load

_YEAR = r"(?:19[5-9]\d|20[0-9]\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_FIRST_QUARTER = 32  # EDTF: 33 to 36 are the quarters


@dataclass(frozen=True, slots=True)
class Found:
    """Characters of a date with its EDTF value, None where it cannot be resolved."""

    start: int
    end: int
    value: str | None


@cache
def _names() -> dict[str, Any]:
    data: dict[str, Any] = load("dates")
    return data


def _cased(names: dict[str, int]) -> str:
    return any_of([name.capitalize() for name in names] + [name.upper() for name in names if len(name) > 3])


@cache
def date_patterns() -> tuple[re.Pattern[str], ...]:
    """The compiled patterns of ``patterns/dates.yml``."""
    data = _names()
    parts = {
        "d": _DAY,
        "y": _YEAR,
        "month": _cased(data["months"]),
        "lonely_month": data["lonely_months"],
        "weekday": _cased(data["weekdays"]),
        "ordinal": any_of([o for o in data["ordinals"] if not o.startswith("q")]),
        "number": number_pattern(),
    }
    return tuple(re.compile(rf"(?<![\w]){_filled(pattern, parts)}(?!\w)") for pattern in data["patterns"])


def _filled(pattern: str, parts: dict[str, str]) -> str:
    for name, part in parts.items():
        pattern = pattern.replace("{" + name + "}", part)
    return f"(?:{pattern})"


def number_pattern() -> str:
    """A small whole number in digits or in a word."""
    return r"(?:\d{1,3}|" + any_of(_names()["numbers"]) + ")"


def number(text: str) -> int:
    """The value of what ``number_pattern`` matched."""
    return int(text) if text.isdigit() else int(_names()["numbers"][text.casefold()])


def find_dates(text: str, today: date | None) -> Iterator[Found]:
    """Dates of a text, the longest at each place."""
    taken = 0
    matches = [m for pattern in date_patterns() for m in pattern.finditer(text)]
    for match in sorted(matches, key=lambda m: (m.start(), -m.end())):
        if match.start() < taken:
            continue
        groups = {re.sub(r"\d$", "", k): v for k, v in match.groupdict().items() if v is not None}
        taken = match.end()
        yield Found(match.start(), match.end(), date_value(groups, today))


def date_value(groups: dict[str, str], today: date | None) -> str | None:
    """The EDTF value of a match's groups; None where they name no day of the calendar or need a day that is not
    known."""
    try:
        if "year" in groups:
            return _absolute(groups, int(groups["year"]))
        if "decade" in groups:
            return f"{groups['decade']}/{int(groups['decade']) + 9}"
        return _relative(groups, today) if today else None
    except (ValueError, OverflowError):
        return None


def _absolute(groups: dict[str, str], year: int) -> str:
    if "last_year" in groups:
        return f"{year}/{groups['last_year']}"
    if "half" in groups:
        return f"{year}-01/{year}-06" if groups["half"].casefold() == "first" else f"{year}-07/{year}-12"
    if "quarter" in groups:
        return f"{year}-{_FIRST_QUARTER + _names()['ordinals'][groups['quarter'].casefold()]}"
    if "season" in groups:
        return f"{year}-{_names()['seasons'][groups['season'].casefold()]}"
    if "month" in groups or "numeric" in groups:
        return _of_month(groups, year, _month(groups))
    if "edge" in groups:
        return f"{year}-12-31" if groups["edge"] == "end" else f"{year}-01"
    return f"{year}~" if "fiscal" in groups else str(year)


def _month(groups: dict[str, str]) -> int:
    return int(groups["numeric"]) if "numeric" in groups else int(_names()["months"][groups["month"].casefold()])


def _of_month(groups: dict[str, str], year: int, month: int) -> str:
    if "last_day" in groups:
        return f"{date(year, month, int(groups['day']))}/{date(year, month, int(groups['last_day']))}"
    if "day" in groups:
        return date(year, month, int(groups["day"])).isoformat()
    if groups.get("edge") == "end":
        return date(year, month, calendar.monthrange(year, month)[1]).isoformat()
    return f"{year}-{month:02}"


def _relative(groups: dict[str, str], today: date) -> str | None:
    if "month" in groups:
        return _month_without_year(groups, today)
    if "weekday" in groups:
        return _weekday(groups, today)
    if "today" in groups:
        shift = {"today": 0, "yesterday": -1, "tomorrow": 1}[groups["today"].casefold()]
        return (today + timedelta(days=shift)).isoformat()
    if "shift" in groups:
        return _shifted(groups, today)
    step = {"last": -1, "next": 1}.get(groups.get("which", "this").casefold(), 0)
    if "season" in groups:
        return f"{today.year + step}-{_names()['seasons'][groups['season'].casefold()]}"
    return _unit(groups, today, step)


def _unit(groups: dict[str, str], today: date, step: int) -> str | None:
    unit = groups.get("unit")
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return f"{monday}/{monday + timedelta(days=6)}"
    if unit == "month":
        year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
        return _of_month(groups, year, month + 1)
    return _absolute(groups, today.year + step) if unit == "year" else None


def _month_without_year(groups: dict[str, str], today: date) -> str:
    month = _month(groups)
    which = (groups.get("which") or groups.get("which_after", "")).strip().casefold()
    if which.endswith("year"):
        step = {"next year": 1, "last year": -1}.get(which, 0)
        return _of_month(groups, today.year + step, month)
    if which == "last":
        return _of_month(groups, today.year - (month >= today.month), month)
    if which == "next":
        return _of_month(groups, today.year + (month <= today.month), month)
    nearest = min((-1, 0, 1), key=lambda step: (abs(step * 12 + month - today.month), step))
    return _of_month(groups, today.year + nearest, month)


def _weekday(groups: dict[str, str], today: date) -> str:
    """The last such day up to today, or with "next" and "last" the one of the neighbouring week."""
    wanted = int(_names()["weekdays"][groups["weekday"].casefold()])
    monday = today - timedelta(days=today.weekday())
    step = {"next": 7, "last": -7}.get(groups.get("which", "").casefold())
    if step is not None:
        return (monday + timedelta(days=step + wanted)).isoformat()
    return (today - timedelta(days=(today.weekday() - wanted) % 7)).isoformat()


def _shifted(groups: dict[str, str], today: date) -> str:
    sign = 1 if groups["shift"] == "from now" else -1
    count = sign * number(groups["count"])
    unit = _names()["units"][groups["unit"]]
    if unit in "DW":
        return (today + timedelta(days=count * (7 if unit == "W" else 1))).isoformat()
    if unit == "Y":
        return str(today.year + count)
    year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
    return f"{year}-{month + 1:02}"


@cache
def duration_patterns() -> tuple[re.Pattern[str], ...]:
    """The compiled patterns of durations."""
    parts = {"number": number_pattern()}
    return tuple(re.compile(rf"(?<![\w-]){_filled(p, parts)}(?!\w)", re.IGNORECASE) for p in _names()["durations"])


def find_durations(text: str) -> Iterator[Found]:
    """Durations of a text with their ISO 8601 value; "a year" and the like only after "for", "within" or "of"."""
    for pattern in duration_patterns():
        for match in pattern.finditer(text):
            count = match["count"]
            if count.casefold() in ("a", "an") and not re.search(
                r"(?:for|within|of|in)\s$", text[: match.start()][-8:]
            ):
                continue
            unit = _names()["units"][match["unit"].casefold()]
            tail = "6M" if match["half"] and unit == "Y" else ""
            yield Found(match.start(), match.end(), f"P{number(count)}{unit}{tail}")
