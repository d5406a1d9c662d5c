"""Annotate a part of the gold set and score the result."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from benchmarks.gold.gold import Row, read, score
from policygraph.annotate.annotation import Annotator
from policygraph.annotate.exchange import annotation_row, document_of_row

GOLD = Path(__file__).resolve().parent.parent / "gold"
DEVELOPMENT = (GOLD / "dev" / "written-1.jsonl",)
TRAINING = (GOLD / "train" / "written-2.jsonl",)


def digest(paths: tuple[Path, ...]) -> str:
    """SHA-256 over the files' bytes in order."""
    found = hashlib.sha256()
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()


def predictions(annotator: Annotator, rows: list[Row]) -> list[Row]:
    """The rows with what the annotator finds in their texts; their own annotations are not looked at."""
    bare: list[Row] = [{key: row[key] for key in ("id", "kind", "date", "title", "text") if key in row} for row in rows]
    return [annotation_row(row, annotator.annotate(document_of_row(row))) for row in bare]


def facts_only(rows: list[Row]) -> list[Row]:
    """The rows without candidates: what is shown as fact."""
    return [
        {**row, "statements": [s for s in row["statements"] if s.get("standing", "fact") == "fact"]} for row in rows
    ]


def scores(gold: list[Row], predicted: list[Row]) -> dict[str, Any]:
    """Scores of all statements, and under ``facts`` of those above the line."""
    return {**score(gold, predicted), "facts": score(gold, facts_only(predicted))}


def measure(annotator: Annotator, paths: tuple[Path, ...]) -> dict[str, Any]:
    """The scores of an annotator on files of gold documents."""
    rows = [row for path in paths for row in read(path)]
    return scores(rows, predictions(annotator, rows))
