"""A long text in overlapping stretches of whole sentences: what is put to the heads at once.

Their work grows faster than the square of what they look at, so that a long text read whole costs too much. A text of
up to ``WHOLE`` sub-tokens (some 9,000 characters) is one stretch.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.tokens import Encoded

WHOLE = 2048  # sub-tokens up to which a text is read whole
STRETCH = 1024  # most sub-tokens of a stretch of a longer text; the texts of the training have up to 800
OVERLAP = 256  # most sub-tokens that two stretches share: five to ten sentences


def cut(encoded: Encoded) -> list[tuple[int, int]]:
    """Stretches as ranges of words (the end not included) that cover the text, each with an end of its own.

    They begin and end with sentences where these are short enough, else within one.
    """
    count = len(encoded.words)
    if len(encoded.ids) <= WHOLE:
        return [(0, count)]
    edges = np.append(encoded.first, len(encoded.ids))  # sub-token at which each word begins
    breaks = np.append(np.nonzero(np.diff(encoded.sentence, prepend=-1))[0], count)
    found = []
    begin = 0
    while True:
        furthest = max(begin + 1, int(np.searchsorted(edges, edges[begin] + STRETCH, "right")) - 1)
        if furthest >= count:
            found.append((begin, count))
            return found
        least = int(np.searchsorted(edges, edges[begin] + STRETCH // 2))
        end = _last(breaks, least, furthest)
        found.append((begin, end))
        again = max(begin + 1, int(np.searchsorted(edges, edges[end] - OVERLAP)))
        begin = _first(breaks, again, end)


def _last(breaks: NDArray[np.int64], least: int, most: int) -> int:
    """The last break within bounds (both included), ``most`` if there is none."""
    index = int(np.searchsorted(breaks, most, "right")) - 1
    return int(breaks[index]) if index >= 0 and breaks[index] >= least else most


def _first(breaks: NDArray[np.int64], least: int, before: int) -> int:
    """The first break from ``least`` on, ``least`` if there is none before ``before``."""
    index = int(np.searchsorted(breaks, least))
    return int(breaks[index]) if index < len(breaks) and breaks[index] < before else least


def part(encoded: Encoded, begin: int, end: int) -> Encoded:
    """The words ``begin`` to ``end`` (not included) as a text of its own. Words, sub-tokens and sentences are counted
    from its beginning, characters from that of the whole text."""
    if (begin, end) == (0, len(encoded.words)):
        return encoded
    low, high = int(encoded.first[begin]), int(encoded.last[end - 1]) + 1
    first, last = int(encoded.sentence[begin]), int(encoded.sentence[end - 1]) + 1
    return Encoded(
        encoded.text,
        encoded.ids[low:high],
        encoded.shapes[low:high],
        encoded.gazetteer[low:high],
        encoded.words[begin:end],
        encoded.first[begin:end] - low,
        encoded.last[begin:end] - low,
        encoded.word_of[low:high] - begin,
        encoded.sentence[begin:end] - first,
        encoded.sentence_spans[first:last],
    )
