"""Fitting the probability that a statement is told right: what counts as told wrong, and what is left out together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from training.telling import (
    CASE_WEIGHT,
    Tellings,
    fitted,
    fitted_without_effect,
    lines,
    lines_without_effect,
    skeleton,
    verdicts,
)

from policygraph.annotate.neural.telling import TELLING_SIGNALS

TEXT = "Oman may ban Ferrox."
MENTIONS = [
    {"start": 0, "end": 4, "type": "Authority", "entity": "Oman"},
    {"start": 9, "end": 12, "type": "Rule", "entity": "ban"},
    {"start": 13, "end": 19, "type": "Firm", "entity": "Ferrox"},
]


def _ban(effect: str = "prohibits", modality: str = "possible") -> dict[str, Any]:
    return {"s": "ban", "p": "applies_to", "o": "Ferrox", "effect": effect, "modality": modality}


def _row(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"text": TEXT, "mentions": MENTIONS, "statements": list(statements)}


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (_ban(), (True, False, False)),
        (_ban(modality="planned"), (True, False, False)),
        (_ban(modality="asserted"), (True, True, True)),
        (_ban(modality="denied"), (True, True, True)),
        (_ban(effect="permits"), (True, True, False)),
        ({**_ban(), "p": "enforced_against"}, (False, False, False)),
    ],
)
def test_wrong_is_what_turns_the_sense(told: dict[str, Any], verdict: tuple[bool, bool, bool]) -> None:
    assert verdicts(_row(_ban()), _row(told), [0.9]) == [verdict]


def test_a_statement_of_the_text_is_met_once_and_by_the_likelier_reading() -> None:
    both = [_ban(modality="asserted"), _ban()]
    assert verdicts(_row(_ban()), _row(*both), [0.4, 0.8]) == [(False, False, False), (True, False, False)]


def test_cases_of_one_frame_have_one_skeleton() -> None:
    other = {"text": "Iran may ban Veldane.", "mentions": [
        {"start": 0, "end": 4, "type": "Authority", "entity": "Iran"},
        {"start": 9, "end": 12, "type": "Rule", "entity": "ban"},
        {"start": 13, "end": 20, "type": "Firm", "entity": "Veldane"},
    ]}  # fmt: skip
    assert skeleton(_row()) == skeleton(other) == "Authority may Rule Firm."


def _tellings(count: int, seed: int) -> Tellings:
    """Readings that are told wrong where the first signal is low, and without the effect where the second is."""
    chance = np.random.default_rng(seed)
    signals = chance.standard_normal((count, len(TELLING_SIGNALS)))
    return Tellings(
        signals, np.full(count, 0.9), np.ones(count, bool), signals[:, 0] < -0.5, signals[:, 1] < -1, signals[:, 2] > 0,
        np.arange(count) % 10, np.arange(count), count, count,
    )  # fmt: skip


def test_the_fit_finds_the_signal_and_the_lines_trade_recall_for_errors() -> None:
    held, cases = _tellings(400, 1), _tellings(300, 2)
    found = fitted((held, cases), None)
    assert int(np.abs(found["weight"]).argmax()) == 0
    assert found["weight"][0] > 1
    assert 0 < CASE_WEIGHT <= 1
    table = list(lines(held, cases))
    loose, strict = table[0], table[-1]
    assert strict["facts"] < loose["facts"]
    assert strict["cases told wrong of 1000"] <= loose["cases told wrong of 1000"]
    assert strict["precision"] >= loose["precision"]


def test_what_is_right_without_the_effect_has_its_own_fit_and_lines() -> None:
    held, cases = _tellings(400, 1), _tellings(300, 2)
    found = fitted_without_effect((held, cases), None)
    assert int(np.abs(found["weight"]).argmax()) == 1
    loose, strict = (list(lines_without_effect(held, cases))[at] for at in (0, -1))
    assert 0 < strict["facts"] < loose["facts"] < held.open.sum()
    assert loose["told wrong"] == 0 < (held.wrong_without_effect & held.open).sum()
    no_effect = replace(held, open=np.zeros(400, bool))
    assert not any(row["facts"] for row in lines_without_effect(no_effect, cases))
