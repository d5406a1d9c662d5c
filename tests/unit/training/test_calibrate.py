"""Fitting a calibration."""

from __future__ import annotations

import numpy as np
from training.calibrate import Judged, cross_validated, fit, lines, reliability


def _judged(count: int = 2000) -> Judged:
    random = np.random.default_rng(1)
    signals = random.normal(size=(count, 4))
    chance = 1 / (1 + np.exp(-(2 * signals[:, 0] - signals[:, 1])))
    return Judged(signals, (random.random(count) < chance).astype(float), np.arange(count) // 20, count, signals[:, 0])


def test_the_fit_finds_the_weights() -> None:
    found = fit(_judged(), np.ones(2000, bool), 1.0)
    assert abs(found["weight"][0] - 2) < 0.3
    assert abs(found["weight"][1] + 1) < 0.2
    assert abs(found["weight"][2]) < 0.2


def test_held_out_probabilities_are_calibrated() -> None:
    judged = _judged()
    _, chances = cross_validated(judged)
    for row in reliability(chances, judged.right):
        if row["statements"] > 100:
            assert abs(row["probability"] - row["right"]) < 0.1


def test_a_higher_line_is_more_precise_and_finds_less() -> None:
    judged = _judged()
    rows = lines(cross_validated(judged)[1], judged)
    assert rows[0]["precision"] < rows[-1]["precision"]
    assert rows[0]["recall"] > rows[-1]["recall"]
