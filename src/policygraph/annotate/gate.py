"""The evidence gate: what has no exact quote that names both ends, or does not fit the ontology, is refused with an
issue."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from spacy.tokens import Doc

from policygraph.annotate.annotated import action_verb
from policygraph.annotate.proposal import Draft, Proposal, Sentence
from policygraph.annotate.rules import settle
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Document, Issue, Mention, Span, Standing, Statement
from policygraph.model.time import parse_day

MOST_SENTENCES = 2


class EvidenceGate:
    """Turns ``doc._.drafts`` into ``doc._.statements`` and refuses the rest; tidies ``doc._.mentions`` into what is
    kept."""

    def __init__(self, extractor: str, version: str) -> None:
        self._extractor = extractor
        self._version = version
        self._ontology = load_ontology()

    def __call__(self, doc: Doc) -> Doc:
        """Judge the drafts of ``doc``."""
        document: Document = doc._.document
        settle(doc._.drafts, doc._.states, parse_day(document.published) if document.published else None)
        statements: dict[Statement, Draft] = {}
        for draft in doc._.drafts:
            spans = evidence(draft, doc._.sentences)
            reason = self._refusal(draft, spans, doc._.sentences, doc._.document.text)
            if reason:
                doc._.issues.append(_refused(document, draft, reason))
                continue
            statements.setdefault(self._statement(document, draft, spans), draft)
        doc._.statements = tuple(statements)
        doc._.mentions = tuple(_kept(doc._.mentions, list(statements.values())))
        return doc

    def _refusal(self, draft: Draft, spans: Sequence[Span], sentences: Sequence[Sentence], text: str) -> str:
        """Why a draft is refused; "" if it is not."""
        relation = self._ontology.relations[draft.predicate]
        if not relation.joins(draft.subject.type, draft.object.type):
            return f"{draft.predicate} cannot join {draft.subject.type} to {draft.object.type}"
        if relation.has_effect != (draft.effect != "none") and not relation.has_effect:
            return f"{draft.predicate} has no effect, not {draft.effect}"
        for end in (draft.subject, draft.object):
            named = end.antecedent if end.form == "anaphor" else end
            if named is None or not any(s.start <= named.start and named.end <= s.end for s in spans):
                return f"the quote does not name {end.entity!r}"
        if len(touched(spans, sentences)) > MOST_SENTENCES:
            return f"the quotes reach over more than {MOST_SENTENCES} sentences"
        if not all(0 <= s.start < s.end <= len(text) and text[s.start : s.end].strip() for s in spans):
            return "a quote is empty or lies outside the text"
        return ""

    def _statement(self, document: Document, draft: Draft, spans: tuple[Span, ...]) -> Statement:
        standing: Standing = "candidate" if draft.standing == "candidate" else "fact"
        return Statement(
            document_id=document.id,
            subject=draft.subject.entity,
            subject_type=draft.subject.type,
            predicate=draft.predicate,
            object=draft.object.entity,
            object_type=draft.object.type,
            evidence=spans,
            extractor=self._extractor,
            extractor_version=self._version,
            origin="extracted",
            effect=draft.effect,
            modality=draft.modality,
            attribution=draft.attribution,
            valid_from=draft.valid_from,
            valid_to=draft.valid_to,
            duration=draft.duration,
            lifecycle=draft.lifecycle,
            action=draft.action,
            action_verb=action_verb(draft.action, self._ontology) if draft.action else None,
            amount=draft.amount,
            due=draft.due,
            item=draft.item,
            role=draft.role,
            detail=draft.detail or draft.action or draft.item or draft.role or draft.amount,
            standing=standing,
        )


def evidence(draft: Draft, sentences: Sequence[Sentence]) -> tuple[Span, ...]:
    """The quotes of a draft: the clause, and for an anaphor the sentence that names what it stands for."""
    spans = list(draft.evidence)
    for end in (draft.subject, draft.object):
        named = end.antecedent
        if (
            end.form == "anaphor"
            and named is not None
            and not any(s.start <= named.start and named.end <= s.end for s in spans)
        ):
            at = bisect_right(sentences, named.start, key=lambda s: s.start) - 1
            if at >= 0 and named.end <= sentences[at].end:
                spans.append(Span(sentences[at].start, sentences[at].end))
    return tuple(sorted(spans))


def touched(spans: Sequence[Span], sentences: Sequence[Sentence]) -> set[int]:
    """Indices of the sentences (in the order of the text) that quotes reach into."""
    found = set()
    for span in spans:
        at = max(0, bisect_right(sentences, span.start, key=lambda s: s.start) - 1)
        while at < len(sentences) and sentences[at].start < span.end:
            if span.start < sentences[at].end:
                found.add(sentences[at].index)
            at += 1
    return found


def _kept(mentions: Sequence[Proposal], drafts: Sequence[Draft]) -> list[Mention]:
    """Outer mentions, and inner ones, adjectives of places and verbs only where a statement rests on them."""
    used = {id(end) for draft in drafts for end in (draft.subject, draft.object)}
    kept: dict[tuple[int, int, str], Mention] = {}
    for mention in mentions:
        shy = (mention.inner and not mention.value) or mention.form in ("demonym", "verb")
        if mention.form == "anaphor" or (shy and id(mention) not in used):
            continue
        key = (mention.start, mention.end, mention.type)
        kept.setdefault(
            key, Mention(mention.start, mention.end, mention.type, mention.entity, mention.value, mention.reference_id)
        )
    return list(kept.values())


def _refused(document: Document, draft: Draft, reason: str) -> Issue:
    what = f"{draft.subject.entity} {draft.predicate} {draft.object.entity}"
    return Issue("annotate", "evidence_refused", f"{what}: {reason}", document_id=document.id)
