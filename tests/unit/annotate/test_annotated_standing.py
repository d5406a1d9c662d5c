"""A line that the annotator wrote comes back as it was: what it doubted stays a candidate."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policygraph.annotate.annotated import AnnotationError, parse_line


def _line(**fields: Any) -> str:
    text = "Arda bought Bond."
    statement = {"s": "Arda", "p": "acquires", "o": "Bond", "evidence": [[0, 16]], **fields}
    mentions = [
        {"start": 0, "end": 4, "type": "Firm", "entity": "Arda"},
        {"start": 12, "end": 16, "type": "Firm", "entity": "Bond"},
    ]
    return json.dumps(
        {"id": "x", "kind": "news", "date": "2024-05-01", "title": "", "text": text, "mentions": mentions,
         "statements": [statement]}
    )  # fmt: skip


def test_a_candidate_stays_a_candidate_with_its_score() -> None:
    (found,) = parse_line(_line(standing="candidate", score=0.31)).statements
    assert (found.standing, found.score) == ("candidate", 0.31)


def test_an_annotation_by_hand_is_a_fact() -> None:
    (found,) = parse_line(_line()).statements
    assert (found.standing, found.score) == ("fact", None)


@pytest.mark.parametrize("fields", [{"standing": "rumour"}, {"score": 3}, {"score": "high"}])
def test_what_is_no_standing_or_score_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(AnnotationError):
        parse_line(_line(**fields))
