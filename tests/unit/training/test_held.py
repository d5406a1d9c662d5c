"""What is held out of training for the calibration."""

from __future__ import annotations

import json
from pathlib import Path

import training
from benchmarks.gold.documents import read_split


def test_the_held_documents_are_of_train_and_of_many_kinds() -> None:
    held = set(json.loads((Path(training.__file__).parent / "held.json").read_text(encoding="utf-8")))
    found = {document["id"]: document["kind"] for document in read_split("train") if document["id"] in held}
    assert set(found) == held
    assert len(held) > 100
    assert len(set(found.values())) >= 8
