"""Expressions of time and money with their values, against the day of a document."""

from __future__ import annotations

import random
from calendar import monthrange
from datetime import date, timedelta

from training.grammar.name import Name

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 9: "nine", 10: "ten"}
_CURRENCIES = (
    ("${}", "USD"), ("€{}", "EUR"), ("£{}", "GBP"), ("{} euros", "EUR"), ("{} yuan", "CNY"), ("{} yen", "JPY"),
    ("{} rupees", "INR"), ("{} Swiss francs", "CHF"), ("A${}", "AUD"), ("{} pounds", "GBP"),
)  # fmt: skip
BEFORE_A_NOUN = (
    ("${}", "USD"),
    ("€{}", "EUR"),
    ("£{}", "GBP"),
    ("{} euro", "EUR"),
    ("{} yuan", "CNY"),
    ("A${}", "AUD"),
)


def written_day(day: date, chance: random.Random) -> str:
    """A full date as English writes it."""
    month = MONTHS[day.month - 1]
    return chance.choice((f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}"))


def past(today: date, chance: random.Random) -> tuple[str, Name]:
    """A preposition and a date before or on the document's day."""
    pick = chance.randrange(7)
    if pick == 0:
        day = today - timedelta(chance.randrange(8, 900))
        return "on ", _date(written_day(day, chance), day.isoformat())
    if pick == 1:
        day = today - timedelta(chance.randrange(1, 7))
        return "on ", _date(DAYS[day.weekday()], day.isoformat())
    if pick == 2:
        year, month = _month(today, -chance.randrange(1, 10))
        return "in ", _date(MONTHS[month - 1], f"{year}-{month:02}")
    if pick == 3:
        year, month = _month(today, -chance.randrange(12, 40))
        return "in ", _date(f"{MONTHS[month - 1]} {year}", f"{year}-{month:02}")
    if pick == 4:
        return "in ", _date(str(today.year - (years := chance.randrange(1, 6))), str(today.year - years))
    return _past_relative(today, chance)


def _past_relative(today: date, chance: random.Random) -> tuple[str, Name]:
    pick = chance.randrange(4)
    if pick == 0:
        monday = today - timedelta(today.weekday() + 7)
        return "", _date("last week", f"{monday.isoformat()}/{(monday + timedelta(6)).isoformat()}")
    if pick == 1:
        year, month = _month(today, -1)
        return "", _date("last month", f"{year}-{month:02}")
    if pick == 2:
        return "", _date("last year", str(today.year - 1))
    return "", _date("yesterday", (today - timedelta(1)).isoformat())


def future(today: date, chance: random.Random) -> tuple[str, Name]:
    """A preposition and a date after the document's day."""
    pick = chance.randrange(5)
    if pick == 0:
        year, month = _month(today, 1)
        return "", _date("next month", f"{year}-{month:02}")
    if pick == 1:
        return "", _date("next year", str(today.year + 1))
    name = future_bare(today, chance)
    return ("on " if len(name.value or "") == 10 else "in "), name


def future_bare(today: date, chance: random.Random) -> Name:
    """A date after the document's day that can follow "from", "until" or "by"."""
    pick = chance.randrange(5)
    if pick == 0:
        year, month = _month(today, chance.randrange(2, 10))
        day = date(year, month, 1)
        return _date(f"{day.day} {MONTHS[month - 1]}", day.isoformat())
    if pick == 1:
        year, month = _month(today, chance.randrange(12, 36))
        return _date(f"{MONTHS[month - 1]} {year}", f"{year}-{month:02}")
    if pick == 2:
        year = today.year + chance.randrange(1, 5)
        return _date(str(year), str(year))
    year, month = _month(today, chance.randrange(1, 30))
    last = monthrange(year, month)[1]
    day = date(year, month, chance.choice((1, 1, 15, last)))
    return _date(written_day(day, chance), day.isoformat())


def past_bare(today: date, chance: random.Random) -> Name:
    """A date before the document's day that can follow "since"."""
    while True:
        preposition, name = past(today, chance)
        if preposition:
            return name


def duration(chance: random.Random) -> Name:
    """A length of time."""
    unit, letter, numbers = chance.choice(
        (("year", "Y", (1, 2, 3, 5, 10)), ("month", "M", (3, 6, 9, 12, 18)), ("day", "D", (30, 60, 90, 180)))
    )
    number = chance.choice(numbers)
    text = f"{_NUMBERS.get(number, number)} {unit}{'s' if number > 1 else ''}"
    value = f"P{number}{letter}"
    return Name("Quantity", text, value, value)


def money(chance: random.Random, forms: tuple[tuple[str, str], ...] = _CURRENCIES) -> Name:
    """An amount of money."""
    form, currency = chance.choice(forms)
    if chance.random() < 0.25:
        amount = chance.randrange(50, 990) * 1000
        return _money(form.format(f"{amount:,}"), currency, amount)
    scale, factor = chance.choice((("million", 10**6), ("million", 10**6), ("billion", 10**9)))
    tenths = chance.choice((chance.randrange(11, 99), chance.randrange(2, 95) * 10))
    number = f"{tenths / 10:.1f}".removesuffix(".0")
    return _money(form.format(f"{number} {scale}"), currency, tenths * factor // 10)


def share(chance: random.Random) -> Name:
    """A percentage."""
    number = chance.choice((5, 8, 10, 12, 15, 20, 25, 30, 34, 40, 45, 49, 51, 60, 75))
    text = chance.choice((f"{number}%", f"{number} percent"))
    return Name("Quantity", text, f"{number}%", f"{number}%")


def _money(text: str, currency: str, amount: int) -> Name:
    value = f"{currency} {amount}"
    return Name("Money", text, value, value)


def _date(text: str, value: str) -> Name:
    return Name("Date", text, value, value)


def _month(today: date, by: int) -> tuple[int, int]:
    months = today.year * 12 + today.month - 1 + by
    return months // 12, months % 12 + 1
