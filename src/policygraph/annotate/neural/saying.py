"""The statements of one stretch of a text: which pairs say something, how it is told, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.bearing import Bearing, Proposal, Words
from policygraph.annotate.neural.clusters import Found
from policygraph.annotate.neural.evidence import evidence_mask, quotes
from policygraph.annotate.neural.heads import (
    EFFECTS,
    MODALITIES,
    PREDICATES,
    SPEAKERS,
    PairFeatures,
    near_classes,
    pointer_features,
)
from policygraph.annotate.neural.network import Heads, sigmoid, softmax
from policygraph.annotate.neural.signals import Calibration, Proposed, signals
from policygraph.annotate.neural.tokens import Encoded
from policygraph.annotate.neural.wording import Named
from policygraph.model.ontology import load_ontology

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


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
    side_score: float = 0.0  # probability of all effects on the side, relief or burden, of the one that is read


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch as the heads see it; words, mentions and entities are numbered within it.

    ``states``, ``entities`` and ``types`` (of entities) are what the heads make of mentions and entities; ``joined``
    the lowest probability by which the mentions of an entity were joined.
    """

    encoded: Encoded
    hidden: Floats
    found: Sequence[Found]
    names: Sequence[str]
    entity_of: Sequence[int]
    states: Floats
    entities: Floats
    types: Ints
    joined: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Told:
    """Statements of a stretch, all that the network proposes, with the probabilities of their subjects' lifecycles."""

    said: list[Said]
    lifecycles: Floats


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the heads say of the chosen pairs, a row a statement."""

    pairs: Ints
    predicates: Ints
    scores: Floats
    spans: Sequence[tuple[tuple[int, int], ...]]
    inside: Ints
    pointers: Floats
    none: Floats
    effects: Floats
    modalities: Floats
    words: Floats
    signals: Floats


def statements(
    piece: Piece,
    features: PairFeatures,
    heads: Heads,
    limits: Limits,
    calibration: Calibration | None,
    bearing: Bearing | None,
) -> Told:
    """Statements between the pairs of a stretch. Their lifecycle is left open: it is one for all of a subject's."""
    logits, states = heads.pairs(piece.hidden, piece.states, piece.entities, piece.types, features)
    chances = softmax(logits)
    pairs, predicates = _chosen(chances, limits)
    if not len(pairs):
        return Told([], np.zeros((0, 0), np.float32))
    near = near_classes(piece.encoded, piece.found, piece.entity_of, features, pairs)
    weight, code = heads.evidence(piece.hidden, states[pairs], predicates, near)
    attribute = heads.attributes(piece.hidden, code, weight)
    masks = np.stack([evidence_mask(piece.encoded, weight[i], limits.evidence) for i in range(len(pairs))])
    step, inside = pointer_features(piece.encoded, piece.found, masks)
    pointers, none = heads.pointers(attribute, piece.states, step, inside)
    effects, modalities, lifecycles, words = heads.classes(attribute)
    scores = _scores(chances, pairs, predicates)
    spans = [quotes(piece.encoded, mask) for mask in masks]
    proposals = [_proposal(features, *row) for row in zip(pairs, predicates, spans, effects, modalities, strict=True)]
    shown = signals(
        Proposed(
            piece.found, piece.entity_of, piece.joined, features, pairs, predicates, chances, scores, weight, masks,
            np.array([len(quote) for quote in spans]), effects, modalities, _borne(piece, proposals, bearing),
        )
    )  # fmt: skip
    rows = _Rows(pairs, predicates, scores, spans, inside, pointers, none, effects, modalities, words, shown)
    likely = calibration.chances(shown) if calibration else scores
    said = [_said(piece, features, rows, i, float(likely[i]), limits) for i in range(len(pairs))]
    return Told(said, lifecycles)


def _said(piece: Piece, features: PairFeatures, rows: _Rows, i: int, chance: float, limits: Limits) -> Said:
    pair = rows.pairs[i]
    effect, modality = int(rows.effects[i].argmax()), int(rows.modalities[i].argmax())
    subject, object_ = int(features.subject[pair]), int(features.object[pair])
    valid_from, valid_to = chosen_dates(piece.found, rows.pointers[i], rows.none[i])
    return Said(
        subject,
        PREDICATES[rows.predicates[i]],
        object_,
        float(rows.scores[i]),
        EFFECTS[effect],
        float(rows.effects[i, effect]),
        MODALITIES[modality],
        {name: float(rows.modalities[i, k]) for k, name in enumerate(MODALITIES)},
        None,
        _speakers(piece, rows.pointers[i, 0], rows.words[i], limits),
        valid_from,
        valid_to,
        _pointed(piece.found, "Quantity", rows.pointers[i, 3] - rows.none[i, 3])[0],
        rows.spans[i],
        int(features.near_subject[pair]),
        int(features.near_object[pair]),
        chance,
        rows.signals[i],
        side_score=float(rows.effects[i] @ _same_side()[effect]),
    )


def _proposal(
    features: PairFeatures,
    pair: int,
    predicate: int,
    quoted: tuple[tuple[int, int], ...],
    effect: Floats,
    modality: Floats,
) -> Proposal:
    return Proposal(
        str(features.subject[pair]), PREDICATES[predicate], str(features.object[pair]), quoted,
        EFFECTS[effect.argmax()], MODALITIES[modality.argmax()],
    )  # fmt: skip


def _borne(piece: Piece, proposals: Sequence[Proposal], bearing: Bearing | None) -> Floats:
    """What the bare words say of proposals whose ends are entities by number, 0 where there is no opinion of those."""
    if bearing is None:
        return np.zeros(len(proposals), np.float32)
    named = zip(piece.found, piece.entity_of, strict=True)
    words = Words(piece.encoded.text, (Named(m.start, m.end, m.type, str(entity)) for m, entity in named))
    return np.array([bearing.odds(words.places(proposal)) for proposal in proposals], np.float32)


@cache
def _same_side() -> Floats:
    """Whether two effects are on one side (effects x effects): an effect of neither side is alone."""
    sides = [load_ontology().side(effect) or effect for effect in EFFECTS]
    return np.array([[one == other for other in sides] for one in sides], np.float32)


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


def _scores(chances: Floats, rows: NDArray[np.int64], predicates: NDArray[np.int64]) -> Floats:
    """The likeliest predicate of a pair has the probability that any holds, another its own."""
    best = chances[rows][:, 1:].argmax(1) + 1
    found: Floats = np.where(predicates == best, 1 - chances[rows, 0], chances[rows, predicates]).astype(np.float32)
    return found


def _speakers(piece: Piece, logits: Floats, words: Floats, limits: Limits) -> tuple[str, ...]:
    best: dict[str, tuple[bool, float]] = {}
    for index, (mention, chance) in enumerate(zip(piece.found, sigmoid(logits), strict=True)):
        if mention.type in SPEAKERS and chance >= limits.speaker:
            key = (mention.type != "Publisher", -float(chance))
            name = piece.names[index]
            if name not in best or key < best[name]:
                best[name] = key
    speakers = sorted(best, key=lambda name: best[name])[:2]
    if words[0] >= limits.speaker:
        speakers.append("document")
    outlet = any(not plain for plain, _ in best.values())
    if words[1] >= limits.speaker and (outlet or not speakers):  # an outlet that cites somebody
        speakers.append("anonymous")
    return tuple(speakers)


def chosen_dates(found: Sequence[Found], logits: Floats, none: Floats) -> tuple[int | None, int | None]:
    """The mentions that give the dates from and until when, as indexes of ``found``, from the pointers' ``logits``
    (4, mentions) and those of there being ``none`` (4). The same words are never both, and are what they are likelier
    to be.
    """
    (start, sure), (end, surer) = (_pointed(found, "Date", logits[k] - none[k]) for k in (1, 2))
    if start is not None and start == end:
        return (start, None) if sure >= surer else (None, end)
    return start, end


def _pointed(found: Sequence[Found], kind: str, odds: Floats) -> tuple[int | None, float]:
    """The mention of a type that is pointed at most, if any is rather than none is, and by how much."""
    index, best = max(
        ((index, float(odds[index])) for index, mention in enumerate(found) if mention.type == kind),
        key=lambda one: one[1], default=(0, 0.0),
    )  # fmt: skip
    return (index, best) if best > 0 else (None, 0.0)
