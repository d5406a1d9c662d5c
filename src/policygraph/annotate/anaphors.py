"""Pronouns and descriptions such as "the company" at the head of a clause, with what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from policygraph.annotate.data import any_of, load
from policygraph.annotate.proposal import Proposal, Sentence


class AnaphorResolver:
    """Adds anaphors with their antecedents to ``doc._.mentions``; where none is found, nothing is added."""

    def __init__(self) -> None:
        data = load("anaphors")
        self._reach = int(data["reach"])
        self._any = frozenset(data["any_types"])
        self._types = {word: kind for kind in ("Firm", "Authority", "Person") for word in data[kind]}
        phrases = [*self._types, *data["any"]]
        cased = any_of([p[0].upper() + p[1:] for p in phrases] + [p for p in phrases if " " in p] + ["it", "he", "she"])
        self._pattern = re.compile(
            rf"(?:^|(?<=, )|(?<= use )|(?<= that )|(?<= and ))({cased})(?= [a-z])|"
            rf"(?<=, )({cased})(?=(?: \w+)? (?:said|added|found|argued|wrote))"
        )

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the anaphors of ``doc._.document.text``."""
        sentences: Sequence[Sentence] = doc._.sentences
        named = [m for m in doc._.mentions if not m.inner and m.form != "demonym"]
        by_sentence = _by_sentence(named, sentences)
        found: list[Proposal] = []
        for sentence in sentences:
            if sentence.kind != "headline":
                found += self._in_sentence(doc._.document.text, sentence, sentences, by_sentence)
        doc._.mentions = sorted([*doc._.mentions, *found], key=lambda p: (p.start, -p.end))
        return doc

    def _in_sentence(
        self, text: str, sentence: Sentence, sentences: Sequence[Sentence], named: dict[int, list[Proposal]]
    ) -> Iterator[Proposal]:
        covered = [(m.start, m.end) for m in named.get(sentence.index, ())]
        for match in self._pattern.finditer(text[sentence.start : sentence.end]):
            start, end = (p + sentence.start for p in match.span(1 if match[1] else 2))
            word = text[start:end].casefold()
            kind = self._types.get(word)
            types = frozenset({kind}) if kind else self._any
            if text[max(0, start - 5) : start] == " use ":
                types = frozenset({"Rule"})
            antecedent = self._antecedent(start, sentence, sentences, named, types)
            if antecedent and not any(s < end and start < e for s, e in covered):
                yield Proposal(start, end, antecedent.type, form="anaphor", antecedent=antecedent, head=word)

    def _antecedent(
        self,
        start: int,
        sentence: Sentence,
        sentences: Sequence[Sentence],
        named: dict[int, list[Proposal]],
        types: frozenset[str],
    ) -> Proposal | None:
        """The first fitting mention (the likely subject) of the nearest sentence of the same or the preceding block."""
        if types != self._any or start > sentence.start:
            here = [m for m in named.get(sentence.index, ()) if m.end <= start and m.type in types]
            if here:
                return here[0]
        for back in range(1, self._reach + 1):
            index = sentence.index - back
            if (
                index < 0
                or sentences[index].kind in ("headline", "table")
                or sentences[index].block < sentence.block - 1
            ):
                return None
            if types == self._any and sentences[index].block != sentence.block:
                return None
            fitting = [m for m in named.get(index, ()) if m.type in types and m.form != "verb"]
            if fitting:
                return fitting[0]
            if types == self._any and named.get(index):
                return None
        return None


def _by_sentence(mentions: Sequence[Proposal], sentences: Sequence[Sentence]) -> dict[int, list[Proposal]]:
    """Mentions by the index of their sentence; both are in the order of the text."""
    placed: dict[int, list[Proposal]] = {}
    i = 0
    for mention in mentions:
        while i < len(sentences) and sentences[i].end <= mention.start:
            i += 1
        if i < len(sentences) and sentences[i].start <= mention.start:
            placed.setdefault(sentences[i].index, []).append(mention)
    return placed
