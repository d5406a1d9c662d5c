"""Views over the ledger: which documents stand, what they say, and from when until when that was known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from policygraph.ledger import schema
from policygraph.ledger.documents import document_of
from policygraph.ledger.statements import mentions_of, statement_of
from policygraph.ledger.switches import switched_off
from policygraph.model.records import Document, Mention, Statement


@dataclass(frozen=True, slots=True)
class StandingDocument:
    """A document with what its newest extraction found.

    ``known_from`` is the ISO day from which it counts as known (its own date, else the day on which it was recorded);
    ``known_to`` the day from which a newer version of the same address, or a retraction, has replaced it, or None.
    """

    document: Document
    capture_digest: str
    recorded: str
    known_from: str
    known_to: str | None
    mentions: tuple[Mention, ...]
    statements: tuple[tuple[str, Statement, str], ...]  # id, statement, recorded
    mentions_of: Mapping[str, tuple[Mention, ...]]  # by extractor, each with its own names of things


def standing_documents(connection: Connection) -> Iterator[StandingDocument]:
    """All documents of the newest reading of each capture, in the order of their ids, with their newest extraction.

    An older version of an address stays in the view, with the day on which it was replaced.
    """
    newest = _newest_reading(connection)
    latest_visit = _latest_visits(connection)
    retracted = _retractions(connection)
    replaced_by = _replacements(connection, newest, latest_visit)
    query = (
        select(schema.documents, schema.texts.c.text, schema.captures.c.digest.label("capture_digest"))
        .join(schema.texts, schema.texts.c.hash == schema.documents.c.text_hash)
        .join(schema.captures, schema.captures.c.id == schema.documents.c.capture_id)
        .order_by(schema.documents.c.id)
    )
    extractions = _newest_extractions(connection)
    for row in connection.execute(query).mappings():
        if newest[row["capture_id"]] != (row["extractor"], row["extractor_version"]):
            continue
        document = document_of(row)
        known_from = document.published or row["recorded"][:10]
        ends = [d for d in (replaced_by.get(document.id), retracted.get(document.id)) if d]
        known_to = max(min(ends), known_from) if ends else None
        extractors = extractions.get(document.id, ())
        own = {one[0]: tuple(mentions_of(connection, document.id, *one)) for one in extractors}
        statements = tuple(s for one in extractors for s in _statements(connection, document.id, *one))
        yield StandingDocument(
            document, row["capture_digest"], row["recorded"], known_from, known_to, _merged(own), statements, own
        )


def _newest_reading(connection: Connection) -> dict[str, tuple[str, str]]:
    """For each capture, the extractor and version of the documents that were read from it last."""
    table = schema.documents
    query = select(table.c.capture_id, table.c.extractor, table.c.extractor_version).order_by(table.c.sequence)
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}


def _latest_visits(connection: Connection) -> dict[tuple[str, str], str]:
    """For each source and address, the capture that it gave last."""
    query = (
        select(schema.captures.c.source_id, schema.visits.c.url, schema.visits.c.capture_id)
        .join(schema.captures, schema.captures.c.id == schema.visits.c.capture_id)
        .order_by(schema.visits.c.fetched_at, schema.captures.c.sequence)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def _replacements(
    connection: Connection, newest: dict[str, tuple[str, str]], latest: dict[tuple[str, str], str]
) -> dict[str, str]:
    """Documents whose address has given another version since: document id to the day of the version that stands."""
    table = schema.documents
    columns = (
        table.c.id,
        table.c.capture_id,
        table.c.source_id,
        table.c.url,
        table.c.part,
        table.c.published,
        table.c.recorded,
        table.c.extractor,
        table.c.extractor_version,
        schema.captures.c.url.label("address"),
    )
    query = select(*columns).join(schema.captures, schema.captures.c.id == table.c.capture_id)
    rows = [
        row
        for row in connection.execute(query).mappings()
        if newest[row["capture_id"]] == (row["extractor"], row["extractor_version"])
    ]
    standing = {}
    for row in rows:
        if latest.get((row["source_id"], row["address"])) == row["capture_id"]:
            standing[row["source_id"], row["address"], row["part"]] = row
    found = {}
    for row in rows:
        current = standing.get((row["source_id"], row["address"], row["part"]))
        if current is not None and current["id"] != row["id"]:
            found[row["id"]] = current["published"] or current["recorded"][:10]
    return found


def _retractions(connection: Connection) -> dict[str, str]:
    table = schema.judgements
    rows = connection.execute(
        select(table.c.left, func.min(table.c.recorded)).where(table.c.kind == "retract").group_by(table.c.left)
    )
    return {row[0]: row[1][:10] for row in rows}


def _newest_extractions(connection: Connection) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each document, the extractor and version that annotated it last, and after it the newest version of each
    extractor that adds to it (named ``kind:name``) and is not switched off; annotations by hand win over any extractor
    and stand alone."""
    table = schema.extractions
    off = switched_off(connection)
    found: dict[str, tuple[str, str]] = {}
    added: dict[str, dict[str, str]] = {}
    for row in connection.execute(select(table).order_by(table.c.sequence)).mappings():
        if ":" in row["extractor"]:
            if row["extractor"] not in off:
                added.setdefault(row["document_id"], {})[row["extractor"]] = row["extractor_version"]
            continue
        held = found.get(row["document_id"])
        if held is None or held[0] != "annotated" or row["extractor"] == "annotated":
            found[row["document_id"]] = (row["extractor"], row["extractor_version"])
    standing: dict[str, tuple[tuple[str, str], ...]] = {identity: (one,) for identity, one in found.items()}
    for identity, versions in added.items():
        base = standing.get(identity, ())
        if not base or base[0][0] != "annotated":
            standing[identity] = (*base, *sorted(versions.items()))
    return standing


def _merged(own: Mapping[str, tuple[Mention, ...]]) -> tuple[Mention, ...]:
    """Mentions of a document in the order of the text; of the same words and type the first extractor's is kept."""
    found: dict[tuple[int, int, str], Mention] = {}
    for mentions in own.values():
        for mention in mentions:
            found.setdefault((mention.start, mention.end, mention.type), mention)
    return tuple(sorted(found.values(), key=lambda m: (m.start, -m.end, m.type)))


def _statements(
    connection: Connection, document_id: str, extractor: str, version: str
) -> Iterator[tuple[str, Statement, str]]:
    table = schema.statements
    rows = connection.execute(
        select(table)
        .where(
            table.c.document_id == document_id,
            table.c.extractor == extractor,
            table.c.extractor_version == version,
        )
        .order_by(table.c.id)
    ).mappings()
    for row in rows:
        yield row["id"], statement_of(row), row["recorded"]
