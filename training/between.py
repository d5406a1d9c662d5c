"""What the words between two things say of whether a statement joins them, learned from the gold documents.

Right are the statements of the gold whose ends stand in one sentence or two neighbouring ones; wrong is a draw of what
the ontology would allow besides, mostly from one sentence.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.between import PLACES, Joined, features, places
from policygraph.annotate.neural.heads import PREDICATES, allowed
from policygraph.annotate.neural.tokens import TYPE_INDEX, sentences
from policygraph.annotate.neural.wording import Named, outermost
from training.hashed import Floats, matrix, regression

Row = dict[str, Any]
PENALTY = 2.0  # on squared weights
WRONG = 4  # for each right one
SEED = 5


class Pair(NamedTuple):
    """Two things with their nearest mentions, and how many sentences these are apart."""

    subject: Named
    object: Named
    apart: int


def fitted(documents: Iterable[Row]) -> tuple[Floats, Floats]:
    """Weights (1, places) and bias (1)."""
    chance = random.Random(SEED)
    rows, right = [], []
    for document in documents:
        for at, is_right in examples(document, chance):
            rows.append(at)
            right.append(is_right)
    weight, bias = regression(matrix(rows, PLACES), np.array(right, float), PENALTY)
    print("between", len(rows), "pairs,", sum(right), "of them joined", flush=True)
    return weight[None], np.array([bias])


def examples(document: Row, chance: random.Random) -> Iterator[tuple[NDArray[np.int64], bool]]:
    """Places of the features of what a document says and of some that it does not."""
    mentions = [Named(m["start"], m["end"], m["type"], m["entity"]) for m in document["mentions"]]
    spans, tops = sentences(document["text"]), list(outermost(mentions))
    said = {(row["s"], row["p"], row["o"]) for row in document["statements"]}
    right, near, far = [], [], []
    for pair in _pairs(mentions, spans):
        for predicate in _predicates(pair):
            triple = pair.subject.entity, predicate, pair.object.entity
            (right if triple in said else far if pair.apart else near).append((pair, predicate))
    wrong = near + chance.sample(far, min(len(far), len(right)))
    wrong = chance.sample(wrong, min(len(wrong), WRONG * (len(right) + 1)))
    for chosen, is_right in ((right, True), (wrong, False)):
        for pair, predicate in chosen:
            joined = Joined(document["text"], predicate, pair.subject, pair.object)
            if found := features(joined, tops, spans):
                yield places(found), is_right


def _pairs(mentions: list[Named], spans: tuple[tuple[int, int], ...]) -> Iterator[Pair]:
    starts = [start for start, _ in spans]
    placed: dict[str, list[tuple[int, Named]]] = defaultdict(list)
    for mention in mentions:
        placed[mention.entity].append((bisect_right(starts, mention.start), mention))
    for subject, its in placed.items():
        for object_, others in placed.items():
            if subject == object_:
                continue
            apart, _, first, second = min(
                (abs(i - j), abs(a.start - b.start), a, b) for i, a in its for j, b in others
            )  # fmt: skip
            if apart <= 1:
                yield Pair(first, second, apart)


def _predicates(pair: Pair) -> list[str]:
    chosen = np.nonzero(allowed()[TYPE_INDEX[pair.subject.type], TYPE_INDEX[pair.object.type]])[0]
    return [PREDICATES[index] for index in chosen if index]
