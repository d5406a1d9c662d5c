"""A small hand-made world of rules and firms, loaded once for the tests that only read it."""

from __future__ import annotations

import pytest

from policygraph.graph.connection import Graph
from policygraph.graph.edges import PlacedStatement, edges
from policygraph.graph.loader import load
from policygraph.graph.rows import Node, Projection, Property, Relationship
from policygraph.model.identity import content_id
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Span, Statement

ENTITIES = {
    "Alder": ("firm:alder", "Firm", ["Alder Motors"]),
    "Birch": ("firm:birch", "Firm", []),
    "Cedar": ("firm:cedar", "Firm", []),
    "Dogwood": ("firm:dogwood", "Firm", []),
    "Elder": ("firm:elder", "Firm", []),
    "Harbour Zone": ("zone:harbour", "Zone", []),
    "Empty Zone": ("zone:empty", "Zone", []),
    "Westland": ("WL", "Jurisdiction", []),
    "Alder Plant": ("facility:alder-plant", "Facility", []),
    "New Plant": ("facility:new-plant", "Facility", []),
    "vehicles": ("sector:vehicles", "Sector", []),
    "banks": ("sector:banks", "Sector", []),
    "White List": ("rule:white-list", "Rule", ["the list"]),
    "Assessment Duty": ("rule:assessment", "Rule", []),
    "Chip Ban": ("rule:chip-ban", "Rule", []),
    "Grant Scheme": ("rule:grant", "Rule", []),
    "Quiet Rule": ("rule:quiet", "Rule", []),
    "Open Rule": ("rule:open", "Rule", []),
    "Ministry": ("authority:ministry", "Authority", []),
}

# id: publisher, day, day of replacement
DOCUMENTS = {
    "document:draft": ("Herald", "2024-04-01", "2024-05-01"),
    "document:list": ("Herald", "2024-05-17", None),
    "document:ban": ("Courier", "2024-06-01", None),
    "document:denial": ("Courier", "2024-07-01", None),
    "document:echo": ("Herald", "2024-07-02", None),
    "document:late": ("Bulletin", "2024-11-01", None),
    "document:silent": ("Courier", "2024-07-10", None),
}

STATEMENTS: list[tuple[str, str, str, str, dict[str, object]]] = [
    ("document:draft", "White List", "applies_to", "banks", {"effect": "permits"}),
    (
        "document:list",
        "White List",
        "holds_in",
        "Harbour Zone",
        {"valid_from": "2024-05-17", "duration": "P1Y", "attribution": ("Gazette",)},
    ),
    ("document:list", "White List", "lifts", "Assessment Duty", {"effect": "exempts", "action": "send data abroad"}),
    ("document:list", "White List", "applies_to", "vehicles", {"effect": "permits", "valid_from": "2024-05-17"}),
    ("document:list", "Alder", "operates", "Alder Plant", {}),
    ("document:list", "Alder Plant", "located_in", "Harbour Zone", {}),
    ("document:list", "Harbour Zone", "located_in", "Westland", {}),
    ("document:ban", "Chip Ban", "applies_to", "Birch", {"effect": "prohibits", "lifecycle": "in_force"}),
    ("document:ban", "Chip Ban", "issued_by", "Ministry", {}),
    ("document:ban", "Birch", "supplies", "Cedar", {}),
    ("document:ban", "Alder", "supplies", "Birch", {"modality": "possible", "attribution": ("anonymous:1",)}),
    (
        "document:ban",
        "Grant Scheme",
        "applies_to",
        "Alder",
        {"effect": "funds", "amount": "EUR 5000000", "valid_to": "2024-12-31"},
    ),
    ("document:ban", "Alder", "acquires", "Cedar", {}),
    ("document:denial", "Alder", "acquires", "Cedar", {"modality": "denied", "attribution": ("Alder",)}),
    ("document:denial", "Alder", "operates", "New Plant", {"modality": "planned"}),
    ("document:echo", "Chip Ban", "applies_to", "Birch", {"effect": "prohibits"}),
    ("document:late", "Open Rule", "applies_to", "Elder", {"effect": "unknown"}),
    ("document:late", "Open Rule", "applies_to", "Elder", {"effect": "requires", "standing": "candidate"}),
]


def world() -> Projection:
    """The projection of the statements above."""
    placed = [_placed(number, row) for number, row in enumerate(STATEMENTS)]
    nodes = [
        Node(identity, "Entity", type_, {"name": name, "type": type_, "aliases": aliases, "origin": "document"})
        for name, (identity, type_, aliases) in ENTITIES.items()
    ]
    nodes += [_document(identity) for identity in DOCUMENTS]
    nodes.append(Node("press", "Source", "", {"title": "Press", "kind": "news"}))
    links = [_link("FROM_SOURCE", "Document", identity, "Source", "press") for identity in DOCUMENTS]
    mention = _link("MENTIONS", "Document", "document:silent", "Entity", "firm:alder", {"count": 2})
    for item in placed:
        nodes.append(_statement(item))
        links += [
            _link("SUBJECT", "Statement", item.id, "Entity", item.subject_id),
            _link("OBJECT", "Statement", item.id, "Entity", item.object_id),
            _link("STATED_IN", "Statement", item.id, "Document", item.statement.document_id),
        ]
    return Projection(nodes, [*links, mention, *edges(placed, load_ontology())])


def _placed(number: int, row: tuple[str, str, str, str, dict[str, object]]) -> PlacedStatement:
    document, subject, predicate, object_, fields = row
    statement = Statement(
        document,
        subject,
        ENTITIES[subject][1],
        predicate,
        object_,
        ENTITIES[object_][1],
        (Span(0, 10),),
        "test",
        "1",
        "annotated",
        **fields,  # type: ignore[arg-type]
    )
    publisher, day, replaced = DOCUMENTS[document]
    ends = (ENTITIES[subject][0], ENTITIES[object_][0])
    return PlacedStatement(f"statement:{number:02}", statement, *ends, publisher, day, replaced)


def _document(identity: str) -> Node:
    publisher, day, replaced = DOCUMENTS[identity]
    properties: dict[str, Property] = {
        "title": f"Report {identity}",
        "url": f"https://press.example/{identity}",
        "publisher": publisher,
        "published": day,
        "replaced": replaced is not None,
        "recorded": "2024-12-01T00:00:00Z",
    }
    return Node(identity, "Document", "", properties)


def _statement(item: PlacedStatement) -> Node:
    statement = item.statement
    names = ("predicate", "effect", "modality", "valid_from", "valid_to", "duration", "lifecycle", "action", "amount")
    properties: dict[str, Property] = {name: getattr(statement, name) for name in (*names, "standing", "origin")}
    properties |= {
        "subject_id": item.subject_id,
        "object_id": item.object_id,
        "attribution": list(statement.attribution),
        "document_id": statement.document_id,
        "publisher": item.publisher,
        "published": item.known_from,
        "known_from": item.known_from,
        "known_to": item.known_to,
        "quotes": [f"{statement.subject} {statement.predicate} {statement.object}"],
        "recorded": "2024-12-01T00:00:00Z",
    }
    return Node(item.id, "Statement", "", properties)


def _link(
    kind: str, start_label: str, start: str, end_label: str, end: str, properties: dict[str, Property] | None = None
) -> Relationship:
    identity = content_id("link", kind, start, end)
    return Relationship(identity, kind, start_label, start, end_label, end, properties or {})


@pytest.fixture
def world_projection() -> Projection:
    """The small world, to be loaded or changed by a test."""
    return world()


@pytest.fixture
def world_graph(graph: Graph) -> Graph:
    """The session's graph holding the small world and nothing else."""
    load(graph, world())
    return graph
