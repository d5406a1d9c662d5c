"""A text as the encoder sees it: sub-tokens with letter shapes and gazetteer types, words, sentences and windows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TYPES = (
    "Firm", "Authority", "Publisher", "Jurisdiction", "Zone", "Sector", "DataCategory", "Technology", "Facility",
    "Rule",
    "Person", "Organisation", "Date", "Money", "Quantity",
)  # fmt: skip
TYPE_INDEX = {name: index for index, name in enumerate(TYPES)}
WINDOW = 510  # sub-tokens that the encoder takes at once, beside its two end marks
OVERLAP = 126  # the fewest sub-tokens that neighbouring windows share
SHAPES = 6  # lower, Capitalised, UPPER, miXed, with digit, no letter

_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bU\.S)(?<!\bU\.K)(?<!\bInc)(?<!\bCo)(?<!\bCorp)(?<!\bLtd)(?<!\bNo)(?<!\bArt)(?<!\bMr)(?<!\bMs)"
    r"(?<!\bDr)(?<!\bJan)(?<!\bFeb)(?<!\bAug)(?<!\bSept)(?<!\bOct)(?<!\bNov)(?<!\bDec)(?<!\bvs)(?<!\be\.g)(?<!\bi\.e)"
    r"[.!?][\"”’')\]]*\s+(?=[A-Z\"“‘'\d(\[])|\n+"
)

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Sub-tokens of a text. ``first`` and ``last`` are each word's sub-tokens; ``offsets`` each word's characters.

    ``sentence`` is the number of the sentence of each word; ``gazetteer`` 0 or 1 + the type of a known name there.
    """

    text: str
    ids: Ints
    shapes: Ints
    gazetteer: Ints
    words: tuple[tuple[int, int], ...]
    first: Ints
    last: Ints
    word_of: Ints
    sentence: Ints
    sentence_spans: tuple[tuple[int, int], ...]


KnownNames = Callable[[str], Sequence[tuple[int, int, str]]]


def encode(text: str, tokenizer: object, known_names: KnownNames) -> Encoded:
    """Cut a text into sub-tokens, words and sentences. ``known_names`` gives (start, end, type) of gazetteer names."""
    encoding = tokenizer.encode(text, add_special_tokens=False)  # type: ignore[attr-defined]
    word_ids, offsets = encoding.word_ids, encoding.offsets
    words: list[list[int]] = []
    first: list[int] = []
    last: list[int] = []
    word_of: list[int] = []
    for index, word in enumerate(word_ids):
        if index == 0 or word_ids[index - 1] != word:
            words.append([offsets[index][0], offsets[index][1]])
            first.append(index)
            last.append(index)
        else:
            words[-1][1] = offsets[index][1]
            last[-1] = index
        word_of.append(len(words) - 1)
    spans = tuple((start, end) for start, end in words)
    sentence_spans = sentences(text)
    word_array = np.array(word_of, np.int64)
    shape_of_word = np.array([shape(text[start:end]) for start, end in spans], np.int64)
    known = _known(spans, known_names(text))
    return Encoded(
        text,
        np.array(encoding.ids, np.int64),
        shape_of_word[word_array] if spans else np.zeros(0, np.int64),
        known[word_array] if spans else np.zeros(0, np.int64),
        spans,
        np.array(first, np.int64),
        np.array(last, np.int64),
        word_array,
        _sentence_numbers(spans, sentence_spans),
        sentence_spans,
    )


def shape(word: str) -> int:
    """The shape of a word's letters, so that an encoder that reads lower case sees capitals."""
    if any(c.isdigit() for c in word):
        return 4
    if not any(c.isalpha() for c in word):
        return 5
    if word.islower():
        return 0
    if word.isupper() and len(word) > 1:
        return 2
    if word[0].isupper() and (len(word) == 1 or word[1:].islower()):
        return 1
    return 3


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Sentences as spans of characters without the white space around them; a line's end ends a sentence."""
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
    spans = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            begin = start + len(piece) - len(piece.lstrip())
            spans.append((begin, begin + len(stripped)))
    return tuple(spans)


def _sentence_numbers(words: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> Ints:
    numbers = []
    at = 0
    for start, _ in words:
        while at + 1 < len(spans) and start >= spans[at + 1][0]:
            at += 1
        numbers.append(at)
    return np.array(numbers, np.int64)


def _known(words: Sequence[tuple[int, int]], names: Sequence[tuple[int, int, str]]) -> Ints:
    found = np.zeros(len(words), np.int64)
    at = 0
    for start, end, kind in sorted(names):
        while at < len(words) and words[at][1] <= start:
            at += 1
        here = at
        while here < len(words) and words[here][0] < end:
            found[here] = 1 + TYPE_INDEX[kind]
            here += 1
    return found


def windows(length: int) -> list[tuple[int, int]]:
    """Windows of sub-tokens that cover a text of this length: as few as can be, all of one size, as small as can be."""
    if length <= WINDOW:
        return [(0, length)]
    count = math.ceil((length - OVERLAP) / (WINDOW - OVERLAP))
    size = math.ceil((length + (count - 1) * OVERLAP) / count)
    starts = (round(number * (length - size) / (count - 1)) for number in range(count))
    return [(start, start + size) for start in starts]


def owners(length: int) -> list[tuple[int, int, int]]:
    """For each window (its number) the sub-tokens that are taken from it: those nearer its middle than another's."""
    spans = windows(length)
    found = []
    begin = 0
    for number, (_, end) in enumerate(spans):
        stop = length if number + 1 == len(spans) else (spans[number + 1][0] + end) // 2
        found.append((number, begin, stop))
        begin = stop
    return found
