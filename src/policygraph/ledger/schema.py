"""Tables of the ledger. Rows are appended and never edited; only ``runs`` gets its end written in.

JSON values are kept as canonical text, so that SQLite and PostgreSQL hold the same characters.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, Table, Text

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("command", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("started", Text, nullable=False),
    Column("finished", Text),
    Column("status", Text),
    Column("counts", Text),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("jurisdiction", Text),
    Column("authority", Text),
    Column("recorded", Text, nullable=False),
)

captures = Table(
    "captures",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("http_status", Integer, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("hints", Text, nullable=False),
    Column("warc_file", Text, nullable=False),
    Column("warc_offset", BigInteger, nullable=False),
    Column("warc_length", Integer, nullable=False),
    Column("fetched_at", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Index("captures_by_url", "url"),
    Index("captures_by_sequence", "sequence"),
    Index("captures_by_file", "warc_file"),
)

visits = Table(
    "visits",
    metadata,
    Column("capture_id", Text, primary_key=True),
    Column("fetched_at", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("warc_file", Text),
    Column("warc_offset", BigInteger),
    Column("warc_length", Integer),
    Column("run_id", Text, nullable=False),
    Index("visits_by_url", "url", "fetched_at"),
    Index("visits_by_file", "warc_file"),
)

texts = Table("texts", metadata, Column("hash", Text, primary_key=True), Column("text", Text, nullable=False))

readings = Table(  # a capture was read by one version of the text stage, whatever came of it
    "readings",
    metadata,
    Column("capture_id", Text, primary_key=True),
    Column("extractor", Text, primary_key=True),
    Column("extractor_version", Text, primary_key=True),
    Column("documents", Integer, nullable=False),
    Column("recorded", Text, nullable=False),
    Column("run_id", Text, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("capture_id", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("published", Text),
    Column("published_from", Text),
    Column("language", Text, nullable=False),
    Column("text_hash", Text, nullable=False),
    Column("blocks", Text, nullable=False),
    Column("extractor", Text, nullable=False),
    Column("extractor_version", Text, nullable=False),
    Column("recorded", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Index("documents_by_url", "url", "part"),
    Index("documents_by_capture", "capture_id"),
    Index("documents_by_sequence", "sequence"),
)

extractions = Table(  # a document was annotated by one version of one extractor, whatever came of it
    "extractions",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("extractor", Text, primary_key=True),
    Column("extractor_version", Text, primary_key=True),
    Column("recorded", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Index("extractions_by_sequence", "sequence"),
)

mentions = Table(
    "mentions",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("extractor", Text, primary_key=True),
    Column("extractor_version", Text, primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("end", Integer, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("entity", Text, nullable=False),
    Column("value", Text),
    Column("reference_id", Text),
)

statements = Table(
    "statements",
    metadata,
    Column("id", Text, primary_key=True),
    Column("document_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_type", Text, nullable=False),
    Column("predicate", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("object_type", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("extractor", Text, nullable=False),
    Column("extractor_version", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("effect", Text, nullable=False),
    Column("modality", Text, nullable=False),
    Column("attribution", Text, nullable=False),
    Column("valid_from", Text),
    Column("valid_to", Text),
    Column("duration", Text),
    Column("lifecycle", Text),
    Column("action", Text),
    Column("action_verb", Text),
    Column("amount", Text),
    Column("due", Text),
    Column("item", Text),
    Column("role", Text),
    Column("provision", Text),
    Column("detail", Text),
    Column("standing", Text, nullable=False),
    Column("score", Float),
    Column("recorded", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Index("statements_by_document", "document_id"),
)

judgements = Table(
    "judgements",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("left", Text, nullable=False),
    Column("right", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("score", Float),
    Column("reasons", Text, nullable=False),
    Column("recorded", Text, nullable=False),
    Column("run_id", Text, nullable=False),
)

issues = Table(
    "issues",
    metadata,
    Column("id", Text, primary_key=True),
    Column("run_id", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("recorded", Text, nullable=False),
    Index("issues_by_run", "run_id"),
)
