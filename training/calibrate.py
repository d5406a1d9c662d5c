"""Fit the calibration of a trained reader on documents that it was not trained on: ``python -m training.calibrate``.

Writes ``calibration.json`` beside the weights: the logistic regression, the reliability table by cross-validation over
documents, and the precision and recall at each possible line.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.gold.gold import entity_map, key_of, score
from benchmarks.gold.gold import read as read_gold
from numpy.typing import NDArray
from scipy.optimize import minimize

from policygraph.annotate.neural.bearing import BEARING, Bearing
from policygraph.annotate.neural.known import Matcher, known_names
from policygraph.annotate.neural.manifest import MANIFEST
from policygraph.annotate.neural.model import Model
from policygraph.annotate.neural.network import Heads
from policygraph.annotate.neural.reading import Limits, Read, read
from policygraph.annotate.neural.signals import SIGNALS
from policygraph.annotate.neural.tokens import Encoded, encode
from policygraph.reference import load_reference
from training.rows import as_row

Floats = NDArray[np.float64]
FOLDS = 10
PAIRS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
LINKS = (0.5, 0.65, 0.8)
SPEAKERS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9)
OUTSIDE = (-0.5, 0.0, 0.5, 1.0, 1.5)
PENALTIES = (1.0, 3.0, 10.0, 30.0, 100.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """Proposed statements of all documents: signals, whether the gold says so, and the document of each."""

    signals: Floats
    right: Floats
    document: NDArray[np.int64]
    gold: int
    scores: Floats


def main() -> None:
    """Read the command line, fit, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True, type=Path, help="folder of the exported reader")
    parser.add_argument("--held", nargs="+", required=True, type=Path, help="gold documents that were held out")
    options = parser.parse_args()
    (options.weights / "calibration.json").unlink(missing_ok=True)
    model = Model(options.weights)
    texts = encoded_texts(model, options.held)
    limits = chosen_limits(texts)
    print(limits)
    judged = judge(texts, limits)
    if not judged.right.any():
        raise SystemExit("the reader says nothing right on the held documents: it was not trained for long enough")
    penalty, chances = cross_validated(judged)
    limits = replace(limits, chance=best_cut(chances, judged))
    limits = replace(limits, speaker=best_speaker(texts, limits))
    fitted = fit(judged, np.ones(len(judged.right), bool), penalty)
    table = reliability(chances, judged.right)
    result = {
        "limits": asdict(limits),
        "bearing": json.loads((options.weights / MANIFEST).read_text()).get(BEARING), "signals": list(SIGNALS),
        **{name: np.round(value, 5).tolist() for name, value in fitted.items()},
        "documents": int(judged.document.max()) + 1, "statements": len(judged.right), "penalty": penalty,
        "reliability": table, "lines": lines(chances, judged),
    }  # fmt: skip
    (options.weights / "calibration.json").write_text(json.dumps(result, indent=1) + "\n")
    for row in (*table, *result["lines"]):
        print(row)


@dataclass(frozen=True, slots=True)
class Text:
    """A held document with its hidden states."""

    document: dict[str, Any]
    encoded: Encoded
    hidden: NDArray[np.float32]
    heads: Heads
    bearing: Bearing | None

    def read(self, limits: Limits) -> Read:
        """What the network reads in it."""
        return read(self.encoded, self.hidden, self.heads, limits, bearing=self.bearing)


def encoded_texts(model: Model, paths: list[Path]) -> list[Text]:
    """The documents, encoded once."""
    return list(encoded(model, (row for path in paths for row in read_gold(path))))


def encoded(model: Model, documents: Iterable[dict[str, Any]]) -> Iterator[Text]:
    """Each document as the network sees it."""
    known = Matcher(known_names(load_reference()))
    for document in documents:
        cut = encode(document["text"], model.tokenizer, known)
        yield Text(document, cut, model.hidden(cut), model.heads, model.bearing)


def chosen_limits(texts: list[Text]) -> Limits:
    """The limits with the best F1 of statements: mentions first, then links, each with its best limit of pairs."""
    chosen = Limits(pair=PAIRS[0])
    for name, values in (("outside", OUTSIDE), ("link", LINKS)):
        tried = [replace(chosen, **{name: value}) for value in values]
        chosen = max(tried, key=lambda limits: best_pair(judge(texts, limits))[0])
    pair = best_pair(judge(texts, chosen))[1]
    return replace(chosen, pair=max(PAIRS[0], pair - 0.15))  # the calibrated cut decides the rest


def best_pair(judged: Judged) -> tuple[float, float]:
    """The best F1 of statements over the limits of pairs, and that limit."""
    found = []
    for pair in PAIRS:
        above = judged.scores >= pair
        found.append((2 * float(judged.right[above].sum()) / (int(above.sum()) + judged.gold), pair))
    return max(found)


def best_cut(chances: Floats, judged: Judged) -> float:
    """The least probability at which F1 of all statements is best."""
    best = (0.0, 0.0)
    for cut in np.arange(0.05, 0.6, 0.01):
        above = chances >= cut
        score = 2 * float(judged.right[above].sum()) / (int(above.sum()) + judged.gold)
        best = max(best, (score, float(cut)))
    print(f"F1 {best[0]:.3f} at a chance of {best[1]:.2f}")
    return round(best[1], 2)


def best_speaker(texts: list[Text], limits: Limits) -> float:
    """The least probability of a speaker at which the F1 of attribution is best: training weighs those that are missed
    three times, so the network's own are too high."""
    found = []
    for limit in SPEAKERS:
        rows = [as_row(t.document, t.read(replace(limits, speaker=limit, chance=0.0))) for t in texts]
        found.append((score([t.document for t in texts], rows)["telling_values"]["attribution"]["f1"], limit))
    print("attribution:", ", ".join(f"{f1:.3f} at {limit}" for f1, limit in found))
    return max(found)[1]


def judge(texts: list[Text], limits: Limits) -> Judged:
    """Read the documents and hold every proposed statement against the gold."""
    values, right, numbers, scores = [], [], [], []
    for number, text in enumerate(texts):
        result = text.read(limits)
        for said, is_right in zip(result.said, verdicts(text.document, result), strict=True):
            values.append(said.signals)
            right.append(float(is_right))
            numbers.append(number)
            scores.append(said.score)
    total = sum(len(text.document["statements"]) for text in texts)
    return Judged(np.array(values, float), np.array(right), np.array(numbers), total, np.array(scores))


def verdicts(document: dict[str, Any], result: Read) -> list[bool]:
    """Whether each statement of a reading is one of the gold's, however it is told (``training/telling.py`` judges
    that); one hit for each."""
    row = as_row(document, result)
    names = entity_map(document, row)
    left = Counter(key_of(one["s"], one["p"], one["o"]) for one in document["statements"])
    found = [False] * len(result.said)
    for index in sorted(range(len(found)), key=lambda i: -result.said[i].score):
        statement = row["statements"][index]
        key = key_of(names.get(statement["s"]), statement["p"], names.get(statement["o"]))
        found[index] = left[key] > 0
        left[key] -= found[index]
    return found


def fit(judged: Judged, rows: NDArray[np.bool_], penalty: float) -> dict[str, Any]:
    """The regression over the chosen rows."""
    return regression(judged.signals[rows], judged.right[rows], penalty)


def regression(values: Floats, right: Floats, penalty: float, weights: Floats | None = None) -> dict[str, Any]:
    """Logistic regression with a penalty on squared weights; ``weights`` say how much each row counts."""
    mean, deviation = values.mean(0), np.maximum(values.std(0), 0.05)
    x = (values - mean) / deviation
    each = np.ones(len(right)) if weights is None else weights

    def loss(parameters: Floats) -> tuple[float, Floats]:
        scores = x @ parameters[:-1] + parameters[-1]
        error = each * (1 / (1 + np.exp(-scores)) - right)
        value = each * (np.logaddexp(0, scores) - right * scores)
        gradient = np.append(x.T @ error + penalty * parameters[:-1], error.sum())
        return float(value.sum() + penalty / 2 * (parameters[:-1] ** 2).sum()), gradient

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return {"mean": mean, "deviation": deviation, "weight": found[:-1], "bias": float(found[-1])}


def cross_validated(judged: Judged) -> tuple[float, Floats]:
    """The penalty with the least logarithmic loss over folds of documents, and the probabilities that it gives."""
    best: tuple[float, float, Floats] | None = None
    for penalty in PENALTIES:
        chances = np.zeros(len(judged.right))
        for fold in range(FOLDS):
            out = judged.document % FOLDS == fold
            fitted = fit(judged, ~out, penalty)
            scores = (judged.signals[out] - fitted["mean"]) / fitted["deviation"] @ fitted["weight"] + fitted["bias"]
            chances[out] = 1 / (1 + np.exp(-scores))
        held = np.clip(chances, 1e-6, 1 - 1e-6)
        loss = -float(np.mean(judged.right * np.log(held) + (1 - judged.right) * np.log(1 - held)))
        if best is None or loss < best[0]:
            best = (loss, penalty, chances)
    assert best is not None
    return best[1], best[2]


def reliability(chances: Floats, right: Floats) -> list[dict[str, float]]:
    """For tenths of the scale: how many statements, their mean probability, and the share that is right."""
    rows = []
    for low in range(10):
        inside = (chances >= low / 10) & (chances < (low + 1) / 10)
        if inside.any():
            rows.append(
                {
                    "from": low / 10,
                    "statements": int(inside.sum()),
                    "probability": round(float(chances[inside].mean()), 3),
                    "right": round(float(right[inside].mean()), 3),
                }
            )
    return rows


def lines(chances: Floats, judged: Judged) -> list[dict[str, float]]:
    """Precision and recall of what lies above each possible line."""
    rows = []
    for line in (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
        above = chances >= line
        if above.any():
            precision, recall = float(judged.right[above].mean()), float(judged.right[above].sum()) / judged.gold
            rows.append({"line": line, "precision": round(precision, 3), "recall": round(recall, 3)})
    return rows


if __name__ == "__main__":
    main()
