"""Extractions, mentions and statements: what the annotator found in documents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from policygraph.ledger import schema
from policygraph.ledger.store import append, dumps, next_sequence, now
from policygraph.model.identity import JsonValue, content_id
from policygraph.model.records import Document, Mention, Span, Statement

_FIELDS = tuple(f.name for f in fields(Statement))


def statement_id(statement: Statement) -> str:
    """Identifier of a statement: everything that it says, where, and by which version of which extractor.

    Its score is left out: the last digits of a floating-point number depend on the processor.
    """
    values: list[JsonValue] = []
    for name in _FIELDS:
        if name == "score":
            continue
        value = getattr(statement, name)
        values.append([list(span) for span in value] if name == "evidence" else value)
    return content_id("statement", *values)


def record_extraction(
    connection: Connection,
    run_id: str,
    document: Document,
    extractor: str,
    version: str,
    mentions: Sequence[Mention],
    statements: Sequence[Statement],
) -> int:
    """Record that a document was annotated and what came of it; returns how many statements were new."""
    recorded = now()
    key = {"document_id": document.id, "extractor": extractor, "extractor_version": version}
    append(connection, schema.mentions, [key | _mention_row(m) for m in mentions])
    added = append(connection, schema.statements, [_statement_row(s, recorded, run_id) for s in statements])
    extraction = key | {
        "recorded": recorded,
        "run_id": run_id,
        "sequence": next_sequence(connection, schema.extractions),
    }
    append(connection, schema.extractions, [extraction])
    return added


def statement_of(row: RowMapping) -> Statement:
    """A statement of a row of ``statements``."""
    values: dict[str, Any] = {name: row[name] for name in _FIELDS}
    values["evidence"] = tuple(Span(*span) for span in json.loads(row["evidence"]))
    values["attribution"] = tuple(json.loads(row["attribution"]))
    return Statement(**values)


def get_statement(connection: Connection, identity: str) -> tuple[Statement, str] | None:
    """A statement and when it was recorded, or None."""
    row = connection.execute(select(schema.statements).where(schema.statements.c.id == identity)).mappings().first()
    return None if row is None else (statement_of(row), row["recorded"])


def mentions_of(connection: Connection, document_id: str, extractor: str, version: str) -> Iterator[Mention]:
    """Mentions of a document by one version of one extractor, in the order of the text."""
    table = schema.mentions
    rows = connection.execute(
        select(table)
        .where(
            table.c.document_id == document_id,
            table.c.extractor == extractor,
            table.c.extractor_version == version,
        )
        .order_by(table.c.start, table.c.end.desc(), table.c.type)
    ).mappings()
    for row in rows:
        yield Mention(row["start"], row["end"], row["type"], row["entity"], row["value"], row["reference_id"])


def _mention_row(mention: Mention) -> dict[str, Any]:
    return {f.name: getattr(mention, f.name) for f in fields(Mention)}


def _statement_row(statement: Statement, recorded: str, run_id: str) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(statement, name) for name in _FIELDS}
    row["evidence"] = dumps([list(span) for span in statement.evidence])
    row["attribution"] = dumps(list(statement.attribution))
    return row | {"id": statement_id(statement), "recorded": recorded, "run_id": run_id}
