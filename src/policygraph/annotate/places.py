"""Whether a place name is the place or its government, and whose a facility is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc

from policygraph.annotate.data import any_of, load, words
from policygraph.annotate.proposal import Proposal
from policygraph.annotate.rules import implied_effect
from policygraph.reference import Reference

_NAME_RANK = 15  # below it a proposal is a description


class PlaceRoles:
    """Changes ``doc._.mentions``: a place that acts becomes the Authority that governs it; a facility takes its
    possessor in."""

    def __init__(self, reference: Reference) -> None:
        data = load("acts")
        auxiliaries = "|".join(sorted(words(data["auxiliaries"])))
        self._acts = re.compile(rf"(?: (?:{auxiliaries}))* (?:{'|'.join(sorted(words(data['verbs'])))})\b")
        self._body = re.compile(rf" {any_of(data['bodies'])}\b")
        self._before = re.compile(
            rf"\b(?:{'|'.join(data['places_after'])})(?: the| southern| northern| mainland)? $", re.IGNORECASE
        )
        self._by = re.compile(rf"\b{any_of(data['by'])}(?: \w+)? by (?:the )?$")
        self._said = re.compile(r",? (?:said|says|announced)$")
        self._reference = reference

    def __call__(self, doc: Doc) -> Doc:
        """Read the places and facilities of ``doc._.document.text``."""
        mentions: Sequence[Proposal] = doc._.mentions
        rules = frozenset(m.start for m in mentions if m.type == "Rule" and not m.inner and implied_effect(m))
        for i, mention in enumerate(mentions):
            if mention.type == "Jurisdiction" and not mention.inner and mention.reference_id:
                self._read_place(doc._.document.text, mention, rules)
            elif mention.type == "Jurisdiction" and mention.inner and mention.reference_id:
                self._read_issuer(mention, mentions[max(0, i - 4) : i])
            elif mention.type == "Facility" and i:
                self._possessor(doc._.document.text, mention, mentions[max(0, i - 3) : i])
        doc._.mentions = sorted(mentions, key=lambda p: (p.start, -p.end))
        return doc

    def _read_place(self, text: str, mention: Proposal, rules: frozenset[int]) -> None:
        government = self._government(text, mention)
        if government is None:
            return
        body = self._body.match(text, mention.end)
        if body:
            mention.end, mention.form = body.end(), "government"
        elif mention.form == "demonym" or not self._is_acting(text, mention, rules):
            return
        mention.type, mention.reference_id = "Authority", government
        mention.form = "government"

    def _read_issuer(self, mention: Proposal, before: Sequence[Proposal]) -> None:
        """A place at the head of a rule's description ("US sanctions") is the government that made it."""
        government = self._reference.governments.get(mention.reference_id or "")
        if government and any(o.type == "Rule" and o.rank < _NAME_RANK and o.start == mention.start for o in before):
            mention.type, mention.reference_id, mention.form = "Authority", government, "government"

    def _is_acting(self, text: str, mention: Proposal, rules: frozenset[int]) -> bool:
        before = text[max(0, mention.start - 30) : mention.start]
        if self._by.search(before) or _owns_rule(text, mention, rules):
            return True
        return bool(self._acts.match(text, mention.end)) and not self._before.search(before)

    def _government(self, text: str, mention: Proposal) -> str | None:
        """The government that a place name stands for: a capital's name may stand for its country's."""
        name = text[mention.start : mention.end]
        bearers = [
            e
            for e in self._reference.lookup(name, "Authority")
            if self._reference.rows[e.id].cells.get("kind") == "government"
        ]
        if bearers:
            return min(bearers, key=lambda e: (not self._is_national(e.id), e.id)).id
        return self._reference.governments.get(mention.reference_id or "")

    def _is_national(self, identity: str) -> bool:
        seat = self._reference.seat(identity)
        return seat is not None and self._reference.rows[seat].cells.get("kind") in ("country", "union")

    def _possessor(self, text: str, facility: Proposal, before: Sequence[Proposal]) -> None:
        for firm in before:
            if firm.type == "Firm" and not firm.inner and text[firm.end : facility.start] in ("'s ", "’s ", "' ", "’ "):
                firm.inner = True
                facility.start = firm.start


def _owns_rule(text: str, mention: Proposal, rules: frozenset[int]) -> bool:
    """Whether a rule stands behind the place's possessive ("China's export curbs")."""
    return text[mention.end : mention.end + 3] in ("'s ", "’s ") and mention.end + 3 in rules
