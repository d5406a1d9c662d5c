"""Pieces of a document that are asked about at once: whole paragraphs, bounded, overlapping by whole paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policygraph.annotate.sentences import SentenceSplitter
from policygraph.model.records import Document, Span

_SILENT = frozenset({"caption", "boilerplate"})


@dataclass(frozen=True, slots=True)
class Chunk:
    """Spans of a document's text in their order, and their words with a line's end between them."""

    spans: tuple[Span, ...]
    text: str

    @property
    def start(self) -> int:
        """First character."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """Where the last span ends."""
        return self.spans[-1].end


def chunks(document: Document, most: int, overlap: int) -> tuple[Chunk, ...]:
    """Chunks of at most ``most`` characters. Each but the first begins with the last paragraphs of the one before, as
    many as fit into ``overlap`` characters. A paragraph that is longer than ``most`` is cut at ends of sentences.
    """
    found: list[Chunk] = []
    held: list[Span] = []
    for span in _paragraphs(document, most):
        if held and _length([*held, span]) > most:
            found.append(_chunk(document, held))
            held = _tail(held, min(overlap, most - (span.end - span.start) - 1))
        held.append(span)
    if held:
        found.append(_chunk(document, held))
    return tuple(found)


def _paragraphs(document: Document, most: int) -> Iterator[Span]:
    splitter = SentenceSplitter()
    blocks = [Span(b.start, b.end) for b in document.blocks if b.kind not in _SILENT]
    for block in blocks if document.blocks else [Span(0, len(document.text))]:
        if not document.text[block.start : block.end].strip():
            continue
        if block.end - block.start <= most:
            yield block
        else:
            yield from _cut(block, [s for s, _ in splitter.cuts(document.text, block)], most)


def _cut(block: Span, starts: list[int], most: int) -> Iterator[Span]:
    """A long paragraph in parts; a sentence longer than ``most`` is cut where the bound is."""
    at = block.start
    while block.end - at > most:
        stop = max((s for s in starts if at < s <= at + most), default=at + most)
        yield Span(at, stop)
        at = stop
    yield Span(at, block.end)


def _tail(held: list[Span], overlap: int) -> list[Span]:
    kept: list[Span] = []
    for span in reversed(held):
        if _length([span, *kept]) > overlap:
            break
        kept.insert(0, span)
    return kept


def _length(spans: list[Span]) -> int:
    return sum(s.end - s.start for s in spans) + len(spans) - 1


def _chunk(document: Document, spans: list[Span]) -> Chunk:
    return Chunk(tuple(spans), "\n".join(document.text[s.start : s.end] for s in spans))
