"""What the components of the pipeline hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Doc

from policygraph.model.records import BlockKind, Span


@dataclass(slots=True)
class Proposal:
    """Characters that a proposer takes for a mention.

    ``rank`` decides between overlapping proposals of equal length (higher wins). ``head`` is a rule's head noun or
    verb, a
    facility's noun. ``form`` is ``name``, ``description`` (introduced here or described), ``definite`` ("the order"),
    ``verb`` (an act
    known from its verb) or ``anaphor`` (a pronoun or "the company"; never a mention of its own). ``inner`` marks a
    proposal that
    lies within another one. ``antecedent`` is the proposal that an anaphor stands for.
    """

    start: int
    end: int
    type: str
    rank: int = 0
    value: str | None = None
    reference_id: str | None = None
    form: str = "name"
    head: str = ""
    entity: str = ""
    inner: bool = False
    antecedent: Proposal | None = None

    @property
    def length(self) -> int:
        """Number of characters."""
        return self.end - self.start

    def covers(self, other: Proposal) -> bool:
        """Whether the other one lies within this one."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a block; ``index`` counts the sentences of the document, ``block`` its blocks."""

    start: int
    end: int
    index: int
    block: int
    kind: BlockKind


@dataclass(slots=True)
class Draft:
    """A statement before guards and gate. Its ends are mentions; ``rule`` times and states are filled in later.

    ``denied_by`` names the guard that lowered it, ``refused`` why it is to be dropped ("" where it is not).
    """

    subject: Proposal
    predicate: str
    object: Proposal
    sentence: Sentence
    evidence: tuple[Span, ...]
    frame: str
    effect: str = "none"
    modality: str = "asserted"
    attribution: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    duration: str | None = None
    lifecycle: str | None = None
    action: str | None = None
    amount: str | None = None
    due: str | None = None
    item: str | None = None
    role: str | None = None
    detail: str | None = None
    standing: str = "fact"
    cue: int = 0
    trail: Span = field(default_factory=lambda: Span(0, 0))
    refused: str = ""
    notes: list[str] = field(default_factory=list)


_EXTENSIONS = ("document", "sentences", "proposals", "mentions", "drafts", "sources", "states", "statements", "issues")


def declare_extensions() -> None:
    """Declare the attributes ``doc._.…`` through which the components work together; doing it again changes nothing."""
    for name in _EXTENSIONS:
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)
