"""One reading of each stretch of text: the longest proposal wins, names before descriptions; what lies within it is
kept as inner."""

from __future__ import annotations

from spacy.tokens import Doc

from policygraph.annotate.proposal import Proposal

_NAME_RANK = 15  # from here on a proposal is a name or a value; below it is a description


class OverlapResolver:
    """Makes ``doc._.mentions`` of ``doc._.proposals``, in the order of the text, outer before inner."""

    def __call__(self, doc: Doc) -> Doc:
        """Choose among the proposals."""
        names = [p for p in doc._.proposals if p.rank >= _NAME_RANK]
        phrases = [p for p in doc._.proposals if p.rank < _NAME_RANK]
        owner: list[Proposal | None] = [None] * len(doc._.document.text)
        kept: list[Proposal] = []
        for group in (names, phrases):
            for proposal in sorted(group, key=lambda p: (-p.length, -p.rank, p.start, p.type)):
                if _fits(proposal, owner):
                    kept.append(proposal)
        doc._.mentions = sorted(kept, key=lambda p: (p.start, -p.end))
        return doc


def _fits(proposal: Proposal, owner: list[Proposal | None]) -> bool:
    """Whether a proposal may be kept; takes its characters if it is an outer one."""
    owners = {id(o): o for o in owner[proposal.start : proposal.end] if o is not None}
    for other in owners.values():
        if other.covers(proposal):
            same = other.length == proposal.length
            proposal.inner = True
            return not same and other.type != proposal.type and not other.value
        if not proposal.covers(other):
            return False
    if any(other.type == proposal.type and other.reference_id for other in owners.values()) and proposal.type != "Rule":
        return (
            _take(proposal, owner, owners)
            if proposal.type in ("Technology", "DataCategory", "Sector", "Zone")
            else False
        )
    return _take(proposal, owner, owners)


def _take(proposal: Proposal, owner: list[Proposal | None], owners: dict[int, Proposal]) -> bool:
    for other in owners.values():
        other.inner = True
        if other.type == proposal.type and proposal.type == "Zone":
            proposal.reference_id = other.reference_id
    owner[proposal.start : proposal.end] = [proposal] * proposal.length
    return True
