"""Short names that a document introduces itself: "(CAC)" behind a name, and the last names of people."""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.tokens import Doc

from policygraph.annotate.data import any_of
from policygraph.annotate.proposal import Proposal

_SHORT = re.compile(r" \((?:the )?[\"“']?([A-Z][\w&.-]{1,14}|[A-Z]\w+ [A-Z]\w+)[\"”']?\)")
_NAME_RANK = 15  # below it a name is only guessed from what stands before it
_SHORT_RANK = 16
_TYPES = frozenset({"Firm", "Authority", "Organisation", "Rule", "Zone", "Person", "Technology", "Sector"})


class ShortNameFinder:
    """Adds further mentions by introduced short names to ``doc._.proposals``; their ``antecedent`` is the full name."""

    def __call__(self, doc: Doc) -> Doc:
        """Propose the short names of ``doc._.document.text``."""
        introduced: dict[str, Proposal] = {}
        known = {doc._.document.text[p.start : p.end] for p in doc._.proposals if p.reference_id}
        for proposal in sorted(doc._.proposals, key=lambda p: (-p.length, -p.rank)):
            if proposal.type not in _TYPES or proposal.value:
                continue
            if match := _SHORT.match(doc._.document.text, proposal.end):
                introduced.setdefault(match[1], proposal)
            words = doc._.document.text[proposal.start : proposal.end].split()
            if proposal.type == "Firm" and not proposal.reference_id and proposal.rank < _NAME_RANK:
                introduced.setdefault(doc._.document.text[proposal.start : proposal.end], proposal)
            if proposal.type == "Person" and len(words) > 1 and len(words[-1]) > 2:
                introduced.setdefault(words[-1], proposal)
        names = [n for n in introduced if n not in known and len(n) > 1 and not n.isdigit()]
        if names:
            for match in re.finditer(rf"(?<![\w-]){any_of(names)}(?![\w-])", doc._.document.text):
                full = introduced[match.group()]
                if not full.start <= match.start() < full.end:
                    rank = max(full.rank, _SHORT_RANK)
                    short = replace(full, start=match.start(), end=match.end(), rank=rank, form="name", antecedent=full)
                    doc._.proposals.append(short)
        return doc
