"""Read a text with the trained network: mentions, entities, and statements with their scores.

Mentions and entities are those of the whole text. Statements, and descriptions of one rule in other words, are looked
for within each of its stretches (``stretches.py``); what is said in two of them is one statement, the likelier.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.bearing import Bearing
from policygraph.annotate.neural.clusters import Found, cluster, entity_names
from policygraph.annotate.neural.finding import antecedents, find_mentions
from policygraph.annotate.neural.heads import LIFECYCLES, joinable, pair_features
from policygraph.annotate.neural.network import Heads
from policygraph.annotate.neural.saying import Limits, Piece, Said, Told, statements
from policygraph.annotate.neural.signals import Calibration
from policygraph.annotate.neural.stretches import cut, part
from policygraph.annotate.neural.tokens import TYPE_INDEX, Encoded

__all__ = ["Limits", "Read", "Said", "find_mentions", "read"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_CutOut = tuple[Encoded, Floats, Ints, list[Found]]


@dataclass(frozen=True, slots=True)
class Read:
    """Mentions with the name of each one's entity, and the statements.

    ``apart`` counts the pairs of entities that some predicate may join and that stand in no common stretch of a long
    text: nothing was looked for between them.
    """

    mentions: list[Found]
    names: list[str]
    entity_of: list[int]
    said: list[Said]
    apart: int = 0


def read(
    encoded: Encoded,
    hidden: Floats,
    heads: Heads,
    limits: Limits,
    mentions: list[Found] | None = None,
    entity_of: Sequence[int] | None = None,
    calibration: Calibration | None = None,
    bearing: Bearing | None = None,
) -> Read:
    """Read a text from its hidden states; ``mentions`` and ``entity_of`` may be given, else they are found.

    Chances are calibrated where a calibration is given; it may count on what the bare words say (``bearing``).
    """
    found = find_mentions(encoded, hidden, heads, limits.outside) if mentions is None else mentions
    if not found:
        return Read([], [], [], [])
    stretches = [_Stretch(*row, _states(row, heads)) for row in _stretches(encoded, hidden, found)]
    joined: dict[int, float] = {}
    if entity_of is None:
        links = _links(stretches, heads, limits)
        roots = cluster(encoded.text, found, [(earlier, later) for earlier, later, _ in links])
        numbers = {root: index for index, root in enumerate(dict.fromkeys(roots))}
        entity_of = [numbers[root] for root in roots]
        for _, later, chance in links:
            joined[entity_of[later]] = min(chance, joined.get(entity_of[later], 1.0))
    kinds = {entity: TYPE_INDEX[mention.type] for mention, entity in zip(found, entity_of, strict=True)}
    whole = _Whole(list(entity_of), entity_names(found, list(entity_of)), kinds, joined)
    said, apart = _statements(stretches, whole, heads, limits, calibration, bearing)
    return Read(found, whole.names, whole.entity_of, said, apart)


@dataclass(frozen=True, slots=True)
class _Whole:
    """What is known over the whole text: the entity of each mention, their names, the type of each entity, and how
    firmly its mentions were joined."""

    entity_of: list[int]
    names: list[str]
    kinds: dict[int, int]
    joined: dict[int, float]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch with its mentions: their numbers in the whole text, and as they are numbered within it."""

    encoded: Encoded
    hidden: Floats
    numbers: Ints
    found: list[Found]
    states: Floats  # what the heads make of the mentions

    def piece(self, whole: _Whole, heads: Heads) -> tuple[Piece, Ints]:
        """What the heads are asked about, and the numbers of its entities in the whole text."""
        entities, owner = np.unique([whole.entity_of[i] for i in self.numbers], return_inverse=True)
        types = np.zeros(len(entities), np.int64)
        types[owner] = [TYPE_INDEX[m.type] for m in self.found]
        piece = Piece(
            self.encoded,
            self.hidden,
            self.found,
            [whole.names[i] for i in self.numbers],
            owner.tolist(),
            self.states,
            heads.entities(self.states, owner, len(entities)),
            types,
            {local: whole.joined[e] for local, e in enumerate(entities.tolist()) if e in whole.joined},
        )
        return piece, entities


def _states(cut_out: _CutOut, heads: Heads) -> Floats:
    encoded, hidden, _, found = cut_out
    first, last = ([getattr(m, end) for m in found] for end in ("first", "last"))
    types = np.array([TYPE_INDEX[m.type] for m in found])
    return heads.spans(hidden, encoded.first[first], encoded.last[last], types)


def _stretches(encoded: Encoded, hidden: Floats, found: Sequence[Found]) -> Iterator[_CutOut]:
    """Stretches that hold mentions. A mention that is cut by the end of one lies in the next if it is not longer than
    what they share."""
    order = np.argsort([m.first for m in found], kind="stable")
    firsts = np.array([found[i].first for i in order])
    for begin, end in cut(encoded):
        near = np.sort(order[np.searchsorted(firsts, begin) : np.searchsorted(firsts, end)])
        numbers = near[[found[i].last < end for i in near]]
        if len(numbers):
            low, high = encoded.first[begin], encoded.last[end - 1] + 1
            local = [replace(found[i], first=found[i].first - begin, last=found[i].last - begin) for i in numbers]
            yield part(encoded, begin, end), hidden[low:high], numbers, local


def _links(stretches: Sequence[_Stretch], heads: Heads, limits: Limits) -> list[tuple[int, int, float]]:
    """Each mention's likeliest antecedent among those of its stretches."""
    best: dict[int, tuple[float, int]] = {}
    for stretch in stretches:
        for earlier, later, chance in antecedents(stretch.encoded, stretch.found, stretch.states, heads, limits.link):
            first, second = int(stretch.numbers[earlier]), int(stretch.numbers[later])
            if second not in best or chance > best[second][0]:
                best[second] = (chance, first)
    return [(earlier, later, chance) for later, (chance, earlier) in best.items()]


def _statements(
    stretches: Sequence[_Stretch],
    whole: _Whole,
    heads: Heads,
    limits: Limits,
    calibration: Calibration | None,
    bearing: Bearing | None,
) -> tuple[list[Said], int]:
    """The statements of all stretches, each triple once, and how many pairs were in none."""
    best: dict[tuple[int, str, int], Said] = {}
    subjects: list[int] = []
    lifecycles: list[Floats] = []
    seen = []
    for stretch in stretches:
        piece, entities = stretch.piece(whole, heads)
        features = pair_features(piece.encoded, piece.found, piece.entity_of)
        if not len(features.subject):
            continue
        seen.append(entities[features.subject] * len(whole.entity_of) + entities[features.object])
        found = statements(piece, features, heads, limits, calibration, bearing)
        told = _placed(found, stretch.numbers, entities)
        subjects += [said.subject for said in told.said]
        lifecycles += list(told.lifecycles)
        for said in told.said:
            triple = (said.subject, said.predicate, said.object)
            if said.chance >= limits.chance and (triple not in best or said.chance > best[triple].chance):
                best[triple] = said
    lifecycle = _lifecycles(np.array(subjects, np.int64), lifecycles, whole.kinds)
    looked_at = len(np.unique(np.concatenate(seen))) if seen else 0
    return [replace(said, lifecycle=lifecycle[said.subject]) for said in best.values()], _pairs(whole.kinds) - looked_at


def _placed(told: Told, numbers: Ints, entities: Ints) -> Told:
    """Statements of a stretch with mentions and entities as they are numbered in the whole text."""

    def mention(index: int | None) -> int | None:
        return None if index is None else int(numbers[index])

    return Told(
        [
            replace(
                said,
                subject=int(entities[said.subject]),
                object=int(entities[said.object]),
                valid_from=mention(said.valid_from),
                valid_to=mention(said.valid_to),
                duration=mention(said.duration),
                near_subject=int(numbers[said.near_subject]),
                near_object=int(numbers[said.near_object]),
            )
            for said in told.said
        ],
        told.lifecycles,
    )


def _pairs(kinds: dict[int, int]) -> int:
    """Ordered pairs of entities (with their types) that some predicate may join."""
    count = Counter(kinds.values())
    return sum(
        count[subject] * (count[object_] - (subject == object_))
        for subject in count
        for object_ in count
        if joinable()[subject, object_]
    )


def _lifecycles(subjects: Ints, chances: Sequence[Floats], kinds: Mapping[int, int]) -> dict[int, str | None]:
    """One lifecycle a subject: the mean of what its statements give. What is no rule has none."""
    found = {}
    rows: dict[int, list[Floats]] = {}
    for subject, chance in zip(subjects.tolist(), chances, strict=True):
        rows.setdefault(subject, []).append(chance)
    for subject, held in rows.items():
        rule = kinds[subject] == TYPE_INDEX["Rule"]
        found[subject] = LIFECYCLES[int(np.stack(held).mean(0).argmax())] if rule else None
    return found
