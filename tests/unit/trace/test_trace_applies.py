"""Cases of applicability, each a small world of a few statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policygraph.trace.answers import Answer
from policygraph.trace.applies import applies
from policygraph.trace.facts import Fact, Facts, Known, Thing
from policygraph.trace.question import Question
from policygraph.trace.scopes import load_scopes

THINGS = {
    name: Thing(name, name, kind)
    for kind, names in {
        "Rule": "ban waiver repeal duty",
        "Firm": "Alder Birch",
        "Sector": "cars vehicles banks",
        "Zone": "harbour",
        "Jurisdiction": "port coast inland",
        "Technology": "lens",
        "DataCategory": "plain secret",
        "Authority": "ministry",
        "Facility": "plant",
    }.items()
    for name in names.split()
}


def fact(text: str, **values: Any) -> Fact:
    subject, predicate, object_ = text.split()
    values.setdefault("known_from", "2024-01-10")
    values.setdefault("document_id", "document:1")
    number = values.pop("number", 0)
    return Fact(f"{text} {values} {number}", THINGS[subject], predicate, THINGS[object_], **values)


def ask(*facts: Fact, day: str = "2024-06-01", known: str = "2024-12-31", **values: Any) -> Answer:
    return applies(
        Facts(facts, Known(known)),
        THINGS["ban"],
        THINGS["Alder"],
        Question(date.fromisoformat(day), Known(known), **values),
    )


BAN = fact("ban applies_to Alder", effect="prohibits")
CLASS = fact("ban applies_to vehicles", effect="prohibits")
PLACE = fact("ban holds_in coast", effect="none")


def test_named_firms_need_no_sector() -> None:
    assert ask(BAN, CLASS).status == "yes"
    assert ask(CLASS).status == "unknown"


TOUCHED = fact("ban applies_to Alder", effect="unknown")
IN_CLASS = CLASS, fact("Alder active_in vehicles")


def test_an_unknown_effect_never_makes_a_yes() -> None:
    answer = ask(TOUCHED)
    assert answer.status == "unknown"
    assert "unknown" in answer.why
    assert answer.would_settle == ("what ban does to Alder",)
    assert answer.provisions[0].facts == (TOUCHED,)
    assert ask(replace(TOUCHED, valid_to="2024-02-01")).status == "expired"


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ({}, "yes"),
        ({"valid_from": "2026-01-01"}, "not_yet"),
        ({"valid_to": "2024-02-01"}, "expired"),
        ({"modality": "denied"}, "no"),
        ({"effect": "exempts"}, "yes"),
    ],
)
def test_an_unknown_effect_leaves_what_is_known_of_the_same_alone(known: dict[str, Any], status: str) -> None:
    told = replace(BAN, **known)
    assert ask(told).status == ask(told, TOUCHED).status == status
    assert len(ask(told, TOUCHED).provisions) == 1


def test_an_unknown_effect_that_names_the_firm_may_exempt_it_from_what_reaches_its_class() -> None:
    assert ask(*IN_CLASS).status == "yes"
    answer = ask(*IN_CLASS, TOUCHED)
    assert answer.status == "unknown"
    class_too = fact("ban applies_to cars", effect="unknown"), fact("Alder active_in cars")
    assert ask(*IN_CLASS, *class_too).status == "yes"
    assert ask(*IN_CLASS, replace(TOUCHED, valid_to="2024-02-01")).status == "yes"


def test_a_waiver_of_unknown_effect_may_exempt() -> None:
    lifts = fact("waiver lifts ban", effect="exempts")
    ended = fact("waiver applies_to cars", effect="exempts", valid_to="2023-02-01"), fact("Alder active_in cars")
    assert ask(BAN, lifts, *ended).status == "yes"
    assert ask(BAN, lifts, *ended, fact("waiver applies_to Alder", effect="unknown")).status == "unknown"


def test_what_becomes_of_an_unknown_effect_says_nothing_of_a_known_one() -> None:
    suspended = replace(TOUCHED, lifecycle="suspended")
    assert ask(BAN, suspended).status == "yes"
    assert ask(BAN, replace(BAN, id="b", lifecycle="suspended", known_from="2024-02-01")).status == "suspended"
    assert ask(suspended).status == "suspended"


def test_what_is_denied_of_an_unknown_effect_is_no_no() -> None:
    assert ask(replace(TOUCHED, modality="denied")).status == "unknown"
    assert ask(TOUCHED, replace(TOUCHED, id="b", modality="denied", known_from="2024-02-01")).status == "unknown"


def test_a_place_inside_the_place_of_force_is_in_it_and_not_the_other_way() -> None:
    inside = fact("harbour located_in port"), fact("port located_in coast")
    assert ask(BAN, PLACE, fact("Alder located_in harbour"), *inside).status == "yes"
    assert ask(BAN, fact("ban holds_in harbour"), fact("Alder located_in port"), *inside).status == "unknown"
    site = fact("Alder operates plant"), fact("plant located_in harbour")
    assert ask(BAN, PLACE, *site, *inside).status == "yes"


def test_a_destination_is_no_place_of_force() -> None:
    destination = fact("ban applies_to coast", effect="prohibits", detail="destination")
    assert ask(destination, fact("Alder located_in coast")).status == "unknown"
    answer = ask(BAN, destination)
    assert answer.status == "yes"
    assert answer.provisions[0].dimensions["place"].status == "unconstrained"


def test_unnamed_entities_of_a_place_are_no_firm() -> None:
    unnamed = fact("ban applies_to coast", effect="prohibits", detail="unnamed entities")
    answer = ask(unnamed, PLACE, fact("Alder located_in coast"))
    assert answer.status == "unknown"
    assert "unnamed" in answer.why


def test_a_sub_sector_lies_in_its_sector() -> None:
    assert ask(CLASS, fact("Alder active_in cars"), fact("cars part_of vehicles")).status == "yes"
    assert (
        ask(
            fact("ban applies_to cars", effect="prohibits"),
            fact("Alder active_in vehicles"),
            fact("cars part_of vehicles"),
        ).status
        == "unknown"
    )


def test_dimensions_are_a_conjunction_and_values_a_disjunction() -> None:
    banks = fact("ban applies_to banks", effect="prohibits", provision="1")
    lens = fact("ban applies_to lens", effect="prohibits", provision="1")
    sector = replace(CLASS, provision="1")
    assert ask(sector, banks, fact("Alder active_in banks")).status == "yes"
    assert ask(sector, lens, fact("Alder active_in vehicles")).status == "unknown"
    assert ask(sector, lens, fact("Alder active_in vehicles"), fact("Alder makes lens")).status == "yes"


@pytest.mark.parametrize("changed", [{"modality": "planned"}, {"modality": "possible"}, {"attribution": ("Gazette",)}])
def test_what_is_planned_or_reported_is_conditional(changed: dict[str, Any]) -> None:
    answer = ask(replace(BAN, **changed))
    assert (answer.status, answer.conditional) == ("yes", True)
    answer = ask(CLASS, replace(fact("Alder active_in vehicles"), **changed))
    assert (answer.status, answer.conditional) == ("yes", True)


def test_the_rules_own_authority_and_the_firm_itself_are_believed() -> None:
    said = replace(BAN, attribution=("ministry",), attribution_ids=("ministry",))
    assert ask(said).conditional
    assert not ask(said, fact("ban issued_by ministry")).conditional
    own = fact("Alder active_in vehicles", attribution=("Alder",), attribution_ids=("Alder",))
    assert not ask(CLASS, own).conditional


def test_the_last_word_on_a_slot_counts() -> None:
    denial = fact("ban applies_to Alder", effect="prohibits", modality="denied", known_from="2024-02-01")
    assert ask(BAN, denial).status == "no"
    assert ask(BAN, replace(denial, known_from="2024-01-01")).status == "yes"
    assert ask(BAN, replace(denial, known_from="2024-01-10")).status == "unknown"
    assert ask(denial).status == "no"
    assert ask(BAN, denial, known="2024-01-15").status == "yes"
    assert ask(CLASS, fact("Alder active_in vehicles"), denial).status == "no"


def test_a_denied_trait_of_the_firm_is_a_no() -> None:
    assert ask(CLASS, fact("Alder active_in vehicles", modality="denied")).status == "no"


def test_what_is_left_out_of_the_data_leaves_other_data_open() -> None:
    plain = fact("ban applies_to plain", effect="prohibits")
    secret = fact("ban applies_to secret", effect="prohibits", modality="denied")
    both = fact("Alder handles secret"), fact("Alder handles plain")
    assert ask(plain, secret, *both).status == "yes"
    assert ask(plain, secret, both[0]).status == "unknown"
    assert ask(plain, secret, both[0], fact("secret part_of plain")).status == "no"
    only = {"data": (fact("Alder handles secret", origin="assumption"),)}
    assert ask(plain, secret, only=only).status == "no"


@pytest.mark.parametrize(
    ("values", "day", "status"),
    [
        ({"valid_from": "2024-07-01"}, "2024-06-30", "not_yet"),
        ({"valid_from": "2024-07-01"}, "2024-07-01", "yes"),
        ({"valid_from": "2024-07"}, "2024-07-10", "unknown"),
        ({"valid_from": "2024-07"}, "2024-08-01", "yes"),
        ({"valid_to": "2024-05-31"}, "2024-05-31", "yes"),
        ({"valid_to": "2024-05-31"}, "2024-06-01", "expired"),
        ({"valid_from": "2024-02-29", "duration": "P1Y"}, "2025-02-27", "yes"),
        ({"valid_from": "2024-02-29", "duration": "P1Y"}, "2025-02-28", "expired"),
        ({"lifecycle": "suspended"}, "2024-06-01", "suspended"),
        ({"lifecycle": "annulled"}, "2024-06-01", "repealed"),
        ({"lifecycle": "delayed"}, "2024-06-01", "not_yet"),
        ({"valid_from": "nonsense"}, "2024-06-01", "yes"),
    ],
)
def test_time_comes_first(values: dict[str, Any], day: str, status: str) -> None:
    assert ask(replace(BAN, **values), day=day).status == status


def test_a_suspension_that_was_lifted_is_over() -> None:
    suspended = replace(BAN, lifecycle="suspended", known_from="2024-02-01", id="2")
    resumed = replace(BAN, lifecycle="in_force", known_from="2024-03-01", id="3")
    assert ask(BAN, suspended).status == "suspended"
    assert ask(BAN, suspended, day="2024-01-20").status == "yes"
    assert ask(BAN, suspended, resumed).status == "yes"


def test_a_repeal_counts_from_its_day_and_a_proposed_one_does_not() -> None:
    repeal = fact("repeal repeals ban", valid_from="2024-06-01", lifecycle="adopted")
    assert ask(BAN, repeal, day="2024-05-31").status == "yes"
    assert ask(BAN, repeal).status == "repealed"
    assert ask(BAN, replace(repeal, lifecycle="proposed")).status == "yes"
    assert ask(BAN, replace(repeal, modality="planned")).status == "yes"


def test_an_exemption_wins_over_the_rule_that_it_lifts() -> None:
    lifts = fact("waiver lifts ban", effect="exempts")
    waiver = fact("waiver applies_to Alder", effect="exempts")
    assert ask(BAN, lifts, waiver).status == "no"
    assert ask(BAN, lifts, fact("waiver applies_to Birch", effect="exempts")).status == "unknown"
    assert ask(BAN, lifts, replace(waiver, valid_to="2024-03-01")).status == "yes"
    answer = ask(BAN, lifts, replace(waiver, modality="planned"))
    assert (answer.status, answer.conditional) != ("no", False)


def test_rules_that_lift_each_other_come_to_an_end() -> None:
    loop = fact("waiver lifts ban", effect="exempts"), fact("ban lifts waiver", effect="exempts")
    assert ask(BAN, fact("waiver applies_to Alder", effect="exempts"), *loop).status in ("no", "unknown")


def test_an_unknown_says_what_would_settle_it() -> None:
    assert ask(CLASS, PLACE).would_settle
    assert "Alder active_in vehicles" in ask(CLASS).would_settle
    assert ask(PLACE).would_settle == ("ban applies_to Alder",)


def test_reference_data_is_known_on_every_day_and_named() -> None:
    reference = fact("Alder active_in vehicles", origin="reference", known_from="2025-01-01")
    answer = ask(CLASS, reference, known="2024-02-01")
    assert answer.status == "yes"
    assert "reference" in answer.rests_on


def test_candidates_are_never_part_of_a_yes() -> None:
    assert ask(replace(BAN, standing="candidate")).status == "not_known_yet"
    assert ask(CLASS, fact("Alder active_in vehicles", standing="candidate")).status == "unknown"


def test_scopes_are_data_and_name_what_the_ontology_has() -> None:
    assert set(load_scopes()) == {"who", "place", "data", "technology"}
