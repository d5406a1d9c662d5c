"""Statements that a mention's own words make: whose rule it is and on what ("US sanctions", "ban on exports of
chips"), whose
facility and where, and which country a firm is from ("Chinese carmaker BYD")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from policygraph.annotate.attribution import attribution_at
from policygraph.annotate.data import any_of, load
from policygraph.annotate.proposal import Draft, Proposal, Sentence
from policygraph.annotate.rules import implied_effect
from policygraph.annotate.statements import mentions_by_sentence
from policygraph.model.records import Span

_CASES = frozenset({"penalises", "investigates", "clears", "funds"})
_TARGETS = frozenset({"Firm", "Technology", "DataCategory", "Sector", "Organisation", "Person"})


class StructureReader:
    """Adds drafts to ``doc._.drafts`` from mentions that lie within or beside others."""

    def __init__(self) -> None:
        data = load("structure")
        self._firm_noun = re.compile(rf" (?:[\w-]+ ){{0,2}}{any_of(data['firm_nouns'])} $")
        self._on = re.compile(
            rf"\b{any_of(data['joints'])} "
            r"(?:the |sales of |exports of |export of |the sale of |imports of |import of |use of |the use of )?$"
        )
        self._detail: dict[str, str] = data["places"]

    def __call__(self, doc: Doc) -> Doc:
        """Read the mentions of ``doc``."""
        drafts: list[Draft] = doc._.drafts
        known = len(drafts)
        told: dict[int, Draft] = {}  # who operates a site, by the frames
        for draft in drafts:
            if draft.predicate == "operates":
                told.setdefault(id(draft.object), draft)
        for sentence, mentions in mentions_by_sentence(doc._.sentences, doc._.mentions):
            for i, mention in enumerate(mentions):
                inner = [m for m in mentions if m.inner and mention.covers(m) and m is not mention]
                if mention.type == "Rule" and not mention.inner:
                    drafts.extend(self._rule(doc._.document.text, sentence, mention, inner))
                elif mention.type == "Facility" and not mention.inner:
                    operated = told.get(id(mention))
                    drafts.extend(_facility(doc._.document.text, sentence, mention, inner, operated))
                elif mention.form == "demonym":
                    for firm in mentions[i + 1 : i + 3]:
                        drafts.extend(self._origin(doc._.document.text, sentence, mention, firm))
        for draft in drafts[known:]:
            if draft.subject.type != "Rule":
                continue
            draft.attribution = draft.attribution or attribution_at(
                doc._.sources.get(draft.sentence.index, ()), draft.cue
            )
        return doc

    def _rule(self, text: str, sentence: Sentence, rule: Proposal, inner: Sequence[Proposal]) -> Iterator[Draft]:
        effect = implied_effect(rule)
        for part in inner:
            if part.type == "Authority" and part.start == rule.start and effect:
                yield _draft(rule, "issued_by", part, sentence)
            elif part.type in _TARGETS and effect and rule.form != "name":
                before = text[rule.start : part.start]
                if not before or self._on.search(before):
                    predicate = (
                        "enforced_against"
                        if effect in _CASES and part.type in ("Firm", "Organisation", "Person")
                        else "applies_to"
                    )
                    yield _draft(rule, predicate, part, sentence, effect)
            elif part.type == "Jurisdiction" and effect and rule.form != "name":
                word = text[rule.start : part.start].split()[-1:]
                detail = self._detail.get(word[0]) if word else None
                if detail:
                    yield _draft(rule, "applies_to", part, sentence, effect, detail)

    def _origin(self, text: str, sentence: Sentence, place: Proposal, firm: Proposal) -> Iterator[Draft]:
        if firm.type == "Firm" and not firm.inner and self._firm_noun.match(text[place.end : firm.start]):
            yield _draft(firm, "located_in", place, sentence)


def _facility(
    text: str, sentence: Sentence, site: Proposal, inner: Sequence[Proposal], told: Draft | None
) -> Iterator[Draft]:
    """Whose site and where; a site that is only planned (in what is ``told`` of who operates it) is only planned to be
    there."""
    for part in inner:
        if part.type == "Firm" and part.start == site.start and text[part.end : part.end + 2] in ("'s", "’s"):
            yield _draft(part, "operates", site, sentence)
        elif part.type in ("Jurisdiction", "Zone") and part.form != "demonym":
            draft = _draft(site, "located_in", part, sentence, detail="physically")
            if told is None and not any(p.type == "Firm" for p in inner) and site.form == "description":
                continue
            if told:
                draft.modality, draft.attribution, draft.cue = told.modality, told.attribution, told.cue
            yield draft


def _draft(
    subject: Proposal,
    predicate: str,
    object_: Proposal,
    sentence: Sentence,
    effect: str = "none",
    detail: str | None = None,
) -> Draft:
    span = Span(min(subject.start, object_.start), max(subject.end, object_.end))
    return Draft(
        subject,
        predicate,
        object_,
        sentence,
        (span,),
        f"structure.{predicate}",
        effect=effect,
        detail=detail,
        cue=span.start,
        trail=Span(span.end, span.end),
    )
