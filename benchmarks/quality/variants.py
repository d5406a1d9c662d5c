"""The annotator with one part left out at a time."""

from __future__ import annotations

from dataclasses import replace

from policygraph.annotate.annotation import Annotation, Annotator
from policygraph.annotate.line import load_line
from policygraph.annotate.neural.known import Matcher, known_names
from policygraph.annotate.neural.model import Model, load_model
from policygraph.annotate.pipeline import load_rules
from policygraph.annotate.reader import ReaderAnnotator
from policygraph.model.records import Document
from policygraph.reference import load_reference


class _Values:
    """The rules' mentions without their statements: values and identities only."""

    def __init__(self, rules: Annotator) -> None:
        self._rules = rules
        self.extractor, self.version = rules.extractor, rules.version

    def annotate(self, document: Document) -> Annotation:
        """Mentions of a document."""
        found = self._rules.annotate(document)
        return Annotation(found.mentions, (), found.issues)


def _uncalibrated(model: Model) -> Model:
    found = Model.__new__(Model)
    found.__dict__.update(model.__dict__)
    found.calibration = None
    found.limits = replace(model.limits, chance=0.0)
    return found


def variants() -> dict[str, Annotator]:
    """Annotators by what they lack; the first lacks nothing, the last is the rules alone."""
    model, rules, line, reference = load_model(), load_rules(), load_line(), load_reference()
    known = Matcher(known_names(reference))
    unguarded = replace(line, guarded=False)
    no_links = replace(model.limits, link=1.1)
    return {
        "nothing": ReaderAnnotator(model, known, rules, line, reference),
        "gazetteer": ReaderAnnotator(model, Matcher({}), rules, line, reference),
        "learned coreference": ReaderAnnotator(model, known, rules, line, reference, no_links),
        "guards": ReaderAnnotator(model, known, rules, unguarded, reference),
        "calibration": ReaderAnnotator(_uncalibrated(model), known, rules, line, reference),
        "statements of the rules": ReaderAnnotator(model, known, _Values(rules), line, reference),
        "the trained reader": rules,
    }
