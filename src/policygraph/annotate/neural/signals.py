"""What speaks for and against a statement that the network proposes, as numbers, and how likely it is by them.

The network's own score is too sure of itself: it is one signal beside how sure the two mentions are, how firmly their
entities hang together, how far apart they are, how clear the evidence is, how many other subjects or objects of the
same predicate were read and how likely they and all else about the two ends are, and what the bare words say
(``bearing.py``). A logistic regression over the signals, fitted on documents that the network was not trained on
(``training/calibrate.py``), gives the probability that the document says so. Some signals count twice, once as they are
and once by how far they are above a few fixed points: their effect is no straight line.
"""

from __future__ import annotations

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
    "bare object", "rival subjects", "rival objects", "nested", "pair in sentence", "words",
)  # fmt: skip
_COMPANY = tuple(
    f"{which} {opinion} of {group}"
    for opinion in ("score", "words")
    for group in ("rival objects", "rival subjects", "all of the subject", "all of the object")
    for which in ("best", "total")
)
_POINTS = {
    "pair": (-0.4, 0.4, 1.4, 2.9), "margin": (3.0, 5.5, 8.5, 10.5), "subject mention": (1.4, 2.9, 4.2, 5.5),
    "object mention": (1.1, 2.6, 3.9, 5.2), "evidence": (0.6, 0.7, 0.8, 0.9), "evidence length": (2.5, 2.8, 3.1, 3.4),
    "distance": (1.0, 2.0), "effect": (1.4,), "modality": (1.7, 3.3, 4.9, 6.7), "asserted": (0.6,),
    "best score of rival subjects": (0.4, 0.8), "words": (-0.7, -0.2, 0.2, 0.7),
}  # fmt: skip
"""Near the fifths of each signal on documents that were held out."""
_ABOVE = tuple(f"{name} above {point}" for name, points in _POINTS.items() for point in points)
SIGNALS = (*_PLAIN, *_COMPANY, *_ABOVE, *PREDICATES[1:])
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
    words: Floats  # what the bare words say of each statement (``Bearing.odds``); 0 where nobody asked them


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
    groups = _groups(p, subject, object_)
    rivals = [np.log1p(np.bincount(group)[group] - 1) for group in (groups[1], groups[0])]
    score = logit(p.scores)
    columns = [
        score, logit(p.scores) - logit(others), logit(sure[near_subject]), logit(sure[near_object]),
        logit(best[subject]), logit(best[object_]), np.log1p(count[subject]), np.log1p(count[object_]),
        links[subject], links[object_], distance == 0, distance, p.features.gap[p.rows],
        p.features.together[p.rows] > 0, inside.sum(1) / np.maximum(length, 1), p.sentences, np.log1p(length),
        logit(p.modalities.max(1)), logit(p.effects.max(1)), p.modalities[:, 0], p.modalities[:, 3],
        bare[subject], bare[object_], *rivals, p.features.nesting[p.rows] > 0, score * (distance == 0), p.words,
    ]  # fmt: skip
    for opinion in (p.scores, sigmoid(p.words)):
        columns += [column for group in groups for column in _others(group, opinion)]
    named = dict(zip((*_PLAIN, *_COMPANY), columns, strict=True))
    columns += [np.maximum(named[name] - point, 0) for name, points in _POINTS.items() for point in points]
    numbers = np.stack([np.asarray(column, np.float32) for column in columns], 1)
    return np.concatenate([numbers, np.eye(len(PREDICATES), dtype=np.float32)[p.predicates][:, 1:]], 1)


def _groups(p: Proposed, subject: Ints, object_: Ints) -> list[Ints]:
    """The group of each statement among those that share its subject and predicate (rival objects), object and
    predicate (rival subjects), subject, object: the order of the groups of ``_COMPANY``."""
    keys = ((subject, p.predicates), (object_, p.predicates), (subject,), (object_,))
    return [np.unique(np.stack(key), axis=1, return_inverse=True)[1].reshape(-1) for key in keys]


def _others(group: Ints, chances: Floats) -> tuple[Floats, Floats]:
    """The best of the chances of the others in a statement's group, and their sum, as a logarithm: a list of a hundred
    firms is not to count a hundred times. 0 for one that is alone."""
    order = np.lexsort((-chances, group))
    first = np.concatenate([[True], np.diff(group[order]) > 0])
    tops = order[first][group]  # the likeliest of each statement's group
    second = np.zeros(len(chances), np.float32)
    follows = np.nonzero(~first & np.concatenate([[False], first[:-1]]))[0]
    second[group[order[follows]]] = chances[order[follows]]
    best = np.where(tops == np.arange(len(chances)), second[group], chances[tops])
    total = np.bincount(group, chances)[group] - chances
    return best.astype(np.float32), np.log1p(np.maximum(total, 0)).astype(np.float32)


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
