"""What a reader's own mentions look like: gold documents with mentions lost, cut wrongly, invented, and split.

A head that has only seen perfect mentions believes whatever mentions it is given. It is trained on some documents with
mentions as they are found: the statements stay those of the gold, and what is said of a lost thing is lost.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from policygraph.annotate.neural.clusters import Found, cluster, entity_names

_WORD = re.compile(r"\w[\w'’-]*")
_VAGUE = ("Rule", "Sector", "Technology", "DataCategory", "Facility")
_CONFUSED = {"Sector": "Technology", "Technology": "Sector", "Firm": "Organisation", "Authority": "Organisation",
             "Organisation": "Firm", "Jurisdiction": "Authority", "DataCategory": "Technology"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each kind of mistake is made, as shares of mentions; ``invented`` per mention of the document."""

    lost: float = 0.06
    moved: float = 0.18  # of mentions of vague types
    confused: float = 0.04
    invented: float = 0.5  # of the unmarked words that are heads of marked phrases elsewhere


class Noise:
    """Makes noisy copies of gold documents."""

    def __init__(self, documents: Iterable[dict[str, Any]], rates: Rates | None = None) -> None:
        """``documents`` teach which words are often the last of a mention of a vague type."""
        self._random = random.Random(0)
        self._rates = rates or Rates()
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for document in documents:
            for mention in document["mentions"]:
                if mention["type"] in _VAGUE:
                    words = document["text"][mention["start"] : mention["end"]].split()
                    counts[words[-1].casefold()][mention["type"]] += 1
        self._heads = {word: found.most_common(1)[0][0] for word, found in counts.items() if sum(found.values()) >= 4}

    def noisy(self, document: dict[str, Any], seed: int) -> dict[str, Any]:
        """A copy with the mentions and entities that a reader might have found; a seed gives one copy."""
        self._random = random.Random(seed)
        text, mentions = document["text"], list(document["mentions"])
        found = [self._disturbed(text, mention) for mention in mentions if self._random.random() >= self._rates.lost]
        found += self._invented(text, mentions)
        unique = {(m["start"], m["end"], m["type"]): m for m in found}
        kept = sorted(unique.values(), key=lambda m: (m["start"], -m["end"]))
        return self._grouped(document, kept)

    def _disturbed(self, text: str, mention: dict[str, Any]) -> dict[str, Any]:
        chance = self._random.random()
        if mention["type"] in _VAGUE and chance < self._rates.moved:
            return {**mention, **self._moved(text, mention)}
        if chance > 1 - self._rates.confused and mention["type"] in _CONFUSED:
            return {**mention, "type": _CONFUSED[mention["type"]], "entity": f"{mention['entity']} (mistaken)"}
        return mention

    def _moved(self, text: str, mention: dict[str, Any]) -> dict[str, int]:
        """Other edges: a word fewer at the front, cut after the head, or some words more at either end."""
        start, end = mention["start"], mention["end"]
        inside = [(m.start() + start, m.end() + start) for m in _WORD.finditer(text[start:end])]
        choice = self._random.random()
        if len(inside) > 1 and choice < 0.35:
            return {"start": inside[1][0], "end": end}
        if len(inside) > 2 and choice < 0.6:
            return {"start": start, "end": inside[self._random.randrange(len(inside) - 1)][1]}
        if choice < 0.75:
            before = list(_WORD.finditer(text[max(0, start - 25) : start]))
            if before:
                return {"start": max(0, start - 25) + before[-1].start(), "end": end}
        after = list(_WORD.finditer(text[end : end + 60]))[: self._random.randrange(1, 5)]
        return {"start": start, "end": end + after[-1].end() if after else end}

    def _invented(self, text: str, mentions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Mentions of unmarked words that elsewhere are heads of marked phrases."""
        taken = [(m["start"], m["end"]) for m in mentions]
        found = []
        words = list(_WORD.finditer(text))
        for index, word in enumerate(words):
            kind = self._heads.get(word.group().casefold())
            if kind is None or self._random.random() >= self._rates.invented:
                continue
            first = max(0, index - self._random.choice((0, 0, 1, 1, 2)))
            start, end = words[first].start(), word.end()
            if "\n" in text[start:end] or any(a < end and start < b for a, b in taken):
                start = word.start()
            if any(a < end and start < b for a, b in taken):
                continue
            surface = text[start:end]
            found.append({"start": start, "end": end, "type": kind, "entity": f"{surface} (invented)"})
            taken.append((start, end))
        return found

    def _grouped(self, document: dict[str, Any], mentions: list[dict[str, Any]]) -> dict[str, Any]:
        """Half of the time entities are those that the words alone give, with the statements of the gold entity."""
        statements = document["statements"]
        if self._random.random() < 0.5:
            mentions, statements = _by_words(document["text"], mentions, statements)
        held = {m["entity"] for m in mentions}
        return {
            **document,
            "mentions": mentions,
            "statements": [s for s in statements if s["s"] in held and s["o"] in held],
        }


def _by_words(
    text: str, mentions: list[dict[str, Any]], statements: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    found = [Found(0, 0, m["type"], m["start"], m["end"], text[m["start"] : m["end"]]) for m in mentions]
    names = [f"{m.type} {name}" for m, name in zip(found, entity_names(found, cluster(text, found)), strict=True)]
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for name, mention in zip(names, mentions, strict=True):
        votes[name][mention["entity"]] += mention["end"] - mention["start"]
    pieces: dict[str, list[str]] = defaultdict(list)
    for name, counts in votes.items():
        pieces[counts.most_common(1)[0][0]].append(name)
    renamed = [{**mention, "entity": name} for mention, name in zip(mentions, names, strict=True)]
    told = [
        {**s, "s": subject, "o": object_, "attribution": [pieces.get(a, [a])[0] for a in s.get("attribution") or ()]}
        for s in statements
        for subject in pieces.get(s["s"], ())
        for object_ in pieces.get(s["o"], ())
    ]
    return renamed, told
