"""Each reference file as a document, so that what it says is a statement with evidence: the row's exact characters."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources.abc import Traversable

from sqlalchemy import Connection, select

from policygraph.archive import Archive, Response
from policygraph.ledger import schema
from policygraph.ledger.captures import last_visit, record_response
from policygraph.ledger.documents import document_id, record_reading
from policygraph.ledger.statements import record_extraction
from policygraph.ledger.store import append, dumps, now
from policygraph.model.identity import content_id, digest, text_hash
from policygraph.model.records import Block, Document, Entity, Mention, Span, Statement
from policygraph.reference.layout import StatementColumn, Table
from policygraph.reference.rows import ReferenceDataError, Row, read_rows
from policygraph.reference.tables import Reference, load_reference, read_reference, reference_folder

SOURCE_ID = "reference"
EXTRACTOR = "reference"
VERSION = "1"
PUBLISHER = "policygraph reference data"


def record_reference(connection: Connection, archive: Archive, run_id: str, folder: Traversable | None = None) -> int:
    """Archive the reference files and record what they say; returns how many statements were new.

    ``folder`` is another place of reference files than the package's. A file that the ledger holds as it is adds
    nothing; a changed one is a new capture. Raises ReferenceDataError where a file breaks the form: then nothing is
    recorded.
    """
    reference = load_reference() if folder is None else read_reference(folder)
    place = reference_folder() if folder is None else folder
    _record_source(connection)
    return sum(
        _record_file(connection, archive, run_id, table, (place / table.file).read_bytes(), reference)
        for table in reference.tables
    )


def reference_extraction(
    file: str, data: bytes, capture_id: str, reference: Reference
) -> tuple[Document, list[Mention], list[Statement]]:
    """A reference file as a document, with its mentions and its statements of origin ``reference``.

    ``published`` is the newest ``as_of`` of its rows. A file that declares no statements (names only) has
    no mentions either. Raises ReferenceDataError for a file that ``tables.yml`` does not declare.
    """
    table = next((t for t in reference.tables if t.file == file), None)
    if table is None:
        raise ReferenceDataError(file, 1, "is not declared as a reference file")
    text = data.decode("utf-8")
    rows = read_rows(file, text)
    document = _document(table, text, capture_id, max(row.cells["as_of"] for row in rows))
    if not table.statements:
        return document, [], []
    mentions: dict[tuple[int, int, str], Mention] = {}
    statements: list[Statement] = []
    for row in rows:
        entity = reference.entities[row.cells["id"]]
        _add_mention(mentions, row.cell_spans()["name"], entity)
        for column in table.statements:
            for other, span in _others(row, column, reference):
                _add_mention(mentions, span, other)
                statements.append(_statement(document, row, column, entity, other))
    return document, list(mentions.values()), statements


def _record_file(
    connection: Connection, archive: Archive, run_id: str, table: Table, data: bytes, reference: Reference
) -> int:
    url = f"{SOURCE_ID}:{table.file}"
    capture_id = content_id("capture", SOURCE_ID, url, digest(data))
    visit = last_visit(connection, SOURCE_ID, url)
    if visit is None or visit.capture_id != capture_id:
        response = Response(url, data, now(), "text/csv", is_http=False)
        hints = {"title": table.title, "publisher": PUBLISHER}
        record_response(connection, archive, run_id, SOURCE_ID, SOURCE_ID, response, hints)
    if _is_read(connection, capture_id):
        return 0
    document, mentions, statements = reference_extraction(table.file, data, capture_id, reference)
    record_reading(connection, run_id, capture_id, EXTRACTOR, VERSION, [document])
    return record_extraction(connection, run_id, document, EXTRACTOR, VERSION, mentions, statements)


def _is_read(connection: Connection, capture_id: str) -> bool:
    table = schema.readings
    query = select(table.c.capture_id).where(
        table.c.capture_id == capture_id, table.c.extractor == EXTRACTOR, table.c.extractor_version == VERSION
    )
    return connection.execute(query).first() is not None


def _record_source(connection: Connection) -> None:
    described = {"title": "Reference data", "publisher": PUBLISHER, "kind": "reference"}
    identity = {"id": SOURCE_ID, "digest": digest(dumps(described).encode("utf-8"))}
    append(connection, schema.sources, [identity | described | {"recorded": now()}])


def _document(table: Table, text: str, capture_id: str, published: str) -> Document:
    hash_of_text = text_hash(text)
    return Document(
        id=document_id(capture_id, "", hash_of_text, table.title, published),
        capture_id=capture_id,
        part="",
        source_id=SOURCE_ID,
        url=f"{SOURCE_ID}:{table.file}",
        kind=SOURCE_ID,
        title=table.title,
        publisher=PUBLISHER,
        published=published,
        published_from="given",
        language="en",
        text_hash=hash_of_text,
        text=text,
        blocks=(Block(0, len(text), "table"),),
        extractor=EXTRACTOR,
        extractor_version=VERSION,
    )


def _others(row: Row, column: StatementColumn, reference: Reference) -> Iterator[tuple[Entity, Span]]:
    for identity, span in row.part_spans(column.column):
        yield reference.entities[identity], span


def _add_mention(mentions: dict[tuple[int, int, str], Mention], span: Span, entity: Entity) -> None:
    mention = Mention(span.start, span.end, entity.type, entity.name, reference_id=entity.id)
    mentions.setdefault((span.start, span.end, entity.type), mention)


def _statement(document: Document, row: Row, column: StatementColumn, entity: Entity, other: Entity) -> Statement:
    predicate = column.predicate(other.type)
    if predicate is None:
        raise row.error(f"{column.column} may not name {other.id!r}, a {other.type}")
    subject, object_ = (other, entity) if column.inverse else (entity, other)
    taken = {field: row.cells.get(field) or None for field in column.take}
    return Statement(
        document_id=document.id,
        subject=subject.name,
        subject_type=subject.type,
        predicate=predicate,
        object=object_.name,
        object_type=object_.type,
        evidence=(row.span,),
        extractor=EXTRACTOR,
        extractor_version=VERSION,
        origin="reference",
        detail=column.detail,
        lifecycle=taken.get("lifecycle"),
        valid_from=taken.get("valid_from"),
        role=taken.get("role"),
    )
