"""Fit the probability that a statement is told right: ``python -m training.telling --weights FOLDER --held FILE --cases
FILE …``, after ``training.calibrate``.

From documents that the reader was not trained on, and from made-up cases in which a word or two turns the sense
(``training/polarity_tuning``), it learns when modality and effect are read right (``neural/telling.py``). Writes the
regression into ``calibration.json``, with what is told wrong at each possible line, by cross-validation over documents
and over the frames of the cases.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.gold.gold import entity_map, forbidden_deal, inverted, key_of
from numpy.typing import NDArray

from policygraph.annotate.exchange import annotation_row, document_of_row
from policygraph.annotate.line import load_line
from policygraph.annotate.neural.known import Matcher, known_names
from policygraph.annotate.neural.model import Model
from policygraph.annotate.neural.telling import TELLING_SIGNALS
from policygraph.annotate.pipeline import load_rules
from policygraph.annotate.reader import ReaderAnnotator
from policygraph.reference import load_reference
from training.calibrate import FOLDS, regression

Floats = NDArray[np.float64]
Row = dict[str, Any]
PENALTY = 5.0
CASE_WEIGHT = 0.5  # of a statement of a case, beside one of a document
SCORES = (0.5, 0.55, 0.6, 0.65)
TOLD = (0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.985)


@dataclass(frozen=True, slots=True)
class Tellings:
    """Readings of documents: signals, score, whether the text says so, whether it tells it wrong, fold, document."""

    signals: Floats
    score: Floats
    said: NDArray[np.bool_]
    wrong: NDArray[np.bool_]
    fold: NDArray[np.int64]
    document: NDArray[np.int64]
    documents: int
    gold: int


def main() -> None:
    """Read the command line, fit, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True, type=Path, help="folder of the exported and calibrated reader")
    parser.add_argument("--held", nargs="+", required=True, type=Path, help="gold documents that were held out")
    parser.add_argument("--cases", nargs="+", required=True, type=Path, help="made-up cases")
    options = parser.parse_args()
    path = options.weights / "calibration.json"
    settings = json.loads(path.read_text())
    settings.pop("telling", None)
    path.write_text(json.dumps(settings, indent=1) + "\n")
    reference = load_reference()
    known = Matcher(known_names(reference))
    reader = ReaderAnnotator(Model(options.weights), known, load_rules(), load_line(), reference)
    held = gathered(reader, rows_of(options.held), lambda row: str(row["id"]))
    cases = gathered(reader, rows_of(options.cases), skeleton)
    settings["telling"] = {
        "signals": list(TELLING_SIGNALS),
        **{name: np.round(value, 5).tolist() for name, value in fitted((held, cases), None).items()},
        "lines": list(lines(held, cases)),
    }
    path.write_text(json.dumps(settings, indent=1) + "\n")
    for row in settings["telling"]["lines"]:
        print(row)


def rows_of(paths: Iterable[Path]) -> list[Row]:
    """Documents of files of JSON lines."""
    return [json.loads(line) for path in paths for line in path.open(encoding="utf-8") if line.strip()]


def skeleton(row: Row) -> str:
    """A case with its names left out: what the cases of one frame have in common."""
    text, at, pieces = row["text"], 0, []
    for mention in sorted(row["mentions"], key=lambda m: (m["start"], -m["end"])):
        if mention["start"] >= at:
            pieces += [text[at : mention["start"]], mention["type"]]
            at = mention["end"]
    return "".join([*pieces, text[at:]])


def gathered(reader: ReaderAnnotator, rows: list[Row], group: Any) -> Tellings:
    """What a reader makes of documents, held against what is known; ``group`` names what is left out at once."""
    line = load_line()
    signals, scores, said, wrong, folds, numbers = [], [], [], [], [], []
    for number, row in enumerate(rows):
        fields = {key: row[key] for key in ("id", "kind", "date", "title", "text")}
        annotation, found = reader.tellings(document_of_row(fields))
        fold = int(hashlib.sha256(group(row).encode()).hexdigest(), 16) % FOLDS
        verdict = verdicts(row, annotation_row(fields, annotation), [telling.said.chance for telling in found])
        for telling, (is_said, is_wrong) in zip(found, verdict, strict=True):
            signals.append(line.signals(telling))
            scores.append(0.0 if telling.contradicted else telling.said.chance)
            said.append(is_said)
            wrong.append(is_wrong)
            folds.append(fold)
            numbers.append(number)
    return Tellings(
        np.array(signals, float), np.array(scores), np.array(said), np.array(wrong), np.array(folds),
        np.array(numbers), len(rows), sum(len(row["statements"]) for row in rows),
    )  # fmt: skip


def verdicts(row: Row, read: Row, scores: list[float]) -> list[tuple[bool, bool]]:
    """For each statement whether the text says it, and whether it is told wrong: relief as burden, denied as said, not
    yet as done, or a deal that the text forbids."""
    told, names = read["statements"], entity_map(row, read)
    left: dict[Any, list[Row]] = defaultdict(list)
    pairs: dict[Any, list[Row]] = defaultdict(list)
    for known in row["statements"]:
        left[key_of(known["s"], known["p"], known["o"])].append(known)
        pairs[frozenset((known["s"], known["o"]))].append(known)
    found = [(False, False)] * len(told)
    for index in sorted(range(len(told)), key=lambda i: -scores[i]):
        one = told[index]
        subject, object_ = names.get(one["s"]), names.get(one["o"])
        match = left[key_of(subject, one["p"], object_)]
        if match:
            best = max(match, key=lambda g: (g["modality"] == one["modality"]) + (g["effect"] == one["effect"]))
            match.remove(best)
            early = best["modality"] in ("planned", "possible") and one["modality"] == "asserted"
            found[index] = True, inverted(best, one) or early
        else:
            found[index] = False, forbidden_deal(one, pairs[frozenset((subject, object_))])
    return found


def fitted(parts: tuple[Tellings, Tellings], without: int | None) -> dict[str, Any]:
    """The regression of being told right, without the documents of one fold."""
    chosen = [(part.fold != without) & (part.said | part.wrong) for part in parts]
    weights = np.concatenate([np.full(rows.sum(), w) for rows, w in zip(chosen, (1.0, CASE_WEIGHT), strict=True)])
    values = np.concatenate([part.signals[rows] for part, rows in zip(parts, chosen, strict=True)])
    right = np.concatenate([~part.wrong[rows] for part, rows in zip(parts, chosen, strict=True)]).astype(float)
    return regression(values, right, PENALTY, weights)


def lines(held: Tellings, cases: Tellings) -> Iterable[dict[str, float]]:
    """Precision and recall on documents, and errors there and in a thousand cases, at each possible line."""
    chances = [np.zeros(len(part.score)) for part in (held, cases)]
    for fold in range(FOLDS):
        f = fitted((held, cases), fold)
        for part, found in zip((held, cases), chances, strict=True):
            rows = part.fold == fold
            odds = (part.signals[rows] - f["mean"]) / f["deviation"] @ f["weight"] + f["bias"]
            found[rows] = 1 / (1 + np.exp(-odds))
    for told in TOLD:
        for score in SCORES:
            above = (held.score >= score) & (chances[0] >= told)
            right = above & held.said & ~held.wrong
            bad = (cases.score >= score) & (chances[1] >= told) & cases.wrong
            yield {
                "score": score, "told": told, "facts": int(above.sum()),
                "precision": round(float(right.sum() / max(1, above.sum())), 3),
                "recall": round(float(right.sum() / held.gold), 3), "told wrong": int((above & held.wrong).sum()),
                "cases told wrong of 1000": round(1000 * len(set(cases.document[bad])) / cases.documents, 1),
            }  # fmt: skip


if __name__ == "__main__":
    main()
