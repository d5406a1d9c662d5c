"""Identifiers of content, and dates, over any input."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policygraph.ledger.statements import statement_id
from policygraph.model.identity import content_id, slug, text_hash
from policygraph.model.records import Span, Statement
from policygraph.model.time import DateError, add_duration, bounds, is_edtf, parse_day

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
WORDS = st.text(min_size=1, max_size=12)

STATEMENTS = st.builds(
    Statement,
    document_id=WORDS,
    subject=WORDS,
    subject_type=st.sampled_from(["Rule", "Firm"]),
    predicate=st.sampled_from(["applies_to", "owns"]),
    object=WORDS,
    object_type=st.sampled_from(["Firm", "Sector"]),
    evidence=st.lists(st.builds(Span, st.integers(0, 50), st.integers(51, 99)), min_size=1, max_size=3).map(tuple),
    extractor=st.just("test"),
    extractor_version=st.sampled_from(["1", "2"]),
    origin=st.sampled_from(["extracted", "annotated"]),
    effect=st.sampled_from(["none", "permits"]),
    attribution=st.lists(WORDS, max_size=2).map(tuple),
    valid_from=st.none() | st.just("2024-05"),
    detail=st.none() | WORDS,
)


@given(VALUES, VALUES)
def test_equal_content_has_equal_ids_and_other_content_has_another(one: object, other: object) -> None:
    same = _shape(one) == _shape(other)
    assert (content_id("kind", one) == content_id("kind", other)) == same  # type: ignore[arg-type]


def _shape(value: object) -> object:
    """A value with its types, since ``True == 1`` in Python and not in JSON."""
    if isinstance(value, list):
        return [_shape(item) for item in value]
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    return type(value).__name__, value


@given(st.dictionaries(st.text(max_size=4), st.integers(), max_size=6))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert content_id("kind", value) == content_id("kind", dict(reversed(value.items())))  # type: ignore[arg-type]


@given(STATEMENTS, st.data())
def test_any_changed_field_gives_another_statement_id(statement: Statement, data: st.DataObject) -> None:
    assert statement_id(replace(statement)) == statement_id(statement)
    # The last digits of a score depend on the processor, so it makes no other statement.
    assert statement_id(replace(statement, score=0.5)) == statement_id(statement)
    name = data.draw(st.sampled_from([f.name for f in fields(Statement) if f.name != "score"]))
    value = getattr(statement, name)
    changed: object = (
        (*value, Span(100, 101)) if name == "evidence"
        else (*value, "somebody") if name == "attribution"
        else f"{value}x"
    )  # fmt: skip
    assert statement_id(replace(statement, **{name: changed})) != statement_id(statement)


@given(st.text())
def test_any_text_has_a_hash_and_a_slug(text: str) -> None:
    assert len(text_hash(text)) == 64
    assert slug(text) == slug(slug(text)) == slug(text.casefold())
    assert not slug(text).startswith("-")


@given(DAYS)
def test_a_day_means_itself(day: date) -> None:
    assert bounds(day.isoformat()) == (day, day)
    assert parse_day(day.isoformat()) == day


@given(DAYS)
def test_a_month_and_a_year_hold_their_days_and_end_before_the_next(day: date) -> None:
    for value in (f"{day:%Y-%m}", f"{day:%Y}"):
        first, last = bounds(value)
        assert first <= day <= last
        assert first.day == 1
        assert (last + timedelta(days=1)).day == 1


@given(st.integers(1900, 2100), st.integers(21, 36))
def test_seasons_and_quarters_are_three_months(year: int, number: int) -> None:
    first, last = bounds(f"{year}-{number}")
    assert 89 <= (last - first).days <= 92
    assert first.year == year


@given(DAYS, DAYS)
def test_an_interval_goes_from_the_first_to_the_last(one: date, other: date) -> None:
    if one <= other:
        assert bounds(f"{one}/{other}") == (one, other)
    else:
        with pytest.raises(DateError):
            bounds(f"{one}/{other}")
    assert bounds(f"{one}/..")[1] == date.max
    assert bounds(f"../{one}")[0] == date.min


@given(st.text(max_size=24))
def test_any_string_is_a_date_or_a_sentence(text: str) -> None:
    if is_edtf(text):
        first, last = bounds(text)
        assert first <= last
    else:
        with pytest.raises(DateError, match=r"."):
            bounds(text)


@given(DAYS, st.integers(0, 40), st.integers(0, 40), st.integers(0, 60), st.integers(0, 400))
def test_a_duration_ends_later_the_longer_it_is(day: date, years: int, months: int, weeks: int, days: int) -> None:
    assume(years or months or weeks or days)
    end = add_duration(day, f"P{years}Y{months}M{weeks}W{days}D")
    assert end >= day
    assert add_duration(day, f"P{years}Y{months}M{weeks}W{days + 1}D") == end + timedelta(days=1)
    assert add_duration(day, f"P{years + 1}Y{months}M{weeks}W{days}D") > end


@given(DAYS, st.integers(1, 600))
def test_months_keep_the_day_or_take_the_last(day: date, months: int) -> None:
    end = add_duration(day, f"P{months}M")
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end + timedelta(days=1)).day == 1


@given(st.text(max_size=12))
def test_any_string_is_a_duration_or_a_sentence(text: str) -> None:
    try:
        found, reason = add_duration(date(2024, 5, 17), text), ""
    except DateError as error:
        found, reason = date.max, str(error)
    assert found >= date(2024, 5, 17)
    assert (not reason) or repr(text) in reason
