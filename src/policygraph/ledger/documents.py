"""Texts and documents: what the text stage read out of captures."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, RowMapping, and_, or_, select

from policygraph.ledger import schema
from policygraph.ledger.store import append, dumps, next_sequence, now
from policygraph.model.identity import content_id, text_hash
from policygraph.model.records import Block, Document

GIVEN = ("annotated", "reference")
"""Extractors of what came with its annotations."""


def document_id(capture_id: str, part: str, hash_of_text: str, title: str, published: str | None) -> str:
    """Identifier of a document: its capture, its part of it, its text and what it is dated and called."""
    return content_id("document", capture_id, part, hash_of_text, title, published)


def record_reading(
    connection: Connection,
    run_id: str,
    capture_id: str,
    extractor: str,
    version: str,
    documents: Sequence[Document],
) -> int:
    """Record that a capture was read and what came of it; returns how many documents were new."""
    recorded = now()
    texts = [{"hash": d.text_hash, "text": d.text} for d in documents]
    append(connection, schema.texts, texts)
    sequence = next_sequence(connection, schema.documents)
    added = append(
        connection,
        schema.documents,
        [_row(d, recorded, run_id, sequence + i) for i, d in enumerate(documents)],
    )
    reading = {
        "capture_id": capture_id,
        "extractor": extractor,
        "extractor_version": version,
        "documents": len(documents),
        "recorded": recorded,
        "run_id": run_id,
    }
    append(connection, schema.readings, [reading])
    return added


def unannotated(
    connection: Connection, extractors: Sequence[tuple[str, str]], captures: Collection[str] | None = None
) -> Sequence[str]:
    """Ids of documents that none of these extractors (name, version) has read and that came with no annotations,
    oldest first; only those of some captures (some hundreds at most) where they are given."""
    table = schema.extractions
    by_one = [and_(table.c.extractor == name, table.c.extractor_version == version) for name, version in extractors]
    done = and_(table.c.document_id == schema.documents.c.id, or_(*by_one, table.c.extractor.in_(GIVEN)))
    query = (
        select(schema.documents.c.id)
        .outerjoin(table, done)
        .where(table.c.document_id.is_(None))
        .order_by(schema.documents.c.sequence)
    )
    if captures is not None:
        query = query.where(schema.documents.c.capture_id.in_(captures))
    return connection.execute(query).scalars().all()


def get_documents(connection: Connection, identities: Sequence[str]) -> list[Document]:
    """The documents with these ids (some hundreds at most) with their texts, in this order; unknown ids are skipped."""
    query = (
        select(schema.documents, schema.texts.c.text)
        .join(schema.texts, schema.texts.c.hash == schema.documents.c.text_hash)
        .where(schema.documents.c.id.in_(identities))
    )
    found = {row["id"]: document_of(row) for row in connection.execute(query).mappings()}
    return [found[identity] for identity in identities if identity in found]


def read_before(connection: Connection, extractor: str, identities: Sequence[str]) -> frozenset[str]:
    """Those of these documents (some hundreds at most) that some version of an extractor has read."""
    table = schema.extractions
    query = select(table.c.document_id).where(table.c.extractor == extractor, table.c.document_id.in_(identities))
    return frozenset(connection.execute(query).scalars())


def last_read_by(connection: Connection, extractor: str) -> frozenset[str]:
    """Ids of documents that an extractor was the last to read, leaving aside those that only add (``kind:name``)."""
    table = schema.extractions
    query = select(table.c.document_id, table.c.extractor).where(~table.c.extractor.contains(":"))
    last: dict[str, str] = {}
    for identity, name in connection.execute(query.order_by(table.c.sequence)):
        last[identity] = name
    return frozenset(identity for identity, name in last.items() if name == extractor)


def sources_of_kinds(connection: Connection, kinds: Collection[str]) -> frozenset[str]:
    """Ids of sources that are of one of these kinds."""
    table = schema.sources
    return frozenset(connection.execute(select(table.c.id).where(table.c.kind.in_(kinds))).scalars())


def get_document(connection: Connection, identity: str) -> Document | None:
    """A document with its text, or None."""
    query = (
        select(schema.documents, schema.texts.c.text)
        .join(schema.texts, schema.texts.c.hash == schema.documents.c.text_hash)
        .where(schema.documents.c.id == identity)
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else document_of(row)


def document_of(row: RowMapping) -> Document:
    """A document of a row of ``documents`` joined with its text."""
    return Document(
        row["id"],
        row["capture_id"],
        row["part"],
        row["source_id"],
        row["url"],
        row["kind"],
        row["title"],
        row["publisher"],
        row["published"],
        row["published_from"],
        row["language"],
        row["text_hash"],
        row["text"],
        tuple(Block(*b) for b in json.loads(row["blocks"])),
        row["extractor"],
        row["extractor_version"],
    )


def _row(document: Document, recorded: str, run_id: str, sequence: int) -> dict[str, object]:
    if text_hash(document.text) != document.text_hash:
        raise ValueError(f"{document.id}: the text does not have the hash that it is filed under")
    return {
        "id": document.id,
        "capture_id": document.capture_id,
        "part": document.part,
        "source_id": document.source_id,
        "url": document.url,
        "kind": document.kind,
        "title": document.title,
        "publisher": document.publisher,
        "published": document.published,
        "published_from": document.published_from,
        "language": document.language,
        "text_hash": document.text_hash,
        "blocks": dumps([[b.start, b.end, b.kind] for b in document.blocks]),
        "extractor": document.extractor,
        "extractor_version": document.extractor_version,
        "recorded": recorded,
        "run_id": run_id,
        "sequence": sequence,
    }
