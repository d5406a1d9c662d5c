"""The annotator of the default run: the trained reader proposes, rules add what they are sure of, the line decides.

The rules (``pipeline.py``) give values, reference identities and plain statements; the network finds mentions and
statements over the whole document. What it proposes passes the evidence gate here, and the line says what is a fact.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from policygraph.annotate.annotated import action_verb
from policygraph.annotate.annotation import Annotation, Annotator
from policygraph.annotate.attribution import borne_out
from policygraph.annotate.line import Line, contradicted
from policygraph.annotate.neural.clusters import Found
from policygraph.annotate.neural.known import Matcher
from policygraph.annotate.neural.model import Model
from policygraph.annotate.neural.reading import Limits, Read, Said, read
from policygraph.annotate.neural.stretches import STRETCH
from policygraph.annotate.neural.telling import Telling
from policygraph.annotate.neural.tokens import encode
from policygraph.annotate.neural.wording import WITH_EFFECT, Worded, features, places
from policygraph.annotate.normalise import values_of
from policygraph.annotate.page import Page
from policygraph.annotate.rule_readings import RuleReadings, rule_readings, triple_of
from policygraph.annotate.starts import shared_starts
from policygraph.annotate.versions import READER, reader_version
from policygraph.model.ontology import UNKNOWN_EFFECT, load_ontology
from policygraph.model.records import Document, Issue, Mention, Span, Standing, Statement
from policygraph.reference import Reference

EXTRACTOR = READER
_WITH_AMOUNT = frozenset({"enforced_against", "acquires", "invests_in", "owns", "supplies"})


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
        self.version = reader_version(model.version, rules.version)

    def annotate(self, document: Document) -> Annotation:
        """Mentions and statements of a document."""
        base = self._rules.annotate(document)
        page = self._page(document, base)
        if page is None:
            return base
        by_rules = rule_readings(page.mentions, base, EXTRACTOR, self.version)
        told, refused = self._tellings(page, by_rules)
        groups = [(telling.in_part, self._statements(page, telling, spans)) for telling, spans in told]
        statements = [found for _, group in groups for found in group]
        in_part = frozenset(triple_of(found) for part, group in groups if part for found in group)
        merged = by_rules.beside(statements, in_part)
        return Annotation(by_rules.mentions, merged, (*base.issues, *refused, *_apart(page.result, document)))

    def tellings(self, document: Document) -> tuple[Annotation, list[Telling]]:
        """What the network alone reads of a document, and how each of the statements is told: for fitting the
        probability that they are told right."""
        base = self._rules.annotate(document)
        page = self._page(document, base)
        if page is None:
            return Annotation((), (), ()), []
        by_rules = rule_readings(page.mentions, base, EXTRACTOR, self.version)
        told = [(self._worded(page, telling, spans), spans) for telling, spans in self._tellings(page, by_rules)[0]]
        statements = tuple(self._statements(page, telling, spans)[0] for telling, spans in told)
        return Annotation(tuple(page.mentions), statements, ()), [telling for telling, _ in told]

    def _page(self, document: Document, base: Annotation) -> Page | None:
        encoded = encode(document.text, self._model.tokenizer, self._known)
        if not encoded.words:
            return None
        model = self._model
        result = read(
            encoded, model.hidden(encoded), model.heads, self._limits,
            calibration=model.calibration, bearing=model.bearing,
        )  # fmt: skip
        return Page(document, encoded, result, self._mentions(result, base, document))

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

    def _tellings(
        self, page: Page, by_rules: RuleReadings
    ) -> tuple[list[tuple[Telling, tuple[Span, ...]]], list[Issue]]:
        """The readings that have a quote, with it, and one issue that counts those that have none."""
        against = contradicted(page.result.said)
        found = []
        refused: list[float] = []
        for index, said in enumerate(page.result.said):
            whole = page.evidence(said)
            spans = whole or page.part_of_evidence(said)
            if spans is None:
                refused.append(said.chance)
            else:
                telling = self._telling(page, said, spans, index in against, by_rules)
                found.append((replace(telling, in_part=not whole), spans))
        return shared_starts(page, found), _refused(refused, self._line.score, page.document)

    def _telling(
        self, page: Page, said: Said, spans: tuple[Span, ...], contradicted_: bool, by_rules: RuleReadings
    ) -> Telling:
        effect = said.effect if said.predicate in WITH_EFFECT else "none"
        ends = page.mentions[said.near_subject].entity, page.mentions[said.near_object].entity
        agreed = by_rules.agree(ends[0], said.predicate, ends[1], said.modality, effect)
        text = page.document.text
        words = " … ".join(text[s.start : s.end] for s in spans)
        sentences = " ".join(text[start:end] for start, end in page.sentences(spans))
        headline = "headline" in page.kinds(spans)
        said = replace(said, speakers=borne_out(said.speakers, ends, words))
        return Telling(said, effect, words, sentences, headline, agreed, contradicted_)

    def _worded(self, page: Page, telling: Telling, spans: tuple[Span, ...]) -> Telling:
        """The telling with what its bare words say."""
        if self._model.wording is None:
            return telling
        said = telling.said
        subject, object_ = page.mentions[said.near_subject].entity, page.mentions[said.near_object].entity
        quotes = [(span.start, span.end) for span in spans]
        worded = Worded(page.document.text, subject, said.predicate, object_, quotes, page.sentences(spans))
        at = places(features(worded, page.outermost))
        return replace(telling, wording=self._model.wording.agrees(at, telling.effect, said.modality))

    def told(self, telling: Telling) -> tuple[float, float]:
        """The probability that a reading's modality and effect are told right, and that all but its effect is; 0 of a
        reader that is not calibrated."""
        model = self._model
        signals = self._line.signals(telling)[None]
        both = (
            fitted.chances(signals)[0] if fitted else 0.0 for fitted in (model.telling, model.telling_without_effect)
        )
        with_effect, without = map(float, both)
        return with_effect, without

    def _statements(self, page: Page, telling: Telling, spans: tuple[Span, ...]) -> list[Statement]:
        """What a reading says; where its effect alone is in doubt, that is a candidate beside a fact without it."""
        # Cues and words take a while: they are looked at only where the score leaves something to decide.
        told = self.told(self._worded(page, telling, spans)) if self._line.scored(telling) else (0.0, 0.0)
        doubt = "contradiction" if telling.contradicted else self._line.doubts(telling, told[0])
        read = self._statement(page, telling, spans, "candidate" if doubt else "fact")
        if not self._line.stands_without_effect(telling, doubt, told[1]):
            return [read]
        return [read, replace(read, effect=UNKNOWN_EFFECT, action_verb=None, standing="fact")]

    def _statement(self, page: Page, telling: Telling, spans: tuple[Span, ...], standing: Standing) -> Statement:
        said, effect, words = telling.said, telling.effect, telling.words
        subject, object_ = page.mentions[said.near_subject], page.mentions[said.near_object]
        verb = action_verb(words, load_ontology()) if effect != "none" else None
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
            valid_from=page.value(said.valid_from),
            valid_to=page.value(said.valid_to),
            duration=page.value(said.duration),
            lifecycle=said.lifecycle if subject.type == "Rule" else None,
            action_verb=verb,
            amount=page.amount(spans) if said.predicate in _WITH_AMOUNT else None,
            standing=standing,
            score=round(said.chance, 4),
        )


def _refused(refused: Sequence[float], fact: float, document: Document) -> list[Issue]:
    """An issue that counts all readings that no quote bears out, by their scores, and those of them that have that of a
    ``fact``.

    Where there are none of those it has another code: without a quote or with one, they are doubted, and a run in which
    nothing else is amiss is done.
    """
    if not refused:
        return []
    count = "1 reading has" if len(refused) == 1 else f"{len(refused)} readings have"
    scored = sum(score >= fact for score in refused)
    reason = (
        f"{count} no quote of two sentences or fewer that names both ends, or would join blocks apart, and became no "
        f"statement; with the score of a fact: {scored} of {len(refused)}"
    )
    code = "readings_refused" if scored else "doubted_readings_refused"
    return [Issue("annotate", code, reason, document_id=document.id)]


def _apart(result: Read, document: Document) -> list[Issue]:
    """An issue where pairs of a long text were not looked at."""
    if not result.apart:
        return []
    reason = (
        f"the text is long: it was read in stretches of {STRETCH} sub-tokens, and {result.apart} pairs of names that "
        "stand in no common stretch were not looked at"
    )
    return [Issue("annotate", "pairs_not_looked_at", reason, document_id=document.id)]
