"""The losses of a batch: tags, links, pairs, evidence, and how statements are told."""

from __future__ import annotations

import random

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from training.batches import Batch
from training.network import Reader
from training.teachers import Taught


def losses_of(reader: Reader, batch: Batch, hidden: Tensor, taught: Taught | None = None) -> dict[str, Tensor]:
    """All losses of a batch, each a sum over its documents scaled to be of the order of one."""
    words = hidden[batch.words]
    gold = (batch.trust > 0).float() if taught is None else batch.trust
    share = gold[batch.document_of_word]
    outer, inner = (taught.outer, taught.inner) if taught else (None, None)
    found = {
        "outer": _classes(reader.outer(words), batch.outer, outer, share) / 30,
        "inner": _classes(reader.inner(words), batch.inner, inner, share) / 60,
    }
    if not len(batch.first):
        return found
    mentions = reader.spans(hidden, batch.first, batch.last, batch.types)
    left, right, shown, same = batch.links
    if len(left):
        logits = reader.links(mentions, left, right, shown)
        wanted = _mixed(same, taught.link if taught else None, gold[batch.document_of_link])
        found["link"] = F.binary_cross_entropy_with_logits(logits, wanted, reduction="sum") / 40
    if len(batch.labels):
        found |= _pair_losses(reader, batch, hidden, mentions, gold, taught)
    return found


def _mixed(wanted: Tensor, taught: Tensor | None, share: Tensor) -> Tensor:
    """Gold and teachers, by the share of the gold in each row."""
    return wanted if taught is None else share * wanted + (1 - share) * taught


def _classes(logits: Tensor, wanted: Tensor, taught: Tensor | None, share: Tensor) -> Tensor:
    """Cross entropy, as a sum, of class numbers mixed with what the teachers hold likely."""
    if taught is None:
        return F.cross_entropy(logits, wanted, reduction="sum")
    ones = F.one_hot(wanted, logits.shape[-1]).to(logits.dtype)
    return -(_mixed(ones, taught, share[:, None]) * logits.log_softmax(-1)).sum()


def _pair_losses(
    reader: Reader, batch: Batch, hidden: Tensor, mentions: Tensor, gold: Tensor, taught: Taught | None
) -> dict[str, Tensor]:
    entities = reader.entities(mentions, batch.entity_of, len(batch.entity_types))
    own = batch.document_of_pair[:, None] == batch.document_of_token[None, :]
    logits, state, attention = reader.pairs(hidden, mentions, entities, batch.entity_types, batch.features, own)
    wanted = _mixed(batch.labels, taught.pair if taught else None, gold[batch.document_of_pair][:, None])
    found = {"pair": -(wanted * logits.log_softmax(-1)).sum() / 12}
    if not len(batch.predicate):
        return found
    index = batch.pair_of_target
    scores, code = reader.evidence(hidden, state[index], batch.predicate, batch.near)
    evidence = batch.evidence.float()
    mine = own[index]
    weight = mine.float() * (1 + evidence)  # a word that is missed costs more than one too many
    found["evidence"] = F.binary_cross_entropy_with_logits(scores, evidence, weight=weight, reduction="sum") / 800
    held = (attention[index] * evidence).sum(-1).clamp(min=1e-6)
    found["attention"] = -held.log().sum() / 120
    mix = evidence if random.random() < 0.4 else scores.detach().sigmoid() * mine
    attribute = reader.attributes(hidden, code, mix, mine)
    return found | _told(reader, batch, attribute, gold, taught) | _pointed(reader, batch, attribute, mentions)


def _told(reader: Reader, batch: Batch, state: Tensor, gold: Tensor, taught: Taught | None) -> dict[str, Tensor]:
    share = gold[batch.document_of_target]

    def loss(name: str) -> Tensor:
        logits = getattr(reader, name)(state)
        return _classes(logits, getattr(batch, name), getattr(taught, name) if taught else None, share)

    rare = torch.full((2,), 3.0, device=state.device)
    words = F.binary_cross_entropy_with_logits(
        reader.speaker_words(state), batch.words_of_speaker, pos_weight=rare, reduction="sum"
    )
    return {
        "effect": loss("effect") / 20,
        "modality": loss("modality") / 15,
        "lifecycle": loss("lifecycle") / 25,
        "words": words / 30,
    }


def _pointed(reader: Reader, batch: Batch, state: Tensor, mentions: Tensor) -> dict[str, Tensor]:
    pointers, none = reader.pointers(state, mentions, batch.step, batch.inside)
    rare = torch.full((1,), 3.0, device=state.device)
    loss = F.binary_cross_entropy_with_logits(
        pointers[:, 0], batch.speaker_wanted, weight=batch.speaker_weight, pos_weight=rare, reduction="sum"
    )
    found = {"speaker": loss / 20}
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
