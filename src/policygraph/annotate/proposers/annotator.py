"""Proposers as annotators: what one proposes is judged beside what the reader finds, and filed under its own name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policygraph.annotate.annotation import Annotation, Annotator
from policygraph.annotate.proposers.gate import ProposalGate
from policygraph.annotate.proposers.protocol import Proposer
from policygraph.annotate.proposers.schema import data_file
from policygraph.model.identity import digest
from policygraph.model.records import Document, Mention

VERSION = "1"
VERSION_LENGTH = 12  # hex digits


class _Judged:
    """A proposer whose version is that of all that its statements rest on: itself, the gate, and the reader."""

    def __init__(self, proposer: Proposer, base: Annotator) -> None:
        parts = (
            VERSION,
            proposer.version,
            data_file("instructions.yml"),
            base.extractor,
            base.version,
            str(proposer.facts),
        )
        self._proposer = proposer
        self.name = proposer.name
        self.facts = proposer.facts
        self.version = f"{VERSION}-{digest(chr(0).join(parts).encode('utf-8'))[:VERSION_LENGTH]}"
        self.propose = proposer.propose
        self.spent = proposer.spent


class ProposerAnnotator:
    """Annotates documents by one proposer alone; the reader is only asked how it names things."""

    def __init__(self, proposer: Proposer, base: Annotator, gate: ProposalGate) -> None:
        if ":" not in proposer.name:
            raise ValueError(f"the proposer {proposer.name!r} must be named kind:name")
        self._proposer = _Judged(proposer, base)
        self._base = base
        self._gate = gate
        self.extractor = proposer.name
        self.version = self._proposer.version

    def annotate(self, document: Document) -> Annotation:
        """Mentions and statements that were proposed and have passed."""
        return self.judged(document, None)

    def judged(self, document: Document, base: Annotation | None) -> Annotation:
        """The same, where the reader's annotation is known already."""
        proposals = self._proposer.propose(document)
        if not proposals.pieces:
            return Annotation((), (), proposals.issues, proposals.complete)
        return self._gate.judge(self._proposer, document, proposals, base or self._base.annotate(document))

    def spent(self) -> Mapping[str, int]:
        """What the proposer has used."""
        return self._proposer.spent()


class AnnotatorWithProposers:
    """The reader's annotation with what proposers add; each statement names its extractor."""

    def __init__(self, base: Annotator, proposers: Sequence[ProposerAnnotator]) -> None:
        self._base = base
        self._proposers = tuple(proposers)
        self.extractor = base.extractor
        self.version = "+".join([base.version, *(p.version for p in self._proposers)])

    def annotate(self, document: Document) -> Annotation:
        """Mentions and statements of a document. Of mentions of the same words and type the reader's is kept."""
        base = self._base.annotate(document)
        found = [base, *(proposer.judged(document, base) for proposer in self._proposers)]
        mentions: dict[tuple[int, int, str], Mention] = {}
        for mention in (m for annotation in found for m in annotation.mentions):
            mentions.setdefault((mention.start, mention.end, mention.type), mention)
        return Annotation(
            tuple(sorted(mentions.values(), key=lambda m: (m.start, -m.end, m.type))),
            tuple(s for annotation in found for s in annotation.statements),
            tuple(i for annotation in found for i in annotation.issues),
            all(annotation.complete for annotation in found),
        )
