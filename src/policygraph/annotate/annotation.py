"""What an annotator makes of a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from policygraph.model.records import Document, Issue, Mention, Statement


@dataclass(frozen=True, slots=True)
class Annotation:
    """Mentions in the order of the text, statements that passed the evidence gate, and what was refused and why.

    ``complete`` is False where the document could not be read in full now and is to be read again by the next run.
    """

    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    issues: tuple[Issue, ...] = ()
    complete: bool = True


class Annotator(Protocol):
    """Reads a document. The same document gives the same annotation on every machine."""

    extractor: str
    version: str

    def annotate(self, document: Document) -> Annotation:
        """Mentions and statements of a document."""
