"""Where a statement is said: from the weights of sub-tokens to quotes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.tokens import Encoded

Floats = NDArray[np.float32]


def evidence_mask(encoded: Encoded, weight: Floats, least: float) -> NDArray[np.bool_]:
    """Sub-tokens of the evidence: in the one or two best sentences, from the first to the last that is likely."""
    sentence = encoded.sentence[encoded.word_of]
    total = int(sentence.max()) + 1
    best = np.zeros(total, np.float32)
    np.maximum.at(best, sentence, weight)
    order = np.argsort(-best)[:2]
    mask = np.zeros(len(weight), bool)
    for rank, number in enumerate(order):
        if rank and best[number] < least:
            continue
        inside = np.nonzero(sentence == number)[0]
        likely = inside[weight[inside] >= min(least, float(best[number]))]
        mask[likely.min() : likely.max() + 1] = True
    return mask


def quotes(encoded: Encoded, mask: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """Characters of the words that a mask of sub-tokens touches, one span a sentence."""
    words = np.unique(encoded.word_of[np.nonzero(mask)[0]])
    spans: list[list[int]] = []
    previous = -2
    for word in words:
        start, end = encoded.words[word]
        if word == previous + 1 and encoded.sentence[word] == encoded.sentence[previous]:
            spans[-1][1] = end
        else:
            spans.append([start, end])
        previous = int(word)
    return tuple((start, end) for start, end in spans)
