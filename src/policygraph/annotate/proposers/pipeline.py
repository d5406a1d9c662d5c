"""The proposer that wraps a spaCy pipeline of the operator's own: its spans are mentions, its rows statements."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from policygraph.annotate.proposers.protocol import Piece, Proposals, ProposedMention
from policygraph.annotate.proposers.rows import MOST_ROWS, statements_of_rows
from policygraph.annotate.proposers.settings import SettingsError, SpacySettings, settings_digest
from policygraph.model.identity import digest
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Document, Issue

STATEMENTS = "policygraph_statements"  # the extension ``doc._.policygraph_statements``
VERSION_LENGTH = 12  # hex digits
MOST_SPANS = 5000


class PipelineProposer:
    """Runs a pipeline over each document.

    Mentions are the spans of ``doc.spans["policygraph"]`` (or of another group, or ``doc.ents``): the label is the
    type, the span's id the label of its entity, its words where it has none. Statements are the rows of
    ``doc._.policygraph_statements`` where the pipeline declares that extension: mappings with the fields of
    ``schema.yml``, and a ``score`` where it has one. Unlike an endpoint's, a row may leave out what it does not say.
    """

    def __init__(self, settings: SpacySettings, nlp: Language) -> None:
        self._settings = settings
        self._nlp = nlp
        meta = nlp.meta
        self.name = settings.name
        self.facts = settings.facts
        parts = [str(meta.get("name")), str(meta.get("version")), json.dumps(nlp.config, sort_keys=True, default=str)]
        self.version = digest("\x00".join([*parts, settings_digest(settings)]).encode("utf-8"))[:VERSION_LENGTH]

    def propose(self, document: Document) -> Proposals:
        """Proposals for a document; a pipeline that fails on it is an issue."""
        try:
            doc = self._nlp(document.text)
        except Exception as error:  # a pipeline of somebody else's may raise anything; the run must go on
            reason = f"{self.name}: the pipeline failed on this document: {type(error).__name__}: {error}"
            return Proposals((), (Issue("annotate", "pipeline_failed", reason, document_id=document.id),))
        if doc.text != document.text:
            reason = f"{self.name}: the pipeline has changed the text, so its spans mean nothing"
            return Proposals((), (Issue("annotate", "pipeline_failed", reason, document_id=document.id),))
        mentions, refused = self._mentions(doc)
        rows = _rows(doc)
        statements = list(statements_of_rows(map(_filled, rows[:MOST_ROWS])))
        refused += [reason for reason in statements if isinstance(reason, str)]
        if len(rows) > MOST_ROWS:
            refused.append(f"{len(rows) - MOST_ROWS} rows are not looked at: more than {MOST_ROWS} are given")
        piece = Piece(0, len(doc.text), tuple(mentions), tuple(s for s in statements if not isinstance(s, str)))
        issues = tuple(
            Issue("annotate", "proposal_malformed", f"{self.name}: {reason}", document_id=document.id)
            for reason in refused
        )
        return Proposals((piece,), issues)

    def spent(self) -> Mapping[str, int]:
        """Nothing is counted."""
        return {}

    def _mentions(self, doc: Doc) -> tuple[list[ProposedMention], list[str]]:
        found = []
        unknown: Counter[str] = Counter()
        spans = self._spans(doc)
        for span in spans[:MOST_SPANS]:
            kind = self._settings.labels.get(span.label_, span.label_)
            if kind in load_ontology().entities:
                label = span.id_ or f"{' '.join(span.text.split())} ({kind})"
                found.append(ProposedMention(span.text, kind, label, span.start_char))
            else:
                unknown[span.label_] += 1
        refused = [f"{number} spans have the label {label!r}, which is no type" for label, number in unknown.items()]
        if len(spans) > MOST_SPANS:
            refused.append(f"{len(spans) - MOST_SPANS} spans are not looked at: more than {MOST_SPANS} are given")
        return found, refused

    def _spans(self, doc: Doc) -> list[Span]:
        if self._settings.spans == "ents":
            return list(doc.ents)
        return list(doc.spans[self._settings.spans]) if self._settings.spans in doc.spans else []


def load_pipeline(settings: SpacySettings) -> PipelineProposer:
    """The proposer of a pipeline by its name or folder. Raises SettingsError where it cannot be loaded."""
    try:
        return PipelineProposer(settings, spacy.load(settings.pipeline))
    except Exception as error:  # loading runs the pipeline's own code, which may raise anything
        raise SettingsError(f"the pipeline {settings.pipeline!r} cannot be loaded: {error}") from error


def _rows(doc: Doc) -> list[object]:
    rows = getattr(doc._, STATEMENTS) if Doc.has_extension(STATEMENTS) else None
    return list(rows) if isinstance(rows, Iterable) and not isinstance(rows, str | Mapping) else []


def _filled(row: object) -> object:
    """A row with what it leaves out: no effect, asserted, said by the document."""
    if not isinstance(row, Mapping):
        return row
    empty: dict[str, object] = dict.fromkeys(
        ("valid_from", "valid_to", "duration", "lifecycle", "action", "due", "item", "role")
    )
    given = {str(key): list(value) if isinstance(value, tuple) else value for key, value in row.items()}
    return {"effect": "none", "modality": "asserted", "attribution": [], **empty, **given}
