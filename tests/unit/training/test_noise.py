"""Noisy copies of gold documents."""

from __future__ import annotations

from typing import Any

from benchmarks.gold.documents import read_split
from training.noise import Noise, Rates


def _documents() -> list[dict[str, Any]]:
    return [d for d in read_split("train") if "text" in d and d["id"].startswith("gold-w")][:30]


def _names(document: dict[str, Any]) -> set[str]:
    return {m["entity"] for m in document["mentions"]}


def test_without_rates_mentions_stay() -> None:
    documents = _documents()
    noise = Noise(documents, Rates(0, 0, 0, 0))
    for document in documents:
        found = noise.noisy(document, 1)
        assert [(m["start"], m["end"], m["type"]) for m in found["mentions"]] == [
            (m["start"], m["end"], m["type"])
            for m in sorted(document["mentions"], key=lambda m: (m["start"], -m["end"]))
        ]


def test_noise_is_of_each_kind_and_statements_keep_their_ends() -> None:
    documents = _documents()
    noise = Noise(documents)
    lost = made = moved = 0
    for document in documents:
        found = noise.noisy(document, 1)
        assert found["text"] == document["text"]
        clean = {(m["start"], m["end"]) for m in document["mentions"]}
        now = {(m["start"], m["end"]) for m in found["mentions"]}
        lost += len(clean - now)
        made += len(now - clean)
        moved += sum(any(a < d and c < b for c, d in clean) for a, b in now - clean)
        assert all(s["s"] in _names(found) and s["o"] in _names(found) for s in found["statements"])
        for mention in found["mentions"]:
            surface = document["text"][mention["start"] : mention["end"]]
            assert surface == surface.strip()
            assert surface
    assert lost > 50
    assert 20 < moved < made


def test_the_same_seed_makes_the_same_noise() -> None:
    documents = _documents()
    first = [Noise(documents).noisy(d, 3) for d in documents]
    assert first == [Noise(documents).noisy(d, 3) for d in documents]
