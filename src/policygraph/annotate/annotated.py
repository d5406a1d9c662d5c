"""Documents that come with their annotations: lines in the format of the gold set, taken as they are.

A line is a JSON object ``{id, kind, date, title, text, mentions, statements}`` in resolved form: mentions have
``start``, ``end``, ``type``, ``entity``; a statement's ``evidence`` is a list of ``[start, end]``, and one whose
``standing`` is ``candidate`` stays one. A line that breaks the form becomes an issue, and the others are taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection

from policygraph.archive import Archive, Response
from policygraph.ledger.captures import record_response
from policygraph.ledger.documents import document_id, record_reading
from policygraph.ledger.runs import add_issue
from policygraph.ledger.statements import record_extraction
from policygraph.model.identity import text_hash
from policygraph.model.ontology import Ontology, load_ontology
from policygraph.model.records import Block, Capture, Document, Issue, Mention, Span, Statement
from policygraph.model.time import DateError, is_edtf, parse_day

SOURCE_ID = "annotated"
EXTRACTOR = "annotated"
VERSION = "1"
MAX_LINE = 4 * 1024 * 1024
_AMOUNT = re.compile(r"\b[A-Z]{3} \d+(?:\.\d+)?\b")  # the gold files keep amounts in ``detail``
_TEXT_FIELDS = (
    "valid_from",
    "valid_to",
    "duration",
    "lifecycle",
    "action",
    "amount",
    "due",
    "item",
    "role",
    "provision",
    "detail",
)


class AnnotationError(ValueError):
    """A line that does not follow the format; the message says where."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """One line, read: the document's fields with mentions and statements whose ``document_id`` is still empty."""

    identity: str
    kind: str
    date: str | None
    title: str
    text: str
    publisher: str
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]


def parse_line(line: str) -> Annotated:
    """Read one line. Raises AnnotationError with a sentence."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise AnnotationError(f"the line is not JSON: {error}") from error
    _check_characters(row)
    try:
        return _read(row)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        if isinstance(error, AnnotationError):
            raise
        raise AnnotationError(f"the line does not follow the format: {error}") from error


def _check_characters(row: Any) -> None:
    """Refuse what no database and no file in UTF-8 can hold."""
    try:
        json.dumps(row, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise AnnotationError("the line holds half of a surrogate pair") from error
    if "\\u0000" in json.dumps(row):
        raise AnnotationError("the line holds a NUL character")


def _read(row: Any) -> Annotated:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not isinstance(row.get("id"), str):
        raise AnnotationError("the line is not an object with the strings 'id' and 'text'")
    text = row["text"]
    mentions = tuple(_mentions(row.get("mentions") or [], len(text)))
    types = {mention.entity: mention.type for mention in mentions}
    statements = tuple(_statements(row.get("statements") or [], types, len(text)))
    return Annotated(
        row["id"],
        str(row.get("kind") or "news"),
        _day(row.get("date")),
        str(row.get("title") or ""),
        text,
        str(row.get("publisher") or ""),
        mentions,
        statements,
    )


def _day(value: Any) -> str | None:
    if value in (None, ""):
        return None
    try:
        return parse_day(str(value)).isoformat()
    except DateError as error:
        raise AnnotationError(f"date: {error}") from error


def _mentions(rows: list[Any], length: int) -> Iterator[Mention]:
    ontology = load_ontology()
    for row in rows:
        try:
            start, end, kind, entity = row["start"], row["end"], row["type"], row["entity"]
        except (KeyError, TypeError) as error:
            raise AnnotationError(f"a mention lacks start, end, type or entity: {str(row)[:120]}") from error
        if kind not in ontology.entities:
            raise AnnotationError(f"mention of unknown type {kind!r}")
        yield Mention(*_span(start, end, length), kind, str(entity), row.get("value"))


def _span(start: Any, end: Any, length: int) -> Span:
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= length):
        raise AnnotationError(f"the span {start!r} to {end!r} does not lie within the text of {length} characters")
    return Span(start, end)


def _statements(rows: list[Any], types: dict[str, str], length: int) -> Iterator[Statement]:
    ontology = load_ontology()
    for row in rows:
        try:
            subject, predicate, object_, evidence = row["s"], row["p"], row["o"], row["evidence"]
        except (KeyError, TypeError) as error:
            raise AnnotationError(f"a statement lacks s, p, o or evidence: {str(row)[:120]}") from error
        what = f"{subject} {predicate} {object_}"
        for name in (subject, object_):
            if name not in types:
                raise AnnotationError(f"{what}: {name!r} has no mention")
        _check_values(row, what, types, ontology)
        spans = tuple(_evidence(pair, what, length) for pair in evidence)
        if not spans:
            raise AnnotationError(f"{what}: no evidence")
        yield _statement(row, types, spans, ontology)


def _evidence(pair: Any, what: str, length: int) -> Span:
    if not isinstance(pair, list) or len(pair) != 2:
        raise AnnotationError(f"{what}: evidence {str(pair)[:80]!r} is not a pair of offsets")
    return _span(pair[0], pair[1], length)


def _check_values(row: dict[str, Any], what: str, types: dict[str, str], ontology: Ontology) -> None:
    relation = ontology.relations.get(row["p"])
    if relation is None:
        raise AnnotationError(f"{what}: unknown predicate")
    if not relation.joins(types[row["s"]], types[row["o"]]):
        raise AnnotationError(f"{what}: cannot join {types[row['s']]} to {types[row['o']]}")
    for field, allowed in (
        ("effect", ontology.effects),
        ("modality", ontology.modalities),
        ("lifecycle", (None, *ontology.lifecycles)),
    ):
        if row.get(field) not in (None, *allowed):
            raise AnnotationError(f"{what}: {field} {row.get(field)!r} is not one of {', '.join(map(str, allowed))}")

    if row.get("standing") not in (None, "fact", "candidate"):
        raise AnnotationError(f"{what}: standing {row['standing']!r} is neither fact nor candidate")
    score = row.get("score")
    if score is not None and not (isinstance(score, int | float) and 0 <= score <= 1):
        raise AnnotationError(f"{what}: score {score!r} is not between 0 and 1")
    for field in _TEXT_FIELDS:
        if not isinstance(row.get(field), str | None):
            raise AnnotationError(f"{what}: {field} {row[field]!r} is not a string")
    for field in ("valid_from", "valid_to"):
        if row.get(field) and not is_edtf(row[field]):
            raise AnnotationError(f"{what}: {field} {row[field]!r} is not an EDTF date")
    said_by = row.get("attribution") or []
    if not isinstance(said_by, list) or not all(isinstance(name, str) for name in said_by):
        raise AnnotationError(f"{what}: attribution is not a list of strings")


def _statement(row: dict[str, Any], types: dict[str, str], spans: tuple[Span, ...], ontology: Ontology) -> Statement:
    fields: dict[str, Any] = {name: row.get(name) or None for name in _TEXT_FIELDS}
    effect = row.get("effect") or "none"
    verb = action_verb(fields["detail"] or "", ontology) if effect != "none" else None
    if verb and not fields["action"]:
        fields["action"] = fields["detail"]
    if not fields["amount"] and (amount := _AMOUNT.search(fields["detail"] or "")):
        fields["amount"] = amount.group()
    return Statement(
        document_id="",
        subject=row["s"],
        subject_type=types[row["s"]],
        predicate=row["p"],
        object=row["o"],
        object_type=types[row["o"]],
        evidence=spans,
        extractor=EXTRACTOR,
        extractor_version=VERSION,
        origin="annotated",
        effect=effect,
        modality=row.get("modality") or "asserted",
        attribution=tuple(str(name) for name in row.get("attribution") or ()),
        action_verb=verb,
        standing=row.get("standing") or "fact",
        score=row.get("score"),
        **fields,
    )


def action_verb(words: str, ontology: Ontology) -> str | None:
    """The verb of the ontology's list whose words occur first in a phrase, or None."""
    found = []
    padded = f" {words.casefold()} "
    for verb, forms in ontology.actions.items():
        places = [at for form in forms if (at := padded.find(f" {form} ")) >= 0]
        if places:
            found.append((min(places), verb))
    return min(found)[1] if found else None


def record_line(
    connection: Connection,
    archive: Archive,
    run_id: str,
    line: str,
    annotated: Annotated,
    fetched_at: str,
    blocks: tuple[Block, ...],
) -> tuple[int, int]:
    """Archive a line and record its document and statements; returns how many captures and statements were new."""
    response = Response(
        f"annotated:{quote(annotated.identity, safe='')}",
        line.encode("utf-8"),
        fetched_at,
        "application/json",
        is_http=False,
    )
    capture, is_new = record_response(connection, archive, run_id, SOURCE_ID, "annotated", response, {})
    document = _document(capture, annotated, blocks)
    record_reading(connection, run_id, capture.id, EXTRACTOR, VERSION, [document])
    statements = [replace(statement, document_id=document.id) for statement in annotated.statements]
    added = record_extraction(connection, run_id, document, EXTRACTOR, VERSION, annotated.mentions, statements)
    return int(is_new), added


def _document(capture: Capture, annotated: Annotated, blocks: tuple[Block, ...]) -> Document:
    hash_of_text = text_hash(annotated.text)
    return Document(
        document_id(capture.id, "", hash_of_text, annotated.title, annotated.date),
        capture.id,
        "",
        SOURCE_ID,
        capture.url,
        annotated.kind,
        annotated.title,
        annotated.publisher or f"annotated:{annotated.identity}",
        annotated.date,
        "given" if annotated.date else None,
        "en",
        hash_of_text,
        annotated.text,
        blocks,
        EXTRACTOR,
        VERSION,
    )


def bad_line(connection: Connection, run_id: str, number: int, path: str, error: AnnotationError) -> None:
    """Record that a line was not taken."""
    reason = f"line {number}: {error}"
    add_issue(connection, run_id, Issue("ingest", "annotation_refused", reason, SOURCE_ID, path))


def lines(stream: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Numbered lines that are not blank."""
    for number, line in enumerate(stream, 1):
        if line.strip():
            yield number, line.strip()
