"""What the bare words between two things say of whether a statement joins them: a second opinion on the score.

A linear model over runs of words, hashed, as that of ``wording.py``: it knows only which words stand between the two
names and right beside them. Where the network and the calibration hold a statement likely, its opinion makes the score
surer (``training/telling.py`` fits how much).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.wording import WORD, Named, inside

PLACES = 1 << 18  # of the hashed features
REACH = 160  # characters before the first and behind the second name that are looked at, within their sentences
BESIDE = 5  # words there
MOST = 40  # words between the names
LEAST = 0.45  # chance of a statement below which the words are not asked

SECOND_SIGNALS = ("chance", "words between")


@dataclass(frozen=True, slots=True)
class Joined:
    """A statement as the words between its ends show it: the mentions of them that stand nearest to each other."""

    text: str
    predicate: str
    subject: Named
    object: Named


def features(joined: Joined, outermost: Sequence[Named], sentences: Sequence[tuple[int, int]]) -> set[str]:
    """Runs of up to three words from the first to the second name and beside them, how far these are apart, and their
    types, each for the predicate. Names stand as ``<S>``, ``<O>``, both (``<SO>``), one that holds one of them
    (``<Sin>``, ``<Oin>``) or a type. ``outermost`` are the mentions that lie in no other, ascending."""
    ends = joined.subject, joined.object
    low, high = min(m.start for m in ends), max(m.end for m in ends)
    begin, end = bisect_right(sentences, low, key=lambda s: s[1]), bisect_left(sentences, high, key=lambda s: s[0])
    within = sentences[begin:end]
    if not within:
        return set()
    words = _words(joined, outermost, max(within[0][0], low - REACH), min(within[-1][1], high + REACH))
    marks = [index for index, word in enumerate(words) if word in ("<S>", "<O>", "<SO>", "<Sin>", "<Oin>")]
    if not marks:
        return set()
    first, last = marks[0], marks[-1]
    found = {
        "", f"in {len(within)}", f"apart {min(7, (last - first) // 3)}", f"from {words[first]} to {words[last]}",
        f"types {joined.subject.type} {joined.object.type}",
    }  # fmt: skip
    found |= _runs("between", words[first : last + 1][:MOST])
    found |= _runs("before", words[max(0, first - BESIDE) : first])
    found |= _runs("after", words[last + 1 : last + 1 + BESIDE])
    return {f"{joined.predicate} {name}" for name in found}


def places(found: set[str]) -> NDArray[np.int64]:
    """The places of features in the hashed weights, ascending, each once."""
    return np.unique(np.fromiter((crc32(name.encode()) % PLACES for name in found), np.int64, len(found)))


class Between:
    """The weights: log-odds that a statement joins two things."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]]) -> None:
        """``weight`` (1, places) in eight bits, ``scale`` and ``bias`` (1). Raises ValueError for another shape."""
        if arrays["weight"].shape != (1, PLACES):
            raise ValueError("the words were fitted for other features: run python -m training.wording")
        self._weight = arrays["weight"][0]
        self._scale, self._bias = float(arrays["scale"][0]), float(arrays["bias"][0])

    def odds(self, at: NDArray[np.int64]) -> float:
        """The log-odds of features at these places, within ±6; 0 where there are none."""
        if not len(at):
            return 0.0
        return float(np.clip(self._weight[at].sum(dtype=np.int64) * self._scale + self._bias, -6, 6))


def _words(joined: Joined, outermost: Sequence[Named], start: int, end: int) -> list[str]:
    pieces, at = [], start
    for mark in inside(outermost, start, end):
        pieces += [joined.text[at : mark.start].lower(), f" <{_label(joined, mark)}> "]
        at = mark.end
    return WORD.findall("".join([*pieces, joined.text[at:end].lower()]))


def _label(joined: Joined, mark: Named) -> str:
    held = [mark.start <= end.start and end.end <= mark.end for end in (joined.subject, joined.object)]
    if all(held):
        return "SO"
    if mark.entity == joined.subject.entity:
        return "S"
    if mark.entity == joined.object.entity:
        return "O"
    return "Sin" if held[0] else "Oin" if held[1] else mark.type


def _runs(where: str, words: Sequence[str]) -> set[str]:
    return {f"{where} {' '.join(words[i : i + n])}" for n in (1, 2, 3) for i in range(len(words) - n + 1)}
