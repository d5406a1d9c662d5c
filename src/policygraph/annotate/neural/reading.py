"""Read a text with the trained network: mentions, entities, and statements with their scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.clusters import Found, cluster, entity_names, names_differ
from policygraph.annotate.neural.clusters import features as resemblance
from policygraph.annotate.neural.edges import trimmed
from policygraph.annotate.neural.evidence import evidence_mask, quotes
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
from policygraph.annotate.neural.signals import Calibration, Proposed, signals
from policygraph.annotate.neural.tokens import TYPE_INDEX, TYPES, Encoded

Floats = NDArray[np.float32]
VALUES = frozenset({"Date", "Money", "Quantity"})
Adjust = Callable[[list[Found]], list[Found]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the network's numbers become decisions: chosen on a held-out part of the training data.

    ``outside`` is added to the log-probability of a word being in no mention; ``chance`` is the least calibrated
    probability of a statement that is proposed at all.
    """

    pair: float = 0.4
    link: float = 0.6
    evidence: float = 0.5
    speaker: float = 0.5
    second_predicate: float = 0.6
    outside: float = 0.0
    chance: float = 0.0


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
    chance: float = 1.0  # calibrated, where a calibration is given
    signals: Floats | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Mentions with the name of each one's entity, and the statements."""

    mentions: list[Found]
    names: list[str]
    entity_of: list[int]
    said: list[Said]


def find_mentions(encoded: Encoded, hidden: Floats, heads: Heads, outside: float = 0.0) -> list[Found]:
    """Mentions by the tags of words."""
    if not encoded.words:
        return []
    outer, inner = heads.tags(hidden[encoded.first])
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


def read(
    encoded: Encoded,
    hidden: Floats,
    heads: Heads,
    limits: Limits,
    mentions: list[Found] | None = None,
    entity_of: Sequence[int] | None = None,
    calibration: Calibration | None = None,
) -> Read:
    """Read a text from its hidden states; ``mentions`` and ``entity_of`` may be given, else they are found."""
    found = find_mentions(encoded, hidden, heads, limits.outside) if mentions is None else mentions
    if not found:
        return Read([], [], [], [])
    types = np.array([TYPE_INDEX[m.type] for m in found])
    states = heads.spans(hidden, encoded.first[[m.first for m in found]], encoded.last[[m.last for m in found]], types)
    joined: dict[int, float] = {}
    if entity_of is None:
        links = _links(encoded, found, states, heads, limits)
        roots = cluster(encoded.text, found, [(earlier, later) for earlier, later, _ in links])
        numbers = {root: index for index, root in enumerate(dict.fromkeys(roots))}
        entity_of = [numbers[root] for root in roots]
        for _, later, chance in links:
            joined[entity_of[later]] = min(chance, joined.get(entity_of[later], 1.0))
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
        encoded, found, names, list(entity_of), features, rows, predicates, chances, weight, attribute, states, heads,
        limits, joined, calibration,
    )  # fmt: skip
    return Read(found, names, list(entity_of), [s for s in said if s.chance >= limits.chance])


def _links(
    encoded: Encoded, found: Sequence[Found], states: Floats, heads: Heads, limits: Limits
) -> list[tuple[int, int, float]]:
    """Pairs of Rule mentions that are one thing though their words are not the same, with the probability of it: for
    each mention its likeliest antecedent."""
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
    return [(earlier, later, chance) for later, (chance, earlier) in best.items()]


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
    states: Floats, heads: Heads, limits: Limits, joined: Mapping[int, float], calibration: Calibration | None,
) -> list[Said]:  # fmt: skip
    masks = np.stack([evidence_mask(encoded, weight[i], limits.evidence) for i in range(len(rows))])
    step, inside = pointer_features(encoded, found, masks)
    pointers, none = heads.pointers(attribute, states, step, inside)
    effects, modalities, lifecycles, words = heads.classes(attribute)
    lifecycle_of = _lifecycles(features.subject[rows], lifecycles)
    scores = _scores(chances, rows, predicates)
    spans = [quotes(encoded, mask) for mask in masks]
    shown = signals(
        Proposed(
            found, entity_of, joined, features, rows, predicates, chances, scores, weight, masks,
            np.array([len(quote) for quote in spans]), effects, modalities,
        )
    )  # fmt: skip
    likely = calibration.chances(shown) if calibration else scores
    statements = []
    for i, (row, predicate) in enumerate(zip(rows, predicates, strict=True)):
        effect = int(effects[i].argmax())
        modality = int(modalities[i].argmax())
        subject, object_ = int(features.subject[row]), int(features.object[row])
        statements.append(
            Said(
                subject,
                PREDICATES[predicate],
                object_,
                float(scores[i]),
                EFFECTS[effect],
                float(effects[i, effect]),
                MODALITIES[modality],
                {name: float(modalities[i, k]) for k, name in enumerate(MODALITIES)},
                lifecycle_of[subject],
                _speakers(found, names, entity_of, pointers[i, 0], words[i], inside[i], (subject, object_), limits),
                _pointed(found, "Date", pointers[i, 1], none[i, 1]),
                _pointed(found, "Date", pointers[i, 2], none[i, 2]),
                _pointed(found, "Quantity", pointers[i, 3], none[i, 3]),
                spans[i],
                int(features.near_subject[row]),
                int(features.near_object[row]),
                float(likely[i]),
                shown[i],
            )
        )
    return statements


def _scores(chances: Floats, rows: NDArray[np.int64], predicates: NDArray[np.int64]) -> Floats:
    """The likeliest predicate of a pair has the probability that any holds, another its own."""
    best = chances[rows][:, 1:].argmax(1) + 1
    found: Floats = np.where(predicates == best, 1 - chances[rows, 0], chances[rows, predicates]).astype(np.float32)
    return found


def _lifecycles(subjects: NDArray[np.int64], chances: Floats) -> dict[int, str | None]:
    """One lifecycle a subject: the mean of what its statements give."""
    found = {}
    for subject in np.unique(subjects):
        found[int(subject)] = LIFECYCLES[int(chances[subjects == subject].mean(0).argmax())]
    return found


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
