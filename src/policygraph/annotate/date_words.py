"""The patterns of ``patterns/dates.yml``, compiled: what is a date anywhere, and what is one in a given span."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from policygraph.annotate.data import any_of, load
from policygraph.annotate.numbers import number_pattern, ordinal_words

Groups = dict[str, str]

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_WEEKDAY_BEFORE = r"(?:(?P<weekday>{weekday})\.?,? (?:the )?|(?:last|this|next) {weekday} )?"
_YEAR_AFTER = (
    r"(?:\.?(?:, ?| of,? | in |,? )(?P<year>{y})(?!\d|,\d)| (?:of )?(?P<which_year>next|last|this|that) year)?(?![\d%])"
)


@cache
def table(name: str) -> Any:
    """A list of ``patterns/dates.yml``."""
    return load("dates")[name]


@cache
def found_patterns() -> tuple[re.Pattern[str], ...]:
    """What is a date wherever it stands, in the order of the file."""
    patterns = [pattern for lists in table("readings").values() for pattern in lists["found"]]
    return tuple(_in_text(pattern) for pattern in (*patterns, *table("compounds")))


@cache
def prefix_pattern() -> re.Pattern[str]:
    """What grows a date to its left, to be searched in the text before it."""
    prefixes = "|".join(_filled(pattern, _found_parts()) for pattern in table("prefixes"))
    return re.compile(rf"(?<!\w)(?:{prefixes})\Z", re.IGNORECASE)


@cache
def joining_pattern() -> re.Pattern[str]:
    """The whole text between two dates that makes a period of them."""
    return re.compile(rf"{table('joins')}\Z", re.IGNORECASE)


def _in_text(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_filled(pattern, _found_parts())}(?!\w)", re.IGNORECASE)


@cache
def _found_parts() -> dict[str, str]:
    months = _cased(table("months"))
    # An ordinal in words is a day only where the month, a year or the end of the clause follows: not "May first-time".
    day_follows = rf"(?=,| (?:of|through|to|until|till|and|{months}|\d{{4}})\b|[.;?!]?$)"
    return _parts(
        month=rf"(?-i:{months}|{any_of(table('lower_months'))})",
        weekday=rf"(?-i:{_cased(table('weekdays'))}|{any_of(_long(table('weekdays')))})",
        day=rf"(?:{_DAY}(?:st|nd|rd|th)?|{ordinal_words(31)}{day_follows})",
        year=r"(?:19[5-9]\d|20\d\d)",
    )


@cache
def given_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What is a date in a span that is known to be one, to be matched against the whole span in lower case."""
    parts = _given_parts()
    return tuple(
        (reading, re.compile(rf"{_filled(pattern, parts)}\Z", re.IGNORECASE))
        for reading, lists in table("readings").items()
        for pattern in (*lists["found"], *lists.get("given", []))
    )


@cache
def operator_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Dates around other dates: the operator and the pattern, whose group ``inner`` is a date."""
    parts = _given_parts()
    return tuple(
        (operator, re.compile(rf"{_filled(pattern, parts)}\Z", re.IGNORECASE))
        for operator, patterns in table("operators").items()
        for pattern in patterns
    )


@cache
def range_patterns() -> tuple[re.Pattern[str], ...]:
    """Two dates and the words that make a period of them."""
    return tuple(re.compile(rf"{pattern}\Z", re.IGNORECASE) for pattern in table("ranges"))


@cache
def trimmed_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Words before and after a date that do not change its value."""
    return (
        re.compile(rf"{table('before')}(?: |(?<=mid-))(?=\S)", re.IGNORECASE),
        re.compile(rf"(?<=\w),? {table('after')}\Z", re.IGNORECASE),
    )


@cache
def duration_patterns() -> tuple[re.Pattern[str], ...]:
    """Durations wherever they stand."""
    parts = {"number": number_pattern()}
    return tuple(re.compile(rf"(?<![\w-]){_filled(p, parts)}(?!\w)", re.IGNORECASE) for p in table("durations"))


def groups_of(match: re.Match[str]) -> Groups:
    """The groups that matched, in lower case, without the digit that tells alternatives apart."""
    return {re.sub(r"\d$", "", k): v.strip().casefold() for k, v in match.groupdict().items() if v is not None}


def _given_parts() -> dict[str, str]:
    day = rf"(?:{_DAY}(?:st|nd|rd|th)?|{ordinal_words(31)}|{number_pattern()})"
    year = rf"(?:1\d{{3}}|2[01]\d\d|(?:(?:one|two) thousand|[a-z]+teen|twenty)[ -](?:{number_pattern()}))"
    return _parts(any_of(table("months")), any_of(table("weekdays")), day, year)


def _parts(month: str, weekday: str, day: str, year: str) -> dict[str, str]:
    data = load("dates")
    return {
        "weekday_": _WEEKDAY_BEFORE.replace("{weekday}", weekday),
        "year_after": _YEAR_AFTER.replace("{y}", year),
        "d": day,
        "y": year,
        "month": month,
        "any_month": any_of(data["months"]),
        "lonely": _lonely(data),
        "weekday": weekday,
        "full_weekday": rf"(?-i:{_cased(_long(data['weekdays']))}|{any_of(_long(data['weekdays']))})",
        "four": ordinal_words(5).join(("(?:", r"|\d{1,2}(?:st|nd|rd|th))")),
        "number": number_pattern(),
        "unit": any_of(data["units"]),
        **{
            name: any_of(map(str, data[name]))
            for name in ("which", "days", "backwards", "forwards", "edges", "decades")
        },
    }


def _lonely(data: dict[str, Any]) -> str:
    """Names of months that stand alone: not "May", which is a verb at least as often."""
    return rf"(?-i:{any_of(name.capitalize() for name in data['months'] if len(name) > 4 or name in ('june', 'july'))})"


def _long(names: dict[str, int]) -> dict[str, int]:
    return {name: value for name, value in names.items() if len(name) > 5}


def _cased(names: dict[str, int]) -> str:
    return any_of([name.capitalize() for name in names] + [name.upper() for name in names if len(name) > 3])


def _filled(pattern: str, parts: dict[str, str]) -> str:
    for name, part in parts.items():
        pattern = pattern.replace("{" + name + "}", part)
    return f"(?:{pattern})"


def readings(text: str) -> Iterator[tuple[str, Groups]]:
    """All readings of a whole span as one date, in the order of the file."""
    for reading, pattern in given_patterns():
        if match := pattern.match(text):
            yield reading, groups_of(match)
