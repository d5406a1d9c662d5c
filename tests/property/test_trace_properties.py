"""Three-valued answers over any small world: order changes nothing, and what is added changes only what it may."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from policygraph.trace.answers import STATUSES, Answer
from policygraph.trace.applies import applies
from policygraph.trace.facts import Fact, Facts, Known, Thing
from policygraph.trace.question import Question

RULE, OTHER = Thing("rule:r", "R", "Rule"), Thing("rule:o", "O", "Rule")
FIRM, PEER = Thing("firm:f", "F", "Firm"), Thing("firm:p", "P", "Firm")
SECTORS = [Thing("sector:a", "A", "Sector"), Thing("sector:b", "B", "Sector")]
PLACES = [Thing("zone:z", "Z", "Zone"), Thing("jurisdiction:X", "X", "Jurisdiction")]
DATA = [Thing("data:d", "D", "DataCategory"), Thing("data:e", "E", "DataCategory")]
PLANT = Thing("facility:p", "Plant", "Facility")
SHAPES = [
    *[(RULE, "applies_to", thing) for thing in (FIRM, PEER, *SECTORS, *DATA)],
    *[(RULE, "holds_in", place) for place in PLACES],
    *[(FIRM, "active_in", thing) for thing in (*SECTORS, *PLACES)],
    *[(FIRM, "located_in", place) for place in PLACES],
    *[(FIRM, "handles", data) for data in DATA],
    (FIRM, "operates", PLANT),
    *[(PLANT, "located_in", place) for place in PLACES],
    (PLACES[0], "located_in", PLACES[1]),
    (SECTORS[0], "part_of", SECTORS[1]),
    (DATA[0], "part_of", DATA[1]),
    (OTHER, "lifts", RULE),
    (OTHER, "applies_to", FIRM),
    (RULE, "issued_by", Thing("authority:m", "M", "Authority")),
]
DAYS = ("2024-01-10", "2024-03-10", "2024-05-10")
KNOWN = Known("2024-12-31")
QUESTION = Question(date(2024, 6, 1), KNOWN)


@st.composite
def facts(draw: st.DrawFn, modalities: tuple[str, ...] = ("asserted", "planned", "possible", "denied")) -> Fact:
    subject, predicate, object_ = draw(st.sampled_from(SHAPES))
    scoping = predicate in ("applies_to", "lifts")
    return Fact(
        "",
        subject,
        predicate,
        object_,
        effect=draw(st.sampled_from(["prohibits", "permits", "exempts"])) if scoping else "none",
        modality=draw(st.sampled_from(modalities)),
        attribution=draw(st.sampled_from([(), ("Somebody",)])),
        valid_from=draw(st.sampled_from([None, "2024-01", "2024-08-01"])) if subject is RULE else None,
        valid_to=draw(st.sampled_from([None, "2024-05", "2025-01-01"])) if subject is RULE else None,
        lifecycle=draw(st.sampled_from([None, "in_force", "suspended", "repealed"])) if subject is RULE else None,
        provision=draw(st.sampled_from([None, "1", "2"])) if predicate == "applies_to" else None,
        known_from=draw(st.sampled_from(DAYS)),
        document_id="document:d",
    )


def numbered(found: list[Fact]) -> list[Fact]:
    return [replace(fact, id=f"statement:{number:03}") for number, fact in enumerate(found)]


WORLDS = st.lists(facts(), max_size=14).map(numbered)


def ask(found: list[Fact], question: Question = QUESTION) -> Answer:
    return applies(Facts(found, question.known), RULE, FIRM, question)


@given(WORLDS, st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_the_order_of_statements_changes_nothing(world: list[Fact], chance: random.Random) -> None:
    shuffled = world[:]
    chance.shuffle(shuffled)
    assert ask(shuffled).as_json() == ask(world).as_json()


@given(WORLDS)
@settings(max_examples=300)
def test_an_answer_keeps_its_promises(world: list[Fact]) -> None:
    answer = ask(world)
    assert answer.status in STATUSES
    assert answer.conditional in (True, False)
    assert not answer.conditional or answer.status in ("yes", "no")
    if answer.status == "yes":
        best = answer.provisions[0]
        assert all(d.status in ("yes", "unconstrained") for d in best.dimensions.values())
        path = [fact for d in best.dimensions.values() for fact in d.path]
        assert path
        assert all(fact.modality != "denied" for fact in path)
        if any(fact.modality != "asserted" for fact in path):
            assert answer.conditional
    if answer.status == "unknown":
        assert answer.why


@given(WORLDS, st.integers(0, 2))
@settings(max_examples=200)
def test_nothing_is_known_of_before_it_is_told(world: list[Fact], day: int) -> None:
    early = Question(QUESTION.as_of, Known(DAYS[day]))
    told = [fact for fact in world if fact.known_from <= DAYS[day]]
    assert ask(world, early).as_json() == ask(told, early).as_json()
    if not told:
        assert ask(world, early).status == "not_known_yet"


@given(WORLDS, facts())
@settings(max_examples=300)
def test_no_other_statement_turns_a_denial_of_the_firm_into_a_yes(world: list[Fact], more: Fact) -> None:
    """A rule that is denied to apply to the firm, on the last day, does not reach it by class, place or data."""
    effect = "prohibits"
    kept = [f for f in world if not (f.predicate == "applies_to" and f.object is FIRM) and f.effect in ("none", effect)]
    denial = Fact("", RULE, "applies_to", FIRM, effect, "denied", known_from="2024-06-01", document_id="document:d")
    before = ask(numbered([*kept, denial]))
    assert before.status != "yes"
    if more.effect in ("none", effect) and more.object is not FIRM:
        assert ask(numbered([*kept, denial, more])).status != "yes"


@given(WORLDS)
@settings(max_examples=200)
def test_what_is_only_planned_or_possible_gives_no_sure_yes(world: list[Fact]) -> None:
    weak = [replace(f, modality="planned") if f.subject is RULE and f.modality == "asserted" else f for f in world]
    answer = ask(weak)
    if answer.status == "yes":
        assert answer.conditional


@given(WORLDS, st.sampled_from([*SECTORS, *PLACES]))
@settings(max_examples=200)
def test_an_assumption_never_loses_a_yes(world: list[Fact], value: Thing) -> None:
    world = [f for f in world if f.predicate != "lifts" and f.effect != "exempts" and f.modality != "denied"]
    assumed = Fact("assumption 1", FIRM, "active_in", value, origin="assumption")
    if ask(world).status == "yes":
        assert ask([*world, assumed]).status == "yes"


@given(WORLDS)
@settings(max_examples=200)
def test_values_declared_complete_leave_no_unknown_on_their_dimension(world: list[Fact]) -> None:
    elsewhere = Fact("assumption 1", FIRM, "located_in", Thing("assumed:y", "Y", "Jurisdiction"), origin="assumption")
    question = replace(QUESTION, only={"place": (elsewhere,)})
    for provision in ask(world, question).provisions:
        assert provision.dimensions["place"].status in ("no", "unconstrained")
