"""Mentions of a text by the tags of its words, and which descriptions of rules are one thing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.clusters import Found, names_differ
from policygraph.annotate.neural.clusters import features as resemblance
from policygraph.annotate.neural.edges import trimmed
from policygraph.annotate.neural.heads import decode_tags
from policygraph.annotate.neural.network import Heads
from policygraph.annotate.neural.stretches import WHOLE
from policygraph.annotate.neural.tokens import TYPES, Encoded

Floats = NDArray[np.float32]
VALUES = frozenset({"Date", "Money", "Quantity"})


def find_mentions(encoded: Encoded, hidden: Floats, heads: Heads, outside: float = 0.0) -> list[Found]:
    """Mentions by the tags of words."""
    if not encoded.words:
        return []
    places = [encoded.first[at : at + WHOLE] for at in range(0, len(encoded.first), WHOLE)]
    outer, inner = (np.concatenate(tags) for tags in zip(*(heads.tags(hidden[at]) for at in places), strict=True))
    outer[:, 0] += outside
    inner[:, 0] += outside
    found = []
    for first, last, kind in decode_tags(outer, inner):
        if TYPES[kind] not in VALUES:
            first, last = trimmed(encoded, first, last)
        if last < first:
            continue
        start, end = encoded.words[first][0], encoded.words[last][1]
        score = max(_sureness(outer, first, last, kind), _sureness(inner, first, last, kind))
        found.append(Found(first, last, TYPES[kind], start, end, encoded.text[start:end], score))
    return found


def _sureness(tags: Floats, first: int, last: int, kind: int) -> float:
    """The least probability that a word of a mention has of its tag."""
    begin = 1 + 2 * kind
    least = min([tags[first, begin], *tags[first + 1 : last + 1, begin + 1]])
    return float(np.exp(least))


def antecedents(
    encoded: Encoded, found: Sequence[Found], states: Floats, heads: Heads, least: float
) -> list[tuple[int, int, float]]:
    """Pairs of Rule mentions that are one thing though their words are not the same, with the probability of it (at
    least ``least``): for each mention its likeliest antecedent."""
    left, right, shown = [], [], []
    rules = [index for index, mention in enumerate(found) if mention.type == "Rule"]
    for place, later in enumerate(rules):
        for earlier in rules[:place]:
            first, second = found[earlier], found[later]
            if not names_differ(first.surface, second.surface):
                sentences = encoded.sentence[second.first] - encoded.sentence[first.first]
                left.append(earlier)
                right.append(later)
                shown.append([*resemblance(first.surface, second.surface), 1.0, min(1.0, sentences / 10)])
    if not left:
        return []
    chances = heads.links(states, np.array(left), np.array(right), np.array(shown, np.float32))
    best: dict[int, tuple[float, int]] = {}
    for earlier, later, chance in zip(left, right, chances, strict=True):
        if chance >= least and chance >= best.get(later, (0.0, 0))[0]:
            best[later] = (float(chance), earlier)
    return [(earlier, later, chance) for later, (chance, earlier) in best.items()]
