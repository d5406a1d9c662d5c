"""The trained reader as a component of anybody's spaCy pipeline: ``nlp.add_pipe("policygraph_reader")``.

It needs no other component, sets ``doc.spans`` and nothing else, and reads English.
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from policygraph.annotate.annotation import Annotator
from policygraph.annotate.exchange import document_of_row

SPANS = "policygraph"


class ReaderComponent:
    """Puts the reader's mentions into ``doc.spans[spans_key]``.

    Mentions that lie within others are kept. A span's label is its type in the ontology, its id the name of its entity
    within the document, its knowledge-base id that of the reference entity where the reader knows one. A mention that
    ends inside a token is widened to it.
    """

    def __init__(self, annotator: Annotator, spans_key: str, kind: str) -> None:
        self._annotator = annotator
        self._spans_key = spans_key
        self._kind = kind

    def __call__(self, doc: Doc) -> Doc:
        """Read a document."""
        found = []
        if doc.text.strip():
            document = document_of_row({"id": "doc", "kind": self._kind, "text": doc.text})
            for mention in self._annotator.annotate(document).mentions:
                span = doc.char_span(
                    mention.start,
                    mention.end,
                    label=mention.type,
                    kb_id=mention.reference_id or "",
                    span_id=mention.entity,
                    alignment_mode="expand",
                )
                if span is not None:
                    found.append(span)
        doc.spans[self._spans_key] = SpanGroup(doc, name=self._spans_key, spans=found)
        return doc


# spaCy finds the factory by the entry point ``spacy_factories``, and knows what it assigns by this decoration alone.
@Language.factory(
    "policygraph_reader", assigns=["doc.spans"], default_config={"spans_key": SPANS, "document_kind": "news"}
)
def make_reader(nlp: Language, name: str, spans_key: str, document_kind: str) -> ReaderComponent:
    """The component; ``document_kind`` is that of the texts (``news``, ``headlines``, …)."""
    from policygraph.annotate.pipeline import load_annotator  # at need: the weights take a second to load

    return ReaderComponent(load_annotator(), spans_key, document_kind)
