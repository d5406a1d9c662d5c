"""Several examples as one: everything laid end to end, with masks that keep each document to itself.

One large document costs a fraction of the kernel launches of many small ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from policygraph.annotate.neural.heads import SPEAKERS
from policygraph.annotate.neural.tokens import TYPE_INDEX
from training.examples import Example

_FEATURES = ("distance", "gap", "nesting", "together")
_CLASSES = ("predicate", "effect", "modality", "lifecycle")
Numbers = NDArray[Any]


@dataclass(slots=True)
class Batch:
    """Tensors of a batch; ``document_of_…`` number the documents. Sub-tokens, mentions, entities and pairs are laid
    end to end."""

    count: int
    document_of_token: Tensor
    words: Tensor  # first sub-token of each word
    outer: Tensor
    inner: Tensor
    first: Tensor
    last: Tensor
    types: Tensor
    entity_of: Tensor
    entity_types: Tensor
    features: dict[str, Tensor]
    document_of_pair: Tensor
    labels: Tensor
    pair_of_target: Tensor
    document_of_target: Tensor
    document_of_mention: Tensor
    predicate: Tensor
    effect: Tensor
    modality: Tensor
    lifecycle: Tensor
    words_of_speaker: Tensor
    pointers: Tensor  # targets x 3: mention, or -1 none, -2 unknown
    evidence: Tensor
    near: Tensor
    step: Tensor
    inside: Tensor
    speaker_wanted: Tensor
    speaker_weight: Tensor
    is_date: Tensor
    is_quantity: Tensor
    links: tuple[Tensor, Tensor, Tensor, Tensor]
    trust: Tensor  # documents: share of their own labels in what is learned where teachers speak too
    document_of_word: Tensor
    document_of_link: Tensor

    def to(self, device: str) -> Batch:
        """The same on a device."""
        values = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, Tensor):
                value = value.to(device, non_blocking=True)
            elif isinstance(value, dict):
                value = {k: v.to(device, non_blocking=True) for k, v in value.items()}
            elif isinstance(value, tuple):
                value = tuple(v.to(device, non_blocking=True) for v in value)
            values[name] = value
        return Batch(**values)


def make_batch(items: Sequence[Example]) -> Batch:
    """Lay examples end to end."""
    ends = _Ends.of(items)
    parts = {
        **_words(items, ends),
        **_mentions(items, ends),
        **_pairs(items, ends),
        **_targets(items, ends),
        **_pointed(items, ends),
        **_links(items, ends),
    }
    return Batch(count=len(items), trust=torch.tensor([x.trust for x in items]), **parts)


@dataclass(frozen=True, slots=True)
class _Ends:
    """Where each example's sub-tokens, mentions, entities, pairs and targets begin; the last number is their count."""

    tokens: Numbers
    mentions: Numbers
    entities: Numbers
    pairs: Numbers
    targets: Numbers

    @classmethod
    def of(cls, items: Sequence[Example]) -> _Ends:
        return cls(
            _sums(len(x.encoded.ids) for x in items),
            _sums(len(x.mentions) for x in items),
            _sums(max(x.entity_of, default=-1) + 1 for x in items),
            _sums(len(x.features.subject) for x in items),
            _sums(len(x.targets) for x in items),
        )

    def rows(self, k: int) -> slice:
        """The targets of example ``k``."""
        return slice(self.targets[k], self.targets[k + 1])


def _sums(counts: Iterable[int]) -> Numbers:
    return np.cumsum([0, *counts])


def _joined(parts: Sequence[Numbers]) -> Tensor:
    return torch.from_numpy(np.concatenate(parts) if parts else np.zeros(0, np.int64))


def _numbered(ends: Numbers) -> Tensor:
    """The number of its example for each thing that is laid end to end."""
    return torch.from_numpy(np.repeat(np.arange(len(ends) - 1), np.diff(ends)))


def _words(items: Sequence[Example], ends: _Ends) -> dict[str, Any]:
    return {
        "document_of_token": _numbered(ends.tokens),
        "words": _joined([x.encoded.first + ends.tokens[k] for k, x in enumerate(items)]),
        "outer": _joined([x.outer for x in items]),
        "inner": _joined([x.inner for x in items]),
        "document_of_word": _numbered(_sums(len(x.outer) for x in items)),
    }


def _mentions(items: Sequence[Example], ends: _Ends) -> dict[str, Any]:
    entity_types = np.zeros(ends.entities[-1], np.int64)
    for k, x in enumerate(items):
        for index, mention in enumerate(x.mentions):
            entity_types[ends.entities[k] + x.entity_of[index]] = TYPE_INDEX[mention.type]
    named = [(k, x) for k, x in enumerate(items) if x.mentions]
    kinds = [m.type for x in items for m in x.mentions]
    return {
        "first": _joined([x.encoded.first[[m.first for m in x.mentions]] + ends.tokens[k] for k, x in named]),
        "last": _joined([x.encoded.last[[m.last for m in x.mentions]] + ends.tokens[k] for k, x in named]),
        "types": _joined([np.array([TYPE_INDEX[m.type] for m in x.mentions], np.int64) for x in items]),
        "entity_of": _joined([np.array(x.entity_of, np.int64) + ends.entities[k] for k, x in enumerate(items)]),
        "entity_types": torch.from_numpy(entity_types),
        "document_of_mention": _numbered(ends.mentions),
        "is_date": torch.tensor([kind == "Date" for kind in kinds], dtype=torch.bool),
        "is_quantity": torch.tensor([kind == "Quantity" for kind in kinds], dtype=torch.bool),
    }


def _pairs(items: Sequence[Example], ends: _Ends) -> dict[str, Any]:
    begins = {
        "subject": ends.entities,
        "object": ends.entities,
        "near_subject": ends.mentions,
        "near_object": ends.mentions,
        "low": ends.tokens,
        "high": ends.tokens,
    }
    shifted = {
        name: _joined([getattr(x.features, name) + begin[k] for k, x in enumerate(items)])
        for name, begin in begins.items()
    }
    plain = {name: _joined([getattr(x.features, name) for x in items]) for name in _FEATURES}
    return {
        "features": shifted | plain,
        "document_of_pair": _numbered(ends.pairs),
        "labels": torch.from_numpy(np.concatenate([x.labels for x in items])),
    }


def _targets(items: Sequence[Example], ends: _Ends) -> dict[str, Any]:
    targets = [t for x in items for t in x.targets]
    pairs = [t.pair + ends.pairs[k] for k, x in enumerate(items) for t in x.targets]
    spoken = [[t.has_document, t.has_anonymous] for t in targets]
    return {
        "pair_of_target": torch.tensor(pairs, dtype=torch.long),
        "document_of_target": _numbered(ends.targets),
        **{name: torch.tensor([getattr(t, name) for t in targets], dtype=torch.long) for name in _CLASSES},
        "words_of_speaker": torch.tensor(spoken, dtype=torch.float).reshape(-1, 2),
    }


def _pointed(items: Sequence[Example], ends: _Ends) -> dict[str, Any]:
    """What targets point at: a row a target, a column a sub-token or mention of the whole batch."""
    count, tokens, mentions = ends.targets[-1], ends.tokens[-1], ends.mentions[-1]
    evidence = np.zeros((count, tokens), bool)
    wanted, weight = (np.zeros((count, mentions), np.float32) for _ in range(2))
    pointers = np.full((count, 3), -1, np.int64)
    near = np.zeros((count, tokens), np.int64)
    step, inside = (np.zeros((count, mentions), np.int64) for _ in range(2))
    for k, x in enumerate(items):
        if not x.targets:
            continue
        own_tokens = ends.rows(k), slice(ends.tokens[k], ends.tokens[k + 1])
        own_mentions = ends.rows(k), slice(ends.mentions[k], ends.mentions[k + 1])
        evidence[own_tokens] = np.stack([t.evidence for t in x.targets])
        wanted[own_mentions], weight[own_mentions] = _speakers(x)
        near[own_tokens], step[own_mentions], inside[own_mentions] = x.near, x.step, x.inside
        rows = np.array([[t.valid_from, t.valid_to, t.duration] for t in x.targets])
        pointers[ends.rows(k)] = np.where(rows >= 0, rows + ends.mentions[k], rows)
    found = {
        "pointers": pointers,
        "evidence": evidence,
        "near": near,
        "step": step,
        "inside": inside,
        "speaker_wanted": wanted,
        "speaker_weight": weight,
    }
    return {name: torch.from_numpy(values) for name, values in found.items()}


def _links(items: Sequence[Example], ends: _Ends) -> dict[str, Any]:
    links = (
        _joined([x.links[0] + ends.mentions[k] for k, x in enumerate(items)]),
        _joined([x.links[1] + ends.mentions[k] for k, x in enumerate(items)]),
        torch.from_numpy(np.concatenate([x.links[2] for x in items])),
        torch.from_numpy(np.concatenate([x.links[3] for x in items])),
    )
    return {"links": links, "document_of_link": _numbered(_sums(len(x.links[0]) for x in items))}


def _speakers(item: Example) -> tuple[Numbers, Numbers]:
    """Which mentions say each statement, and which count: a speaker's mentions away from the evidence do not."""
    owner = np.array(item.entity_of)
    may_speak = np.array([m.type in SPEAKERS for m in item.mentions])
    wanted = np.zeros((len(item.targets), len(item.mentions)), np.float32)
    weight = np.tile(may_speak.astype(np.float32), (len(item.targets), 1))
    for row, target in enumerate(item.targets):
        for speaker in target.speakers:
            own = owner == speaker
            here = own & (item.inside[row] == 1)
            chosen = here if here.any() else own
            weight[row][own] = 0
            weight[row][chosen] = 1
            wanted[row][chosen] = 1
    return wanted, weight
