"""Fit the probability that a statement is told right: ``python -m training.telling --weights FOLDER --held FILE --cases
FILE …``, after ``training.calibrate``.

From documents that the reader was not trained on, and from made-up cases in which a word or two turns the sense
(``training/polarity_tuning``), it learns when modality and effect are read right (``neural/telling.py``), and when all
but the effect is. Writes the two regressions into ``calibration.json``, with what is told wrong at each possible line,
by cross-validation over documents and over the frames of the cases.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from benchmarks.gold.gold import entity_map, forbidden_deal, inverted, key_of
from benchmarks.gold.gold import read as read_gold
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
Flags = NDArray[np.bool_]
Row = dict[str, Any]
PENALTY = 5.0
CASE_WEIGHT = 0.5  # of a statement of a case, beside one of a document
SCORES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75)
TOLD = (0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.985)
WITHOUT_EFFECT = (0.93, 0.95, 0.96, 0.97, 0.98)


class Verdict(NamedTuple):
    """Whether the text says what a statement says, and whether that is told wrong: with its effect, and without."""

    said: bool
    wrong: bool
    wrong_without_effect: bool


@dataclass(frozen=True, slots=True)
class Tellings:
    """Readings of documents: signals, score, verdict, whether there is an effect to leave open, fold, document."""

    signals: Floats
    score: Floats
    said: Flags
    wrong: Flags
    wrong_without_effect: Flags
    open: Flags
    fold: NDArray[np.int64]
    document: NDArray[np.int64]
    documents: int
    gold: int


Parts = tuple[Tellings, Tellings]  # documents, and made-up cases


def main() -> None:
    """Read the command line, fit, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True, type=Path, help="folder of the exported and calibrated reader")
    parser.add_argument("--held", nargs="+", required=True, type=Path, help="gold documents that were held out")
    parser.add_argument("--cases", nargs="+", required=True, type=Path, help="made-up cases")
    options = parser.parse_args()
    path = options.weights / "calibration.json"
    settings = json.loads(path.read_text())
    for name in ("telling", "telling_without_effect"):
        settings.pop(name, None)
    path.write_text(json.dumps(settings, indent=1) + "\n")
    reference = load_reference()
    known = Matcher(known_names(reference))
    reader = ReaderAnnotator(Model(options.weights), known, load_rules(), load_line(), reference)
    held = gathered(reader, rows_of(options.held), lambda row: str(row["id"]))
    cases = gathered(reader, rows_of(options.cases), skeleton)
    parts = held, cases
    for name, model, table in (
        ("telling", fitted(parts, None), lines(held, cases)),
        ("telling_without_effect", fitted_without_effect(parts, None), lines_without_effect(held, cases)),
    ):
        numbers = {key: np.round(value, 5).tolist() for key, value in model.items()}
        settings[name] = {"signals": list(TELLING_SIGNALS), **numbers, "lines": list(table)}
        for row in settings[name]["lines"]:
            print(name, row)
    path.write_text(json.dumps(settings, indent=1) + "\n")


def rows_of(paths: Iterable[Path]) -> list[Row]:
    """Documents of files of JSON lines."""
    return [row for path in paths for row in read_gold(path)]


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
    signals, scores, judgements, open_, folds, numbers = [], [], [], [], [], []
    for number, row in enumerate(rows):
        fields = {key: row[key] for key in ("id", "kind", "date", "title", "text")}
        annotation, found = reader.tellings(document_of_row(fields))
        fold = int(hashlib.sha256(group(row).encode()).hexdigest(), 16) % FOLDS
        verdict = verdicts(row, annotation_row(fields, annotation), [telling.said.chance for telling in found])
        for telling, judged in zip(found, verdict, strict=True):
            signals.append(line.signals(telling))
            scores.append(0.0 if telling.contradicted or telling.in_part else telling.said.chance)
            judgements.append(judged)
            open_.append(line.stands_without_effect(telling, "telling score", 1.0))
            folds.append(fold)
            numbers.append(number)
    return Tellings(
        np.array(signals, float), np.array(scores), *np.array(judgements, bool).reshape(-1, 3).T, np.array(open_, bool),
        np.array(folds), np.array(numbers), len(rows), sum(len(row["statements"]) for row in rows),
    )  # fmt: skip


def verdicts(row: Row, read: Row, scores: list[float]) -> list[Verdict]:
    """For each statement whether the text says it, and whether it is told wrong: relief as burden, denied as said, not
    yet as done, or a deal that the text forbids."""
    told, names = read["statements"], entity_map(row, read)
    left: dict[Any, list[Row]] = defaultdict(list)
    pairs: dict[Any, list[Row]] = defaultdict(list)
    for known in row["statements"]:
        left[key_of(known["s"], known["p"], known["o"])].append(known)
        pairs[frozenset((known["s"], known["o"]))].append(known)
    found = [Verdict(False, False, False)] * len(told)
    for index in sorted(range(len(told)), key=lambda i: -scores[i]):
        one = told[index]
        subject, object_ = names.get(one["s"]), names.get(one["o"])
        match = left[key_of(subject, one["p"], object_)]
        if match:
            best = max(match, key=lambda g: (g["modality"] == one["modality"]) + (g["effect"] == one["effect"]))
            match.remove(best)
            early = best["modality"] in ("planned", "possible") and one["modality"] == "asserted"
            without = inverted(best, {**one, "effect": "none"}) or early
            found[index] = Verdict(True, inverted(best, one) or early, without)
        else:
            forbidden = forbidden_deal(one, pairs[frozenset((subject, object_))])
            found[index] = Verdict(False, forbidden, forbidden)
    return found


def fitted(parts: Parts, without: int | None) -> dict[str, Any]:
    """The regression of being told right, without the documents of one fold."""
    return _fitted(parts, without, [part.wrong for part in parts])


def fitted_without_effect(parts: Parts, without: int | None) -> dict[str, Any]:
    """The regression of being told right but for the effect, without the documents of one fold."""
    return _fitted(parts, without, [part.wrong_without_effect for part in parts])


def _fitted(parts: Parts, without: int | None, wrong: list[Flags]) -> dict[str, Any]:
    chosen = [(part.fold != without) & (part.said | bad) for part, bad in zip(parts, wrong, strict=True)]
    weights = np.concatenate([np.full(rows.sum(), w) for rows, w in zip(chosen, (1.0, CASE_WEIGHT), strict=True)])
    values = np.concatenate([part.signals[rows] for part, rows in zip(parts, chosen, strict=True)])
    right = np.concatenate([~bad[rows] for bad, rows in zip(wrong, chosen, strict=True)]).astype(float)
    return regression(values, right, PENALTY, weights)


def _left_out(parts: Parts, fit: Callable[[Parts, int], dict[str, Any]]) -> list[Floats]:
    """The probabilities that the regressions without a document's fold give its readings."""
    chances = [np.zeros(len(part.score)) for part in parts]
    for fold in range(FOLDS):
        f = fit(parts, fold)
        for part, found in zip(parts, chances, strict=True):
            rows = part.fold == fold
            odds = (part.signals[rows] - f["mean"]) / f["deviation"] @ f["weight"] + f["bias"]
            found[rows] = 1 / (1 + np.exp(-odds))
    return chances


def lines(held: Tellings, cases: Tellings) -> Iterable[dict[str, float]]:
    """Precision and recall on documents, and errors there and in a thousand cases, at each possible line."""
    chances = _left_out((held, cases), fitted)
    for told in TOLD:
        for score in SCORES:
            above = [
                (part.score >= score) & (chance >= told) for part, chance in zip((held, cases), chances, strict=True)
            ]
            yield {"score": score, "told": told, **_counts(held, cases, above, held.wrong, cases.wrong)}


def lines_without_effect(held: Tellings, cases: Tellings) -> Iterable[dict[str, float]]:
    """The same of those with an effect that the told that is set holds back, and that may be facts without it."""
    with_, without = (_left_out((held, cases), fit) for fit in (fitted, fitted_without_effect))
    told = load_line().told
    for least in WITHOUT_EFFECT:
        for score in SCORES:
            above = [
                part.open & (part.score >= score) & (one < told) & (other >= least)
                for part, one, other in zip((held, cases), with_, without, strict=True)
            ]
            wrong = held.wrong_without_effect, cases.wrong_without_effect
            yield {"score": score, "told": least, **_counts(held, cases, above, *wrong)}


def _counts(held: Tellings, cases: Tellings, above: list[Flags], wrong: Flags, wrong_cases: Flags) -> dict[str, float]:
    right = above[0] & held.said & ~wrong
    return {
        "facts": int(above[0].sum()),
        "precision": round(float(right.sum() / max(1, above[0].sum())), 3),
        "recall": round(float(right.sum() / held.gold), 3),
        "told wrong": int((above[0] & wrong).sum()),
        "cases told wrong of 1000": round(1000 * len(set(cases.document[above[1] & wrong_cases])) / cases.documents, 1),
    }


if __name__ == "__main__":
    main()
