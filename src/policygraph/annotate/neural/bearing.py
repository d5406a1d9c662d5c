"""Whether the bare words bear out that a text says a statement at all: a second opinion on the network's proposals.

A linear model over hashed runs of words, as in ``wording.py``, fitted on what readers proposed in texts that they had
not been trained on, and on whether the gold has it (``training/bearing.py``). It knows nothing but words, types and
what the network read. The network learned some of its texts by heart and is too sure of them; this model was never
asked about those. What it says is one signal of the calibration (``signals.py``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.wording import WITH_EFFECT, WORD, Named, Worded, outermost, places, quoted_words

BEARING = "bearing.npz"
PLACES = 1 << 18  # of the hashed features
LENGTH = 60  # words of the quotes that are looked at
NAMED, NAME_LENGTH = 3, 200  # mentions of either end that are looked at, and characters of each
MOST = 5.0  # log-odds: no page is to make a statement certain by its words alone

Places = NDArray[np.int64]


class Proposal(NamedTuple):
    """A statement as the network proposes it: ends by whatever tells entities apart, and characters of its quotes."""

    subject: str
    predicate: str
    object: str
    quotes: Sequence[tuple[int, int]]
    effect: str
    modality: str


class Words:
    """A text with its mentions, laid out once for all statements that are proposed of it."""

    def __init__(self, text: str, mentions: Iterable[Named]) -> None:
        """``mentions`` name their entities as the proposals do."""
        ordered = sorted(mentions)
        self._text = text
        self._outermost = list(outermost(ordered))
        self._of: defaultdict[str, list[Named]] = defaultdict(list)
        for mention in ordered:
            if len(self._of[mention.entity]) < NAMED:
                self._of[mention.entity].append(mention)

    def places(self, proposal: Proposal) -> Places:
        """Where the weights of a proposal's features stand, ascending, each once."""
        return places(self.features(proposal), PLACES)

    def features(self, proposal: Proposal) -> frozenset[str]:
        """What a proposed statement is like: runs of up to three words of its quotes, alone and for its predicate, the
        words of either end, and what the network read."""
        subject, predicate, object_, quotes, effect, modality = proposal
        types = [self._of[end][0].type for end in (subject, object_)]
        found = {
            f"predicate {predicate}", f"types {predicate} {' '.join(types)}", f"modality {predicate} {modality}",
            f"effect {predicate} {effect if predicate in WITH_EFFECT else 'none'}",
        }  # fmt: skip
        for which, end in (("subject", subject), ("object", object_)):
            for mention in self._of[end]:
                found |= set(_named(f"{which} {predicate}", self._text[mention.start : mention.end][:NAME_LENGTH]))
        worded = Worded(self._text, subject, predicate, object_, quotes, ())
        found |= set(_runs(quoted_words(worded, self._outermost)[:LENGTH], predicate))
        return frozenset(found)


class Bearing:
    """Weights of the opinion that a text says a statement."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]]) -> None:
        """``weight`` (1, places) in eight bits and ``scale`` (1). Raises ValueError for another shape."""
        if arrays["weight"].shape != (1, PLACES):
            raise ValueError("the words were fitted for other features: run python -m training.bearing")
        self._weight = arrays["weight"][0]
        self._scale = float(arrays["scale"][0])

    def odds(self, at: Places) -> float:
        """By how much features at these places raise the log-odds that a statement is said, beside all other signals:
        no log-odds of their own, since how often proposals are right is left to the calibration. Within ±5."""
        return float(np.clip(float(self._weight[at].sum(dtype=np.int64)) * self._scale, -MOST, MOST))


def _named(end: str, words: str) -> Iterator[str]:
    said = WORD.findall(words.lower())
    yield from (f"{end} {word}" for word in said)
    yield f"{end} last {said[-1] if said else ''}"
    yield f"{end} {'capital' if words[:1].isupper() else 'small'}"


def _runs(words: Sequence[str], predicate: str) -> Iterator[str]:
    for i, word in enumerate(words):
        yield from (f"quote {word}", f"quote {predicate} {word}")
        if i + 1 < len(words):
            yield from (f"quote {word} {words[i + 1]}", f"quote {predicate} {word} {words[i + 1]}")
        if i + 2 < len(words):
            yield f"quote {predicate} {word} {words[i + 1]} {words[i + 2]}"
