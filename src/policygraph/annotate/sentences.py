"""Sentences of the blocks that carry statements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc

from policygraph.annotate.data import any_of, load
from policygraph.annotate.proposal import Sentence
from policygraph.model.records import Block, Document, Issue, Span

LONGEST_SENTENCE = 1500  # characters; longer runs are lists without stops, from which no statement is read
_END = re.compile(r"[.!?。！？]['\"”’)\]]*(?=\s+['\"“‘(\[]?[A-Z0-9\u00C0-\u024F])|[。！？]")


class SentenceSplitter:
    """Sets ``doc._.sentences`` so that no sentence crosses a block."""

    def __init__(self) -> None:
        data = load("sentences")
        self._kinds = frozenset(data["kinds"])
        self._abbreviation = re.compile(
            r"(?:^|[\s(\"“])(?:" + any_of(data["abbreviations"]) + r"|(?:[A-Z]\.)*[A-Z])\.$"
        )

    def __call__(self, doc: Doc) -> Doc:
        """Split the document of ``doc._.document``."""
        document: Document = doc._.document
        sentences, issues = self.sentences(document)
        doc._.issues.extend(issues)
        doc._.sentences = sentences
        return doc

    def sentences(self, document: Document) -> tuple[list[Sentence], list[Issue]]:
        """Sentences of the blocks that carry statements, and an issue for each that is too long to be read."""
        sentences: list[Sentence] = []
        issues = []
        for number, start, end in self._all(document):
            if end - start > LONGEST_SENTENCE:
                issues.append(_too_long(document, start))
            else:
                sentences.append(Sentence(start, end, len(sentences), number, document.blocks[number].kind))
        return sentences, issues

    def _all(self, document: Document) -> Iterator[tuple[int, int, int]]:
        for number, block in enumerate(document.blocks):
            for start, end in self.cuts(document.text, block) if block.kind in self._kinds else ():
                yield number, start, end

    def cuts(self, text: str, block: Block | Span) -> Iterator[tuple[int, int]]:
        """Start and end of each sentence of a block, whatever its kind."""
        start = block.start
        for match in _END.finditer(text, block.start, block.end):
            if match.group()[0] == "." and self._abbreviation.search(
                text[max(start, match.start() - 12) : match.start() + 1]
            ):
                continue
            if match.end() < block.end:
                yield start, match.end()
                start = match.end() + len(text[match.end() : block.end]) - len(text[match.end() : block.end].lstrip())
        if start < block.end:
            yield start, block.end


def _too_long(document: Document, start: int) -> Issue:
    reason = (
        f"the sentence at character {start} has more than {LONGEST_SENTENCE} characters; no statement was read from it"
    )
    return Issue("annotate", "sentence_too_long", reason, document_id=document.id)
