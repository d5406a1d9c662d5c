"""What becomes of a rule for one firm says nothing of another; what is only possible changes nothing."""

from __future__ import annotations

from datetime import date

from policygraph.trace.answers import Answer
from policygraph.trace.applies import applies
from policygraph.trace.facts import Fact, Facts, Known, Thing
from policygraph.trace.question import Question

RULE, WAIVER = Thing("list", "list", "Rule"), Thing("waiver", "waiver", "Rule")
ALDER, BIRCH = Thing("alder", "Alder", "Firm"), Thing("birch", "Birch", "Firm")
PORT, COAST = Thing("port", "Port", "Jurisdiction"), Thing("coast", "Coast", "Jurisdiction")
KNOWN = Known("2025-12-31")


def fact(subject: Thing, predicate: str, object_: Thing, **values: str | None) -> Fact:
    name = f"{subject.id} {predicate} {object_.id} {sorted(values.items(), key=str)}"
    values.setdefault("known_from", "2024-01-10")
    return Fact(name, subject, predicate, object_, provision=name, **values)  # type: ignore[arg-type]


def ask(firm: Thing, *facts: Fact) -> Answer:
    return applies(Facts(facts, KNOWN), RULE, firm, Question(date(2025, 6, 1), KNOWN))


LISTED = fact(RULE, "applies_to", ALDER, effect="prohibits", lifecycle="in_force")


def test_the_suspension_for_one_firm_is_not_that_of_another() -> None:
    other = fact(RULE, "applies_to", BIRCH, effect="prohibits", lifecycle="suspended", known_from="2024-09-01")
    assert ask(ALDER, LISTED, other).status == "yes"
    named = [p for p in ask(BIRCH, LISTED, other).provisions if p.facts[0].object == BIRCH]
    assert [p.status for p in named] == ["suspended"]


def test_a_suspension_that_is_only_possible_changes_nothing() -> None:
    maybe = fact(
        RULE,
        "applies_to",
        ALDER,
        effect="prohibits",
        lifecycle="suspended",
        modality="possible",
        known_from="2024-09-01",
    )
    assert ask(ALDER, LISTED, maybe).status == "yes"


def test_a_denied_place_is_left_out() -> None:
    facts = (
        LISTED,
        fact(RULE, "holds_in", COAST),
        fact(RULE, "holds_in", PORT, modality="denied"),
        fact(ALDER, "located_in", PORT),
        fact(PORT, "located_in", COAST),
    )
    assert ask(ALDER, *facts).status == "no"


def test_a_lift_that_is_only_considered_exempts_nobody_yet() -> None:
    duty = fact(WAIVER, "applies_to", ALDER, effect="exempts")
    assert ask(ALDER, LISTED, duty, fact(WAIVER, "lifts", RULE, effect="exempts")).status == "no"
    considered = fact(WAIVER, "lifts", RULE, effect="exempts", modality="possible")
    assert ask(ALDER, LISTED, duty, considered).status == "yes"


def test_a_duty_of_the_lifting_rule_is_no_exemption() -> None:
    facts = (
        LISTED,
        fact(WAIVER, "applies_to", BIRCH, effect="exempts"),
        fact(WAIVER, "applies_to", ALDER, effect="requires"),
        fact(WAIVER, "lifts", RULE, effect="exempts"),
    )
    assert ask(ALDER, *facts).status != "no"


def test_a_reference_row_that_was_replaced_no_longer_speaks() -> None:
    row = fact(ALDER, "located_in", PORT, origin="reference", known_from="2023-01-01", known_to="2025-01-01")
    assert not KNOWN.holds(row)
    assert Known("2024-06-01").holds(row)
