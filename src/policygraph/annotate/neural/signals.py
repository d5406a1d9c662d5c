"""What speaks for and against a statement that the network proposes, as numbers, and how likely it is by them.

The network's own score is too sure of itself: it is one signal beside how sure the two mentions are, how firmly their
entities hang together, how far apart they are, how clear the evidence is, and whether another subject or object of
the same predicate was read as well. A logistic regression over the signals, fitted on documents that the network was
not trained on (``training/calibrate.py``), gives the probability that the document says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.clusters import Found
from policygraph.annotate.neural.heads import PREDICATES, PairFeatures
from policygraph.annotate.neural.network import sigmoid

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_PLAIN = (
    "pair", "margin", "subject mention", "object mention", "subject best", "object best", "subject count",
    "object count", "subject links", "object links", "same sentence", "distance", "gap", "together", "evidence",
    "evidence sentences", "evidence length", "modality", "effect", "asserted", "denied", "bare subject",
    "bare object", "rival subjects", "rival objects", "rival subject score", "nested", "pair in sentence",
)  # fmt: skip
SIGNALS = (*_PLAIN, *PREDICATES[1:])
_GROUPED = {"Rule", "Sector", "Technology"}


def logit(chance: Floats) -> Floats:
    """Log-odds of probabilities, held within ±9."""
    held = np.clip(chance, 1e-6, 1 - 1e-6)
    found: Floats = np.clip(np.log(held / (1 - held)), -9, 9).astype(np.float32)
    return found


@dataclass(frozen=True, slots=True)
class Proposed:
    """Everything that is known of the statements of one text when their signals are taken. Rows are statements."""

    found: Sequence[Found]
    entity_of: Sequence[int]
    links: Mapping[int, float]  # lowest probability by which mentions were joined to an entity
    features: PairFeatures
    rows: Ints  # pair of each statement
    predicates: Ints
    chances: Floats  # pairs x predicates
    scores: Floats
    evidence: Floats  # statements x sub-tokens
    masks: NDArray[np.bool_]
    sentences: Ints  # sentences of evidence
    effects: Floats
    modalities: Floats


def signals(proposed: Proposed) -> Floats:
    """Signals (statements, ``SIGNALS``)."""
    p = proposed
    subject, object_ = p.features.subject[p.rows], p.features.object[p.rows]
    best, count, bare = _entities(p)
    near_subject, near_object = p.features.near_subject[p.rows], p.features.near_object[p.rows]
    sure = np.array([m.score for m in p.found], np.float32)
    links = np.array([p.links.get(e, 1.0) for e in range(len(best))], np.float32)
    distance = np.abs(p.features.distance[p.rows] - 4)
    others = np.sort(p.chances[p.rows][:, 1:], 1)[:, -2]
    inside = np.where(p.masks, p.evidence, 0)
    length = p.masks.sum(1)
    rivals = _rivals(subject, object_, p.predicates, p.scores)
    score = logit(p.scores)
    columns = [
        score, logit(p.scores) - logit(others), logit(sure[near_subject]), logit(sure[near_object]),
        logit(best[subject]), logit(best[object_]), np.log1p(count[subject]), np.log1p(count[object_]),
        links[subject], links[object_], distance == 0, distance, p.features.gap[p.rows],
        p.features.together[p.rows] > 0, inside.sum(1) / np.maximum(length, 1), p.sentences, np.log1p(length),
        logit(p.modalities.max(1)), logit(p.effects.max(1)), p.modalities[:, 0], p.modalities[:, 3],
        bare[subject], bare[object_], *rivals.T, p.features.nesting[p.rows] > 0, score * (distance == 0),
    ]  # fmt: skip
    plain = np.stack([np.asarray(column, np.float32) for column in columns], 1)
    return np.concatenate([plain, np.eye(len(PREDICATES), dtype=np.float32)[p.predicates][:, 1:]], 1)


def _entities(p: Proposed) -> tuple[Floats, Floats, Floats]:
    """For each entity its surest mention, how many it has, and whether it is known by one lower-case word alone."""
    total = max(p.entity_of) + 1
    best, count, bare = np.zeros(total, np.float32), np.zeros(total, np.float32), np.ones(total, np.float32)
    for mention, entity in zip(p.found, p.entity_of, strict=True):
        best[entity] = max(best[entity], mention.score)
        count[entity] += 1
        alone = mention.type in _GROUPED and mention.first == mention.last and mention.surface.islower()
        bare[entity] = min(bare[entity], float(alone))
    return best, count, bare


def _rivals(subject: Ints, object_: Ints, predicates: Ints, scores: Floats) -> Floats:
    """Other subjects of the same object and predicate, other objects of the same subject, and the best such subject."""
    by_object: dict[tuple[int, int], list[int]] = defaultdict(list)
    by_subject: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in range(len(subject)):
        by_object[int(object_[row]), int(predicates[row])].append(row)
        by_subject[int(subject[row]), int(predicates[row])].append(row)
    found = np.zeros((len(subject), 3), np.float32)
    for row in range(len(subject)):
        others = [r for r in by_object[int(object_[row]), int(predicates[row])] if r != row]
        found[row, 0] = np.log1p(len(others))
        found[row, 1] = np.log1p(len(by_subject[int(subject[row]), int(predicates[row])]) - 1)
        found[row, 2] = max((float(scores[r]) for r in others), default=0.0)
    return found


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over signals that are brought to mean 0 and deviation 1."""

    mean: Floats
    deviation: Floats
    weight: Floats
    bias: float

    def chances(self, values: Floats) -> Floats:
        """Probabilities of statements by their signals."""
        scores = ((values - self.mean) / self.deviation) @ self.weight + np.float32(self.bias)
        return sigmoid(scores.astype(np.float32))


def calibration_of(data: Mapping[str, object], names: Sequence[str] = SIGNALS) -> Calibration:
    """A calibration that ``training/calibrate.py`` wrote. Raises ValueError if it is for other signals."""
    if list(names) != data["signals"]:
        raise ValueError("the calibration was fitted for other signals: run python -m training.calibrate")
    mean, deviation, weight = (np.asarray(data[name], np.float32) for name in ("mean", "deviation", "weight"))
    return Calibration(mean, deviation, weight, float(str(data["bias"])))
