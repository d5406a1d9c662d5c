"""A sentence with its mentions replaced by markers such as ``<Firm:3>``, so that frames can be matched on what stands
between them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policygraph.annotate.proposal import Proposal, Sentence

MARKER = re.compile(r"<[A-Za-z]+:(\d+)>")
_PLAIN = str.maketrans({"<": "‹", ">": "›", "’": "'", "‘": "'", "“": '"', "”": '"'})


@dataclass(frozen=True, slots=True)
class Skeleton:
    """``text`` with markers; ``mentions`` by marker number; ``verbs`` are verb mentions, whose words stay in the
    text."""

    sentence: Sentence
    text: str
    mentions: Sequence[Proposal]
    verbs: Sequence[Proposal]
    inner: Sequence[Proposal]
    _ours: Sequence[int]
    _theirs: Sequence[int]

    def place(self, position: int) -> int:
        """The place in the document's text of a position in ``text``; within a marker, the mention's start."""
        i = bisect_right(self._ours, position) - 1
        offset = position - self._ours[i]
        if i % 2:  # a marker: its start, or the mention's end at the marker's end
            return self._theirs[i]
        return self._theirs[i] + offset

    def named(self, group: str) -> Iterator[Proposal]:
        """The mentions whose markers stand in a piece of ``text``."""
        for number in MARKER.findall(group):
            yield self.mentions[int(number)]

    def verb_at(self, start: int, end: int) -> Proposal | None:
        """The verb mention within a stretch of the document's text."""
        return next((v for v in self.verbs if start <= v.start and v.end <= end), None)


def skeleton(text: str, sentence: Sentence, mentions: Sequence[Proposal]) -> Skeleton:
    """The skeleton of a sentence; ``mentions`` are those of the sentence, in order."""
    outer = [m for m in mentions if not m.inner and m.form not in ("verb", "demonym")]
    parts: list[str] = []
    ours, theirs = [0], [sentence.start]
    length, place = 0, sentence.start
    for number, mention in enumerate(outer):
        between = text[place : mention.start].translate(_PLAIN)
        marker = f"<{mention.type}:{number}>"
        parts += [between, marker]
        length += len(between)
        ours += [length, length + len(marker)]
        theirs += [mention.start, mention.end]
        length += len(marker)
        place = mention.end
    parts.append(text[place : sentence.end].translate(_PLAIN))
    verbs, inner = [m for m in mentions if m.form == "verb"], [m for m in mentions if m.inner]
    return Skeleton(sentence, "".join(parts), outer, verbs, inner, ours, theirs)
