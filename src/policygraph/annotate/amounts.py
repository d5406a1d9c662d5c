"""Money and percentages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from policygraph.annotate.data import any_of, load
from policygraph.annotate.dates import Found

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,9})?"
_PERCENT = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,4}(?:\.\d{1,6})?) ?(?:%|percent\b|per cent\b|percentage points?\b)(?!\w)"
)


@cache
def _money() -> re.Pattern[str]:
    data = load("amounts")
    scale = f"(?:[ -]?(?P<scale>{any_of(data['scales'])}))?"
    scale2 = scale.replace("scale>", "scale2>")
    mark = f"(?P<symbol>{any_of(data['symbols'])})|(?P<code>{any_of(data['codes'])}) ?"
    before = rf"(?:{mark})(?P<number>{_NUMBER}){scale}"
    after = (
        rf"(?P<number2>{_NUMBER}){scale2}[ -](?:(?P<word>{any_of(data['words'])})|(?P<code2>{any_of(data['codes'])}))"
    )
    return re.compile(rf"(?<![\w$€£])(?:{before}|{after})(?![\w%])")


def find_money(text: str) -> Iterator[Found]:
    """Amounts of money with the value ``CUR amount`` (ISO 4217), the amount as a plain decimal number."""
    data = load("amounts")
    for match in _money().finditer(text):
        code = match["code"] or match["code2"]
        currency = data["code_is"].get(code, code) if code else None
        currency = currency or data["symbols"].get(match["symbol"]) or data["words"].get(match["word"])
        scale = match["scale"] or match["scale2"]
        amount = Decimal((match["number"] or match["number2"]).replace(",", ""))
        if scale:
            amount *= Decimal(10) ** int(data["scales"][scale])
        yield Found(match.start(), match.end(), f"{currency} {plain(amount)}")


def find_percentages(text: str) -> Iterator[Found]:
    """Percentages with the value ``N %``."""
    for match in _PERCENT.finditer(text):
        yield Found(match.start(), match.end(), f"{plain(Decimal(match['number']))} %")


def plain(amount: Decimal) -> str:
    """A decimal number without exponent and without trailing zeros."""
    shown = format(amount, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
