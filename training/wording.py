"""Fit the opinion of the bare words on how a statement is told.

``python -m training.wording --data FILE … --grammar FILE … --held FILE --to FOLDER``, between ``training.export`` and
``training.calibrate``. Writes ``wording.npz`` beside the reader's weights and its digest into the manifest. Needs no
torch.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.gold.gold import read

from policygraph.annotate.neural.tokens import sentences
from policygraph.annotate.neural.wording import (
    OPINIONS,
    PLACES,
    WITH_EFFECT,
    WORDING,
    Named,
    Worded,
    features,
    outermost,
    places,
)
from policygraph.model.ontology import load_ontology
from training.hashed import Floats, add_file, matrix, packed, regression

Row = dict[str, Any]
PENALTY = 3.0  # on squared weights


def main() -> None:
    """Read the command line, fit, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", required=True, type=Path, help="gold documents in resolved form")
    parser.add_argument("--grammar", nargs="*", default=[], type=Path, help="documents of the grammar")
    parser.add_argument("--held", required=True, type=Path, help="JSON list of the ids that are held out")
    parser.add_argument("--to", required=True, type=Path, help="folder of the exported reader")
    options = parser.parse_args()
    held = set(json.loads(options.held.read_text()))
    documents = [row for path in (*options.data, *options.grammar) for row in read(path) if row["id"] not in held]
    arrays = packed(*fitted(documents))
    add_file(options.to, WORDING, arrays)


def examples(document: Row) -> Iterator[tuple[Worded, list[Named], Row]]:
    """The statements of a document with a quote, as the words show them, with its outermost mentions."""
    spans = sentences(document["text"])
    tops = list(outermost(Named(m["start"], m["end"], m["type"], m["entity"]) for m in document["mentions"]))
    for row in document["statements"]:
        quotes = [(start, end) for start, end in row["evidence"]]
        around = [span for span in spans if any(a < span[1] and b > span[0] for a, b in quotes)]
        if quotes:
            yield Worded(document["text"], row["s"], row["p"], row["o"], quotes, around), tops, row


def fitted(documents: Iterable[Row]) -> tuple[Floats, Floats]:
    """Weights (opinions, places) and biases of a logistic regression for each opinion; that of relief is fitted on the
    statements whose effect is on a side."""
    rows, wanted, sided = [], [], []
    ontology = load_ontology()
    for document in documents:
        for worded, mentions, row in examples(document):
            side = ontology.side(row["effect"]) if row["p"] in WITH_EFFECT else None
            rows.append(places(features(worded, mentions)))
            wanted.append([side == "relief", *(row["modality"] == name for name in OPINIONS[1:])])
            sided.append(side is not None)
    x, y = matrix(rows, PLACES), np.array(wanted, float)
    weights, biases = np.zeros((len(OPINIONS), PLACES)), np.zeros(len(OPINIONS))
    for number, name in enumerate(OPINIONS):
        chosen = np.array(sided) if name == "relief" else np.ones(len(rows), bool)
        weights[number], biases[number] = regression(x[chosen], y[chosen, number], PENALTY)
        print(name, int(chosen.sum()), "statements,", int(y[chosen, number].sum()), "of them", flush=True)
    return weights, biases


if __name__ == "__main__":
    main()
