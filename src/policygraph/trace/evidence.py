"""From a statement back to the archived bytes: the exact words, their context, and whether all of it still verifies."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from policygraph.archive import Archive, ArchiveError
from policygraph.ledger.captures import get_capture
from policygraph.ledger.documents import get_document
from policygraph.ledger.statements import get_statement, mentions_of
from policygraph.model.coreference import Namings
from policygraph.model.identity import text_hash
from policygraph.model.records import Document, Statement
from policygraph.trace.named import named_json

CONTEXT = 160  # characters on each side of a quote


class UnknownStatementError(LookupError):
    """The ledger has no statement with this id."""


def ask_evidence(connection: Connection, archive: Archive, identity: str) -> dict[str, Any]:
    """The evidence of a statement, by its id with or without ``statement:`` before it, as JSON.

    ``verified`` is true if the archived bytes have the recorded digest, the text has the hash that it is filed under,
    and each quote is the slice of it that the statement names; ``problems`` says what does not. ``subject_named`` and
    ``object_named`` say which words stand for the ends there, null where no mention is known. Raises
    UnknownStatementError.
    """
    identity = identity if ":" in identity else f"statement:{identity}"
    found = get_statement(connection, identity)
    if found is None:
        raise UnknownStatementError(f"the ledger has no statement {identity!r}")
    statement, recorded = found
    document = get_document(connection, statement.document_id)
    if document is None:
        raise UnknownStatementError(f"the ledger has no document {statement.document_id!r}")
    problems = (
        [] if text_hash(document.text) == document.text_hash else ["the text no longer has the hash it is filed under"]
    )
    capture = _capture(connection, archive, document, problems)
    quotes = [_quote(document, start, end, problems) for start, end in statement.evidence]
    return {
        "statement": identity,
        **_said(statement),
        **_named(connection, document, statement),
        "recorded": recorded,
        "document": _document(document),
        "capture": capture,
        "quotes": [quote["quote"] for quote in quotes],
        "offsets": [quote["offsets"] for quote in quotes],
        "context": [quote["context"] for quote in quotes],
        "verified": not problems,
        "problems": problems,
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "url": document.url,
        "publisher": document.publisher,
        "published": document.published,
        "text_hash": document.text_hash,
        "text_extractor": f"{document.extractor} {document.extractor_version}",
    }


def _said(statement: Statement) -> dict[str, Any]:
    return {
        "subject": statement.subject,
        "predicate": statement.predicate,
        "object": statement.object,
        "effect": statement.effect,
        "modality": statement.modality,
        "attribution": list(statement.attribution),
        "origin": statement.origin,
        "extractor": f"{statement.extractor} {statement.extractor_version}",
    }


def _named(connection: Connection, document: Document, statement: Statement) -> dict[str, Any]:
    if statement.origin == "reference":  # a row of a table names its ends in columns
        return {"subject_named": None, "object_named": None}
    mentions = mentions_of(connection, document.id, statement.extractor, statement.extractor_version)
    namings = Namings(document.text, mentions)
    return {
        "subject_named": named_json(namings.of(statement.subject, statement.subject_type, statement.evidence)),
        "object_named": named_json(namings.of(statement.object, statement.object_type, statement.evidence)),
    }


def _capture(connection: Connection, archive: Archive, document: Document, problems: list[str]) -> dict[str, Any]:
    found = get_capture(connection, document.capture_id)
    if found is None:
        problems.append(f"the ledger has no capture {document.capture_id}")
        return {"id": document.capture_id}
    capture, location, fetched_at = found
    try:
        archive.read(location, capture.digest)
        holds = True
    except ArchiveError as error:
        holds = False
        problems.append(f"capture {capture.id} no longer verifies: {error}")
    return {
        "id": capture.id,
        "url": capture.url,
        "digest": f"sha256:{capture.digest}",
        "fetched_at": fetched_at,
        "file": location.file,
        "offset": location.offset,
        "length": location.length,
        "verified": holds,
    }


def _quote(document: Document, start: int, end: int, problems: list[str]) -> dict[str, Any]:
    quote = document.text[start:end]
    if not quote or len(quote) != end - start:
        problems.append(f"the text has no characters {start} to {end}")
    context = document.text[max(0, start - CONTEXT) : end + CONTEXT]
    return {"quote": quote, "offsets": [start, end], "context": context}
