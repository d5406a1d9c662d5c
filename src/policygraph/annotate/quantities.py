"""The value of a span that is known to be a quantity: a duration, a share, a number with its unit."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

from policygraph.annotate.data import any_of, load
from policygraph.annotate.numbers import number, number_pattern, plain

_LONGEST = 80  # characters of a span that can be a quantity
_NUMBER_OF_SPAN = re.compile(r"\d")


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = load("quantities")
    return data


@cache
def _units() -> dict[str, str]:
    """Every name of a unit with what it is in a value; durations as the designator of ISO 8601 after a "P"."""
    data = _data()
    return {
        **data["units"],
        **{name: f"P{mark}" for name, mark in data["durations"].items()},
        **dict.fromkeys(data["percent"], "%"),
    }


@cache
def _single() -> re.Pattern[str]:
    """A number and, if it is there, its unit, matched against a whole span in lower case."""
    parts = any_of(load("numbers")["parts"])
    count = rf"(?P<number>{number_pattern()}(?:[ -]and[ -]a[ -]half)?)"
    scale = any_of(_data()["scales"])
    unit = rf"(?P<unit>{any_of(_units())})s?"
    share = (
        rf"(?:(?P<parts>{number_pattern()})[ -])?(?P<part>{parts})s?(?:(?: of)?(?: an?)? (?P<of>{any_of(_units())})s?)?"
    )
    half = r"(?P<tail> and a half)?"
    per = rf"(?: (?P<per>{any_of(_data()['per'])}))?"
    measured = rf"(?:{count}(?: (?P<scale>{scale}))?(?:[ -] ?|(?<=\d)))?{unit}{half}{per}"
    return re.compile(rf"(?:{share}|{measured})\Z")


def quantity_of_span(text: str, start: int, end: int) -> str | None:
    """The value of characters that are known to be a quantity; None for what has no number and no unit.

    Durations are ISO 8601 (``P3M``, ``PT72H``), shares ``N %`` or a fraction, others a number and a unit; a range has
    both ends (``300/480 MW``, ``P3Y/P6Y``). A number without unit has that of the nearest quantity after it.
    """
    words = text[start:end]
    if len(words) > _LONGEST:
        return None
    words = _trimmed(re.sub(r"\s+", " ", words).casefold().strip(" ,;."))
    value = _range(words) or _one(words) or _longest(words) or _with_unit_around(words, text, end)
    falls = value and value.endswith("%") and _falls(text, start, end)
    return f"-{value}" if falls else value


def _trimmed(words: str) -> str:
    pattern = re.compile(rf"{_data()['before']} (?=\S)")
    while match := pattern.match(words):
        words = words[match.end() :]
    return words


def _one(words: str) -> str | None:
    match = _single().match(words)
    if match is None:
        return None
    if match["part"]:
        return _share(match)
    count = Decimal(1) if match["number"] is None else number(match["number"])
    if count is None:
        return None
    if match["scale"]:
        count *= Decimal(10) ** int(_data()["scales"][match["scale"]])
    written = match["number"].replace(",", "") if match["number"] and _NUMBER_OF_SPAN.match(match["number"]) else None
    value = _with_unit(count, match["unit"], written if not match["scale"] else None, half=bool(match["tail"]))
    if match["per"]:
        hours = value.removeprefix("PT").removesuffix("H")
        return (
            f"{hours} h/{_data()['per'][match['per']]}"
            if value.startswith("PT")
            else f"{value}/{_data()['per'][match['per']]}"
        )
    return value


def _with_unit(count: Decimal, unit: str, written: str | None, *, half: bool = False) -> str:
    mark = _units().get(unit) or _units()[unit.removesuffix("s")]
    if mark in _durations():
        return _duration(count + (Decimal("0.5") if half else 0), mark.removeprefix("P"))
    return f"{written or plain(count)} {mark}"


@cache
def _durations() -> frozenset[str]:
    return frozenset(f"P{mark}" for mark in _data()["durations"].values())


def _duration(count: Decimal, mark: str) -> str:
    """ISO 8601; halves of a year in months, of an hour in minutes, longer units in years."""
    whole = count == int(count)
    if mark.startswith("T"):
        if mark == "T":
            return f"P{plain(count * 10)}Y"
        return f"PT{plain(count)}{mark[1]}" if whole else f"PT{plain(count * 60)}{'M' if mark == 'TH' else 'S'}"
    if mark in "CFQ":
        mark, count = {"C": ("Y", count * 100), "F": ("W", count * 2), "Q": ("M", count * 3)}[mark]
        return f"P{plain(count)}{mark}"
    if whole:
        return f"P{plain(count)}{mark}"
    if mark == "Y":
        months = int((count - int(count)) * 12)
        return f"P{int(count)}Y{months}M" if int(count) else f"P{months}M"
    return f"P{plain(count)}{mark}"


def _share(match: re.Match[str]) -> str | None:
    part = str(load("numbers")["parts"][match["part"]])
    count = number(match["parts"]) if match["parts"] else Decimal(1)
    if count is None:
        return None
    if match["of"]:
        fraction = Decimal(part.removesuffix(" %")) / 100 if part.endswith("%") else None
        return None if fraction is None else _with_unit(count * fraction, match["of"], None)
    if "/" in part:
        return f"{plain(count)}{part[1:]}"
    return f"{plain(count * Decimal(part.removesuffix(' %')))} %"


def _range(words: str) -> str | None:
    """Both ends of "300 to 480 megawatts"; the unit of the last is that of the first too."""
    match = re.match(rf"({number_pattern()})( ?(?:{any_of(_units())})s?)?{_data()['ranges']}(.+)\Z", words)
    if match is None or not re.match(number_pattern(), match[3]):
        return None
    last = _one(match[3])
    if last is None or match[3].startswith("a half"):
        return _sum(words)
    tail = re.sub(rf"^{number_pattern()}", "", match[3])
    first = _one(match[1] + (match[2] or tail))
    if first is None:
        return None
    if first.startswith("P"):
        return f"{first}/{last}" if not (match[2] and " and " in words) else _sum(words)
    return f"{first.split(' ')[0]}/{last}"


def _sum(words: str) -> str | None:
    """ "Two months and ten days": one duration."""
    pieces = [_one(piece) for piece in re.split(r",? and |, ", words)]
    if len(pieces) != 2 or not all(p and re.fullmatch(r"P\d+[YMWD]", p) for p in pieces):
        return None
    return f"{pieces[0]}{(pieces[1] or '')[1:]}"


def _longest(words: str) -> str | None:
    """The quantity with which a longer span begins: "15% of sales"."""
    for cut in (m.start() for m in re.finditer(r" (?:of|plus|in|per|more|or) ", words)):
        if value := _one(words[:cut]):
            return value
    return None


def _with_unit_around(words: str, text: str, end: int) -> str | None:
    if number(words) is None:
        return None
    after = re.search(
        rf"(?:^|[ -])({any_of(n for n, m in _units().items() if m in _durations() and len(n) > 2)})s?(?!\w)",
        text[end : end + 60].casefold(),
    )
    return _one(f"{words} {after[1]}") if after else None


def _falls(text: str, start: int, end: int) -> bool:
    data = _data()
    return bool(
        re.search(data["falls_before"], text[max(0, start - 40) : start])
        or re.search(data["falls_after"], text[end : end + 12])
    )
