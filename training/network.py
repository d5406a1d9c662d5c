"""The network: a BERT-like encoder with letter shapes and gazetteer types, and heads over words, entities and pairs.

Encoder weights start from e5-small-v2 (Wang et al. 2022, MIT licence). The pair head follows the idea of localised
context
pooling (Zhou et al. 2021, "Document-Level Relation Extraction with Adaptive Thresholding and Localized Context
Pooling").
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from policygraph.annotate.neural.heads import (
    COUNTS,
    DISTANCES,
    EFFECTS,
    GAPS,
    LIFECYCLES,
    MODALITIES,
    NESTINGS,
    PREDICATES,
    TAGS,
    allowed,
)
from policygraph.annotate.neural.tokens import SHAPES, TYPES
from training.windows import Windows

HEADS = 4
KEY = 48
VALUE = 64
HIDDEN = 256
BILINEAR = 64
POINTER = 64
NEAR = 64


class Layer(nn.Module):
    """One transformer layer, post-norm, as in BERT."""

    def __init__(self, width: int, inner: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-12), nn.LayerNorm(width, eps=1e-12)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Hidden states of shape (batch, length, width); ``mask`` is added to the attention scores."""
        batch, length, width = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

        found = F.scaled_dot_product_attention(
            split(self.query(x)), split(self.key(x)), split(self.value(x)), attn_mask=mask
        )
        x = self.norm1(x + self.drop(self.out(found.transpose(1, 2).reshape(batch, length, width))))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    """Sub-tokens, shapes and gazetteer types to hidden states. Word embeddings are frozen."""

    def __init__(self, weights: dict[str, np.ndarray[Any, Any]]) -> None:
        super().__init__()
        tensors = {key: torch.from_numpy(value.astype(np.float32)) for key, value in weights.items()}
        words = tensors["embeddings.word_embeddings.weight"]
        self.width = words.shape[1]
        self.word = nn.Embedding.from_pretrained(words, freeze=True)
        self.position = nn.Embedding.from_pretrained(tensors["embeddings.position_embeddings.weight"], freeze=False)
        kind = tensors["embeddings.token_type_embeddings.weight"][0]
        self.shape = nn.Embedding.from_pretrained(kind + 0.02 * torch.randn(SHAPES, self.width), freeze=False)
        self.gazetteer = nn.Embedding.from_pretrained(0.02 * torch.randn(1 + len(TYPES), self.width), freeze=False)
        self.norm = nn.LayerNorm(self.width, eps=1e-12)
        self.norm.load_state_dict(
            {"weight": tensors["embeddings.LayerNorm.weight"], "bias": tensors["embeddings.LayerNorm.bias"]}
        )
        self.drop = nn.Dropout(0.1)
        count = len({key.split(".")[2] for key in tensors if key.startswith("encoder.layer")})
        inner = tensors["encoder.layer.0.intermediate.dense.weight"].shape[0]
        self.layers = nn.ModuleList([Layer(self.width, inner, self.width // 32) for _ in range(count)])
        names = {
            "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
            "out": "attention.output.dense", "norm1": "attention.output.LayerNorm", "up": "intermediate.dense",
            "down": "output.dense", "norm2": "output.LayerNorm",
        }  # fmt: skip
        for number, layer in enumerate(self.layers):
            for own, theirs in names.items():
                prefix = f"encoder.layer.{number}.{theirs}"
                getattr(layer, own).load_state_dict(
                    {"weight": tensors[f"{prefix}.weight"], "bias": tensors[f"{prefix}.bias"]}
                )

    def forward(self, ids: Tensor, shapes: Tensor, gazetteer: Tensor, mask: Tensor) -> Tensor:
        """Hidden states (batch, length, width) of integer inputs (batch, length); ``mask`` is 1 where there is a
        token."""
        length = ids.shape[1]
        x = self.word(ids) + self.position.weight[:length] + self.shape(shapes) + self.gazetteer(gazetteer)
        x = self.drop(self.norm(x))
        added = ((1.0 - mask.to(x.dtype)) * -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, added)
        return x


class Reader(nn.Module):
    """Encoder and heads."""

    def __init__(self, weights: dict[str, np.ndarray[Any, Any]], dropout: float = 0.2) -> None:
        super().__init__()
        self.encoder = Encoder(weights)
        d = self.encoder.width
        self.drop = nn.Dropout(0.1)
        self.outer, self.inner = nn.Linear(d, TAGS), nn.Linear(d, TAGS)
        self.kind = nn.Embedding(len(TYPES), 32)
        z = 3 * d + 32

        def side() -> nn.Sequential:
            return nn.Sequential(nn.Linear(z, HIDDEN), nn.GELU(), nn.Dropout(dropout))

        self.subject, self.object = side(), side()
        self.subject_query, self.object_query = nn.Linear(z, HEADS * KEY), nn.Linear(z, HEADS * KEY)
        self.token_key, self.token_value = nn.Linear(d, HEADS * KEY), nn.Linear(d, HEADS * VALUE)
        self.distance, self.gap = nn.Embedding(DISTANCES, 16), nn.Embedding(GAPS, 16)
        self.nesting, self.together = nn.Embedding(NESTINGS, 8), nn.Embedding(COUNTS, 8)
        self.near_subject, self.near_object = (nn.Sequential(nn.Linear(z, NEAR), nn.GELU()) for _ in range(2))
        pair = 3 * HIDDEN + HEADS * VALUE + 48 + d + 2 * NEAR
        self.pair = nn.Sequential(nn.Linear(pair, HIDDEN), nn.GELU(), nn.Dropout(dropout))
        self.left, self.right = nn.Linear(HIDDEN, BILINEAR), nn.Linear(HIDDEN, BILINEAR)
        self.bilinear = nn.Parameter(torch.randn(len(PREDICATES), BILINEAR, BILINEAR) * 0.02)
        self.predicate = nn.Linear(HIDDEN, len(PREDICATES))
        self._add_heads_of_statements(d, z, dropout)

    def _add_heads_of_statements(self, d: int, z: int, dropout: float) -> None:
        # What a statement says beside its triple, read from its evidence.
        self.predicate_code = nn.Embedding(len(PREDICATES), 32)
        self.evidence_query = nn.Linear(HIDDEN + 32, HEADS * KEY)
        self.evidence_key = nn.Linear(d, HEADS * KEY)
        self.evidence_near = nn.Embedding(5, 1)
        self.evidence_scale = nn.Parameter(torch.ones(HEADS))
        self.reading_query = nn.Linear(HIDDEN + 32, HEADS * KEY)
        self.reading_key, self.reading_value = nn.Linear(d, HEADS * KEY), nn.Linear(d, HEADS * VALUE)
        self.attribute = nn.Sequential(nn.Linear(HIDDEN + 32 + HEADS * VALUE, HIDDEN), nn.GELU(), nn.Dropout(dropout))
        self.effect, self.modality = nn.Linear(HIDDEN, len(EFFECTS)), nn.Linear(HIDDEN, len(MODALITIES))
        self.lifecycle = nn.Linear(HIDDEN, len(LIFECYCLES))
        self.pointer_query = nn.Linear(HIDDEN, 4 * POINTER)  # speaker, valid_from, valid_to, duration
        self.pointer_key = nn.Linear(z, 4 * POINTER)
        self.pointer_near = nn.Embedding(DISTANCES, 4)
        self.pointer_in = nn.Embedding(2, 4)
        self.pointer_none = nn.Linear(HIDDEN, 4)
        self.speaker_words = nn.Linear(HIDDEN, 2)  # a document, somebody unnamed
        # Whether two mentions of a type are one thing.
        self.link_left, self.link_right = nn.Linear(z, 128), nn.Linear(z, 128)
        self.link = nn.Sequential(nn.Linear(8 + 2 + 128, 64), nn.GELU(), nn.Linear(64, 1))

    # ---------------------------------------------------------------- encoder and words

    def hidden(self, laid: Windows) -> Tensor:
        """Hidden states (sub-tokens, width) of texts laid end to end."""
        found: Tensor = self.encoder(laid.ids, laid.shapes, laid.gazetteer, laid.mask)
        return found.float().reshape(-1, found.shape[-1])[laid.place]

    def spans(self, hidden: Tensor, first: Tensor, last: Tensor, types: Tensor) -> Tensor:
        """Representations of mentions: first, last and mean sub-token, and type."""
        total = F.pad(hidden, (0, 0, 1, 0)).cumsum(0)
        mean = (total[last + 1] - total[first]) / (last + 1 - first).unsqueeze(1)
        return torch.cat([hidden[first], hidden[last], mean, self.kind(types)], 1)

    @staticmethod
    def entities(mentions: Tensor, entity_of: Tensor, count: int) -> Tensor:
        """Representations of entities: the smooth maximum (log-sum-exp) over their mentions."""
        top = torch.full((count, mentions.shape[1]), -1e4, device=mentions.device)
        index = entity_of[:, None].expand_as(mentions)
        top = top.scatter_reduce(0, index, mentions.detach(), "amax", include_self=True)
        total = torch.zeros_like(top).scatter_add(0, index, (mentions - top[entity_of]).exp())
        return top + total.clamp(min=1e-9).log()

    # ---------------------------------------------------------------- pairs

    def pairs(
        self,
        hidden: Tensor,
        mentions: Tensor,
        entities: Tensor,
        types: Tensor,
        features: dict[str, Tensor],
        own: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Logits (pairs, predicates), pair states and the attention (pairs, sub-tokens) averaged over heads.

        A pair is read from its entities, from the nearest two of their mentions, from the words between these, and
        from what attention finds. ``own`` (pairs, sub-tokens) is true where a sub-token is of the pair's document.
        """
        s, o = features["subject"], features["object"]
        zs, zo = self.subject(entities), self.object(entities)
        attention, context = self._context(hidden, entities, s, o, own)
        near_s = self.near_subject(mentions)[features["near_subject"]]
        near_o = self.near_object(mentions)[features["near_object"]]
        codes, between = self._codes(features), self._between(hidden, features)
        state = self.pair(torch.cat([zs[s], zo[o], zs[s] * zo[o], context, codes, between, near_s, near_o], 1))
        left = torch.einsum("ed,rdf->erf", self.left(zs), self.bilinear)
        logits = self.predicate(state) + (left[s] * self.right(zo)[o].unsqueeze(1)).sum(-1)
        permitted = torch.from_numpy(allowed()).to(logits.device)[types[s], types[o]]
        return logits.masked_fill(~permitted, -1e4), state, attention.mean(1)

    def _context(self, hidden: Tensor, entities: Tensor, s: Tensor, o: Tensor, own: Tensor) -> tuple[Tensor, Tensor]:
        tokens = len(hidden)
        key = self.token_key(hidden).view(tokens, HEADS, KEY)
        score_s = torch.einsum("ehd,thd->eht", self.subject_query(entities).view(-1, HEADS, KEY), key) / KEY**0.5
        score_o = torch.einsum("ehd,thd->eht", self.object_query(entities).view(-1, HEADS, KEY), key) / KEY**0.5
        attention = (score_s[s] + score_o[o]).masked_fill(~own.unsqueeze(1), -1e4).softmax(-1)
        value = self.token_value(hidden).view(tokens, HEADS, VALUE)
        return attention, torch.einsum("pht,thd->phd", attention, value).reshape(len(s), -1)

    def _codes(self, features: dict[str, Tensor]) -> Tensor:
        names = ("distance", "gap", "nesting", "together")
        return torch.cat([getattr(self, name)(features[name]) for name in names], 1)

    @staticmethod
    def _between(hidden: Tensor, features: dict[str, Tensor]) -> Tensor:
        total = F.pad(hidden, (0, 0, 1, 0)).cumsum(0)
        size = features["high"] - features["low"]
        near = ((size > 0) & (size < 80)).unsqueeze(1)
        between = (total[features["high"]] - total[features["low"]]) / size.clamp(min=1).unsqueeze(1)
        return torch.where(near, between, torch.zeros_like(between))

    # ---------------------------------------------------------------- statements

    def evidence(self, hidden: Tensor, state: Tensor, predicate: Tensor, near: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (statements, sub-tokens) of belonging to the evidence, and the statements' codes.

        ``near`` (statements, sub-tokens) is 0 to 4: how a sub-token's sentence relates to the sentences of the two
        ends.
        """
        code = torch.cat([state, self.predicate_code(predicate)], 1)
        query = self.evidence_query(code).view(-1, HEADS, KEY)
        key = self.evidence_key(hidden).view(-1, HEADS, KEY)
        scores = torch.einsum("shd,thd,h->st", query, key, self.evidence_scale) / KEY**0.5
        return scores + self.evidence_near(near).squeeze(-1), code

    def attributes(self, hidden: Tensor, code: Tensor, weight: Tensor, own: Tensor) -> Tensor:
        """Attribute states of statements, read from the sub-tokens by ``weight`` (statements, sub-tokens; 0 to 1)."""
        query = self.reading_query(code).view(-1, HEADS, KEY)
        key = self.reading_key(hidden).view(-1, HEADS, KEY)
        scores = torch.einsum("shd,thd->sht", query, key) / KEY**0.5 + (weight + 1e-6).log().unsqueeze(1)
        scores = scores.masked_fill(~own.unsqueeze(1), -1e4)
        value = self.reading_value(hidden).view(-1, HEADS, VALUE)
        context = torch.einsum("sht,thd->shd", scores.softmax(-1), value).reshape(len(code), -1)
        return self.attribute(torch.cat([code, context], 1))

    def pointers(self, state: Tensor, mentions: Tensor, step: Tensor, inside: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (statements, 4, mentions) of a mention giving speaker, valid_from, valid_to or duration;
        (statements, 4) of none.

        ``step`` is the distance in sentences as a class, ``inside`` whether the mention lies in an evidence sentence.
        """
        query = self.pointer_query(state).view(-1, 4, POINTER)
        key = self.pointer_key(mentions).view(-1, 4, POINTER)
        scores = torch.einsum("sfd,mfd->sfm", query, key) / POINTER**0.5
        scores = scores + (self.pointer_near(step) + self.pointer_in(inside)).permute(0, 2, 1)
        return scores, self.pointer_none(state)

    def links(self, mentions: Tensor, left: Tensor, right: Tensor, resemblance: Tensor) -> Tensor:
        """Logits of two mentions being one thing."""
        together = self.link_left(mentions)[left] * self.link_right(mentions)[right]
        return self.link(torch.cat([resemblance, together], 1)).squeeze(1)
