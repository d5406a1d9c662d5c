"""The annotator of the default run: the trained reader proposes, rules add what they are sure of, the line decides.

The rules (``pipeline.py``) give values, reference identities and plain statements; the network finds mentions and
statements over the whole document. What it proposes passes the evidence gate here, and the line says what is a fact.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from policygraph.annotate.annotated import action_verb
from policygraph.annotate.annotation import Annotation, Annotator
from policygraph.annotate.line import Line, contradicted
from policygraph.annotate.neural.clusters import Found
from policygraph.annotate.neural.known import Matcher
from policygraph.annotate.neural.model import Model
from policygraph.annotate.neural.reading import Limits, Read, Said, read
from policygraph.annotate.neural.tokens import Encoded, encode
from policygraph.annotate.normalise import values_of
from policygraph.annotate.rule_readings import RuleReadings, rule_readings
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Document, Issue, Mention, Span, Statement
from policygraph.reference import Reference

EXTRACTOR = "reader"
VERSION = "2"
_VALUES = frozenset({"Date", "Money", "Quantity"})
_SILENT = frozenset({"caption", "boilerplate", "heading"})
_WITH_EFFECT = frozenset({"applies_to", "enforced_against", "lifts"})
_WITH_AMOUNT = frozenset({"enforced_against", "acquires", "invests_in", "owns", "supplies"})


@dataclass(frozen=True, slots=True)
class _Page:
    """A document as it was read."""

    document: Document
    encoded: Encoded
    result: Read
    mentions: list[Mention]  # those of the network, in its order
    block_of: list[int]  # block of each mention


class ReaderAnnotator:
    """Annotates documents by the trained reader and the rules."""

    extractor = EXTRACTOR

    def __init__(
        self,
        model: Model,
        known: Matcher,
        rules: Annotator,
        line: Line,
        reference: Reference,
        limits: Limits | None = None,
    ) -> None:
        self._model = model
        self._known = known
        self._rules = rules
        self._line = line
        self._reference = reference
        self._limits = limits or model.limits
        self.version = f"{VERSION}-{model.version}-{rules.version}"

    def annotate(self, document: Document) -> Annotation:
        """Mentions and statements of a document."""
        base = self._rules.annotate(document)
        encoded = encode(document.text, self._model.tokenizer, self._known)
        if not encoded.words:
            return base
        hidden, calibration = self._model.hidden(encoded), self._model.calibration
        result = read(encoded, hidden, self._model.heads, self._limits, calibration=calibration)
        mentions = self._mentions(result, base, document)
        page = _Page(document, encoded, result, mentions, [_block(document, m.start) for m in mentions])
        by_rules = rule_readings(mentions, base, EXTRACTOR, self.version)
        statements, refused = self._statements(page, by_rules)
        merged = by_rules.beside(statements)
        return Annotation(by_rules.mentions, merged, (*base.issues, *refused))

    # ---------------------------------------------------------------- mentions

    def _mentions(self, result: Read, base: Annotation, document: Document) -> list[Mention]:
        """The network's mentions with their values and the reference identities that the rules know."""
        exact = {(m.start, m.end, m.type): m for m in base.mentions}
        values = values_of(document, [(m.type, m.start, m.end) for m in result.mentions])
        votes: dict[int, Counter[str]] = defaultdict(Counter)
        for found, entity in zip(result.mentions, result.entity_of, strict=True):
            if identity := self._identity(found, exact):
                votes[entity][identity] += 1
        mentions = []
        for found, name, entity in zip(result.mentions, result.names, result.entity_of, strict=True):
            value = values.get((found.type, found.start, found.end))
            identity = votes[entity].most_common(1)[0][0] if votes[entity] else None
            mentions.append(Mention(found.start, found.end, found.type, name, value, identity))
        return mentions

    def _identity(self, found: Found, exact: dict[tuple[int, int, str], Mention]) -> str | None:
        same = exact.get((found.start, found.end, found.type))
        if same is not None and same.reference_id:
            return same.reference_id
        if found.type == "Authority":
            for place in self._reference.lookup(found.surface, "Jurisdiction"):
                if government := self._reference.governments.get(place.id):
                    return government
        return None

    # ---------------------------------------------------------------- statements

    def _statements(self, page: _Page, by_rules: RuleReadings) -> tuple[list[Statement], list[Issue]]:
        against = contradicted(page.result.said)
        found = []
        refused = 0
        for index, said in enumerate(page.result.said):
            spans = _evidence(page, said)
            if spans is None:  # an issue only where it would have been a fact: what is below the line is doubted anyway
                refused += said.chance >= self._line.score
            else:
                found.append(self._statement(page, said, spans, index in against, by_rules))
        reason = (
            f"{refused} readings have no quote of two sentences or fewer that names both ends, or join blocks apart"
        )
        issues = [Issue("annotate", "readings_refused", reason, document_id=page.document.id)] if refused else []
        return found, issues

    def _statement(
        self, page: _Page, said: Said, spans: tuple[Span, ...], contradicted_: bool, by_rules: RuleReadings
    ) -> Statement:
        subject, object_ = page.mentions[said.near_subject], page.mentions[said.near_object]
        text = page.document.text
        words = " … ".join(text[s.start : s.end] for s in spans)
        effect = said.effect if said.predicate in _WITH_EFFECT else "none"
        kinds = (
            {page.document.blocks[_block(page.document, s.start)].kind for s in spans}
            if page.document.blocks
            else set()
        )
        agreed = by_rules.agree(subject.entity, said.predicate, object_.entity, said.modality, effect)
        doubt = "contradiction" if contradicted_ else ""
        doubt = doubt or self._line.doubts(said, effect, words, "headline" in kinds, agreed)
        verb = action_verb(words, load_ontology()) if effect != "none" else None
        start = _pointed(page, said.valid_from)
        return Statement(
            document_id=page.document.id,
            subject=subject.entity,
            subject_type=subject.type,
            predicate=said.predicate,
            object=object_.entity,
            object_type=object_.type,
            evidence=spans,
            extractor=EXTRACTOR,
            extractor_version=self.version,
            origin="extracted",
            effect=effect,
            modality=said.modality,
            attribution=said.speakers,
            valid_from=start,
            valid_to=_pointed(page, said.valid_to),
            duration=_pointed(page, said.duration),
            lifecycle=said.lifecycle if subject.type == "Rule" else None,
            action_verb=verb,
            amount=_amount(page, spans) if said.predicate in _WITH_AMOUNT else None,
            standing="candidate" if doubt else "fact",
            score=round(said.chance, 4),
        )


def _pointed(page: _Page, index: int | None) -> str | None:
    return None if index is None else page.mentions[index].value


def _amount(page: _Page, spans: Sequence[Span]) -> str | None:
    inside = [
        m for m in page.mentions if m.type == "Money" and any(s.start <= m.start and m.end <= s.end for s in spans)
    ]
    return inside[0].value if len(inside) == 1 else None


def _block(document: Document, start: int) -> int:
    for index, block in enumerate(document.blocks):
        if block.start <= start < block.end:
            return index
    return 0


def _evidence(page: _Page, said: Said) -> tuple[Span, ...] | None:
    """The quotes of a reading, in at most two sentences that name both ends; None where there are none such."""
    ends = (said.subject, said.object)
    sentences = page.encoded.sentence_spans
    chosen: dict[int, list[int]] = {}
    for start, end in said.evidence:
        number = next((i for i, (a, b) in enumerate(sentences) if a <= start < b), None)
        if number is None:
            return None
        held = chosen.setdefault(number, [start, end])
        held[0], held[1] = min(held[0], start), max(held[1], min(end, sentences[number][1]))
    for entity, near in zip(ends, (said.near_subject, said.near_object), strict=True):
        inside = [
            m
            for m, e in zip(page.mentions, page.result.entity_of, strict=True)
            if e == entity and any(sentences[n][0] <= m.start and m.end <= sentences[n][1] for n in chosen)
        ]
        mention = min(inside, key=lambda m: _away(m, chosen)) if inside else page.mentions[near]
        number = next((i for i, (a, b) in enumerate(sentences) if a <= mention.start < b), None)
        if number is None:
            return None
        held = chosen.setdefault(number, [mention.start, mention.end])
        held[0], held[1] = min(held[0], mention.start), max(held[1], mention.end)
    if len(chosen) > 2:
        return None
    spans = tuple(Span(*chosen[n]) for n in sorted(chosen))
    return spans if _blocks_allow(page, ends, spans) else None


def _away(mention: Mention, chosen: dict[int, list[int]]) -> int:
    return min(max(0, start - mention.end, mention.start - end) for start, end in chosen.values())


def _blocks_allow(page: _Page, ends: tuple[int, int], spans: Sequence[Span]) -> bool:
    """Nothing is read from captions and boilerplate, and nothing joins two headlines or a headline to an article."""
    blocks = page.document.blocks
    if not blocks:
        return True
    touched = {_block(page.document, span.start) for span in spans} | {_block(page.document, s.end - 1) for s in spans}
    kinds = {blocks[index].kind for index in touched}
    if kinds & _SILENT:
        return False
    if "headline" in kinds and len(touched) > 1:
        return False
    if "headline" in kinds:
        return True
    for entity in ends:
        own = {b for b, e in zip(page.block_of, page.result.entity_of, strict=True) if e == entity}
        if all(blocks[b].kind in ("headline", *_SILENT) for b in own):
            return False
    return True
