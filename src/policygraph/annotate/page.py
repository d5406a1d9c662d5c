"""A document as the trained reader read it, with what is asked of it again and again: blocks, sentences, mentions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from policygraph.annotate.neural.reading import Read, Said
from policygraph.annotate.neural.tokens import Encoded
from policygraph.annotate.neural.wording import Named, outermost
from policygraph.model.records import Document, Mention, Span

_SILENT = frozenset({"caption", "boilerplate", "heading"})
_ASIDE = frozenset({"headline", *_SILENT})
NEAR = 1000  # characters: where lines do not end, a sentence may be a whole document


class Page:
    """A document, what was read of it, and its mentions in the order of the network: ``mentions`` as records,
    ``outermost`` as what words are read with, without those that lie in another."""

    def __init__(self, document: Document, encoded: Encoded, result: Read, mentions: Sequence[Mention]) -> None:
        self.document = document
        self.result = result
        self.mentions = mentions
        self.outermost = list(outermost(Named(m.start, m.end, m.type, m.entity) for m in mentions))
        self._sentences = encoded.sentence_spans
        self._starts = [start for start, _ in encoded.sentence_spans]
        self._block_starts = [block.start for block in document.blocks]
        self._money = sorted((m for m in mentions if m.type == "Money"), key=lambda m: m.start)
        self._placed: dict[tuple[int, int], list[Mention]] = defaultdict(list)  # by entity and sentence
        self._in_article: set[int] = set()  # entities that are not named in headlines and the like alone
        for mention, entity in zip(mentions, result.entity_of, strict=True):
            number = self._sentence(mention.start)
            if number is not None and mention.end <= self._sentences[number][1]:
                self._placed[entity, number].append(mention)
            if document.blocks and document.blocks[self._block(mention.start)].kind not in _ASIDE:
                self._in_article.add(entity)

    def kinds(self, spans: Sequence[Span]) -> set[str]:
        """Kinds of the blocks in which spans begin."""
        blocks = self.document.blocks
        return {blocks[self._block(s.start)].kind for s in spans} if blocks else set()

    def sentences(self, spans: Sequence[Span]) -> list[tuple[int, int]]:
        """The sentences that spans lie in, whole where they do not reach further than ``NEAR`` beyond the spans."""
        held: dict[int, list[int]] = {}
        for span in spans:
            for place in (span.start, span.end - 1):
                number = self._sentence(place)
                if number is not None:
                    held.setdefault(number, []).append(place)
        found = []
        for number, inside in sorted(held.items()):
            start, end = self._sentences[number]
            found.append((max(start, min(inside) - NEAR), min(end, max(inside) + NEAR)))
        return found

    def value(self, index: int | None) -> str | None:
        """The value of a mention."""
        return None if index is None else self.mentions[index].value

    def amount(self, spans: Sequence[Span]) -> str | None:
        """The amount that spans name, if it is one."""
        inside = []
        for span in spans:
            first = bisect_left(self._money, span.start, key=lambda m: m.start)
            last = bisect_left(self._money, span.end, key=lambda m: m.start)
            inside += [m for m in self._money[first:last] if m.end <= span.end]
        return inside[0].value if len(inside) == 1 else None

    def evidence(self, said: Said) -> tuple[Span, ...] | None:
        """The quotes of a reading, in at most two sentences that name both ends; None where there are none such."""
        chosen: dict[int, list[int]] = {}
        for start, end in said.evidence:
            number = self._sentence(start)
            if number is None:
                return None
            _widen(chosen, number, start, min(end, self._sentences[number][1]))
        for entity, near in ((said.subject, said.near_subject), (said.object, said.near_object)):
            inside = [m for n in sorted(chosen) for m in self._placed.get((entity, n), ())]
            mention = min(inside, key=lambda m: _away(m, chosen)) if inside else self.mentions[near]
            number = self._sentence(mention.start)
            if number is None:
                return None
            _widen(chosen, number, mention.start, mention.end)
        if len(chosen) > 2:
            return None
        spans = tuple(Span(*chosen[n]) for n in sorted(chosen))
        return spans if self._blocks_allow((said.subject, said.object), spans) else None

    def part_of_evidence(self, said: Said) -> tuple[Span, ...] | None:
        """The quotes of a reading by one stretch of its evidence, where the whole lies too far apart or in blocks that
        may not be joined: the longest with which both ends are named; None where there is none such."""
        for stretch in sorted(said.evidence, key=lambda s: (s[0] - s[1], s)):
            if spans := self.evidence(replace(said, evidence=(stretch,))):
                return spans
        return None

    def _blocks_allow(self, ends: tuple[int, int], spans: Sequence[Span]) -> bool:
        """Nothing is read from captions and boilerplate, and nothing joins two headlines or a headline to an
        article."""
        blocks = self.document.blocks
        if not blocks:
            return True
        touched = {self._block(place) for span in spans for place in (span.start, span.end - 1)}
        kinds = {blocks[index].kind for index in touched}
        if kinds & _SILENT:
            return False
        if "headline" in kinds:
            return len(touched) == 1
        return all(entity in self._in_article for entity in ends)

    def _block(self, place: int) -> int:
        at = bisect_right(self._block_starts, place) - 1
        return at if at >= 0 and place < self.document.blocks[at].end else 0

    def _sentence(self, place: int) -> int | None:
        at = bisect_right(self._starts, place) - 1
        return at if at >= 0 and place < self._sentences[at][1] else None


def _widen(chosen: dict[int, list[int]], number: int, start: int, end: int) -> None:
    """Widen what is chosen of a sentence."""
    held = chosen.setdefault(number, [start, end])
    held[0], held[1] = min(held[0], start), max(held[1], end)


def _away(mention: Mention, chosen: dict[int, list[int]]) -> int:
    return min(max(0, start - mention.end, mention.start - end) for start, end in chosen.values())
