"""Gold documents as training examples: tags for mentions, entity pairs with their statements, and their evidence."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.clusters import Found
from policygraph.annotate.neural.clusters import features as resemblance
from policygraph.annotate.neural.heads import (
    EFFECTS,
    LIFECYCLES,
    MODALITIES,
    PREDICATES,
    PairFeatures,
    allowed,
    near_classes,
    pair_features,
    pointer_features,
)
from policygraph.annotate.neural.tokens import TYPE_INDEX, Encoded, KnownNames, encode
from training.trust import ANNOTATED


@dataclass(slots=True)
class Target:
    """One gold statement of a pair: classes as numbers, evidence as a mask over sub-tokens."""

    pair: int
    predicate: int
    effect: int
    modality: int
    lifecycle: int
    speakers: list[int]
    has_document: bool
    has_anonymous: bool
    valid_from: int
    valid_to: int
    duration: int
    evidence: NDArray[np.bool_]


@dataclass(slots=True)
class Example:
    """One document. ``outer`` and ``inner`` are tags of words; ``mentions`` those that fall on word edges."""

    identity: str
    encoded: Encoded
    outer: NDArray[np.int64]
    inner: NDArray[np.int64]
    mentions: list[Found]
    entity_of: list[int]
    features: PairFeatures
    labels: NDArray[np.float32]  # pairs x predicates with none first: a distribution
    targets: list[Target]
    near: NDArray[np.int8]  # targets x sub-tokens
    step: NDArray[np.int8]  # targets x mentions
    inside: NDArray[np.int8]  # targets x mentions
    links: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]
    lost_mentions: int = 0
    lost_statements: int = 0
    trust: float = ANNOTATED


def example(document: dict[str, Any], tokenizer: object, known_names: KnownNames) -> Example:
    """Make an example of a gold document in resolved form."""
    encoded = encode(document["text"], tokenizer, known_names)
    starts = {start: word for word, (start, _) in enumerate(encoded.words)}
    ends = {end: word for word, (_, end) in enumerate(encoded.words)}
    found: list[tuple[Found, str, str | None]] = []
    lost = 0
    for mention in document["mentions"]:
        first, last = starts.get(mention["start"]), ends.get(mention["end"])
        if first is None or last is None or last < first:
            lost += 1
            continue
        surface = document["text"][mention["start"] : mention["end"]]
        item = Found(first, last, mention["type"], mention["start"], mention["end"], surface)
        found.append((item, mention["entity"], mention.get("value")))
    found.sort(key=lambda row: (row[0].first, -row[0].last))
    mentions = [row[0] for row in found]
    names = list(dict.fromkeys(row[1] for row in found))
    number = {name: index for index, name in enumerate(names)}
    entity_of = [number[row[1]] for row in found]
    outer, inner = _tags(mentions, len(encoded.words))
    features = pair_features(encoded, mentions, entity_of)
    values = [row[2] for row in found]
    labels, targets, lost_statements = _targets(document, encoded, number, features, mentions, values)
    rows = np.array([target.pair for target in targets], np.int64)
    near = near_classes(encoded, mentions, entity_of, features, rows)
    masks = np.stack([t.evidence for t in targets]) if targets else np.zeros((0, len(encoded.ids)), bool)
    step, inside = pointer_features(encoded, mentions, masks)
    return Example(
        document["id"], encoded, outer, inner, mentions, entity_of, features, labels, targets,
        near.astype(np.int8), step.astype(np.int8), inside.astype(np.int8),
        _links(encoded, mentions, entity_of), lost, lost_statements,
    )  # fmt: skip


def _links(
    encoded: Encoded, mentions: list[Found], entity_of: list[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    rules = [index for index, mention in enumerate(mentions) if mention.type == "Rule"]
    left, right, shown, same = [], [], [], []
    for place, later in enumerate(rules):
        for earlier in rules[:place]:
            first, second = mentions[earlier], mentions[later]
            sentences = int(encoded.sentence[second.first] - encoded.sentence[first.first])
            left.append(earlier)
            right.append(later)
            shown.append([*resemblance(first.surface, second.surface), 1.0, min(1.0, sentences / 10)])
            same.append(float(entity_of[earlier] == entity_of[later]))
    return (
        np.array(left, np.int64),
        np.array(right, np.int64),
        np.array(shown, np.float32).reshape(-1, 10),
        np.array(same, np.float32),
    )


def _tags(mentions: list[Found], words: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    outer, inner = np.zeros(words, np.int64), np.zeros(words, np.int64)
    outer_end = inner_end = -1
    for mention in mentions:
        begin = 1 + 2 * TYPE_INDEX[mention.type]
        if mention.first > outer_end:
            outer[mention.first] = begin
            outer[mention.first + 1 : mention.last + 1] = begin + 1
            outer_end = mention.last
        elif mention.last <= outer_end and mention.first > inner_end:
            inner[mention.first] = begin
            inner[mention.first + 1 : mention.last + 1] = begin + 1
            inner_end = mention.last
    return outer, inner


def _targets(
    document: dict[str, Any],
    encoded: Encoded,
    number: dict[str, int],
    features: PairFeatures,
    mentions: list[Found],
    values: list[str | None],
) -> tuple[NDArray[np.float32], list[Target], int]:
    position = {(int(s), int(o)): k for k, (s, o) in enumerate(zip(features.subject, features.object, strict=True))}
    counts = np.zeros((len(position), len(PREDICATES)), np.float32)
    targets = []
    lost = 0
    kinds = np.zeros(len(number), np.int64)
    for name, index in number.items():
        kinds[index] = next(TYPE_INDEX[m["type"]] for m in document["mentions"] if m["entity"] == name)
    permitted = allowed()[kinds[:, None], kinds[None, :]]
    for row in document["statements"]:
        pair = position.get((number.get(row["s"], -1), number.get(row["o"], -1)))
        if pair is None:
            lost += 1
            continue
        predicate = PREDICATES.index(row["p"])
        if not permitted[features.subject[pair], features.object[pair], predicate]:
            lost += 1
            continue
        counts[pair, predicate] = 1.0
        targets.append(_target(row, pair, predicate, encoded, number, mentions, values))
    totals = counts.sum(1, keepdims=True)
    labels = np.where(totals > 0, counts / np.maximum(totals, 1), 0).astype(np.float32)
    labels[:, 0] = (totals[:, 0] == 0).astype(np.float32)
    return labels, targets, lost


def _target(
    row: dict[str, Any],
    pair: int,
    predicate: int,
    encoded: Encoded,
    number: dict[str, int],
    mentions: list[Found],
    values: list[str | None],
) -> Target:
    evidence = np.zeros(len(encoded.ids), bool)
    for start, end in row["evidence"]:
        for word, (first, last) in enumerate(encoded.words):
            if first < end and start < last:
                evidence[encoded.first[word] : encoded.last[word] + 1] = True
    attribution = [str(name) for name in row.get("attribution") or ()]
    return Target(
        pair,
        predicate,
        EFFECTS.index(row["effect"]),
        MODALITIES.index(row["modality"]),
        LIFECYCLES.index(row["lifecycle"]),
        [number[name] for name in attribution if name in number],
        "document" in attribution,
        any(re.match(r"anonymous", name) for name in attribution),
        _pointer(row.get("valid_from"), "Date", row, mentions, values),
        _pointer(row.get("valid_to"), "Date", row, mentions, values),
        _pointer(row.get("duration"), "Quantity", row, mentions, values),
        evidence,
    )


def _pointer(value: str | None, kind: str, row: dict[str, Any], mentions: list[Found], values: list[str | None]) -> int:
    """Index of the mention that gives a value, the nearest to the evidence; -1 for none, -2 where no mention gives
    it."""
    if not value:
        return -1
    near = [index for index, mention in enumerate(mentions) if mention.type == kind and values[index] == value]
    if not near:
        return -2
    return min(near, key=lambda i: min((abs(mentions[i].start - start) for start, _ in row["evidence"]), default=0))


SWAPPED = ("Firm", "Authority", "Person", "Organisation", "Publisher", "Zone")


class Swapper:
    """Makes copies of gold documents in which names are swapped for others of their type, offsets moved along."""

    def __init__(self, names: dict[str, list[str]], seed: int) -> None:
        self._names = names
        self._random = random.Random(seed)

    def swap(self, document: dict[str, Any]) -> dict[str, Any]:
        """A copy with most proper names swapped; the same surface everywhere becomes the same new one."""
        chosen: dict[tuple[str, str], str] = {}
        edits: list[tuple[int, int, str]] = []
        text = document["text"]
        spans = sorted(document["mentions"], key=lambda m: (m["start"], -m["end"]))
        for mention in spans:
            surface = text[mention["start"] : mention["end"]]
            pool = self._names.get(mention["type"])
            if not pool or not surface[:1].isupper() or self._nested(mention, spans):
                continue
            key = (mention["type"], surface)
            if key not in chosen:
                alike = [name for name in pool if name.isupper() == surface.isupper()]
                keep = self._random.random() < 0.3 or not alike
                chosen[key] = surface if keep else self._random.choice(alike)
            if chosen[key] != surface:
                edits.append((mention["start"], mention["end"], chosen[key]))
        return _edited(document, edits)

    @staticmethod
    def _nested(mention: dict[str, Any], spans: Iterable[dict[str, Any]]) -> bool:
        return any(
            other is not mention and other["start"] < mention["end"] and mention["start"] < other["end"]
            for other in spans
        )


def _edited(document: dict[str, Any], edits: list[tuple[int, int, str]]) -> dict[str, Any]:
    text = document["text"]
    pieces: list[str] = []
    moves: list[tuple[int, int, int, int]] = []  # old start, old end, new start, new end
    at = length = 0
    for start, end, new in sorted(edits):
        pieces += [text[at:start], new]
        length += start - at
        moves.append((start, end, length, length + len(new)))
        length += len(new)
        at = end
    pieces.append(text[at:])

    def moved(offset: int, is_end: bool) -> int:
        shift = 0
        for start, end, new_start, new_end in moves:
            if offset >= end:
                shift = new_end - end
            elif offset > start:
                return new_end if is_end else new_start
        return offset + shift

    mentions = [{**m, "start": moved(m["start"], False), "end": moved(m["end"], True)} for m in document["mentions"]]
    statements = [
        {**s, "evidence": [[moved(a, False), moved(b, True)] for a, b in s["evidence"]]} for s in document["statements"]
    ]
    return {**document, "text": "".join(pieces), "mentions": mentions, "statements": statements}


def name_pools(documents: Iterable[dict[str, Any]], extra: dict[str, list[str]]) -> dict[str, list[str]]:
    """Names of each type to swap in: those of the documents and of ``extra`` (reference data)."""
    pools: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        for mention in document["mentions"]:
            surface = document["text"][mention["start"] : mention["end"]]
            if mention["type"] in SWAPPED and surface[:1].isupper():
                pools[mention["type"]].add(surface)
    for kind in SWAPPED:
        pools[kind] |= {name for name in extra.get(kind, ()) if "(" not in name}
    return {kind: sorted(names) for kind, names in pools.items()}


__all__ = ["Example", "Swapper", "Target", "allowed", "example", "name_pools"]
