"""The annotate stage: documents that were not read by this version of the annotator yet, one transaction a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from policygraph.annotate.annotation import Annotation, Annotator
from policygraph.ledger import Ledger
from policygraph.ledger.documents import unannotated_documents
from policygraph.ledger.runs import add_issue
from policygraph.ledger.statements import record_extraction
from policygraph.model.records import Document, Issue

LANGUAGE = "en"


def annotate_new_documents(
    ledger: Ledger, run_id: str, tell: Callable[[str], None], annotator: Annotator | None = None
) -> dict[str, int]:
    """Annotate what is new; returns counts of ``documents_annotated`` and new ``statements``.

    A document in a language that the annotator does not read is recorded as annotated with nothing found; the text
    stage has
    recorded the issue.
    """
    reader = annotator or _default()
    with ledger.reading() as connection:
        pending = list(unannotated_documents(connection, reader.extractor, reader.version))
    statements = 0
    for number, document in enumerate(pending, 1):
        readable = document.language in (LANGUAGE, "")
        annotation = _annotate(reader, document) if readable else Annotation((), ())
        statements += _record(ledger, run_id, reader, document, annotation)
        if number % 50 == 0 or number == len(pending):
            tell(f"annotated {number} of {len(pending)} documents")
    return {"documents_annotated": len(pending), "statements": statements}


def _default() -> Annotator:
    # Loaded at need: spaCy and the reader take a second to import, which most commands never use.
    from policygraph.annotate.pipeline import load_annotator

    return load_annotator()


def _annotate(reader: Annotator, document: Document) -> Annotation:
    """The annotation of a document; one that the annotator fails on is an issue, and the others go on."""
    try:
        return reader.annotate(document)
    except Exception as error:  # whatever a text does to an annotator, it must not stop the night
        reason = f"the annotator failed on this document: {type(error).__name__}: {error}"
        return Annotation((), (), (Issue("annotate", "annotation_failed", reason),))


def _record(ledger: Ledger, run_id: str, reader: Annotator, document: Document, annotation: Annotation) -> int:
    with ledger.transaction() as connection:
        for issue in annotation.issues:
            add_issue(
                connection,
                run_id,
                replace(issue, source_id=document.source_id, url=document.url, document_id=document.id),
            )
        return record_extraction(
            connection, run_id, document, reader.extractor, reader.version, annotation.mentions, annotation.statements
        )
