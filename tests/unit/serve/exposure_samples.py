"""Exposures made of made-up facts, to be drawn and framed."""

from __future__ import annotations

from policygraph.trace.exposure import Entry, Exposure
from policygraph.trace.facts import Fact, Known, Thing
from policygraph.trace.when import Interval

FIRM = Thing("firm:acme", "Acme Works", "Firm")


def rule(number: int, name: str = "") -> Thing:
    return Thing(f"rule:{number}", name or f"Rule number {number} on the export of measuring instruments", "Rule")


def fact(number: str, subject: Thing, predicate: str, object_: Thing, **fields: object) -> Fact:
    return Fact(f"statement:{number}", subject, predicate, object_, known_from="2024-01-02", **fields)  # type: ignore[arg-type]


def entry(thing: Thing, standing: str, side: str | None, path: tuple[Fact, ...], **fields: object) -> Entry:
    values: dict[str, object] = {
        "effect": "permits" if side == "relief" else "restricts" if side else "none",
        "action": None,
        "status": "yes" if standing == "in_force" else "unknown",
        "conditional": False,
        "reach": "scope",
        "interval": Interval(),
        "why": "no statement links Acme Works to optics",
        "would_settle": (),
        "last_stated": None,
        "issued_by": (),
        "lifts": (),
    }
    return Entry(rule=thing, standing=standing, side=side, path=path, **(values | fields))  # type: ignore[arg-type]


def exposure(*entries: Entry, firm: Thing = FIRM) -> Exposure:
    return Exposure(firm, "2024-06-01", Known("2024-07-01"), entries)


def crowded(name: str = "") -> Exposure:
    """Twelve rules of every standing, reached by name, in one step, in two and through another firm."""
    plant, zone = Thing("facility:1", "Acme plant", "Facility"), Thing("zone:1", "Harbour Zone", "Zone")
    other, lens = Thing("firm:other", "Other Works", "Firm"), Thing("tech:lens", "lenses", "Technology")
    operates, located = fact("o", FIRM, "operates", plant), fact("l", plant, "located_in", zone)
    makes = fact("m", FIRM, "makes", lens, origin="reference", quotes=("Acme Works;lenses",))
    sells = fact("s", other, "supplies", FIRM, modality="possible", attribution=("anonymous:1",))
    standings = ("in_force", "planned", "possible", "indirect", "open", "open")
    entries = []
    for number in range(12):
        one, side = rule(number, name), ("relief", "burden", None)[number % 3]
        path = (
            (fact(f"z{number}", one, "holds_in", zone), operates, located),
            (fact(f"t{number}", one, "applies_to", lens, effect="restricts"), makes),
            (fact(f"n{number}", one, "enforced_against", FIRM, effect="investigates", quotes=("the firm",)),),
            (sells, fact(f"i{number}", one, "applies_to", other, effect="prohibits")),
        )[number % 4]
        lifts = (fact(f"x{number}", one, "lifts", rule(number + 1, name)),) if number % 5 == 0 else ()
        entries.append(entry(one, standings[number % 6], side, path, lifts=lifts))
    return exposure(*entries)
