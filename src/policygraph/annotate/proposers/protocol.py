"""What a proposer gives: quotes of a text with what they mean, none of it believed before the gate has looked at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from policygraph.model.records import Document, Issue


@dataclass(frozen=True, slots=True)
class ProposedMention:
    """Words of a text that refer to a thing.

    ``quote`` is exact but for white space; ``entity`` is the proposer's label of the thing, the same for all its
    mentions, and never shown. ``start`` is the first character in the document's text where the proposer knows it;
    else the quote is looked for.
    """

    quote: str
    type: str
    entity: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class ProposedStatement:
    """A statement between two labels of mentions, with one or two exact quotes as evidence.

    Fields are those of ``policygraph.model.records.Statement``. ``attribution`` holds labels of mentions, ``document``
    or ``anonymous`` (with how many: ``anonymous:2``). ``score`` is between 0 and 1, None where the proposer has none.
    """

    subject: str
    predicate: str
    object: str
    evidence: tuple[str, ...]
    effect: str = "none"
    modality: str = "asserted"
    attribution: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    duration: str | None = None
    lifecycle: str | None = None
    action: str | None = None
    due: str | None = None
    item: str | None = None
    role: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters ``start`` to ``end`` of a document with what was proposed for them; labels hold within a piece."""

    start: int
    end: int
    mentions: tuple[ProposedMention, ...]
    statements: tuple[ProposedStatement, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """What a proposer gives for a document.

    ``complete`` is False where a part was not proposed for (time-out, limit of cost): the document is then left for the
    next run.
    """

    pieces: tuple[Piece, ...] = ()
    issues: tuple[Issue, ...] = ()
    complete: bool = True


class Proposer(Protocol):
    """Proposes for documents.

    ``name`` is the extractor of its statements, ``kind:name`` with a colon: extractors of that form add to what the
    reader finds instead of replacing it. ``version`` changes with everything that changes what it proposes. ``facts``
    is the operator's word that its proposals may be shown as facts where no guard doubts them.
    """

    name: str
    version: str
    facts: bool

    def propose(self, document: Document) -> Proposals:
        """Proposals for a document; what goes wrong is an issue among them."""

    def spent(self) -> Mapping[str, int]:
        """Counts of what was used since the proposer was made: requests, tokens, cost."""
