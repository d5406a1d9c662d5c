"""The gate for proposals: exact quotes that name both ends within two sentences, a triple that the ontology allows, and
no word that the text does not have. What does not pass is refused with a reason; what the guards doubt is lowered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product

from policygraph.annotate.annotated import action_verb
from policygraph.annotate.annotation import Annotation
from policygraph.annotate.gate import MOST_SENTENCES, touched
from policygraph.annotate.proposal import Sentence
from policygraph.annotate.proposers.completion import completed
from policygraph.annotate.proposers.details import Details, speakers
from policygraph.annotate.proposers.doubts import Doubts
from policygraph.annotate.proposers.entities import Thing, mentions_of_thing, things_of_piece
from policygraph.annotate.proposers.protocol import Piece, Proposals, ProposedStatement, Proposer
from policygraph.annotate.proposers.quotes import find_quote
from policygraph.annotate.sentences import SentenceSplitter
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Block, Document, Issue, Mention, Span, Statement

LONGEST_QUOTE = 800  # characters
MOST_QUOTES = 2
MOST_ISSUES = 50  # of one document; more are told in one sentence
_MOST_PLACES = 100  # combinations of places of quotes that are tried
_SILENT = frozenset({"caption", "boilerplate", "heading"})


class RefusedError(ValueError):
    """A statement that does not pass; the message says why."""


@dataclass(slots=True)
class _Page:
    """A document under the gate."""

    document: Document
    sentences: list[Sentence]
    base: Annotation
    details: Details
    without_dates: str  # the same characters but for dates: "17 May" is no "may"
    is_suspect: bool = False
    statements: list[Statement] = field(default_factory=list)
    mentions: dict[tuple[int, int, str], Mention] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Ends:
    """Subject and object of a statement with the evidence and the mentions there."""

    subject: Thing
    object: Thing
    evidence: tuple[Span, ...]
    subject_at: Span
    object_at: Span
    is_widened: bool  # a sentence was added that names what the quote only points at


class ProposalGate:
    """Turns proposals into mentions and statements. ``base`` is what the reader made of the same document."""

    def __init__(self, doubts: Doubts) -> None:
        self._doubts = doubts
        self._splitter = SentenceSplitter()
        self._ontology = load_ontology()

    def judge(self, proposer: Proposer, document: Document, proposals: Proposals, base: Annotation) -> Annotation:
        """The mentions and statements that pass, in the order of the text, and an issue for each that does not."""
        if not document.blocks:
            document = replace(document, blocks=(Block(0, len(document.text), "paragraph"),))
        sentences, _ = self._splitter.sentences(document)  # the rules have told about sentences that are too long
        page = _Page(document, sentences, base, Details(document, base.mentions), _without_dates(document, base))
        if words := self._doubts.instructions(document.text):
            reason = f"the text speaks to whoever reads it by machine ({words[:80]!r}): no proposal is taken for a fact"
            page.issues.append(_issue(page, "instructions_in_text", proposer, reason))
            page.is_suspect = True
        for piece in proposals.pieces:
            self._piece(proposer, page, piece)
        statements = _lowered(dict.fromkeys(page.statements), base.statements)
        mentions = tuple(page.mentions[key] for key in sorted(page.mentions, key=lambda k: (k[0], -k[1], k[2])))
        issues = (*proposals.issues, *_bounded(page.issues, document))
        return Annotation(mentions, statements, issues, proposals.complete)

    def _piece(self, proposer: Proposer, page: _Page, piece: Piece) -> None:
        things, refused = things_of_piece(page.document.text, piece, page.base.mentions)
        page.issues += [_issue(page, "proposal_mention_refused", proposer, reason) for reason in refused]
        used: list[Span] = []
        for proposed in piece.statements:
            what = f"{proposed.subject[:60]} {proposed.predicate[:40]} {proposed.object[:60]}"
            try:
                ends = self._ends(page, piece, proposed, things)
                page.statements.append(self._statement(proposer, page, proposed, ends, things))
                used += [ends.subject_at, ends.object_at]
            except RefusedError as error:
                page.issues.append(_issue(page, "proposal_refused", proposer, f"{what}: {error}"))
        for thing in things.values():
            for mention in mentions_of_thing(thing, used):
                page.mentions.setdefault((mention.start, mention.end, mention.type), mention)

    # ---------------------------------------------------------------- what refuses

    def _ends(self, page: _Page, piece: Piece, proposed: ProposedStatement, things: dict[str, Thing]) -> _Ends:
        for label in (proposed.subject, proposed.object):
            if label not in things:
                raise RefusedError(f"{label[:60]!r} has no mention in the text")
        subject, object_ = things[proposed.subject], things[proposed.object]
        if (subject.name, subject.type) == (object_.name, object_.type):
            raise RefusedError("both ends are the same thing")
        self._check_values(proposed, subject, object_)
        places = [_places(page.document.text, piece, quote) for quote in _quotes(proposed)]
        reason = ""
        for spans in sorted(islice(product(*places), _MOST_PLACES), key=_reach):  # of equal words the nearest together
            evidence, is_widened = completed(tuple(sorted(set(spans))), (subject, object_), page.sentences)
            subject_at, object_at = subject.within(evidence), object_.within(evidence)
            if subject_at is None or object_at is None:
                missing = subject if subject_at is None else object_
                found = f"the quote does not name {missing.name[:60]!r}, nor does its sentence"
            else:
                found = _place_fault(page, evidence)
                if not found:
                    return _Ends(subject, object_, evidence, subject_at, object_at, is_widened)
            reason = reason or found
        raise RefusedError(reason)

    def _check_values(self, proposed: ProposedStatement, subject: Thing, object_: Thing) -> None:
        relation = self._ontology.relations.get(proposed.predicate)
        if relation is None:
            raise RefusedError("the predicate is not one of the ontology")
        if not relation.joins(subject.type, object_.type):
            raise RefusedError(f"{relation.name} cannot join {subject.type} to {object_.type}")
        if proposed.effect != "none" and not relation.has_effect:
            raise RefusedError(f"{relation.name} has no effect, not {proposed.effect[:40]}")
        for value, allowed in (
            (proposed.effect, self._ontology.told_effects),
            (proposed.modality, self._ontology.modalities),
            (proposed.lifecycle, (None, *self._ontology.lifecycles)),
        ):
            if value not in allowed:
                raise RefusedError(f"{str(value)[:40]!r} is no value of the ontology")

    # ---------------------------------------------------------------- what lowers

    def _statement(
        self, proposer: Proposer, page: _Page, proposed: ProposedStatement, ends: _Ends, things: dict[str, Thing]
    ) -> Statement:
        kept, dropped = page.details.grounded(proposed, ends.evidence)
        what = f"{ends.subject.name[:60]} {proposed.predicate} {ends.object.name[:60]}"
        page.issues += [_issue(page, "proposal_field_refused", proposer, f"{what}: {reason}") for reason in dropped]
        said_by = speakers(proposed, things)
        if said_by is None:
            raise RefusedError("it is put on a speaker whom the text does not mention")
        is_fact = proposer.facts and not (dropped or self._is_doubtful(page, proposed, ends))
        words = kept.action or " … ".join(page.document.text[s.start : s.end] for s in ends.evidence)
        amount = page.details.amount(proposed.predicate, ends.evidence)
        return Statement(
            document_id=page.document.id,
            subject=ends.subject.name,
            subject_type=ends.subject.type,
            predicate=proposed.predicate,
            object=ends.object.name,
            object_type=ends.object.type,
            evidence=ends.evidence,
            extractor=proposer.name,
            extractor_version=proposer.version,
            origin="extracted",
            effect=proposed.effect,
            modality=proposed.modality,
            attribution=said_by,
            valid_from=kept.valid_from,
            valid_to=kept.valid_to,
            duration=kept.duration,
            lifecycle=proposed.lifecycle if "Rule" in (ends.subject.type, ends.object.type) else None,
            action=kept.action,
            action_verb=action_verb(words, self._ontology) if proposed.effect != "none" else None,
            amount=amount,
            due=kept.due,
            item=kept.item,
            role=kept.role,
            detail=kept.action or kept.item or kept.role or amount,
            standing="fact" if is_fact else "candidate",
            score=proposed.score,
        )

    def _is_doubtful(self, page: _Page, proposed: ProposedStatement, ends: _Ends) -> bool:
        inside = [page.sentences[i] for i in sorted(touched(ends.evidence, page.sentences))]
        both = ((ends.subject.type, ends.subject_at), (ends.object.type, ends.object_at))
        doubt = self._doubts.doubt(proposed, page.without_dates, ends.evidence, both, inside)
        return page.is_suspect or ends.is_widened or bool(doubt)


def _without_dates(document: Document, base: Annotation) -> str:
    text = document.text
    for mention in base.mentions:
        if mention.type == "Date":
            text = text[: mention.start] + "_" * (mention.end - mention.start) + text[mention.end :]
    return text


def _quotes(proposed: ProposedStatement) -> tuple[str, ...]:
    if not 1 <= len(proposed.evidence) <= MOST_QUOTES:
        raise RefusedError(f"it has {len(proposed.evidence)} quotes, not one or two")
    for quote in proposed.evidence:
        if len(quote) > LONGEST_QUOTE:
            raise RefusedError(f"a quote has more than {LONGEST_QUOTE} characters")
    return proposed.evidence


def _places(text: str, piece: Piece, quote: str) -> list[Span]:
    found = find_quote(text, quote, piece.start, piece.end)
    if not found:
        raise RefusedError(f"the text does not have the words {quote[:80]!r}")
    return found


def _reach(spans: tuple[Span, ...]) -> int:
    return max(s.end for s in spans) - min(s.start for s in spans)


def _place_fault(page: _Page, evidence: Sequence[Span]) -> str:
    """Why nothing may be read from there: more than two sentences, silent blocks, a headline joined to an article."""
    reached = touched(evidence, page.sentences)
    if len(reached) > MOST_SENTENCES:
        return f"the quotes reach over more than {MOST_SENTENCES} sentences"
    kinds = {b.kind for b in page.document.blocks for s in evidence if s.start < b.end and b.start < s.end}
    if kinds & _SILENT or not reached:
        return "the quotes stand where nothing is read from: a caption, a heading, boilerplate or a run without stops"
    blocks = {page.sentences[i].block for i in reached}
    return "a headline is joined to other text" if "headline" in kinds and len(blocks) > 1 else ""


def _lowered(proposed: Iterable[Statement], known: Iterable[Statement]) -> tuple[Statement, ...]:
    """Statements; a fact that is both told and denied in the document, by whomever it was read, is a candidate."""
    proposed = tuple(proposed)
    told: dict[tuple[str, str, str], set[bool]] = {}
    for statement in (*proposed, *known):
        told.setdefault((statement.subject, statement.predicate, statement.object), set()).add(
            statement.modality == "denied"
        )
    return tuple(
        replace(s, standing="candidate") if len(told[s.subject, s.predicate, s.object]) > 1 else s for s in proposed
    )


def _issue(page: _Page, code: str, proposer: Proposer, reason: str) -> Issue:
    return Issue("annotate", code, f"{proposer.name}: {reason}", document_id=page.document.id)


def _bounded(issues: Sequence[Issue], document: Document) -> list[Issue]:
    unique = list(dict.fromkeys(issues))
    if len(unique) <= MOST_ISSUES:
        return unique
    reason = f"{len(unique) - MOST_ISSUES} more proposals of this document were refused or cut"
    return [*unique[:MOST_ISSUES], Issue("annotate", "proposals_refused", reason, document_id=document.id)]
