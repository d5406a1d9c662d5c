"""What the first pass sees: rough sentences, their words without endings, and the pairs that stand together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

NUMBER = "0"  # every number is the same feature
_END = re.compile(r"[.!?][\"”’')\]]*\s+(?=[A-Z\"“‘'\d(\[])|\n+")
_TOKEN = re.compile(r"[^\W\d_]+|\d[\d.,]*|[%$€£§]")
_ENDING = re.compile(r"(?:ations?|ments?|ings?|ions?|ers?|ors?|ed|es|ly|al|s)$")
_LONGEST_WHOLE = 4  # letters up to which a word keeps its ending
_SHORTEST_STEM = 3


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """Characters of rough sentences: fast, not exact. A full stop behind a single capital letter ends none."""
    start = 0
    for match in _END.finditer(text):
        stop = match.start()
        initial = text[stop - 1 : stop].isupper() and not text[max(0, stop - 2) : stop - 1].isalnum()
        if initial and "\n" not in match[0]:
            continue
        if stop > start:
            yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def stem(word: str) -> str:
    """A word in lower case without a common ending: "regulated" and "regulators" are ``regulat``."""
    if word[0].isdigit():
        return NUMBER
    if len(word) <= _LONGEST_WHOLE:
        return word
    cut = _ENDING.sub("", word)
    return cut if len(cut) >= _SHORTEST_STEM else word


def tokens(sentence: str) -> list[str]:
    """Words, numbers and signs of money and percent, in lower case."""
    return _TOKEN.findall(sentence.lower())


def features(sentence: str) -> set[str]:
    """Stems and pairs of neighbouring stems, joined by a space."""
    stems = [stem(token) for token in tokens(sentence)]
    return {*stems, *(f"{left} {right}" for left, right in pairwise(stems))}
