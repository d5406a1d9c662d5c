"""Money and percentages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from policygraph.annotate.data import any_of, load
from policygraph.annotate.dates import Found
from policygraph.annotate.numbers import DIGITS, number, number_pattern, plain

_PERCENT = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,4}(?:\.\d{1,6})?) ?(?:%|percent\b|per cent\b|percentage points?\b)(?!\w)"
)
_AROUND = 250  # characters in which another amount says the currency of one without
_FAR = 4000  # characters in which places say whose rupees they are
_SEVERAL = 4  # numbers in one span that can be an amount or a range


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = load("amounts")
    return data


@cache
def _scale() -> str:
    return rf"(?i:{any_of(_data()['scales'])})(?!\w)"


@cache
def _before() -> str:
    """Marks that stand before the number; one that ends in a letter or a space needs a word's edge before it."""
    return rf"(?:(?P<symbol>{any_of(_data()['symbols'])})|(?P<code>{any_of(_data()['codes'])}) ?)"


@cache
def _names() -> str:
    return rf"(?P<word>(?i:{any_of(_data()['words'])})s?|(?i:{any_of(_data()['cents'])}))(?!\w)"


@cache
def _money() -> re.Pattern[str]:
    codes = any_of(_data()["codes"])
    names = _names().replace("?P<word>", "")
    before = rf"{_before()}(?:{DIGITS})(?:[ -]?{_scale()})?(?![\w%])"
    after = rf"(?:{DIGITS})(?:[ -]?{_scale()})?[ -](?:{names}|{codes}(?!\w))"
    return re.compile(rf"(?<![\w$€£.,])(?:{before}|{after})")


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_before()}(?=\d)|{_names()}|(?P<code2>{any_of(_data()['codes'])})(?!\w))")


@cache
def _numbers() -> re.Pattern[str]:
    count = rf"(?:(?<![\d,.]){DIGITS}|(?<!\w)(?i:{number_pattern()})(?![a-z]))"
    return re.compile(rf"(?P<number>{count})(?:[ -]?(?P<scale>{_scale()}))?|(?<=[a-z] )(?P<scale2>{_scale()})")


def find_money(text: str) -> Iterator[Found]:
    """Amounts of money with the value ``CUR amount`` (ISO 4217), the amount as a plain decimal number."""
    for match in _money().finditer(text):
        if value := money_of_span(text, match.start(), match.end()):
            yield Found(match.start(), match.end(), value)


def money_of_span(text: str, start: int, end: int) -> str | None:
    """The value of characters that are known to be an amount: ``USD 4750000000``, ``EUR 1..2`` for a range.

    A currency that the span does not name is that of the nearest amount around it.
    """
    words = text[start:end]
    amounts = _amounts(words)
    if not amounts or len(amounts) > _SEVERAL:
        return None
    currency, minor = _currency_of_span(text, start, end)
    if currency is None:
        return None
    if minor:
        amounts = [plain(Decimal(amount) / 100) for amount in amounts]
    return f"{currency} {amounts[0]}..{amounts[-1]}" if len(amounts) > 1 else f"{currency} {amounts[0]}"


def _amounts(words: str) -> list[str]:
    """The numbers of a span as they are written out; in "4 to 6 billion" the scale is that of both."""
    found = [(m["number"], m["scale"] or m["scale2"]) for m in _numbers().finditer(words)]
    amounts = []
    for index, (digits, scale) in enumerate(found):
        value = Decimal(1) if digits is None else number(digits)
        if value is None:
            return []
        scale = scale or (found[-1][1] if index < len(found) - 1 else None)
        if scale:
            amounts.append(plain(value * Decimal(10) ** int(_data()["scales"][scale.casefold()])))
        else:
            amounts.append(format(value, "f"))
    return amounts


def _currency_of_span(text: str, start: int, end: int) -> tuple[str | None, bool]:
    """The currency, and whether the amount is in hundredths of it."""
    inside = list(_marks().finditer(text, start, end))
    minor = any((m["word"] or "").casefold() in _data()["cents"] for m in inside)
    marks = [m for m in inside if (m["word"] or "").casefold() not in _data()["cents"]]
    if not marks and not minor:
        around = _marks().finditer(text, max(0, start - _AROUND), min(len(text), end + _AROUND))
        marks = sorted(around, key=lambda m: max(start - m.end(), m.start() - end))
        marks = [m for m in marks if (m["word"] or "").casefold() not in _data()["cents"]]
    if not marks:
        return ("USD" if minor else None), minor
    return _currency(marks[0], text), minor


def _currency(mark: re.Match[str], text: str) -> str | None:
    data = _data()
    if code := mark["code"] or mark["code2"]:
        return str(data["code_is"].get(code, code))
    if mark["symbol"]:
        name, meaning = mark["symbol"].casefold().strip(" ."), data["symbols"][mark["symbol"]]
    else:
        name = mark["word"].casefold()
        name = name if name in data["words"] else name.removesuffix("s")
        meaning = data["words"][name]
    return _by_place(name, text, mark.start()) or str(meaning)


def _by_place(name: str, text: str, at: int) -> str | None:
    """Of the currencies that share a name, that of the last place named in the line before, else of the most named."""
    shared: dict[str, str] = _data()["shared"].get(name, {})
    first = max(0, at - _FAR)
    line = text.rfind("\n", first, at) + 1 or first
    near = {
        code: max((m.end() for m in re.finditer(places, text[line:at])), default=0) for code, places in shared.items()
    }
    around = text[first : at + _FAR]
    counts = {code: len(re.findall(places, around)) for code, places in shared.items()}
    for weights in (near, counts):
        if any(weights.values()):
            return max(weights, key=lambda code: weights[code])
    return None


def find_percentages(text: str) -> Iterator[Found]:
    """Percentages with the value ``N %``."""
    for match in _PERCENT.finditer(text):
        yield Found(match.start(), match.end(), f"{match['number']} %")
