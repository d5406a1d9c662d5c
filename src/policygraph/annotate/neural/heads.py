"""What the heads over the encoder predict, and the features of entity pairs: shared by training and running."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.clusters import Found
from policygraph.annotate.neural.tokens import TYPE_INDEX, TYPES, Encoded
from policygraph.model.ontology import load_ontology

PREDICATES = (
    "none", "issued_by", "holds_in", "applies_to", "lifts", "based_on", "amends", "repeals", "enforced_against",
    "challenges", "supports", "administered_by", "located_in", "operates", "active_in", "owns", "acquires",
    "invests_in",
    "supplies", "partners_with", "negotiates_with", "makes", "uses", "handles", "part_of", "heads",
)  # fmt: skip
EFFECTS = (
    "permits", "exempts", "requires", "prohibits", "restricts", "penalises", "funds", "investigates", "clears", "none",
)  # fmt: skip
MODALITIES = ("asserted", "planned", "possible", "denied")
LIFECYCLES = (
    "proposed", "announced", "consulted_on", "adopted", "in_force", "delayed", "suspended", "expired", "repealed",
    "upheld",
    "annulled", None,
)  # fmt: skip
TAGS = 1 + 2 * len(TYPES)
DISTANCES = 9  # sentences between the nearest mentions, object after subject positive: -4 or less to 4 or more
GAPS = 10  # sub-tokens between them, in powers of two
NESTINGS = 3  # apart, object inside subject, subject inside object
COUNTS = 5  # sentences that hold both: 0, 1, 2, 3, 4 or more
SPEAKERS = frozenset({"Publisher", "Firm", "Authority", "Person", "Organisation"})
_EDGES = (0, 1, 2, 4, 8, 16, 32, 64, 128)

Ints = NDArray[np.int64]


@cache
def allowed() -> NDArray[np.bool_]:
    """Subject type x object type x predicate: what the ontology lets a statement join; none is always allowed."""
    found = np.zeros((len(TYPES), len(TYPES), len(PREDICATES)), bool)
    found[:, :, 0] = True
    ontology = load_ontology()
    things = [name for name in TYPES if not ontology.entities[name].is_value]
    for name, relation in ontology.relations.items():
        for subject in things:
            for object_ in things:
                if relation.joins(subject, object_):
                    found[TYPE_INDEX[subject], TYPE_INDEX[object_], PREDICATES.index(name)] = True
    return found


@dataclass(frozen=True, slots=True)
class PairFeatures:
    """Ordered pairs of entities that some predicate may join.

    ``subject`` and ``object`` are entity numbers; ``near_subject`` and ``near_object`` the nearest pair of their
    mentions;
    ``distance``, ``gap``, ``nesting`` and ``together`` are classes; ``low`` and ``high`` bound the sub-tokens between.
    """

    subject: Ints
    object: Ints
    near_subject: Ints
    near_object: Ints
    distance: Ints
    gap: Ints
    nesting: Ints
    together: Ints
    low: Ints
    high: Ints


@cache
def joinable() -> NDArray[np.bool_]:
    """Subject type x object type: whether the ontology lets any predicate join them."""
    found: NDArray[np.bool_] = np.any(allowed()[:, :, 1:], axis=2)
    return found


def pair_features(encoded: Encoded, mentions: Sequence[Found], entity_of: Sequence[int]) -> PairFeatures:
    """All pairs of entities that the ontology may join, with their features.

    The nearest mentions of a pair are those with the fewest sentences between them, then the fewest words.
    """
    order = np.argsort(np.asarray(entity_of, np.int64), kind="stable")
    owner = np.asarray(entity_of, np.int64)[order]
    starts = np.nonzero(np.diff(owner, prepend=-1))[0]
    first = np.array([mentions[i].first for i in order], np.int64)
    last = np.array([mentions[i].last for i in order], np.int64)
    types = np.array([TYPE_INDEX[mentions[order[at]].type] for at in starts], np.int64)
    sentence = encoded.sentence[first]
    apart = ~np.eye(len(starts), dtype=bool)
    subject, object_ = np.nonzero(joinable()[types[:, None], types[None, :]] & apart)
    at = _nearest(sentence, first, last, starts)[subject, object_]
    m, n = at // len(order), at % len(order)
    held = np.zeros((len(starts), int(encoded.sentence.max()) + 1), np.int64)
    held[np.repeat(np.arange(len(starts)), np.diff(starts, append=len(order))), sentence] = 1
    gap, nesting, low, high = _between(encoded, first, last, m, n)
    return PairFeatures(
        owner[starts][subject],
        owner[starts][object_],
        order[m],
        order[n],
        np.clip(sentence[n] - sentence[m], -4, 4) + 4,
        np.searchsorted(np.array(_EDGES), np.maximum(gap, 0)),
        nesting,
        np.minimum((held @ held.T)[subject, object_], COUNTS - 1),
        low,
        high,
    )


def _nearest(sentence: Ints, first: Ints, last: Ints, starts: Ints) -> Ints:
    """For each two entities (whose mentions begin at ``starts``) the place of their nearest mentions in the square of
    all mentions."""
    count = len(sentence)
    words = np.maximum(first[None, :] - last[:, None], first[:, None] - last[None, :])
    place = np.arange(count * count).reshape(count, count)
    sentences = np.abs(sentence[None, :] - sentence[:, None])
    cost = (sentences * 10_000 + np.maximum(words, 0)) * count * count + place
    least = np.minimum.reduceat(np.minimum.reduceat(cost, starts, axis=0), starts, axis=1)
    found: Ints = least % (count * count)
    return found


def _between(encoded: Encoded, first: Ints, last: Ints, m: Ints, n: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """For pairs of mentions: sub-tokens between them, class of nesting, and the bounds of the sub-tokens between."""
    gap = np.where(
        first[n] > last[m],
        encoded.first[first[n]] - encoded.last[last[m]],
        encoded.first[first[m]] - encoded.last[last[n]],
    )
    inside = np.where((first[m] <= first[n]) & (last[n] <= last[m]), 1, 0)
    inside = np.where((inside == 0) & (first[n] <= first[m]) & (last[m] <= last[n]), 2, inside)
    low = np.minimum(encoded.last[last[m]], encoded.last[last[n]]) + 1
    high = np.maximum(np.maximum(encoded.first[first[m]], encoded.first[first[n]]), low)
    return gap, inside, low, high


def decode_tags(outer: NDArray[np.float32], inner: NDArray[np.float32]) -> list[tuple[int, int, int]]:
    """Best mentions (first word, last word, type) from words x tags log-probabilities of the outer and the inner
    layer."""
    outer_tags, inner_tags = _viterbi(np.stack([outer, inner], 1))
    spans = _spans(outer_tags)
    held = set(spans)
    starts = [first for first, _, _ in spans]
    for first, last, kind in _spans(inner_tags):
        index = bisect_right(starts, first) - 1  # outer mentions do not overlap: only this one can hold it
        if index >= 0 and last <= spans[index][1] and spans[index][:2] != (first, last):
            held.add((first, last, kind))
    return sorted(held, key=lambda span: (span[0], -span[1]))


def _viterbi(scores: NDArray[np.float32]) -> tuple[list[int], ...]:
    """For each layer of ``scores`` (words, layers, tags) the best sequence in which an inside tag follows the begin or
    inside tag of its type."""
    length, layers, _ = scores.shape
    if not length:
        return tuple([] for _ in range(layers))
    free = 1 + len(TYPES)  # tags that may follow any: first in the columns, the inside tags behind them
    best = np.concatenate([scores[..., :1], scores[..., 1::2], scores[..., 2::2]], -1)
    best[0, :, free:] = -1e9
    for before, now in pairwise(best):
        now[:, :free] += np.maximum.reduce(before, axis=1, keepdims=True)
        now[:, free:] += np.maximum(before[:, 1:free], before[:, free:])
    in_order = np.empty_like(best)
    in_order[..., 0], in_order[..., 1::2], in_order[..., 2::2] = best[..., 0], best[..., 1:free], best[..., free:]
    top = in_order.argmax(-1)
    stays = best[..., free:] > best[..., 1:free]
    return tuple(_traced(top[:, layer].tolist(), stays[:, layer]) for layer in range(layers))


def _traced(top: list[int], stays: NDArray[np.bool_]) -> list[int]:
    """The tags of a sequence from its end, by the best tag up to each word, and whether an inside tag behind the word
    follows its inside tag or its begin tag."""
    tags = [top[-1]]
    for at in range(len(top) - 2, -1, -1):
        tag = tags[-1]
        if tag == 0 or tag % 2:
            tags.append(top[at])
        else:
            tags.append(tag if stays[at, tag // 2 - 1] else tag - 1)
    return tags[::-1]


def _spans(tags: Sequence[int]) -> list[tuple[int, int, int]]:
    found = []
    at = 0
    while at < len(tags):
        if tags[at] % 2 == 1:
            end = at
            while end + 1 < len(tags) and tags[end + 1] == tags[at] + 1:
                end += 1
            found.append((at, end, (tags[at] - 1) // 2))
            at = end + 1
        else:
            at += 1
    return found


def near_classes(
    encoded: Encoded, mentions: Sequence[Found], entity_of: Sequence[int], features: PairFeatures, rows: Ints
) -> Ints:
    """For chosen pairs, how each sub-token's sentence relates to their ends, as a class.

    0 neither end is there, 1 another mention of an end is, 2 the nearest subject is, 3 the nearest object is, 4 both
    are.
    """
    sentence_of_token = encoded.sentence[encoded.word_of]
    first = np.array([mention.first for mention in mentions], np.int64)
    sentence_of_mention = encoded.sentence[first]
    owner = np.asarray(entity_of)
    found = np.zeros((len(rows), len(encoded.ids)), np.int64)
    for row, pair in enumerate(rows):
        ends = (owner == features.subject[pair]) | (owner == features.object[pair])
        found[row][np.isin(sentence_of_token, sentence_of_mention[ends])] = 1
        subject = sentence_of_mention[features.near_subject[pair]]
        object_ = sentence_of_mention[features.near_object[pair]]
        found[row][sentence_of_token == subject] = 2
        found[row][sentence_of_token == object_] = 4 if subject == object_ else 3
    return found


def pointer_features(encoded: Encoded, mentions: Sequence[Found], evidence: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """For statements with their evidence (statements, sub-tokens): each mention's step in sentences as a class, and
    whether
    it lies in a sentence of the evidence."""
    sentence_of_token = encoded.sentence[encoded.word_of]
    sentence = encoded.sentence[np.array([mention.first for mention in mentions], np.int64)]
    step = np.zeros((len(evidence), len(mentions)), np.int64)
    inside = np.zeros((len(evidence), len(mentions)), np.int64)
    for row, mask in enumerate(evidence):
        held = np.unique(sentence_of_token[mask]) if mask.any() else np.zeros(1, np.int64)
        nearest = sentence[:, None] - held[None, :]
        best = nearest[np.arange(len(sentence)), np.abs(nearest).argmin(1)]
        step[row] = np.clip(best, -4, 4) + 4
        inside[row] = best == 0
    return step, inside
