"""The polarity test: its cases, its frames, and the counting of errors, which agrees with the gold's scorer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks.gold.gold import read, score
from benchmarks.polarity.__main__ import report
from benchmarks.polarity.errors import (
    ADDRESSEE,
    DEAL,
    DENIED,
    KINDS,
    OVERCLAIM,
    RELIEF_OR_BURDEN,
    errors,
    facts,
)
from benchmarks.polarity.make import CASES
from training.grammar.frames import read_frames
from training.grammar.generate import HERE as TRAINING
from training.grammar.validate import problems

CASE = {
    "id": "c",
    "text": "Oman may ban Ferrox. Veldane does not own Ferrox.",
    "mentions": [
        {"start": 0, "end": 4, "type": "Authority", "entity": "Oman (government)"},
        {"start": 9, "end": 12, "type": "Rule", "entity": "ban"},
        {"start": 13, "end": 19, "type": "Firm", "entity": "Ferrox"},
        {"start": 21, "end": 28, "type": "Firm", "entity": "Veldane"},
    ],
    "statements": [
        {"s": "ban", "p": "applies_to", "o": "Ferrox", "effect": "prohibits", "modality": "possible"},
        {"s": "Veldane", "p": "owns", "o": "Ferrox", "effect": "none", "modality": "denied"},
    ],
}


def told(*statements: dict[str, Any]) -> dict[str, Any]:
    return {**CASE, "statements": list(statements)}


def ban(**fields: Any) -> dict[str, Any]:
    return {"s": "ban", "p": "applies_to", "o": "Ferrox", "effect": "prohibits", "modality": "possible", **fields}


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        (ban(), []),
        (ban(modality="planned"), []),
        (ban(modality="asserted"), [OVERCLAIM]),
        (ban(modality="denied"), [DENIED]),
        (ban(effect="permits"), [RELIEF_OR_BURDEN]),
        ({"s": "Veldane", "p": "owns", "o": "Ferrox", "effect": "none", "modality": "asserted"}, [DENIED]),
        ({"s": "Veldane", "p": "acquires", "o": "Ferrox", "effect": "none", "modality": "asserted"}, [DEAL]),
        (ban(s="order", effect="permits", modality="asserted"), [ADDRESSEE]),
        (ban(s="order", effect="permits", modality="denied"), []),
    ],
)
def test_each_kind_of_error(statement: dict[str, Any], kinds: list[str]) -> None:
    assert [error.kind for error in errors(CASE, told(statement))] == kinds


def test_candidates_do_not_count() -> None:
    predicted = told(ban(modality="asserted", standing="candidate"))
    assert list(errors(CASE, facts(predicted))) == []


def test_the_count_is_that_of_the_scorer() -> None:
    predicted = [
        told(ban(modality="asserted"), ban(s="order", effect="permits")),
        told(
            {"s": "Veldane", "p": "makes", "o": "Ferrox", "effect": "none", "modality": "asserted"},
            ban(effect="clears"),
        ),
    ]
    scored = [score([CASE], [row])["polarity"] for row in predicted]
    counted = [[e.kind for e in errors(CASE, row) if e.kind in KINDS] for row in predicted]
    assert [len(kinds) for kinds in counted] == [sum(row.values()) for row in scored]
    assert [kinds.count(OVERCLAIM) for kinds in counted] == [row["overclaims"] for row in scored]


def test_the_report_counts_per_thousand_cases_and_shows_the_text() -> None:
    lines = "\n".join(report([CASE], [told(ban(modality="asserted"))], "reader 1", 3))
    assert "**Errors above the line per 1,000 cases: 1000.0**" in lines
    assert CASE["text"] in lines


def test_cases_are_many_small_and_sound() -> None:
    cases = read(CASES)
    assert len(cases) >= 2000
    assert CASES.stat().st_size < 3_000_000
    assert len({case["id"] for case in cases}) == len(cases)
    assert [sentence for case in cases for sentence in problems(case)] == []


def test_no_sentence_is_made_by_a_training_frame() -> None:
    trained = {json.dumps(repr(variant.nodes)) for variant in read_frames(TRAINING / "frames")}
    tested = {json.dumps(repr(variant.nodes)) for variant in read_frames(Path(CASES).parent / "frames")}
    assert not trained & tested
