"""The shortened arithmetic of the heads against the plain form of what it stands for."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from policygraph.annotate.neural.heads import PREDICATES, TAGS, PairFeatures, allowed, decode_tags
from policygraph.annotate.neural.network import HEADS, KEY, VALUE, Floats, Heads, gelu, running_sum, softmax
from policygraph.annotate.neural.tokens import TYPES

WIDTH, END, NEAR, BILINEAR = 24, 16, 8, 6
CODES = {"distance": (9, 4), "gap": (10, 4), "nesting": (3, 2), "together": (5, 2)}
TOKENS, MENTIONS, ENTITIES, PAIRS = 130, 12, 7, 300


def _weights(chance: np.random.Generator) -> dict[str, Floats]:
    span = 3 * WIDTH + 5
    code = sum(size for _, size in CODES.values())
    pair = 3 * END + HEADS * VALUE + code + WIDTH + 2 * NEAR
    shapes: dict[str, tuple[int, ...]] = {f"{name}.weight": shape for name, shape in CODES.items()}
    layers = {
        "outer": (TAGS, WIDTH), "subject.0": (END, span), "object.0": (END, span), "pair.0": (END, pair),
        "subject_query": (HEADS * KEY, span), "object_query": (HEADS * KEY, span),
        "token_key": (HEADS * KEY, WIDTH), "token_value": (HEADS * VALUE, WIDTH), "left": (BILINEAR, END),
        "right": (BILINEAR, END), "predicate": (len(PREDICATES), END), "near_subject.0": (NEAR, span),
        "near_object.0": (NEAR, span),
    }  # fmt: skip
    for name, shape in layers.items():
        shapes |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    shapes |= {"bilinear": (len(PREDICATES), BILINEAR, BILINEAR)}
    return {name: (0.3 * chance.standard_normal(shape)).astype(np.float32) for name, shape in shapes.items()}


def _features(chance: np.random.Generator) -> PairFeatures:
    def of(most: int) -> NDArray[np.int64]:
        return chance.integers(0, most, PAIRS)

    low = of(TOKENS)
    high = np.minimum(low + of(100), TOKENS)
    classes = (of(CODES[name][0]) for name in CODES)
    return PairFeatures(of(ENTITIES), of(ENTITIES), of(MENTIONS), of(MENTIONS), *classes, low, high)


def _plain(w: dict[str, Floats], hidden: Floats, mentions: Floats, entities: Floats, f: PairFeatures) -> Floats:
    """The pair's first layer over everything that it reads, put side by side."""

    def linear(name: str, x: Floats) -> Floats:
        found: Floats = x @ w[f"{name}.weight"].T + w[f"{name}.bias"]
        return found

    a, b = gelu(linear("subject.0", entities))[f.subject], gelu(linear("object.0", entities))[f.object]
    key = linear("token_key", hidden).reshape(-1, HEADS, KEY)
    value = linear("token_value", hidden).reshape(-1, HEADS, VALUE)
    query = (linear("subject_query", entities)[f.subject] + linear("object_query", entities)[f.object]).reshape(
        -1, HEADS, KEY
    )
    attention = softmax(np.einsum("phk,thk->pht", query, key).astype(np.float32) / np.float32(KEY**0.5))
    context = np.einsum("pht,thv->phv", attention, value).reshape(PAIRS, -1)
    codes = [w[f"{name}.weight"][getattr(f, name)] for name in CODES]
    between = np.zeros((PAIRS, WIDTH), np.float32)
    for row, (low, high) in enumerate(zip(f.low, f.high, strict=True)):
        if 0 < high - low < 80:
            between[row] = hidden[low:high].mean(0)
    near = [gelu(linear("near_subject.0", mentions))[f.near_subject]]
    near += [gelu(linear("near_object.0", mentions))[f.near_object]]
    return gelu(linear("pair.0", np.concatenate([a, b, a * b, context, *codes, between, *near], 1).astype(np.float32)))


def test_states_of_pairs_are_those_of_the_plain_form() -> None:
    chance = np.random.default_rng(5)
    weights, features = _weights(chance), _features(chance)
    hidden = chance.standard_normal((TOKENS, WIDTH)).astype(np.float32)
    span = 3 * WIDTH + 5
    mentions = chance.standard_normal((MENTIONS, span)).astype(np.float32)
    entities = chance.standard_normal((ENTITIES, span)).astype(np.float32)
    types = chance.integers(0, len(TYPES), ENTITIES)
    logits, state = Heads(weights).pairs(hidden, mentions, entities, types, features)
    plain = _plain(weights, hidden, mentions, entities, features)
    assert np.abs(state - plain).max() < 1e-3
    ends = [
        gelu(entities @ weights[f"{name}.0.weight"].T + weights[f"{name}.0.bias"]) @ weights[f"{side}.weight"].T
        + weights[f"{side}.bias"]
        for name, side in (("subject", "left"), ("object", "right"))
    ]
    bilinear = np.einsum("pd,rdf,pf->pr", ends[0][features.subject], weights["bilinear"], ends[1][features.object])
    wanted = plain @ weights["predicate.weight"].T + weights["predicate.bias"] + bilinear
    open_ = allowed()[types[features.subject], types[features.object]]
    assert np.abs(logits[open_] - wanted[open_]).max() < 1e-2
    assert (logits[~open_] == -1e4).all()


def test_weights_of_another_shape_are_refused() -> None:
    weights = _weights(np.random.default_rng(5))
    weights["pair.0.weight"] = weights["pair.0.weight"][:, 1:]
    with pytest.raises(ValueError, match="first layer"):
        Heads(weights)


def test_running_sums_begin_with_nothing() -> None:
    rows = np.arange(6, dtype=np.float32).reshape(3, 2)
    assert running_sum(rows).tolist() == [[0, 0], [0, 1], [2, 4], [6, 9]]


def _allowed_after(before: int, tag: int) -> bool:
    return tag == 0 or tag % 2 == 1 or before in (tag, tag - 1)


def _best_score(scores: Floats) -> float:
    """The score of the best sequence, each tag tried after each."""
    best = [float(s) if tag == 0 or tag % 2 else -1e9 for tag, s in enumerate(scores[0])]
    for row in scores[1:]:
        best = [
            max(value for before, value in enumerate(best) if _allowed_after(before, tag)) + float(row[tag])
            for tag in range(TAGS)
        ]
    return max(best)


def _score_of(scores: Floats, spans: list[tuple[int, int, int]]) -> float:
    tags = [0] * len(scores)
    for first, last, kind in spans:
        tags[first : last + 1] = [1 + 2 * kind] + [2 + 2 * kind] * (last - first)
    return float(sum(scores[at, tag] for at, tag in enumerate(tags)))


def test_tags_are_the_best_that_may_follow_each_other() -> None:
    chance = np.random.default_rng(7)
    nothing = np.full((14, TAGS), -50, np.float32)
    nothing[:, 0] = 0
    for _ in range(20):
        scores = (3 * chance.standard_normal((14, TAGS))).astype(np.float32)
        found = decode_tags(scores, nothing)
        assert _score_of(scores, found) == pytest.approx(_best_score(scores), abs=1e-3)
