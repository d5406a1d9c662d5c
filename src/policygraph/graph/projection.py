"""The projection: everything that the graph should hold, computed from the ledger.

A pure function of the ledger's rows and the reference data, so that an incremental night gives the same graph as a
rebuild.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from policygraph.graph.descriptions import descriptions
from policygraph.graph.edges import PlacedStatement, edges
from policygraph.graph.provisions import provisions
from policygraph.graph.rows import Node, Projection, Property, Relationship
from policygraph.ledger import schema
from policygraph.ledger.views import StandingDocument, standing_documents
from policygraph.model.coreference import Naming, Namings
from policygraph.model.identity import content_id
from policygraph.model.ontology import Ontology
from policygraph.model.records import Entity, Judgement, Statement
from policygraph.resolve.renditions import Rendition, notices, told_twice
from policygraph.resolve.resolver import Resolved, Resolver
from policygraph.resolve.same import joined, judge


@dataclass(frozen=True, slots=True)
class _Row:
    """A statement with its place in the graph, its document, provision, speakers (entity ids or words), day of record,
    and how its evidence names its subject and its object."""

    placed: PlacedStatement
    standing: StandingDocument
    provision: str | None
    speakers: tuple[str, ...]
    recorded: str
    named: tuple[Naming | None, Naming | None]


@dataclass(slots=True)
class _Gathered:
    """What was gathered while walking over the documents."""

    entities: dict[str, Entity] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    rows: list[_Row] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    links: list[Relationship] = field(default_factory=list)
    mentioned: dict[tuple[str, str], int] = field(default_factory=Counter)
    renditions: list[Rendition] = field(default_factory=list)


def project(connection: Connection, resolver: Resolver, ontology: Ontology) -> tuple[Projection, list[Judgement]]:
    """Compute the projection, and the judgements of sameness that it rests on."""
    gathered = _Gathered()
    for item in standing_documents(connection):
        _gather(item, resolver, gathered)
    same_text = notices(gathered.renditions)
    judgements = told_twice(same_text)
    told = joined(judgements)
    rows = [_moved(row, told) for row in gathered.rows]
    judgements += judge(
        descriptions(gathered.entities, ((row.placed, row.standing.document) for row in rows), _notice_ids(same_text))
    )
    same = joined(judgements)
    rows = [_moved(row, same) for row in gathered.rows]
    nodes = _entity_nodes(gathered, same) + gathered.nodes + _source_nodes(connection)
    links = gathered.links
    for row in rows:
        nodes.append(_statement_node(row))
        links += _statement_links(row, gathered.entities, same)
    for (document_id, entity_id), count in gathered.mentioned.items():
        end = same.get(entity_id, entity_id)
        links.append(_link("MENTIONS", "Document", document_id, "Entity", end, {"count": count}))
    links += edges((row.placed for row in rows), ontology)
    unique = {link.id: link for link in links}
    return Projection(nodes, [unique[key] for key in sorted(unique)]), judgements


def _gather(item: StandingDocument, resolver: Resolver, gathered: _Gathered) -> None:
    document = item.document
    resolved = resolver.resolve(document.id, item.mentions, (s for _, s, _ in item.statements))
    for (name, _), entity in resolved.entities.items():
        gathered.entities.setdefault(entity.id, entity)
        gathered.names[entity.id].add(name)
    if item.statements:
        gathered.renditions.append(Rendition(document, tuple(resolved.entities.values())))
    groups = provisions(document.text, [(identity, s) for identity, s, _ in item.statements])
    namings = {extractor: Namings(document.text, mentions) for extractor, mentions in item.mentions_of.items()}
    for identity, statement, recorded in item.statements:
        placed = _place(identity, statement, item, resolved)
        speakers = tuple(resolved.speaker(name) for name in statement.attribution)
        provision = groups.get(identity, statement.provision)
        named = _named(statement, namings[statement.extractor])
        gathered.rows.append(_Row(placed, item, provision, speakers, recorded, named))
    for mention in item.mentions:
        mentioned = resolved.entities.get((mention.entity, mention.type))
        if mentioned is not None:
            gathered.mentioned[document.id, mentioned.id] += 1
    gathered.nodes.append(_document_node(item))
    gathered.links.append(_link("FROM_SOURCE", "Document", document.id, "Source", document.source_id))


def _named(statement: Statement, namings: Namings) -> tuple[Naming | None, Naming | None]:
    if statement.origin == "reference":  # a row of a table names its ends in columns
        return None, None
    return (
        namings.of(statement.subject, statement.subject_type, statement.evidence),
        namings.of(statement.object, statement.object_type, statement.evidence),
    )


def _place(identity: str, statement: Statement, item: StandingDocument, resolved: Resolved) -> PlacedStatement:
    subject = resolved.entities[statement.subject, statement.subject_type]
    object_ = resolved.entities[statement.object, statement.object_type]
    return PlacedStatement(
        identity, statement, subject.id, object_.id, item.document.publisher, item.known_from, item.known_to
    )


def _notice_ids(same_text: Iterable[Sequence[Rendition]]) -> dict[str, str]:
    """For each document that has other renditions, the id of the first of them."""
    return {rendition.document.id: group[0].document.id for group in same_text for rendition in group}


def _moved(row: _Row, same: Mapping[str, str]) -> _Row:
    item = row.placed
    subject, object_ = same.get(item.subject_id, item.subject_id), same.get(item.object_id, item.object_id)
    return replace(row, placed=replace(item, subject_id=subject, object_id=object_))


def _entity_nodes(gathered: _Gathered, same: Mapping[str, str]) -> list[Node]:
    aliases: dict[str, set[str]] = defaultdict(set)
    for identity, entity in gathered.entities.items():
        aliases[same.get(identity, identity)] |= {entity.name, *entity.aliases, *gathered.names[identity]}
    nodes = []
    for identity, names in aliases.items():
        entity = gathered.entities[identity]
        properties: dict[str, Property] = {
            "name": entity.name,
            "type": entity.type,
            "aliases": sorted(names - {entity.name}),
            "origin": entity.origin,
        }
        nodes.append(Node(identity, "Entity", entity.type, properties))
    return nodes


def _document_node(item: StandingDocument) -> Node:
    document = item.document
    return Node(
        document.id,
        "Document",
        "",
        {
            "title": document.title,
            "url": document.url,
            "kind": document.kind,
            "publisher": document.publisher,
            "published": document.published,
            "language": document.language,
            "text_hash": document.text_hash,
            "capture_id": document.capture_id,
            "capture_digest": item.capture_digest,
            "replaced": item.known_to is not None,
            "recorded": item.recorded,
        },
    )


def _source_nodes(connection: Connection) -> list[Node]:
    table = schema.sources
    rows = {row["id"]: row for row in connection.execute(select(table).order_by(table.c.recorded)).mappings()}
    used = set(connection.execute(select(schema.documents.c.source_id).distinct()).scalars())
    nodes = []
    for identity in sorted(used | rows.keys()):
        row = rows.get(identity)
        properties: dict[str, Property] = {"title": row["title"] if row else identity}
        if row:
            properties |= {k: row[k] for k in ("publisher", "kind", "jurisdiction")}
        nodes.append(Node(identity, "Source", "", properties))
    return nodes


def _statement_node(row: _Row) -> Node:
    item, statement, standing = row.placed, row.placed.statement, row.standing
    text = standing.document.text
    copied = (
        "predicate", "effect", "modality", "valid_from", "valid_to", "duration", "lifecycle", "action", "action_verb",
        "amount", "due", "item", "role", "detail", "standing", "score", "origin",
    )  # fmt: skip
    properties: dict[str, Property] = {name: getattr(statement, name) for name in copied}
    properties |= {
        "subject_id": item.subject_id,
        "object_id": item.object_id,
        "attribution": list(statement.attribution),
        "attribution_ids": list(row.speakers),
        "provision": row.provision,
        "document_id": standing.document.id,
        "publisher": standing.document.publisher,
        "published": standing.document.published,
        "known_from": item.known_from,
        "known_to": item.known_to,
        "recorded": row.recorded,
        "quotes": [text[span.start : span.end] for span in statement.evidence],
        "offsets": [f"{span.start}:{span.end}" for span in statement.evidence],
        "subject_named": _naming(row.named[0]),
        "object_named": _naming(row.named[1]),
        "extractor": f"{statement.extractor} {statement.extractor_version}",
    }
    return Node(item.id, "Statement", "", properties)


def _naming(named: Naming | None) -> list[str] | None:
    return [named.how, named.words, f"{named.start}:{named.end}"] if named else None


def _statement_links(row: _Row, entities: Mapping[str, Entity], same: Mapping[str, str]) -> list[Relationship]:
    item = row.placed
    links = [
        _link("SUBJECT", "Statement", item.id, "Entity", item.subject_id),
        _link("OBJECT", "Statement", item.id, "Entity", item.object_id),
        _link("STATED_IN", "Statement", item.id, "Document", item.statement.document_id),
    ]
    for speaker in dict.fromkeys(row.speakers):
        if speaker in entities:
            links.append(_link("ATTRIBUTED_TO", "Statement", item.id, "Entity", same.get(speaker, speaker)))
    return links


def _link(
    kind: str, start_label: str, start: str, end_label: str, end: str, properties: dict[str, Property] | None = None
) -> Relationship:
    return Relationship(
        content_id("link", kind, start, end), kind, start_label, start, end_label, end, properties or {}
    )
