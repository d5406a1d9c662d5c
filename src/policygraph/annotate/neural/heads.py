"""What the heads over the encoder predict, and the features of entity pairs: shared by training and running."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.clusters import Found
from policygraph.annotate.neural.tokens import TYPE_INDEX, TYPES, Encoded
from policygraph.model.ontology import load_ontology

PREDICATES = (
    "none", "issued_by", "holds_in", "applies_to", "lifts", "based_on", "amends", "repeals", "enforced_against",
    "challenges", "supports", "administered_by", "located_in", "operates", "active_in", "owns", "acquires", "invests_in",
    "supplies", "partners_with", "negotiates_with", "makes", "uses", "handles", "part_of", "heads",
)  # fmt: skip
EFFECTS = (
    "permits", "exempts", "requires", "prohibits", "restricts", "penalises", "funds", "investigates", "clears", "none",
)  # fmt: skip
MODALITIES = ("asserted", "planned", "possible", "denied")
LIFECYCLES = (
    "proposed", "announced", "consulted_on", "adopted", "in_force", "delayed", "suspended", "expired", "repealed", "upheld",
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

    ``subject`` and ``object`` are entity numbers; ``near_subject`` and ``near_object`` the nearest pair of their mentions;
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


def pair_features(encoded: Encoded, mentions: Sequence[Found], entity_of: Sequence[int]) -> PairFeatures:
    """All pairs of entities that the ontology may join, with their features."""
    members: dict[int, list[int]] = defaultdict(list)
    for index, entity in enumerate(entity_of):
        members[entity].append(index)
    types = {entity: TYPE_INDEX[mentions[indexes[0]].type] for entity, indexes in members.items()}
    joinable: NDArray[np.bool_] = np.any(allowed()[:, :, 1:], axis=2)
    rows = []
    sentence = encoded.sentence
    for subject, own in members.items():
        for object_, others in members.items():
            if subject != object_ and joinable[types[subject], types[object_]]:
                rows.append((subject, object_, *_pair(encoded, mentions, own, others, sentence)))
    columns = np.array(rows, np.int64).reshape(-1, 10).T
    return PairFeatures(*columns)


def _pair(
    encoded: Encoded, mentions: Sequence[Found], own: Sequence[int], others: Sequence[int], sentence: Ints
) -> tuple[int, ...]:
    a = np.array([(mentions[i].first, mentions[i].last) for i in own])
    b = np.array([(mentions[j].first, mentions[j].last) for j in others])
    words = np.maximum(b[None, :, 0] - a[:, None, 1], a[:, None, 0] - b[None, :, 1])
    step = sentence[b[None, :, 0]] - sentence[a[:, None, 0]]
    # Nearest in sentences first, then in words.
    i, j = np.unravel_index(np.argmin(np.abs(step) * 10_000 + np.maximum(words, 0)), words.shape)
    first, second = own[int(i)], others[int(j)]
    m, n = mentions[first], mentions[second]
    forward = int(encoded.first[n.first] - encoded.last[m.last])
    gap = max(0, forward if n.first > m.last else int(encoded.first[m.first] - encoded.last[n.last]))
    nesting = 1 if m.first <= n.first and n.last <= m.last else 2 if n.first <= m.first and m.last <= n.last else 0
    together = len(set(sentence[a[:, 0]].tolist()) & set(sentence[b[:, 0]].tolist()))
    low = min(int(encoded.last[m.last]), int(encoded.last[n.last])) + 1
    high = max(int(encoded.first[m.first]), int(encoded.first[n.first]), low)
    return (
        first,
        second,
        max(-4, min(4, int(step[i, j]))) + 4,
        _bucket(gap),
        nesting,
        min(together, COUNTS - 1),
        low,
        high,
    )


def _bucket(distance: int) -> int:
    for number, edge in enumerate(_EDGES):
        if distance <= edge:
            return number
    return len(_EDGES)


def decode_tags(outer: NDArray[np.float32], inner: NDArray[np.float32]) -> list[tuple[int, int, int]]:
    """Best mentions (first word, last word, type) from words x tags log-probabilities of the outer and the inner layer."""
    spans = _spans(_viterbi(outer))
    held = set(spans)
    for first, last, kind in _spans(_viterbi(inner)):
        if any(a <= first and last <= b and (a, b) != (first, last) for a, b, _ in spans):
            held.add((first, last, kind))
    return sorted(held, key=lambda span: (span[0], -span[1]))


def _viterbi(scores: NDArray[np.float32]) -> list[int]:
    """Best tag sequence in which an inside tag follows the begin or inside tag of its type."""
    length = len(scores)
    if not length:
        return []
    best = scores[0].copy()
    best[2::2] = -1e9
    back = np.zeros((length, TAGS), np.int64)
    begins, insides = np.arange(1, TAGS, 2), np.arange(2, TAGS, 2)
    for at in range(1, length):
        top = int(best.argmax())
        current = np.full(TAGS, best[top])
        pointer = np.full(TAGS, top)
        stays = best[insides] > best[begins]
        current[insides] = np.where(stays, best[insides], best[begins])
        pointer[insides] = np.where(stays, insides, begins)
        best = current + scores[at]
        back[at] = pointer
    tags = [int(best.argmax())]
    for at in range(length - 1, 0, -1):
        tags.append(int(back[at][tags[-1]]))
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


def near_classes(encoded: Encoded, mentions: Sequence[Found], entity_of: Sequence[int], features: PairFeatures, rows: Ints) -> Ints:
    """For chosen pairs, how each sub-token's sentence relates to their ends, as a class.

    0 neither end is there, 1 another mention of an end is, 2 the nearest subject is, 3 the nearest object is, 4 both are.
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
    """For statements with their evidence (statements, sub-tokens): each mention's step in sentences as a class, and whether
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
