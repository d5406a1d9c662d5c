"""Frozen records of what was seen, what was said and what was done about it.

Field names are those of the ledger's columns, of the Neo4j properties and of the JSON output.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Origin = Literal["extracted", "annotated", "reference"]
Standing = Literal["fact", "candidate"]
BlockKind = Literal["headline", "paragraph", "list_item", "heading", "table", "quotation", "caption", "boilerplate"]


class Span(NamedTuple):
    """Characters ``start`` (included) to ``end`` (excluded) of a document's text, counted in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Capture:
    """Bytes that a URL gave: the payload's digest, where the archive keeps it, and what was known of it when fetched.

    ``id`` is made of source, URL and digest: the same bytes seen again are the same capture (a visit, not a capture).
    ``kind`` says what the bytes are for: ``page``, ``feed``, ``listing``, ``file``, ``reference``, ``annotated`` or
    ``robots``. ``hints`` holds what the place that led here said of it (``title``, ``published`` as written,
    ``publisher``).
    """

    id: str
    source_id: str
    url: str
    digest: str
    media_type: str
    kind: str
    http_status: int
    length: int
    hints: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Block:
    """A run of a document's text with one role; facts are read only from roles that carry statements."""

    start: int
    end: int
    kind: BlockKind


@dataclass(frozen=True, slots=True)
class Document:
    """One text of one capture, by one version of one text extractor.

    ``part`` tells the documents of one capture apart (a feed's entries); it is empty where there is one.
    ``published`` is an ISO day or None where no source of it could be read; ``published_from`` says which one it was
    (``feed``, ``listing``, ``meta``, ``url``, ``text``, ``given``).
    """

    id: str
    capture_id: str
    part: str
    source_id: str
    url: str
    kind: str
    title: str
    publisher: str
    published: str | None
    published_from: str | None
    language: str
    text_hash: str
    text: str = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    extractor: str
    extractor_version: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters of a document that refer to a thing.

    ``entity`` is the thing's name within the document (the same for all its mentions); ``value`` is the normalised
    value of a Date (EDTF), Money (``CUR amount``) or Quantity; ``reference_id`` is set where the annotator already
    knows which reference entity is meant.
    """

    start: int
    end: int
    type: str
    entity: str
    value: str | None = None
    reference_id: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One assertion by one document. Appended to the ledger, never edited.

    ``subject`` and ``object`` are entity names within the document. Dates are EDTF, ``duration`` is ISO 8601,
    ``amount`` is ``CUR amount``. ``attribution`` names who says so, nearest first; it is empty where the document
    speaks for itself. ``evidence`` holds the spans that prove it. ``standing`` is ``candidate`` where a guard doubts
    it: kept and shown as such, never part of a yes. Its identifier is made of everything but ``score``.
    """

    document_id: str
    subject: str
    subject_type: str
    predicate: str
    object: str
    object_type: str
    evidence: tuple[Span, ...]
    extractor: str
    extractor_version: str
    origin: Origin
    effect: str = "none"
    modality: str = "asserted"
    attribution: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    duration: str | None = None
    lifecycle: str | None = None
    action: str | None = None
    action_verb: str | None = None
    amount: str | None = None
    due: str | None = None
    item: str | None = None
    role: str | None = None
    provision: str | None = None
    detail: str | None = None
    standing: Standing = "fact"
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """What resolution says that mentions refer to. ``origin`` is ``reference`` or ``document``."""

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    origin: str = "document"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision that can be undone by a later one: ``same`` or ``different`` (entities), ``retract`` (a document),
    ``switch_off`` or ``switch_on`` (a proposer, whose findings leave or re-enter the view)."""

    id: str
    kind: str
    left: str
    right: str
    by: str
    score: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """A recorded problem: nothing that is not understood vanishes.

    ``code`` is a short fixed word (``feed_broken``, ``page_empty``, ``redirect_private``, …); ``reason`` is a sentence.
    """

    stage: str
    code: str
    reason: str
    source_id: str = ""
    url: str = ""
    document_id: str = ""
