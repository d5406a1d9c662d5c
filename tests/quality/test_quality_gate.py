"""The annotator holds its floor, the floor can fail, and the scorer counts as it should."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks.gold.gold import read, score
from benchmarks.quality import __main__ as command
from benchmarks.quality.floor import FloorError, failures, pinned, read_floor, write_floor
from benchmarks.quality.measure import DEVELOPMENT, digest, predictions, scores

from policygraph.annotate.annotation import Annotation
from policygraph.annotate.pipeline import load_annotator
from policygraph.model.records import Document

SHARED = Path(__file__).resolve().parents[3] / "shared" / "gold" / "gold.py"


class Silent:
    """An annotator that finds nothing."""

    extractor = "silent"
    version = "1"

    def annotate(self, document: Document) -> Annotation:
        return Annotation((), ())


@pytest.fixture(scope="module")
def reached() -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]:
    rows = [row for path in DEVELOPMENT for row in read(path)]
    found = predictions(load_annotator(), rows)
    return rows, found, scores(rows, found)


def test_the_annotator_holds_its_floor(reached: tuple[Any, Any, dict[str, Any]]) -> None:
    assert failures(pinned(reached[2], digest(DEVELOPMENT)), read_floor()) == []


def test_the_gate_fails_for_an_annotator_that_finds_nothing() -> None:
    rows = [row for path in DEVELOPMENT for row in read(path)]
    now = pinned(scores(rows, predictions(Silent(), rows)), digest(DEVELOPMENT))
    assert any(sentence.startswith("statements is 0.0000") for sentence in failures(now, read_floor()))


@pytest.mark.parametrize("name", ["mentions_exact", "facts_precision"])
def test_the_gate_fails_for_a_lower_number(name: str) -> None:
    floor = read_floor()
    assert failures({**floor, name: floor[name] - 0.01}, floor) != []


def test_the_gate_fails_for_one_more_inversion_and_for_other_documents() -> None:
    floor = read_floor()
    assert failures({**floor, "inversions": floor["inversions"] + 1}, floor) != []
    assert failures({**floor, "digest": "0" * 64}, floor) != []


def test_lowering_needs_the_flag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "floor.json"
    high = {**read_floor(), "statements": 0.99}
    write_floor(high, file)
    monkeypatch.setattr(command, "read_floor", lambda: read_floor(file))
    monkeypatch.setattr(command, "write_floor", lambda now: write_floor(now, file))
    monkeypatch.setattr(command, "load_annotator", Silent)
    assert command.main(["--json"]) == 1
    assert command.main(["--json", "--raise-floor"]) == 1
    assert read_floor(file) == high
    assert command.main(["--json", "--lower-floor"]) == 0
    assert read_floor(file)["statements"] == 0


def test_a_floor_without_numbers_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "floor.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FloorError, match="lacks digest"):
        read_floor(tmp_path / "floor.json")


def test_gold_scored_against_itself_is_perfect() -> None:
    rows = read(DEVELOPMENT[0])[:5]
    result = score(rows, rows)
    assert result["mentions_exact"]["f1"] == result["statements"]["f1"] == result["evidence_overlap"] == 1.0
    assert result["polarity"] == {"inversions": 0, "overclaims": 0}


def test_inversions_and_overclaims_are_counted() -> None:
    rows = read(DEVELOPMENT[0])
    told = json.loads(json.dumps(rows))
    changed = overclaims = 0
    for statement in (s for row in told for s in row["statements"]):
        if statement["modality"] == "denied":
            statement["modality"], changed = "asserted", changed + 1
        elif statement["modality"] in ("planned", "possible"):
            statement["modality"], overclaims = "asserted", overclaims + 1
    result = score(rows, told)["polarity"]
    assert changed > 0 < overclaims
    assert 0 < result["inversions"] <= changed
    assert 0 < result["overclaims"] <= overclaims


def test_the_scorer_counts_like_the_shared_one(reached: tuple[Any, Any, dict[str, Any]]) -> None:
    if not SHARED.exists():
        assert reached[2]["documents"] == len(reached[0])
        return
    spec = importlib.util.spec_from_file_location("shared_gold", SHARED)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    expected = {name: value for name, value in reached[2].items() if name != "facts"}
    assert module.score(reached[0], reached[1]) == expected
