"""The heads of the network in numpy: what ``training/network.py`` defines, for running without torch.

Arrays are float32. ``weights`` maps the names of the trained parameters to their values; a test holds both forms equal.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from policygraph.annotate.neural.heads import PairFeatures, allowed

HEADS, KEY, VALUE, POINTER = 4, 48, 64, 64
ROWS = 256  # pairs at once where each looks at all sub-tokens
MANY = 1_024  # pairs at once elsewhere
FURTHEST = 80  # sub-tokens between two mentions from which on they are not looked at
CODES = ("distance", "gap", "nesting", "together")  # classes of a pair, in the order of the first layer's weights

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def softmax(scores: Floats) -> Floats:
    """Softmax over the last axis."""
    shifted = np.exp(scores - scores.max(-1, keepdims=True))
    found: Floats = shifted / shifted.sum(-1, keepdims=True)
    return found


def sigmoid(scores: Floats) -> Floats:
    """Logistic function."""
    found: Floats = (1.0 / (1.0 + np.exp(-np.clip(scores, -60, 60)))).astype(np.float32)
    return found


def gelu(x: Floats) -> Floats:
    """Gaussian error linear unit, exact form."""
    found: Floats = x * np.float32(0.7071067811865476)
    erf(found, out=found)
    found += np.float32(1.0)
    found *= x * np.float32(0.5)
    return found


def running_sum(x: Floats) -> Floats:
    """Sums of the first rows: none, the first, the first two, and so on."""
    found = np.zeros((x.shape[1], len(x) + 1), np.float32)
    np.cumsum(x.T, axis=1, dtype=np.float32, out=found[:, 1:])
    return np.ascontiguousarray(found.T)


def log_softmax(scores: Floats) -> Floats:
    """Logarithm of the softmax over the last axis."""
    shifted = scores - scores.max(-1, keepdims=True)
    found: Floats = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return found


class Heads:
    """All heads over the hidden states (sub-tokens, width) of one text."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self._w = {name: np.asarray(value, np.float32) for name, value in weights.items()}
        self._pair_parts = self._cut_pair_weights()
        self._code_states = self._all_code_states()

    def _cut_pair_weights(self) -> dict[str, Floats]:
        """The columns of the pair's first layer by what they are applied to."""
        end = len(self._w["left.weight"][0])
        sizes = {"subject": end, "object": end, "both": end + HEADS * VALUE}
        sizes |= {name: self._w[f"{name}.weight"].shape[1] for name in CODES}
        sizes["between"] = self.width
        for name in ("near_subject", "near_object"):
            sizes[name] = len(self._w[f"{name}.0.bias"])
        edges = np.cumsum([0, *sizes.values()])
        weight = self._w["pair.0.weight"]
        if weight.shape[1] != edges[-1]:
            raise ValueError(f"the pair's first layer reads {weight.shape[1]} numbers, not {edges[-1]}")
        return {name: weight[:, a:b] for name, a, b in zip(sizes, edges, edges[1:], strict=False)}

    def _all_code_states(self) -> Floats:
        """What each combination of a pair's classes adds to its state, the bias with it."""
        found = self._w["pair.0.bias"][None]
        for name in CODES:
            added = self._w[f"{name}.weight"] @ self._pair_parts[name].T
            found = (found[:, None] + added[None]).reshape(-1, added.shape[1])
        return found

    @property
    def width(self) -> int:
        """Width of the hidden states."""
        return int(self._w["outer.weight"].shape[1])

    def _linear(self, name: str, x: Floats) -> Floats:
        found: Floats = x @ self._w[f"{name}.weight"].T
        found += self._w[f"{name}.bias"]
        return found

    def _block(self, name: str, x: Floats) -> Floats:
        return gelu(self._linear(f"{name}.0", x))

    def tags(self, hidden: Floats) -> tuple[Floats, Floats]:
        """Log-probabilities (words, tags) of the outer and the inner layer, from each word's first sub-token."""
        return log_softmax(self._linear("outer", hidden)), log_softmax(self._linear("inner", hidden))

    def spans(self, hidden: Floats, first: Ints, last: Ints, types: Ints) -> Floats:
        """Representations of mentions: first, last and mean sub-token, and type."""
        total = running_sum(hidden)
        mean = (total[last + 1] - total[first]) / (last + 1 - first)[:, None].astype(np.float32)
        found: Floats = np.concatenate([hidden[first], hidden[last], mean, self._w["kind.weight"][types]], 1)
        return found.astype(np.float32)

    @staticmethod
    def entities(mentions: Floats, entity_of: Ints, count: int) -> Floats:
        """Representations of entities: the smooth maximum over their mentions."""
        found = np.zeros((count, mentions.shape[1]), np.float32)
        for entity in range(count):
            rows = mentions[entity_of == entity]
            top = rows.max(0)
            found[entity] = top + np.log(np.exp(rows - top).sum(0))
        return found

    def pairs(
        self, hidden: Floats, mentions: Floats, entities: Floats, types: Ints, features: PairFeatures
    ) -> tuple[Floats, Floats]:
        """Logits (pairs, predicates) and pair states (pairs, hidden)."""
        s, o = features.subject, features.object
        zs, zo = self._block("subject", entities), self._block("object", entities)
        state = self._pair_states(hidden, mentions, entities, zs, zo, features)
        left = np.einsum("ed,rdf->erf", self._linear("left", zs), self._w["bilinear"], optimize=True)
        right = self._linear("right", zo)
        logits = self._linear("predicate", state)
        logits += (left.reshape(-1, right.shape[1]) @ right.T).reshape(*left.shape[:2], len(right))[s, :, o]
        logits = np.where(allowed()[types[s], types[o]], logits, np.float32(-1e4)).astype(np.float32)
        return logits, state

    def _pair_states(
        self, hidden: Floats, mentions: Floats, entities: Floats, zs: Floats, zo: Floats, features: PairFeatures
    ) -> Floats:
        """The first layer over what is known of each pair.

        It is linear, so that what hangs on one end, on a class or on the words between alone is put through it once,
        and only the results are added for each pair.
        """
        s, o = features.subject, features.object
        w = self._pair_parts
        by_subject, by_object = zs @ w["subject"].T, zo @ w["object"].T
        of_codes, codes = self._codes(features)
        context = self._context(hidden, entities, s, o)
        between, of_between = self._between(hidden, features)
        near = self._near(mentions, features)
        state = np.empty((len(s), len(self._w["pair.0.bias"])), np.float32)
        for first in range(0, len(s), MANY):
            rows = slice(first, first + MANY)
            found = np.concatenate([zs[s[rows]] * zo[o[rows]], context[rows]], 1) @ w["both"].T
            found += by_subject[s[rows]]
            found += by_object[o[rows]]
            found += codes[of_codes[rows]]
            found += between[of_between[rows]]
            for ends, nearest in near:
                found += ends[nearest[rows]]
            state[rows] = gelu(found)
        return state

    def _near(self, mentions: Floats, features: PairFeatures) -> list[tuple[Floats, Ints]]:
        """What the nearest two mentions of a pair add to its state, a row a mention, and each pair's row."""
        ends = {"near_subject": features.near_subject, "near_object": features.near_object}
        return [(self._block(name, mentions) @ self._pair_parts[name].T, rows) for name, rows in ends.items()]

    def _context(self, hidden: Floats, entities: Floats, s: Ints, o: Ints) -> Floats:
        """What each pair reads from the sub-tokens (pairs, heads x values)."""
        tokens = len(hidden)
        key = self._linear("token_key", hidden).reshape(tokens, HEADS, KEY).transpose(1, 2, 0)
        score_s = self._linear("subject_query", entities).reshape(-1, HEADS, KEY).transpose(1, 0, 2) @ key / KEY**0.5
        score_o = self._linear("object_query", entities).reshape(-1, HEADS, KEY).transpose(1, 0, 2) @ key / KEY**0.5
        # exp(a + b) is exp(a) exp(b): the products of the two ends' weights, without a softmax for each pair.
        weight_s = np.exp(score_s - score_s.max(-1, keepdims=True))
        weight_o = np.exp(score_o - score_o.max(-1, keepdims=True))
        value = self._linear("token_value", hidden).reshape(tokens, HEADS, VALUE).transpose(1, 0, 2)
        value = np.concatenate([value, np.ones_like(value[..., :1])], 2)  # the last column sums the weights
        context = np.empty((len(s), HEADS, VALUE), np.float32)
        for head in range(HEADS):
            for first in range(0, len(s), ROWS):
                rows = slice(first, first + ROWS)
                product = weight_s[head][s[rows]]
                product *= weight_o[head][o[rows]]
                found = product @ value[head]
                context[rows, head] = found[:, :VALUE] / np.maximum(found[:, VALUE:], 1e-20)
        return context.reshape(len(s), -1)

    def _codes(self, features: PairFeatures) -> tuple[Ints, Floats]:
        """Each pair's row among all combinations of its classes, and what these add to its state."""
        row = np.zeros_like(features.distance)
        for name in CODES:
            row = row * len(self._w[f"{name}.weight"]) + getattr(features, name)
        return row, self._code_states

    def _between(self, hidden: Floats, features: PairFeatures) -> tuple[Floats, Ints]:
        """What the words between add to a pair's state, a row for each stretch of them, and each pair's row.

        Both orders of two entities have the same words between them, and many pairs have none or too many.
        """
        size = features.high - features.low
        place = np.where((size > 0) & (size < FURTHEST), features.low * FURTHEST + size, 0)
        places, rows = np.unique(np.append(place, 0), return_inverse=True)
        low, size = places // FURTHEST, places % FURTHEST
        total = running_sum(hidden)
        mean = (total[low + size] - total[low]) / np.maximum(size, 1)[:, None].astype(np.float32)
        found: Floats = mean @ self._pair_parts["between"].T
        return found, rows[:-1]

    def evidence(self, hidden: Floats, state: Floats, predicate: Ints, near: Ints) -> tuple[Floats, Floats]:
        """Probabilities (statements, sub-tokens) of belonging to the evidence, and the statements' codes."""
        code = np.concatenate([state, self._w["predicate_code.weight"][predicate]], 1)
        query = self._linear("evidence_query", code).reshape(-1, HEADS, KEY) * self._w["evidence_scale"][None, :, None]
        key = self._linear("evidence_key", hidden)
        scores = query.reshape(len(code), -1) @ key.T / KEY**0.5
        return sigmoid(scores + self._w["evidence_near.weight"][near][..., 0]), code

    def attributes(self, hidden: Floats, code: Floats, weight: Floats) -> Floats:
        """Attribute states of statements, read from the sub-tokens by ``weight``."""
        tokens = len(hidden)
        query = self._linear("reading_query", code).reshape(-1, HEADS, KEY).transpose(1, 0, 2)
        key = self._linear("reading_key", hidden).reshape(tokens, HEADS, KEY).transpose(1, 2, 0)
        scores = query @ key / KEY**0.5 + np.log(weight + 1e-6)[None]
        value = self._linear("reading_value", hidden).reshape(tokens, HEADS, VALUE).transpose(1, 0, 2)
        context = (softmax(scores.astype(np.float32)) @ value).transpose(1, 0, 2).reshape(len(code), -1)
        return self._block("attribute", np.concatenate([code, context], 1).astype(np.float32))

    def classes(self, state: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Probabilities of effect, modality and lifecycle, and of being said by a document and by somebody unnamed."""
        return (
            softmax(self._linear("effect", state)),
            softmax(self._linear("modality", state)),
            softmax(self._linear("lifecycle", state)),
            sigmoid(self._linear("speaker_words", state)),
        )

    def pointers(self, state: Floats, mentions: Floats, step: Ints, inside: Ints) -> tuple[Floats, Floats]:
        """Logits (statements, 4, mentions) of giving speaker, valid_from, valid_to or duration; (statements, 4) of
        none."""
        query = self._linear("pointer_query", state).reshape(-1, 4, POINTER)
        key = self._linear("pointer_key", mentions).reshape(-1, 4, POINTER)
        scores = np.einsum("sfd,mfd->sfm", query, key, optimize=True) / POINTER**0.5
        near = self._w["pointer_near.weight"][step] + self._w["pointer_in.weight"][inside]
        return (scores + near.transpose(0, 2, 1)).astype(np.float32), self._linear("pointer_none", state)

    def links(self, mentions: Floats, left: Ints, right: Ints, resemblance: Floats) -> Floats:
        """Probabilities of two mentions being one thing."""
        together = self._linear("link_left", mentions)[left] * self._linear("link_right", mentions)[right]
        found = self._linear(
            "link.2", self._block("link", np.concatenate([resemblance, together], 1).astype(np.float32))
        )
        return sigmoid(found[:, 0])
