"""Read a text with the trained network: mentions, entities, and statements with their scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.clusters import Found, cluster, entity_names, names_differ
from policygraph.annotate.neural.clusters import features as resemblance
from policygraph.annotate.neural.heads import (
    EFFECTS,
    LIFECYCLES,
    MODALITIES,
    PREDICATES,
    SPEAKERS,
    PairFeatures,
    decode_tags,
    near_classes,
    pair_features,
    pointer_features,
)
from policygraph.annotate.neural.network import Heads, sigmoid, softmax
from policygraph.annotate.neural.tokens import TYPE_INDEX, TYPES, Encoded

Floats = NDArray[np.float32]
Adjust = Callable[[list[Found]], list[Found]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the network's numbers become decisions: chosen on a held-out part of the training data."""

    pair: float = 0.4
    link: float = 0.6
    evidence: float = 0.5
    speaker: float = 0.5
    second_predicate: float = 0.6


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as the network reads it: entity numbers, classes with their probabilities, and where it is said."""

    subject: int
    predicate: str
    object: int
    score: float
    effect: str
    effect_score: float
    modality: str
    modality_scores: Mapping[str, float]
    lifecycle: str | None
    speakers: tuple[str, ...]
    valid_from: int | None
    valid_to: int | None
    duration: int | None
    evidence: tuple[tuple[int, int], ...]
    near_subject: int
    near_object: int


@dataclass(frozen=True, slots=True)
class Read:
    """Mentions with the name of each one's entity, and the statements."""

    mentions: list[Found]
    names: list[str]
    entity_of: list[int]
    said: list[Said]


def find_mentions(encoded: Encoded, hidden: Floats, heads: Heads) -> list[Found]:
    """Mentions by the tags of words."""
    if not encoded.words:
        return []
    outer, inner = heads.tags(hidden[encoded.first])
    found = []
    for first, last, kind in decode_tags(outer, inner):
        start, end = encoded.words[first][0], encoded.words[last][1]
        found.append(Found(first, last, TYPES[kind], start, end, encoded.text[start:end]))
    return found


def read(
    encoded: Encoded,
    hidden: Floats,
    heads: Heads,
    limits: Limits,
    mentions: list[Found] | None = None,
    entity_of: Sequence[int] | None = None,
) -> Read:
    """Read a text from its hidden states; ``mentions`` and ``entity_of`` may be given, else they are found."""
    found = find_mentions(encoded, hidden, heads) if mentions is None else mentions
    if not found:
        return Read([], [], [], [])
    types = np.array([TYPE_INDEX[m.type] for m in found])
    states = heads.spans(hidden, encoded.first[[m.first for m in found]], encoded.last[[m.last for m in found]], types)
    if entity_of is None:
        roots = cluster(encoded.text, found, _links(encoded, found, states, heads, limits))
        numbers = {root: index for index, root in enumerate(dict.fromkeys(roots))}
        entity_of = [numbers[root] for root in roots]
    owner = np.asarray(entity_of)
    names = entity_names(found, list(entity_of))
    features = pair_features(encoded, found, list(entity_of))
    if not len(features.subject):
        return Read(found, names, list(entity_of), [])
    count = int(owner.max()) + 1
    entity_types = np.zeros(count, np.int64)
    entity_types[owner] = types
    logits, pair_states = heads.pairs(hidden, heads.entities(states, owner, count), entity_types, features)
    chances = softmax(logits)
    rows, predicates = _chosen(chances, limits)
    if not len(rows):
        return Read(found, names, list(entity_of), [])
    near = near_classes(encoded, found, list(entity_of), features, rows)
    weight, code = heads.evidence(hidden, pair_states[rows], predicates, near)
    attribute = heads.attributes(hidden, code, weight)
    said = _said(
        encoded,
        found,
        names,
        list(entity_of),
        features,
        rows,
        predicates,
        chances,
        weight,
        attribute,
        states,
        heads,
        limits,
    )
    return Read(found, names, list(entity_of), said)


def _links(
    encoded: Encoded, found: Sequence[Found], states: Floats, heads: Heads, limits: Limits
) -> list[tuple[int, int]]:
    """Pairs of Rule mentions that are one thing though their words are not the same; the nearest antecedent of each."""
    left, right, shown = [], [], []
    for later, second in enumerate(found):
        for earlier, first in enumerate(found[:later]):
            if first.type == second.type == "Rule" and not names_differ(first.surface, second.surface):
                sentences = encoded.sentence[second.first] - encoded.sentence[first.first]
                left.append(earlier)
                right.append(later)
                shown.append([*resemblance(first.surface, second.surface), 1.0, min(1.0, sentences / 10)])
    if not left:
        return []
    chances = heads.links(states, np.array(left), np.array(right), np.array(shown, np.float32))
    best: dict[int, tuple[float, int]] = {}
    for earlier, later, chance in zip(left, right, chances, strict=True):
        if chance >= limits.link and chance >= best.get(later, (0.0, 0))[0]:
            best[later] = (float(chance), earlier)
    return [(earlier, later) for later, (_, earlier) in best.items()]


def _chosen(chances: Floats, limits: Limits) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows, predicates = [], []
    best = chances[:, 1:].argmax(1) + 1
    for row in np.nonzero(1 - chances[:, 0] >= limits.pair)[0]:
        rows.append(row)
        predicates.append(best[row])
        others = np.nonzero(chances[row, 1:] >= limits.second_predicate * chances[row, best[row]])[0] + 1
        for other in others:
            if other != best[row]:
                rows.append(row)
                predicates.append(other)
    return np.array(rows, np.int64), np.array(predicates, np.int64)


def _said(
    encoded: Encoded, found: list[Found], names: list[str], entity_of: list[int], features: PairFeatures,
    rows: NDArray[np.int64], predicates: NDArray[np.int64], chances: Floats, weight: Floats, attribute: Floats,
    states: Floats, heads: Heads, limits: Limits,
) -> list[Said]:  # fmt: skip
    masks = np.stack([_mask(encoded, weight[i], limits) for i in range(len(rows))])
    step, inside = pointer_features(encoded, found, masks)
    pointers, none = heads.pointers(attribute, states, step, inside)
    effects, modalities, lifecycles, words = heads.classes(attribute)
    lifecycle_of = _lifecycles(features.subject[rows], lifecycles)
    statements = []
    for i, (row, predicate) in enumerate(zip(rows, predicates, strict=True)):
        effect = int(effects[i].argmax())
        modality = int(modalities[i].argmax())
        subject, object_ = int(features.subject[row]), int(features.object[row])
        score = float(chances[row, predicate] if predicate != chances[row, 1:].argmax() + 1 else 1 - chances[row, 0])
        statements.append(
            Said(
                subject,
                PREDICATES[predicate],
                object_,
                score,
                EFFECTS[effect],
                float(effects[i, effect]),
                MODALITIES[modality],
                {name: float(modalities[i, k]) for k, name in enumerate(MODALITIES)},
                lifecycle_of[subject],
                _speakers(found, names, entity_of, pointers[i, 0], words[i], inside[i], (subject, object_), limits),
                _pointed(found, "Date", pointers[i, 1], none[i, 1]),
                _pointed(found, "Date", pointers[i, 2], none[i, 2]),
                _pointed(found, "Quantity", pointers[i, 3], none[i, 3]),
                _spans(encoded, masks[i]),
                int(features.near_subject[row]),
                int(features.near_object[row]),
            )
        )
    return statements


def _lifecycles(subjects: NDArray[np.int64], chances: Floats) -> dict[int, str | None]:
    """One lifecycle a subject: the mean of what its statements give."""
    found = {}
    for subject in np.unique(subjects):
        found[int(subject)] = LIFECYCLES[int(chances[subjects == subject].mean(0).argmax())]
    return found


def _mask(encoded: Encoded, weight: Floats, limits: Limits) -> NDArray[np.bool_]:
    """Sub-tokens of the evidence: in the one or two best sentences, from the first to the last that is likely."""
    sentence = encoded.sentence[encoded.word_of]
    total = int(sentence.max()) + 1
    best = np.zeros(total, np.float32)
    np.maximum.at(best, sentence, weight)
    order = np.argsort(-best)[:2]
    mask = np.zeros(len(weight), bool)
    for rank, number in enumerate(order):
        if rank and best[number] < limits.evidence:
            continue
        inside = np.nonzero(sentence == number)[0]
        likely = inside[weight[inside] >= min(limits.evidence, float(best[number]))]
        mask[likely.min() : likely.max() + 1] = True
    return mask


def _spans(encoded: Encoded, mask: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
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


def _speakers(
    found: Sequence[Found], names: Sequence[str], entity_of: Sequence[int], logits: Floats, words: Floats,
    inside: NDArray[np.int64], ends: tuple[int, int], limits: Limits,
) -> tuple[str, ...]:  # fmt: skip
    best: dict[str, tuple[bool, float]] = {}
    for index, (mention, chance) in enumerate(zip(found, sigmoid(logits), strict=True)):
        if mention.type in SPEAKERS and chance >= limits.speaker:
            key = (mention.type != "Publisher", -float(chance))
            name = names[index]
            if name not in best or key < best[name]:
                best[name] = key
    speakers = sorted(best, key=lambda name: best[name])[:2]
    if words[0] >= limits.speaker:
        speakers.append("document")
    if words[1] >= limits.speaker and not speakers:
        speakers.append("anonymous")
    return tuple(speakers)


def _pointed(found: Sequence[Found], kind: str, logits: Floats, none: float) -> int | None:
    best, chosen = float(none), None
    for index, mention in enumerate(found):
        if mention.type == kind and float(logits[index]) > best:
            best, chosen = float(logits[index]), index
    return chosen
