"""Several examples as one: everything laid end to end, with masks that keep each document to itself.

One large document costs a fraction of the kernel launches of many small ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from policygraph.annotate.neural.heads import SPEAKERS
from policygraph.annotate.neural.tokens import TYPE_INDEX
from training.examples import Example

_FEATURES = ("distance", "gap", "nesting", "together")


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
    labelled: Tensor  # documents: whether anybody annotated them
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
    tokens = np.cumsum([0, *(len(x.encoded.ids) for x in items)])
    mentions = np.cumsum([0, *(len(x.mentions) for x in items)])
    entities = np.cumsum([0, *(max(x.entity_of, default=-1) + 1 for x in items)])
    pairs = np.cumsum([0, *(len(x.features.subject) for x in items)])
    targets = np.cumsum([0, *(len(x.targets) for x in items)])

    def joined(parts: list[np.ndarray], kind: type = np.int64) -> Tensor:  # type: ignore[type-arg]
        return torch.from_numpy(np.concatenate(parts) if parts else np.zeros(0, kind))

    def numbered(ends: np.ndarray) -> Tensor:  # type: ignore[type-arg]
        return torch.from_numpy(np.repeat(np.arange(len(items)), np.diff(ends)))

    def spread(name: str, columns: np.ndarray) -> Tensor:  # type: ignore[type-arg]
        found = np.zeros((targets[-1], columns[-1]), np.int64)
        for k, x in enumerate(items):
            if x.targets:
                found[targets[k] : targets[k + 1], columns[k] : columns[k + 1]] = getattr(x, name)
        return torch.from_numpy(found)

    evidence = np.zeros((targets[-1], tokens[-1]), bool)
    wanted = np.zeros((targets[-1], mentions[-1]), np.float32)
    weight = np.zeros((targets[-1], mentions[-1]), np.float32)
    pointers = np.full((targets[-1], 3), -1, np.int64)
    entity_types = np.zeros(entities[-1], np.int64)
    for k, x in enumerate(items):
        for index, mention in enumerate(x.mentions):
            entity_types[entities[k] + x.entity_of[index]] = TYPE_INDEX[mention.type]
        if not x.targets:
            continue
        evidence[targets[k] : targets[k + 1], tokens[k] : tokens[k + 1]] = np.stack([t.evidence for t in x.targets])
        own_wanted, own_weight = _speakers(x)
        wanted[targets[k] : targets[k + 1], mentions[k] : mentions[k + 1]] = own_wanted
        weight[targets[k] : targets[k + 1], mentions[k] : mentions[k + 1]] = own_weight
        rows = np.array([[t.valid_from, t.valid_to, t.duration] for t in x.targets])
        pointers[targets[k] : targets[k + 1]] = np.where(rows >= 0, rows + mentions[k], rows)
    shifted = {
        "subject": joined([x.features.subject + entities[k] for k, x in enumerate(items)]),
        "object": joined([x.features.object + entities[k] for k, x in enumerate(items)]),
        "near_subject": joined([x.features.near_subject + mentions[k] for k, x in enumerate(items)]),
        "near_object": joined([x.features.near_object + mentions[k] for k, x in enumerate(items)]),
        "low": joined([x.features.low + tokens[k] for k, x in enumerate(items)]),
        "high": joined([x.features.high + tokens[k] for k, x in enumerate(items)]),
        **{name: joined([getattr(x.features, name) for x in items]) for name in _FEATURES},
    }
    all_targets = [t for x in items for t in x.targets]

    def classes(name: str) -> Tensor:
        return torch.tensor([getattr(t, name) for t in all_targets], dtype=torch.long)

    types = [np.array([TYPE_INDEX[m.type] for m in x.mentions], np.int64) for x in items]
    kinds = [m.type for x in items for m in x.mentions]
    return Batch(
        len(items),
        numbered(tokens),
        joined([x.encoded.first + tokens[k] for k, x in enumerate(items)]),
        joined([x.outer for x in items]),
        joined([x.inner for x in items]),
        joined([x.encoded.first[[m.first for m in x.mentions]] + tokens[k] for k, x in enumerate(items) if x.mentions]),
        joined([x.encoded.last[[m.last for m in x.mentions]] + tokens[k] for k, x in enumerate(items) if x.mentions]),
        joined(types),
        joined([np.array(x.entity_of, np.int64) + entities[k] for k, x in enumerate(items)]),
        torch.from_numpy(entity_types),
        shifted,
        numbered(pairs),
        torch.from_numpy(np.concatenate([x.labels for x in items])),
        torch.tensor([t.pair + pairs[k] for k, x in enumerate(items) for t in x.targets], dtype=torch.long),
        numbered(targets),
        numbered(mentions),
        classes("predicate"),
        classes("effect"),
        classes("modality"),
        classes("lifecycle"),
        torch.tensor([[t.has_document, t.has_anonymous] for t in all_targets], dtype=torch.float).reshape(-1, 2),
        torch.from_numpy(pointers),
        torch.from_numpy(evidence),
        spread("near", tokens),
        spread("step", mentions),
        spread("inside", mentions),
        torch.from_numpy(wanted),
        torch.from_numpy(weight),
        torch.tensor([kind == "Date" for kind in kinds], dtype=torch.bool),
        torch.tensor([kind == "Quantity" for kind in kinds], dtype=torch.bool),
        (
            joined([x.links[0] + mentions[k] for k, x in enumerate(items)]),
            joined([x.links[1] + mentions[k] for k, x in enumerate(items)]),
            torch.from_numpy(np.concatenate([x.links[2] for x in items])),
            torch.from_numpy(np.concatenate([x.links[3] for x in items])),
        ),
        torch.tensor([x.labelled for x in items], dtype=torch.bool),
        numbered(np.cumsum([0, *(len(x.outer) for x in items)])),
        numbered(np.cumsum([0, *(len(x.links[0]) for x in items)])),
    )


def _speakers(item: Example) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
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
