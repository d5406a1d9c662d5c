"""Fit the opinion of the bare words on whether a text says what a reader proposes.

``python -m training.bearing --unseen READER FILE [--unseen READER FILE …] --held FILE --to FOLDER``, between
``training.wording`` and ``training.calibrate``. Each ``--unseen`` names the folder of an exported reader, perhaps an
earlier one, and gold documents that **it was not trained on**: of those that it was, it proposes hardly anything wrong.
The documents held out for the calibration must not be among them and are left out. Writes ``bearing.npz`` beside the
reader's weights and its digest into the manifest. Needs no torch.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from benchmarks.gold.gold import read as read_gold
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from policygraph.annotate.neural.bearing import BEARING, PLACES, Places, Proposal, Words
from policygraph.annotate.neural.model import Model
from policygraph.annotate.neural.reading import Read
from policygraph.annotate.neural.wording import Named
from training.calibrate import encoded, verdicts
from training.hashed import Floats, add_file, matrix, packed, regression
from training.rows import as_row

PAIR = 0.3  # least probability of a pair whose statements are judged
PENALTY = 15.0  # on squared weights


class Verdict(NamedTuple):
    """A proposal: where its features stand, its other signals, and whether the gold has it."""

    places: Places
    signals: NDArray[np.float32]
    right: bool


def main() -> None:
    """Read the command line, fit, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unseen", nargs=2, action="append", required=True, type=Path, metavar=("READER", "FILE"))
    parser.add_argument("--held", required=True, type=Path, help="JSON list of the ids that are held out")
    parser.add_argument("--to", required=True, type=Path, help="folder of the exported reader")
    options = parser.parse_args()
    held = set(json.loads(options.held.read_text()))
    judged: list[Verdict] = []
    for reader, file in options.unseen:
        found = list(proposals(Model(reader, calibrated=False), file, held))
        print(file.name, f"{len(found)} proposals, {sum(one.right for one in found)} of them right", flush=True)
        judged += found
    if len({one.right for one in judged}) < 2:
        sys.exit("no reader proposes anything right and anything wrong in documents that it has not seen")
    add_file(options.to, BEARING, packed(*fitted(judged)))


def proposals(model: Model, file: Path, held: set[str]) -> Iterator[Verdict]:
    """What a reader proposes in the documents of a file, but for those that are held out."""
    limits = replace(model.limits, pair=PAIR, chance=0.0)
    for text in encoded(model, (row for row in read_gold(file) if row["id"] not in held)):
        result = replace(text, bearing=None).read(limits)
        row = as_row(text.document, result)
        for said, at, right in zip(result.said, asked(row, result), verdicts(text.document, result), strict=True):
            assert said.signals is not None
            yield Verdict(at, said.signals, right)


def asked(row: dict[str, Any], result: Read) -> Iterator[Places]:
    """Where the features of each statement of a reading stand; ``row`` is the reading in the gold format."""
    words = Words(row["text"], (Named(m["start"], m["end"], m["type"], m["entity"]) for m in row["mentions"]))
    for said, told in zip(result.said, row["statements"], strict=True):
        yield words.places(Proposal(told["s"], said.predicate, told["o"], said.evidence, said.effect, said.modality))


def fitted(judged: Iterable[Verdict]) -> tuple[Floats, Floats]:
    """Weights (1, places) and bias of the words in a regression over words and signals: what the signals tell already
    the words need not. The bias is left to the calibration."""
    places, signals, right = zip(*judged, strict=True)
    x = np.array(signals, float)
    x = (x - x.mean(0)) / np.maximum(x.std(0), 0.05)
    together = csr_matrix(hstack([matrix(list(places), PLACES), csr_matrix(x)]))
    weights, _ = regression(together, np.array(right, float), PENALTY)
    return weights[None, :PLACES], np.zeros(1)


if __name__ == "__main__":
    main()
