"""Documents and annotations as lines of JSON in the resolved form of the gold format."""

from __future__ import annotations

from typing import Any

from policygraph.annotate.annotation import Annotation
from policygraph.ledger.documents import document_id
from policygraph.model.coreference import Naming, Namings
from policygraph.model.identity import text_hash
from policygraph.model.records import Document, Mention, Statement
from policygraph.model.time import parse_day
from policygraph.text.roles import plain_blocks


def document_of_row(row: dict[str, Any]) -> Document:
    """A document of ``{id, kind, date, title, text}``. Raises KeyError, TypeError or ValueError for what is no such
    row."""
    text, identity = row["text"], row["id"]
    if not isinstance(text, str) or not isinstance(identity, str):
        raise TypeError("'id' and 'text' must be strings")
    published = parse_day(row["date"]).isoformat() if row.get("date") else None
    title, kind = str(row.get("title") or ""), str(row.get("kind") or "news")
    hash_of_text = text_hash(text)
    return Document(
        document_id(f"row:{identity}", "", hash_of_text, title, published),
        f"row:{identity}",
        "",
        "row",
        "",
        kind,
        title,
        str(row.get("publisher") or ""),
        published,
        "given" if published else None,
        "en",
        hash_of_text,
        text,
        plain_blocks(text, kind),
        "row",
        "1",
    )


def annotation_row(row: dict[str, Any], annotation: Annotation) -> dict[str, Any]:
    """The row with ``mentions`` and ``statements`` of the annotation. ``s_named`` and ``o_named`` say how the evidence
    of a statement names its subject and its object, and at which characters."""
    namings = Namings(row["text"], annotation.mentions)
    return {
        **{key: value for key, value in row.items() if key not in ("mentions", "statements")},
        "mentions": [_mention(mention) for mention in annotation.mentions],
        "statements": [_statement(statement, namings) for statement in annotation.statements],
    }


def _mention(mention: Mention) -> dict[str, Any]:
    found: dict[str, Any] = {
        "start": mention.start,
        "end": mention.end,
        "type": mention.type,
        "entity": mention.entity,
    }
    if mention.value is not None:
        found["value"] = mention.value
    return found


def _named(found: Naming | None) -> dict[str, Any] | None:
    return {"how": found.how, "start": found.start, "end": found.end} if found else None


def _statement(statement: Statement, namings: Namings) -> dict[str, Any]:
    return {
        "s": statement.subject,
        "p": statement.predicate,
        "o": statement.object,
        "effect": statement.effect,
        "modality": statement.modality,
        "attribution": list(statement.attribution),
        "valid_from": statement.valid_from,
        "valid_to": statement.valid_to,
        "duration": statement.duration,
        "lifecycle": statement.lifecycle,
        "evidence": [[span.start, span.end] for span in statement.evidence],
        "s_named": _named(namings.of(statement.subject, statement.subject_type, statement.evidence)),
        "o_named": _named(namings.of(statement.object, statement.object_type, statement.evidence)),
        "detail": statement.detail,
        "action": statement.action,
        "amount": statement.amount,
        "due": statement.due,
        "standing": statement.standing,
        "score": statement.score,
        "extractor": f"{statement.extractor} {statement.extractor_version}",
    }
