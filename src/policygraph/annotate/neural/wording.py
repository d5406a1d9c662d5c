"""What the bare words of a statement say of how it is told: a second opinion beside the network's.

A linear model over runs of words (Wang and Manning 2012, "Baselines and Bigrams"), hashed (Weinberger et al. 2009,
"Feature Hashing for Large Scale Multitask Learning"), knows only which words stand where. It reads worse than the
network and errs elsewhere: where both say the same, the telling is surer (``telling.py``). Fitted by
``training/wording.py``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from policygraph.model.ontology import load_ontology

WORDING = "wording.npz"
PLACES = 1 << 17  # of the hashed features
OPINIONS = ("relief", "planned", "possible", "denied")
LONGEST = 2000  # characters of a quote: a page may hold a word of a million letters
BEYOND = 12  # words on either side of a quote that are looked at

WORD = re.compile(r"<[A-Za-z]+>|[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|[%$€£?!;:,\"“”—-]")
WITH_EFFECT = frozenset({"applies_to", "enforced_against", "lifts"})
_ABOUT_RULES = WITH_EFFECT | {"issued_by", "repeals", "amends"}


class Named(NamedTuple):
    """A mention: its characters, its type, and the thing that it names."""

    start: int
    end: int
    type: str
    entity: str


@dataclass(frozen=True, slots=True)
class Worded:
    """A statement in its text: its ends, and the characters of its quotes and of the sentences that they lie in."""

    text: str
    subject: str
    predicate: str
    object: str
    quotes: Sequence[tuple[int, int]]
    sentences: Sequence[tuple[int, int]]


def features(worded: Worded, outermost: Sequence[Named]) -> frozenset[str]:
    """What the words of a statement are like: runs of up to four words of its quotes, some with a gap, single words and
    pairs around the quotes, the rule's own words, and the predicate. Mentions stand as ``<S>``, ``<O>`` or their type;
    ``outermost`` are those of them that lie in no other, ascending.
    """
    kind = "effect" if worded.predicate in WITH_EFFECT else worded.predicate
    found = {f"predicate {worded.predicate}"}
    if worded.predicate in _ABOUT_RULES:
        found |= {f"rule {word}" for word in _rule_words(worded, outermost)}
    found |= _runs(quoted_words(worded, outermost), kind)
    for start, end in worded.sentences:
        within = [(a, b) for a, b in worded.quotes if a < end and b > start]
        first, last = min((a for a, _ in within), default=start), max((b for _, b in within), default=end)
        found |= _around("before", _words(worded, outermost, start, max(start, first))[-BEYOND:])
        found |= _around("after", _words(worded, outermost, min(end, last), end)[:BEYOND])
    return frozenset(found)


def quoted_words(worded: Worded, outermost: Sequence[Named]) -> list[str]:
    """The words of the quotes in lower case, a bar after each. Mentions stand as ``<S>``, ``<O>`` or their type."""
    found: list[str] = []
    for start, end in worded.quotes:
        found += [*_words(worded, outermost, start, min(end, start + LONGEST)), "|"]
    return found


def places(found: Iterable[str], size: int = PLACES) -> NDArray[np.int64]:
    """The places of features among so many hashed weights, ascending, each once."""
    return np.unique(np.fromiter((crc32(name.encode()) % size for name in found), np.int64))


class Wording:
    """Weights of the opinions: log-odds of relief (against burden), and of planned, possible and denied."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]]) -> None:
        """``weight`` (opinions, places) in eight bits, ``scale`` and ``bias`` (opinions). Raises ValueError for another
        shape."""
        if arrays["weight"].shape != (len(OPINIONS), PLACES):
            raise ValueError("the words were fitted for other features: run python -m training.wording")
        self._weight = arrays["weight"]
        self._scale = arrays["scale"].astype(np.float64)
        self._bias = arrays["bias"].astype(np.float64)

    def odds(self, at: NDArray[np.int64]) -> NDArray[np.float64]:
        """The log-odds of each opinion, of features at these places."""
        total: NDArray[np.float64] = self._weight[:, at].sum(axis=1, dtype=np.int64) * self._scale + self._bias
        return total

    def agrees(self, at: NDArray[np.int64], effect: str, modality: str) -> tuple[float, float]:
        """How much the words speak for the side of an effect, and for a modality, as log-odds within ±5 and ±6; 0 for
        an effect that is on no side."""
        odds = self.odds(at)
        side = load_ontology().side(effect)
        for_side = odds[0] if side == "relief" else -odds[0] if side else 0.0
        each = dict(zip(("asserted", *OPINIONS[1:]), (0.0, *odds[1:]), strict=True))
        others = np.logaddexp.reduce([value for name, value in each.items() if name != modality])
        return float(np.clip(for_side, -5, 5)), float(np.clip(each[modality] - others, -6, 6))


def outermost(mentions: Iterable[Named]) -> Iterator[Named]:
    """The mentions that lie in no other, in the order of the text; of two that overlap the one that begins first."""
    end = -1
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if mention.start >= end:
            yield mention
            end = mention.end


def inside(outermost: Sequence[Named], start: int, end: int) -> Iterator[Named]:
    """Those of the outermost mentions, ascending, that lie whole between two places: found without a walk over the
    whole document, whose every reading asks."""
    for index in range(bisect_left(outermost, start, key=lambda m: m.start), len(outermost)):
        if outermost[index].end > end:  # so is that of all that follow: none lies in another
            return
        yield outermost[index]


def _words(worded: Worded, marks: Sequence[Named], start: int, end: int) -> list[str]:
    pieces, at = [], start
    for mark in inside(marks, start, end):
        label = "S" if mark.entity == worded.subject else "O" if mark.entity == worded.object else mark.type
        pieces += [worded.text[at : mark.start].lower(), f" <{label}> "]
        at = mark.end
    return WORD.findall("".join([*pieces, worded.text[at:end].lower()]))


def _rule_words(worded: Worded, marks: Sequence[Named]) -> Iterator[str]:
    for start, end in worded.sentences:
        for mark in inside(marks, start, end):
            if mark.entity == worded.subject:
                yield from WORD.findall(worded.text[mark.start : mark.end].lower())


def _runs(words: Sequence[str], kind: str) -> set[str]:
    found = set()
    for i, word in enumerate(words):
        found |= {word, f"{kind} {word}"}
        found |= {" ".join(words[i : i + length]) for length in (2, 3, 4) if i + length <= len(words)}
        found |= {f"{word} {'_ ' * gap}{words[i + gap + 1]}" for gap in (1, 2) if i + gap + 1 < len(words)}
    return {f"quote {name}" for name in found}


def _around(where: str, words: Sequence[str]) -> set[str]:
    pairs = (f"{a} {b}" for a, b in pairwise(words))
    return {f"{where} {name}" for name in (*words, *pairs)}
