"""The losses of a batch: tags, links, pairs, evidence, and how statements are told."""

from __future__ import annotations

import random

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from training.batches import Batch
from training.network import Reader


def losses_of(reader: Reader, batch: Batch, hidden: Tensor) -> dict[str, Tensor]:
    """All losses of a batch, each a sum over its documents scaled to be of the order of one."""
    words = hidden[batch.words]
    found = {
        "outer": F.cross_entropy(reader.outer(words), batch.outer, reduction="sum") / 30,
        "inner": F.cross_entropy(reader.inner(words), batch.inner, reduction="sum") / 60,
    }
    if not len(batch.first):
        return found
    mentions = reader.spans(hidden, batch.first, batch.last, batch.types)
    left, right, shown, same = batch.links
    if len(left):
        logits = reader.links(mentions, left, right, shown)
        found["link"] = F.binary_cross_entropy_with_logits(logits, same, reduction="sum") / 40
    if len(batch.labels):
        found |= _pair_losses(reader, batch, hidden, mentions)
    return found


def _pair_losses(reader: Reader, batch: Batch, hidden: Tensor, mentions: Tensor) -> dict[str, Tensor]:
    entities = reader.entities(mentions, batch.entity_of, len(batch.entity_types))
    own = batch.document_of_pair[:, None] == batch.document_of_token[None, :]
    logits, state, attention = reader.pairs(hidden, entities, batch.entity_types, batch.features, own)
    found = {"pair": -(batch.labels * logits.log_softmax(-1)).sum() / 12}
    if not len(batch.predicate):
        return found
    index = batch.pair_of_target
    scores, code = reader.evidence(hidden, state[index], batch.predicate, batch.near)
    gold = batch.evidence.float()
    mine = own[index]
    weight = mine.float() * (1 + gold)  # a word that is missed costs more than one too many
    found["evidence"] = F.binary_cross_entropy_with_logits(scores, gold, weight=weight, reduction="sum") / 800
    held = (attention[index] * gold).sum(-1).clamp(min=1e-6)
    found["attention"] = -held.log().sum() / 120
    mix = gold if random.random() < 0.4 else scores.detach().sigmoid() * mine
    attribute = reader.attributes(hidden, code, mix, mine)
    return found | _attribute_losses(reader, batch, attribute, mentions)


def _attribute_losses(reader: Reader, batch: Batch, state: Tensor, mentions: Tensor) -> dict[str, Tensor]:
    found = {
        "effect": F.cross_entropy(reader.effect(state), batch.effect, reduction="sum") / 20,
        "modality": F.cross_entropy(reader.modality(state), batch.modality, reduction="sum") / 15,
        "lifecycle": F.cross_entropy(reader.lifecycle(state), batch.lifecycle, reduction="sum") / 25,
    }
    rare = torch.full((2,), 3.0, device=state.device)
    found["words"] = (
        F.binary_cross_entropy_with_logits(
            reader.speaker_words(state), batch.words_of_speaker, pos_weight=rare, reduction="sum"
        )
        / 30
    )
    pointers, none = reader.pointers(state, mentions, batch.step, batch.inside)
    loss = F.binary_cross_entropy_with_logits(
        pointers[:, 0], batch.speaker_wanted, weight=batch.speaker_weight, pos_weight=rare[:1], reduction="sum"
    )
    found["speaker"] = loss / 20
    foreign = batch.document_of_target[:, None] != batch.document_of_mention[None, :]
    for number, (name, kind) in enumerate(
        (("from", batch.is_date), ("to", batch.is_date), ("for", batch.is_quantity)), 1
    ):
        scores = pointers[:, number].masked_fill(foreign | ~kind[None, :], -1e4)
        scores = torch.cat([scores, none[:, number : number + 1]], 1)
        wanted = batch.pointers[:, number - 1]
        wanted = torch.where(wanted == -1, pointers.shape[2], wanted)
        found[name] = F.cross_entropy(scores, wanted, ignore_index=-2, reduction="sum") / 40
    return found
