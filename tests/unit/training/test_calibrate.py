"""Fitting a calibration."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from training import calibrate
from training.calibrate import Judged, cross_validated, fit, lines, reliability

from policygraph.annotate.neural.reading import Limits


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


def test_the_limit_of_speakers_is_the_one_with_the_best_attribution(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arda says it, at a probability of .82; Zed does not, at .55; nobody else is asked."""
    text = "Arda said that Zed makes chips."
    mentions = [
        {"start": 0, "end": 4, "type": "Firm", "entity": "Arda"},
        {"start": 15, "end": 18, "type": "Firm", "entity": "Zed"},
        {"start": 25, "end": 30, "type": "Technology", "entity": "chips"},
    ]

    def row(*speakers: str) -> dict[str, Any]:
        one = {
            "s": "Zed", "p": "makes", "o": "chips", "effect": "none", "modality": "asserted", "lifecycle": None,
            "attribution": list(speakers), "valid_from": None, "valid_to": None, "duration": None,
            "evidence": [[15, 30]],
        }  # fmt: skip
        return {"id": "d", "text": text, "mentions": mentions, "statements": [one]}

    def told(document: object, limit: float) -> dict[str, Any]:
        return row(*(name for name, chance in (("Arda", 0.82), ("Zed", 0.55)) if chance >= limit))

    monkeypatch.setattr(calibrate, "as_row", told)
    held = SimpleNamespace(document=row("Arda"), read=lambda limits: limits.speaker)
    assert calibrate.best_speaker([cast(calibrate.Text, held)], Limits()) == 0.8


def test_the_reader_that_is_asked_has_not_seen_what_it_is_asked_about(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from training.__main__ import SEEN, _leave_out
    from training.feed import in_order
    from training.material import HELD, Material

    held = json.loads(HELD.read_text(encoding="utf-8"))[:3]
    rows = [{"id": name} for name in (*held, *(f"d{number}" for number in range(20)))]
    data = tmp_path / "gold.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    count = _leave_out(tmp_path, Material(data, data, data, data, data, data))
    lines = (tmp_path / "unseen.jsonl").read_text(encoding="utf-8").splitlines()
    unseen = {json.loads(line)["id"] for line in lines}
    seen = [row["id"] for row in in_order(reversed(rows)) if row["id"] not in held][:count]  # as Feed.plan counts them
    assert count == int(SEEN * 20)
    assert len(unseen) == 20 - count
    assert not unseen & {*seen, *held}
