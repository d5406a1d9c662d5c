"""A made-up world of rules and firms, shaped like the real one: places in places, sectors in sectors, busy firms."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from policygraph.graph.edges import PlacedStatement, edges
from policygraph.graph.rows import Node, Projection, Property, Relationship
from policygraph.model.identity import content_id
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Statement

_EFFECTS = ("permits", "exempts", "requires", "prohibits", "restricts", "penalises")
_MODALITIES = ("asserted",) * 8 + ("planned", "possible")
_SENTENCE = "The measure that the authority made known on that day covers what the firm makes and where it makes it"
_STATEMENTS_A_DOCUMENT = 10
_TOLD_TWICE = 0.2  # the share of edges that a second document states too


@dataclass(slots=True)
class _World:
    chance: random.Random
    things: dict[str, list[str]] = field(default_factory=dict)
    triples: dict[tuple[str, str, str], None] = field(default_factory=dict)

    def add(self, type_: str, count: int) -> None:
        self.things[type_] = [f"{type_.lower()}:{number}" for number in range(count)]

    def link(self, subject: str, predicate: str, object_: str) -> None:
        if subject != object_:
            self.triples[subject, predicate, object_] = None

    def pick(self, type_: str) -> str:
        return self.chance.choice(self.things[type_])

    def pick_busy(self, type_: str) -> str:
        """A thing, the early ones far more often: a few firms are in most of the news."""
        found = self.things[type_]
        return found[int(len(found) * self.chance.random() ** 3)]


def generate_world(size: int, seed: int = 11) -> Projection:
    """A graph of ``size`` edges between entities, with the statements and documents behind them."""
    world = _World(random.Random(seed))
    firms = rules = size // 10
    counts = {
        "Jurisdiction": 700, "Sector": 400, "Technology": 1_500, "DataCategory": 100, "Authority": 500,
        "Facility": firms // 4, "Firm": firms, "Rule": rules,
    }  # fmt: skip
    for type_, count in counts.items():
        world.add(type_, max(count, 20))
    _hierarchies(world)
    for firm in world.things["Firm"]:
        _firm(world, firm)
    for rule in world.things["Rule"]:
        _rule(world, rule)
    while len(world.triples) < size:
        world.link(world.pick_busy("Firm"), "supplies", world.pick_busy("Firm"))
    return _projection(world, list(world.triples)[:size])


def _hierarchies(world: _World) -> None:
    places = world.things["Jurisdiction"]
    for number, place in enumerate(places):
        if number >= len(places) // 7:  # six of seven are provinces of a country
            world.link(place, "located_in", places[number % (len(places) // 7)])
    for type_ in ("Sector", "Technology", "DataCategory"):
        found = world.things[type_]
        for number, thing in enumerate(found[10:], 10):
            world.link(thing, "part_of", found[world.chance.randrange(number // 4 + 1)])


def _firm(world: _World, firm: str) -> None:
    world.link(firm, "located_in", world.pick("Jurisdiction"))
    world.link(firm, "active_in", world.pick("Sector"))
    for _ in range(world.chance.randrange(1, 4)):
        world.link(firm, "makes", world.pick("Technology"))
    if world.chance.random() < 0.5:
        facility = world.pick("Facility")
        world.link(firm, "operates", facility)
        world.link(facility, "located_in", world.pick("Jurisdiction"))
    world.link(world.pick_busy("Firm"), "supplies", firm)


def _rule(world: _World, rule: str) -> None:
    world.link(rule, "issued_by", world.pick("Authority"))
    world.link(rule, "holds_in", world.pick("Jurisdiction"))
    for _ in range(world.chance.randrange(1, 4)):
        type_ = world.chance.choice(("Sector", "Technology", "Technology", "DataCategory", "Firm"))
        world.link(rule, "applies_to", world.pick_busy("Firm") if type_ == "Firm" else world.pick(type_))
    if world.chance.random() < 0.1:
        world.link(rule, world.chance.choice(("lifts", "amends", "repeals")), world.pick("Rule"))


def _projection(world: _World, triples: list[tuple[str, str, str]]) -> Projection:
    placed = list(_placed(world, triples))
    documents = sorted({item.statement.document_id for item in placed})
    nodes = [_entity(type_, identity) for type_, found in world.things.items() for identity in found]
    nodes += [_document(identity) for identity in documents]
    nodes += [_statement(item) for item in placed]
    nodes.append(Node("source:made-up", "Source", "", {"title": "made up"}))
    links = [_link("FROM_SOURCE", "Document", d, "Source", "source:made-up") for d in documents]
    for item in placed:
        links.append(_link("SUBJECT", "Statement", item.id, "Entity", item.subject_id))
        links.append(_link("OBJECT", "Statement", item.id, "Entity", item.object_id))
        links.append(_link("STATED_IN", "Statement", item.id, "Document", item.statement.document_id))
    return Projection(nodes, [*links, *edges(placed, load_ontology())])


def _placed(world: _World, triples: list[tuple[str, str, str]]) -> Iterator[PlacedStatement]:
    chance, number = world.chance, 0
    for subject, predicate, object_ in triples:
        effect = chance.choice(_EFFECTS) if predicate in ("applies_to", "lifts") else "none"
        for _ in range(1 + (chance.random() < _TOLD_TWICE)):
            day = f"20{chance.randrange(18, 26)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            statement = Statement(
                f"document:{number // _STATEMENTS_A_DOCUMENT}", subject, _type(subject), predicate, object_,
                _type(object_), (), "made up", "1", "extracted", effect=effect, modality=chance.choice(_MODALITIES),
                attribution=("Reuters",) if chance.random() < 0.3 else (),
                valid_from=day if predicate in ("holds_in", "applies_to") and chance.random() < 0.6 else None,
                action="make" if effect != "none" else None,
            )  # fmt: skip
            yield PlacedStatement(f"statement:{number}", statement, subject, object_, "Reuters", day, None)
            number += 1


def _type(identity: str) -> str:
    names = {name.lower(): name for name in load_ontology().entities}
    return names[identity.partition(":")[0]]


def _entity(type_: str, identity: str) -> Node:
    name = f"{type_} {identity.partition(':')[2]}"
    properties: dict[str, Property] = {"name": name, "type": type_, "aliases": [f"The {name}"], "origin": "document"}
    return Node(identity, "Entity", type_, properties)


def _document(identity: str) -> Node:
    properties: dict[str, Property] = {
        "title": f"News {identity}", "url": f"https://news.example/{identity}", "kind": "news", "publisher": "Reuters",
        "published": "2024-01-01",
    }  # fmt: skip
    return Node(identity, "Document", "", properties)


def _statement(item: PlacedStatement) -> Node:
    told = item.statement
    properties: dict[str, Property] = {
        "subject_id": item.subject_id, "predicate": told.predicate, "object_id": item.object_id, "effect": told.effect,
        "modality": told.modality, "attribution": list(told.attribution), "attribution_ids": list(told.attribution),
        "valid_from": told.valid_from, "action": told.action, "provision": f"provision:{item.subject_id}",
        "standing": told.standing, "origin": told.origin, "document_id": told.document_id, "publisher": item.publisher,
        "published": item.known_from, "known_from": item.known_from, "recorded": f"{item.known_from}T00:00:00Z",
        "quotes": [f"{_SENTENCE} {item.id}"], "offsets": ["120:240"], "extractor": "made up 1",
        "subject_named": ["description", "the order", "122:131"], "object_named": ["name", "Something", "150:159"],
    }  # fmt: skip
    return Node(item.id, "Statement", "", properties)


def _link(kind: str, start_label: str, start: str, end_label: str, end: str) -> Relationship:
    return Relationship(content_id("link", kind, start, end), kind, start_label, start, end_label, end, {})
