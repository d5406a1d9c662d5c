"""Numbers and ordinals in digits and in English words."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

from policygraph.annotate.data import any_of, load

DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,9})?"
_HALF = re.compile(r"[ -]and[ -]a[ -]half$")
_DIGITS = re.compile(rf"{DIGITS}\Z")
_ORDINAL_DIGITS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\Z")


@cache
def _words() -> dict[str, Any]:
    data: dict[str, Any] = load("numbers")
    return data


@cache
def number_pattern() -> str:
    """A regular expression without groups for a cardinal number: digits, or words as in "twenty-five"."""
    data = _words()
    first = any_of([*data["units"], *data["tens"]])
    word = any_of([*data["units"], *data["tens"], *data["grouped"], "hundred"])
    scale = any_of([*data["grouped"], "hundred"])
    more = rf"(?:(?:[ -]and)?[ -]{word}){{0,6}}"
    return rf"(?:{DIGITS}|{any_of(data['ones'])}(?: {scale}{more}|(?= ))|{first}{more})"


def number(text: str) -> Decimal | None:
    """The value of a number in digits or words; None for anything else.

    Pairs of two-digit words are read as years are: "nineteen eighty-six" is 1986.
    """
    text = text.strip().casefold()
    if _DIGITS.match(text):
        return Decimal(text.replace(",", ""))
    if half := _HALF.search(text):
        whole = number(text[: half.start()])
        return None if whole is None else whole + Decimal("0.5")
    return _number_of_words([word for word in re.split(r"[ -]+", text) if word != "and"])


def _number_of_words(words: list[str]) -> Decimal | None:
    data = _words()
    if not words:
        return None
    if len(words) == 1 and words[0] in data["ones"]:
        return Decimal(1)
    total, group = 0, 0
    for position, word in enumerate(words):
        small = data["units"].get(word, data["tens"].get(word))
        if small is not None:
            joins = group % 100 == 0 or (group % 10 == 0 and small < 10)
            group = group + small if joins else group * 100 + small
        elif word == "hundred":
            group = max(group, 1) * 100
        elif word in data["grouped"]:
            total, group = total + max(group, 1) * 10 ** data["grouped"][word], 0
        elif position or word not in data["ones"]:
            return None
    return Decimal(total + group)


@cache
def _ordinals() -> dict[str, int]:
    data = _words()
    named = {word: index for index, word in enumerate(data["ordinals"], start=1)}
    compound = {
        f"{tens} {word}": value + named[word] for tens, value in data["tens"].items() for word in list(named)[:9]
    }
    return {**named, **data["ordinal_tens"], **compound}


@cache
def ordinal_words(up_to: int) -> str:
    """A regular expression without groups for ordinals in words, "first" up to the one of a number."""
    return any_of([word for word, value in _ordinals().items() if value <= up_to]).replace(" ", "[ -]")


def ordinal(text: str) -> int | None:
    """The value of an ordinal ("third", "twenty-first", "3rd") or of a small number ("3", "three")."""
    text = text.strip().casefold().replace("-", " ")
    if match := _ORDINAL_DIGITS.match(text):
        return int(match[1])
    if text in _ordinals():
        return _ordinals()[text]
    value = number(text)
    return int(value) if value is not None and value == int(value) else None


def plain(amount: Decimal) -> str:
    """A decimal number without exponent and without trailing zeros."""
    shown = format(amount, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
