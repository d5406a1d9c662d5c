"""What one sentence says of several things it says since the same day."""

from __future__ import annotations

from typing import cast

import pytest
from tests.unit.reader.test_reader_parts import _said

from policygraph.annotate.neural.telling import Telling
from policygraph.annotate.page import Page
from policygraph.annotate.starts import shared_starts
from policygraph.model.records import Span

DAYS = {7: "2024-05", 8: "2024-06", 9: "2024-05"}


class _Page:
    """A text of two sentences of ten characters."""

    def sentences(self, spans: tuple[Span, ...]) -> list[tuple[int, int]]:
        return sorted({(span.start // 10 * 10, span.start // 10 * 10 + 10) for span in spans})

    def value(self, index: int | None) -> str | None:
        return None if index is None else DAYS.get(index)


def _starts(*readings: dict[str, object]) -> list[int | None]:
    given = []
    for changes in readings:
        place = cast(int, changes.pop("at", 0))
        given.append((Telling(_said(**changes), "prohibits", "", ""), (Span(place, place + 5),)))
    return [telling.said.valid_from for telling, _ in shared_starts(cast(Page, _Page()), given)]


def test_the_one_start_of_a_sentence_is_that_of_all_it_says_of_a_rule() -> None:
    assert _starts({"valid_from": 7}, {"object": 2}, {"object": 3, "valid_from": 9}) == [7, 7, 9]


@pytest.mark.parametrize(
    "other", [{"at": 12}, {"subject": 5}, {"predicate": "issued_by"}, {"valid_to": 7}, {"valid_from": 8}]
)
def test_another_sentence_rule_or_predicate_has_its_own(other: dict[str, object]) -> None:
    assert _starts({"valid_from": 7}, {"object": 2, **other}) == [7, other.get("valid_from")]


def test_of_two_days_none_is_shared() -> None:
    assert _starts({"valid_from": 7}, {"object": 2, "valid_from": 8}, {"object": 3}) == [7, 8, None]


def test_a_start_without_a_value_is_not_shared() -> None:
    assert _starts({"valid_from": 1}, {"object": 2}) == [1, None]
