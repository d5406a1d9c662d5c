"""Runs that are trained together: what has ended is not made again, what has changed begins anew."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

pytest.importorskip("torch")

from training import together
from training.ablations import table
from training.scores import best_of
from training.together import TrainingError, fingerprint, prepared, train_together


def _run(folder: Path, data: Path, seed: int = 1) -> Namespace:
    return Namespace(out=folder, data=[data], seed=seed, workers=1, device="cpu", start=None)


class _Ends:
    """Stands for a trainer: one of seed 13 fails."""

    def __init__(self, options: Namespace, feed: object, partners: object, number: int) -> None:
        self._options = options

    def run(self) -> None:
        print("going")
        if self._options.seed == 13:
            raise ValueError("the weights are gone")
        (self._options.out / "reader.pt").write_text(str(self._options.seed))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(together, "Trainer", _Ends)
    path = tmp_path / "data.jsonl"
    path.write_text("{}")
    return path


def test_what_has_ended_is_not_made_again(tmp_path: Path, data: Path) -> None:
    made = []
    runs = [_run(tmp_path / str(seed), data, seed) for seed in (1, 2, 3)]
    for _ in range(2):
        train_together(lambda: made.append(1), runs, at_once=2)  # type: ignore[arg-type, return-value]
    assert [(run.out / "reader.pt").read_text() for run in runs] == ["1", "2", "3"]
    assert [(run.out / "training.txt").read_text() for run in runs] == ["going\n"] * 3
    assert len(made) == 1


def test_a_run_that_fails_is_named_after_all_have_ended(tmp_path: Path, data: Path) -> None:
    runs = [_run(tmp_path / str(seed), data, seed) for seed in (13, 4)]
    with pytest.raises(TrainingError, match="13"):
        train_together(lambda: None, runs, at_once=1)  # type: ignore[arg-type, return-value]
    assert (runs[1].out / "reader.pt").exists()
    assert "the weights are gone" in (runs[0].out / "training.txt").read_text()


def test_other_options_or_other_data_begin_anew_and_another_place_does_not(tmp_path: Path, data: Path) -> None:
    run = _run(tmp_path / "run", data)
    assert not prepared(run)
    for name in ("reader.pt", "checkpoint.pt"):
        (run.out / name).write_text("")
    assert prepared(run)
    assert fingerprint(run) == fingerprint(_run(tmp_path / "other", data))
    assert not prepared(_run(run.out, data, seed=2))
    assert not (run.out / "checkpoint.pt").exists()
    before = fingerprint(run)
    data.write_text("{} ")
    assert fingerprint(run) != before


def test_the_best_reader_and_the_table() -> None:
    scores = {
        "a": {"held": {"mentions": 0.7, "statements": 0.4}, "dev": {"mentions": 0.9, "statements": 0.9}},
        "b": {"held": {"mentions": 0.68, "statements": 0.45}, "dev": {"mentions": 0.5, "statements": 0.5}},
    }
    assert best_of(scores, "held") == "b"
    assert table(scores).splitlines() == [
        "| trained with | held: mentions / statements | dev: mentions / statements |",
        "|---|---|---|",
        "| a | 0.700 / 0.400 | 0.900 / 0.900 |",
        "| b | 0.680 / 0.450 | 0.500 / 0.500 |",
    ]
