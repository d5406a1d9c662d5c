"""The linear model of the first pass: how much a sentence sounds like one that tells of a rule.

A text's score is that of its best sentence. What is asked of it grows with the number of sentences, since among many
one may sound so by chance, and a short text is cheap to read.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import sqrt

from policygraph.annotate.triage.features import features, pieces
from policygraph.model.identity import digest

FEWEST = 8  # features below which a sentence's sum is not divided further: two known words prove little
EMPTY = -100.0  # score of a text without a sentence


@dataclass(frozen=True, slots=True)
class Scorer:
    """Weights of features, and the score that a text of so many sentences needs (``needed``: number, score)."""

    weights: Mapping[str, float]
    bias: float
    needed: Sequence[tuple[int, float]]
    version: str

    def score(self, text: str) -> tuple[float, int]:
        """The score of the best sentence (a logit, without unit), and the number of sentences."""
        scores = [self.sentence(text[start:end]) for start, end in pieces(text)]
        return max(scores, default=EMPTY), len(scores)

    def sentence(self, sentence: str) -> float:
        """The score of one sentence: the sum of its known features' weights over the root of their number."""
        weights = self.weights
        known = [weights[name] for name in features(sentence) if name in weights]
        # Sorted, so that the last digits of the sum do not depend on the order of a set.
        return sum(sorted(known)) / sqrt(max(len(known), FEWEST)) + self.bias

    def threshold(self, count: int) -> float:
        """The score that a text of ``count`` sentences needs; between the listed numbers, on a straight line."""
        at = bisect_right(self.needed, count, key=lambda row: row[0])
        if at == 0:
            return self.needed[0][1]
        if at == len(self.needed):
            return self.needed[-1][1]
        (low, below), (high, above) = self.needed[at - 1], self.needed[at]
        return below + (above - below) * (count - low) / (high - low)


def parse(content: str) -> Scorer:
    """A scorer of the text of ``weights.json``: ``bias``, ``needed`` (pairs) and ``weights`` (feature to number)."""
    row = json.loads(content)
    needed = tuple((int(count), float(score)) for count, score in row["needed"])
    return Scorer(row["weights"], row["bias"], needed, digest(content.encode("utf-8"))[:12])


@cache
def load_scorer() -> Scorer:
    """The scorer that comes with the package."""
    return parse(resources.files("policygraph.annotate.triage").joinpath("weights.json").read_text(encoding="utf-8"))
