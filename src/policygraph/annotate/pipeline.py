"""The rule-based annotator: a blank spaCy pipeline of our own components, each of which says what it needs and what
it adds.

A trained model replaces the proposers of mentions (``policygraph_gazetteer`` to ``policygraph_short_names``) or of
statements
(``policygraph_frames``, ``policygraph_structure``); overlaps, naming, guards and gate stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from policygraph.annotate.anaphors import AnaphorResolver
from policygraph.annotate.annotation import Annotation, Annotator
from policygraph.annotate.gate import EvidenceGate
from policygraph.annotate.gazetteer import Gazetteer
from policygraph.annotate.guards import Guards
from policygraph.annotate.introduced import ShortNameFinder
from policygraph.annotate.line import load_line
from policygraph.annotate.names import NameFinder
from policygraph.annotate.naming import EntityNamer
from policygraph.annotate.neural.known import Matcher, known_names
from policygraph.annotate.neural.model import load_model
from policygraph.annotate.overlaps import OverlapResolver
from policygraph.annotate.phrases import PhraseFinder
from policygraph.annotate.places import PlaceRoles
from policygraph.annotate.proposal import declare_extensions
from policygraph.annotate.reader import ReaderAnnotator
from policygraph.annotate.rule_verbs import RuleVerbFinder
from policygraph.annotate.rules import RuleStates
from policygraph.annotate.sentences import SentenceSplitter
from policygraph.annotate.statements import FrameMatcher
from policygraph.annotate.structure import StructureReader
from policygraph.annotate.values import ValueFinder
from policygraph.annotate.versions import rules_version
from policygraph.model.records import Document
from policygraph.reference import load_reference

EXTRACTOR = "rules"
MAX_LENGTH = 4_000_000  # code points; a longer text is refused

Component = Callable[[Doc], Doc]


@dataclass(frozen=True, slots=True)
class Step:
    """A component of the pipeline: its factory's name, how it is made, and which attributes it needs and adds."""

    name: str
    make: Callable[[], Component]
    requires: tuple[str, ...]
    assigns: tuple[str, ...]


def steps(version: str) -> tuple[Step, ...]:
    """The pipeline, in order."""
    text, proposals, mentions = ("doc._.document",), ("doc._.proposals",), ("doc._.mentions",)
    return (
        Step("policygraph_sentences", SentenceSplitter, ("doc._.document",), ("doc._.sentences",)),
        Step("policygraph_gazetteer", lambda: Gazetteer(load_reference()), text, proposals),
        Step("policygraph_values", ValueFinder, ("doc._.document",), proposals),
        Step("policygraph_names", NameFinder, text, proposals),
        Step("policygraph_phrases", PhraseFinder, text, proposals),
        Step("policygraph_rule_verbs", RuleVerbFinder, proposals, proposals),
        Step("policygraph_short_names", ShortNameFinder, proposals, proposals),
        Step("policygraph_overlaps", OverlapResolver, proposals, mentions),
        Step("policygraph_places", lambda: PlaceRoles(load_reference()), mentions, mentions),
        Step("policygraph_anaphors", AnaphorResolver, ("doc._.sentences", *mentions), mentions),
        Step("policygraph_naming", lambda: EntityNamer(load_reference()), mentions, mentions),
        Step(
            "policygraph_frames",
            FrameMatcher,
            ("doc._.sentences", *mentions),
            ("doc._.drafts", "doc._.sources", "doc._.states"),
        ),
        Step("policygraph_structure", StructureReader, ("doc._.drafts", "doc._.sources", *mentions), ("doc._.drafts",)),
        Step("policygraph_guards", Guards, ("doc._.drafts",), ("doc._.drafts", "doc._.issues")),
        Step(
            "policygraph_gate",
            lambda: EvidenceGate(EXTRACTOR, version),
            ("doc._.drafts",),
            ("doc._.statements", "doc._.issues"),
        ),
    )


def build_pipeline(version: str) -> Language:
    """A blank English pipeline with our components; needs no model."""
    declare_extensions()
    nlp = spacy.blank("en")
    for step in steps(version):
        _register(step)
        nlp.add_pipe(step.name)
    return nlp


def _register(step: Step) -> None:
    def create(nlp: Language, name: str) -> Component:
        return step.make()

    Language.factory(step.name, func=create, assigns=step.assigns, requires=step.requires)


class RuleAnnotator:
    """Annotates documents by the rule-based pipeline; ``version`` changes with the patterns and the reference data."""

    extractor = EXTRACTOR

    def __init__(self, nlp: Language, version: str) -> None:
        self._nlp = nlp
        self.version = version

    def annotate(self, document: Document) -> Annotation:
        """Mentions and statements of a document."""
        return next(iter(self.annotate_all([document])))

    def annotate_all(self, documents: Iterable[Document]) -> Iterator[Annotation]:
        """Annotations of documents in their order."""
        for document in documents:
            yield _annotation(self._nlp(self._prepared(document)))

    def _prepared(self, document: Document) -> Doc:
        if len(document.text) > MAX_LENGTH:
            raise ValueError(f"the text has more than {MAX_LENGTH:,} characters")
        # The components read ``doc._.document`` alone. Making tokens would take a quarter of the time.
        doc = Doc(self._nlp.vocab)
        doc._.document, doc._.states, doc._.sources = document, RuleStates(), {}
        doc._.proposals, doc._.drafts, doc._.issues = [], [], []
        return doc


def _annotation(doc: Doc) -> Annotation:
    return Annotation(doc._.mentions, doc._.statements, tuple(doc._.issues))


@cache
def load_rules() -> RuleAnnotator:
    """The rule-based annotator of this version of the code, the patterns and the reference data; made once."""
    return RuleAnnotator(build_pipeline(rules_version()), rules_version())


@cache
def load_annotator() -> Annotator:
    """The annotator of the default run: the trained reader with the rules; made once."""
    reference = load_reference()
    return ReaderAnnotator(load_model(), Matcher(known_names(reference)), load_rules(), load_line(), reference)
