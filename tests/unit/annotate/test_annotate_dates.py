"""Dates, durations, money and percentages."""

from __future__ import annotations

from datetime import date

import pytest

from policygraph.annotate.amounts import find_money, find_percentages
from policygraph.annotate.dates import find_dates, find_durations

MONDAY = date(2025, 6, 30)


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("on 17 May 2024", "17 May 2024", "2024-05-17"),
        ("on May 17, 2024", "May 17, 2024", "2024-05-17"),
        ("in March 2020", "March 2020", "2020-03"),
        ("on June 17", "June 17", "2025-06-17"),
        ("on Friday", "Friday", "2025-06-27"),
        ("on Monday", "Monday", "2025-06-30"),
        ("yesterday", "yesterday", "2025-06-29"),
        ("last week", "last week", "2025-06-23/2025-06-29"),
        ("next month", "next month", "2025-07"),
        ("last year", "last year", "2024"),
        ("by the end of June", "end of June", "2025-06-30"),
        ("end of 2027", "end of 2027", "2027-12-31"),
        ("in Q3 2024", "Q3 2024", "2024-07/2024-09"),
        ("in the first quarter of 2024", "first quarter of 2024", "2024-01/2024-03"),
        ("in summer 2024", "summer 2024", "2024-22"),
        ("this autumn", "this autumn", "2025-23"),
        ("in fiscal 2025", "fiscal 2025", "2025"),
        ("the first half of 2025", "first half of 2025", "2025-01/2025-06"),
        ("from 16 to 20 September 2024", "16 to 20 September 2024", "2024-09-16/2024-09-20"),
        ("June 30 next year", "June 30 next year", "2026-06-30"),
        ("two months ago", "two months ago", "2025-04"),
        ("in May 2024", "May 2024", "2024-05"),
    ],
)
def test_a_date_has_its_words_and_its_value(text: str, words: str, value: str) -> None:
    found = [(text[f.start : f.end], f.value) for f in find_dates(text, MONDAY)]
    assert found == [(words, value)]


@pytest.mark.parametrize("text", ["It may fall.", "May the court decide?", "In May they met.", "a march through town"])
def test_a_word_is_no_month(text: str) -> None:
    assert list(find_dates(text, MONDAY)) == []


def test_a_day_that_is_none_has_no_value() -> None:
    assert [f.value for f in find_dates("on February 30, 2024", MONDAY)] == [None]


def test_a_relative_date_without_a_day_of_the_document_has_no_value() -> None:
    assert [f.value for f in find_dates("on Friday", None)] == [None]


@pytest.mark.parametrize(
    ("text", "value"),
    [("for one year", "P1Y"), ("within 90 days", "P90D"), ("a three-year ban", "P3Y"), ("for six weeks", "P6W"),
        ("for a year and a half", "P1Y6M")],
)  # fmt: skip
def test_durations_are_iso_8601(text: str, value: str) -> None:
    assert [f.value for f in find_durations(text)] == [value]


def test_the_article_alone_is_no_duration() -> None:
    assert list(find_durations("a year of change and a five-year-old car")) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$1.2 million", "USD 1200000"),
        ("EUR 2.42 billion", "EUR 2420000000"),
        ("175 million euros", "EUR 175000000"),
        ("Rs 213.14 crore", "INR 2131400000"),
        ("S$3 million", "SGD 3000000"),
        ("RMB 8 billion", "CNY 8000000000"),
        ("1,200,000 dollars", "USD 1200000"),
        ("$400m", "USD 400000000"),
    ],
)
def test_money_is_code_and_amount(text: str, value: str) -> None:
    assert [f.value for f in find_money(f"paid {text} in all")] == [value]


def test_percentages() -> None:
    text = "7.8% and 12 per cent, not 3.14"
    assert [(text[f.start : f.end], f.value) for f in find_percentages(text)] == [
        ("7.8%", "7.8 %"),
        ("12 per cent", "12 %"),
    ]
