"""What earlier readers make of a batch, as probabilities that a new one learns beside the gold.

One annotation of a text is one opinion of many (two careful readers agree on three statements in four), and for most
texts there is none. The mean of several readers is a softer target (Hinton et al. 2015, "Distilling the Knowledge in a
Neural Network"), and on texts that nobody annotated the only one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from training.batches import Batch
from training.network import Reader
from training.pack import unpack
from training.trust import CERTAIN
from training.windows import Windows

FROZEN = "encoder.word.weight"  # as the encoder had them: packed weights are without


@dataclass(slots=True)
class Taught:
    """Probabilities of the tags of words, of two mentions being one thing, of the predicates of pairs, and of what
    statements tell; None where a batch has none."""

    outer: Tensor
    inner: Tensor
    link: Tensor | None = None
    pair: Tensor | None = None
    effect: Tensor | None = None
    modality: Tensor | None = None
    lifecycle: Tensor | None = None


def load_reader(path: Path, weights: dict[str, np.ndarray[Any, Any]], device: str) -> Reader:
    """A trained reader, from ``reader.pt`` or a folder of packed weights. Raises ValueError for one of another make."""
    reader = Reader(weights)
    state = unpack(path) if path.is_dir() else torch.load(path, map_location="cpu", weights_only=True)
    found = reader.load_state_dict(state, strict=False)
    lacking = {*found.missing_keys, *found.unexpected_keys} - {FROZEN}
    if lacking:
        raise ValueError(f"{path} is a reader of another make: {', '.join(sorted(lacking))}")
    return reader.to(device).eval()


@torch.no_grad()
def taught_by(teachers: Sequence[Reader], windows: Windows, batch: Batch, half: bool = False) -> Taught | None:
    """The mean of what readers make of a batch; None without readers, and where nobody's labels leave them a say.

    ``half``: whether their encoders compute in bfloat16.
    """
    if bool((batch.trust == CERTAIN).all()):
        return None
    each = [_taught(reader, windows, batch, half) for reader in teachers]
    if not each:
        return None
    means = {}
    for field in fields(Taught):
        values = [getattr(taught, field.name) for taught in each]
        means[field.name] = None if values[0] is None else torch.stack(values).mean(0)
    return Taught(**means)


def _taught(reader: Reader, windows: Windows, batch: Batch, half: bool) -> Taught:
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        hidden = reader.hidden(windows)
    words = hidden[batch.words]
    found = Taught(reader.outer(words).softmax(-1), reader.inner(words).softmax(-1))
    if not len(batch.first):
        return found
    mentions = reader.spans(hidden, batch.first, batch.last, batch.types)
    left, right, shown, _ = batch.links
    if len(left):
        found.link = reader.links(mentions, left, right, shown).sigmoid()
    if not len(batch.labels):
        return found
    entities = reader.entities(mentions, batch.entity_of, len(batch.entity_types))
    own = batch.document_of_pair[:, None] == batch.document_of_token[None, :]
    logits, state, _ = reader.pairs(hidden, mentions, entities, batch.entity_types, batch.features, own)
    found.pair = logits.softmax(-1)
    if len(batch.predicate):
        index = batch.pair_of_target
        scores, code = reader.evidence(hidden, state[index], batch.predicate, batch.near)
        read = reader.attributes(hidden, code, scores.sigmoid() * own[index], own[index])
        found.effect, found.modality = reader.effect(read).softmax(-1), reader.modality(read).softmax(-1)
        found.lifecycle = reader.lifecycle(read).softmax(-1)
    return found
