"""Acts that no noun names: the verb by which an authority acts on somebody ("fined", "was sued") is the rule's
mention."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from policygraph.annotate.data import any_of, load
from policygraph.annotate.proposal import Proposal

RANK = 26
_REACH = 60  # characters before an active verb in which its authority ends


class RuleVerbFinder:
    """Adds verbs that stand for rules to ``doc._.proposals``; needs the authorities among them."""

    def __init__(self) -> None:
        rows = load("rule_nouns")["verbs"]
        verbs = [verb for row in rows for verb in row["verbs"]]
        adverbs = r"(?:[a-z]+ly |also |conditionally |now |already )*"
        auxiliaries = (
            r"(?:has |have |had |will |would |may |might |could |is |are |was |were |be |been |plans to |also |not )*"
        )
        self._active = re.compile(rf" {auxiliaries}{adverbs}({any_of(verbs)})(?= )")
        self._passive = re.compile(
            rf"\b(?:was|were|been|be|being|is|are) {adverbs}({any_of([v for v in verbs if v.endswith('ed')])})\b"
        )

    def __call__(self, doc: Doc) -> Doc:
        """Propose the verbs of ``doc._.document.text``."""
        found = []
        for proposal in doc._.proposals:
            acts = proposal.type in ("Authority", "Jurisdiction") and proposal.form == "name"
            if acts and (match := self._active.match(doc._.document.text, proposal.end)):
                found.append(match.span(1))
        anaphor = re.compile(
            r"\b(?:[Tt]he (?:regulator|agency|authority|watchdog|court|ministry|commission|bureau)|It)"
            + self._active.pattern
        )
        found += [m.span(1) for m in anaphor.finditer(doc._.document.text)]
        found += [m.span(1) for m in self._passive.finditer(doc._.document.text)]
        for start, end in dict.fromkeys(found):
            doc._.proposals.append(Proposal(start, end, "Rule", RANK, form="verb", head=doc._.document.text[start:end]))
        return doc
