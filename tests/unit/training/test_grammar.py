"""Frames: markup, labels, determinism, names apart from the gold; every made document passes the checks."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from training.grammar.compose import Composer
from training.grammar.frames import Variant, claim, read_frames
from training.grammar.generate import GOLD, HERE, composer, texts
from training.grammar.name import Name
from training.grammar.names import Names
from training.grammar.render import Renderer, statement, title_case
from training.grammar.template import Choice, TemplateError, parse, slots
from training.grammar.validate import problems

from policygraph.model.ontology import load_ontology

POOLS = {
    "F": [Name("Firm", "Ferrox", "Ferrox")],
    "G": [Name("Authority", "Oman", "Oman (government)")],
    "T": [Name("Technology", "drones", "drones")],
}


def documents(number: int, seed: int) -> list[dict[str, Any]]:
    return list(composer(HERE / "frames", HERE / "pools.yml", [], 0, seed).documents(number, "d"))


def rendered(text: str, *claims: str) -> tuple[str, list[dict[str, Any]]]:
    chance = random.Random(1)
    names = Names(POOLS, chance, date(2025, 5, 7), set())
    piece = Renderer(names, chance).render(
        Variant("one", 0, parse(text), tuple(claim(line, "") for line in claims), False, False)
    )
    entities = {key: name.entity for key, name in piece.names.items()}
    return piece.text, [statement(one, piece, entities, []) for one in piece.claims]


def test_a_slot_may_hold_another_and_choices_nest() -> None:
    nodes = parse("{G} (may|will (soon|never)) {R:ban on {T}}")
    assert [slot.key for slot in slots(nodes)] == ["G", "R", "T"]
    assert sum(isinstance(node, Choice) for node in nodes) == 1


@pytest.mark.parametrize("text", ["{F", "(a|b", "<a", "a}", "{lower}"])
def test_markup_that_does_not_close_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        parse(text)


def test_a_statement_with_an_unknown_word_is_refused() -> None:
    with pytest.raises(TemplateError, match="forbids"):
        claim("R applies_to F forbids", "")
    with pytest.raises(TemplateError, match="touches"):
        claim("R touches F", "")


def test_a_ban_by_a_government_has_the_verb_as_its_rule() -> None:
    text, made = rendered(
        "{G} {R:banned} {F} from selling {T}",
        "R issued_by G adopted",
        "R applies_to F prohibits adopted",
    )
    assert text == "Oman banned Ferrox from selling drones."
    assert [(s["s"], s["p"], s["o"], s["effect"], s["lifecycle"]) for s in made] == [
        ("banned", "issued_by", "Oman (government)", "none", "adopted"),
        ("banned", "applies_to", "Ferrox", "prohibits", "adopted"),
    ]
    assert [text[a:b] for a, b in made[0]["evidence"]] == ["Oman banned Ferrox from selling drones"]


def test_the_clause_that_names_both_ends_is_the_evidence() -> None:
    text, made = rendered("<{G} {R:banned} {T}> {Wp}, and {F} is waiting", "R applies_to T prohibits in_force from=Wp")
    assert [text[a:b] for a, b in made[0]["evidence"]] == ["Oman banned drones"]
    assert made[0]["valid_from"]


def test_ends_in_two_sentences_take_a_quote_each() -> None:
    text, made = rendered("{G} published a {R:list of {T}}. // {F} is on it", "R applies_to F restricts in_force")
    assert [text[a:b] for a, b in made[0]["evidence"]] == ["Oman published a list of drones", "Ferrox is on it"]


def test_title_case_keeps_length_and_small_words() -> None:
    text = "oman bans sales of drones to Ferrox's unit"
    assert title_case(text) == "Oman Bans Sales of Drones to Ferrox's Unit"
    assert len(title_case(text)) == len(text)


@pytest.mark.parametrize(("share", "expected"), [("8%", "an 8% tariff"), ("12%", "a 12% tariff")])
def test_an_stands_before_a_vowel_and_offsets_follow(share: str, expected: str) -> None:
    chance = random.Random(1)
    names = Names(POOLS, chance, date(2025, 5, 7), set())
    given = {"E": Name("Quantity", share, share, share)}
    variant = Variant("one", 0, parse("{G} has a {R:{E} tariff on {T}}"), (), False, False)
    piece = Renderer(names, chance, given).render(variant)
    assert expected in piece.text
    assert {mark.key: piece.text[mark.start : mark.end] for mark in piece.mentions} == {
        "G": "Oman",
        "R": f"{share} tariff on drones",
        "E": share,
        "T": "drones",
    }


def test_frames_cover_the_ontology() -> None:
    variants = read_frames(HERE / "frames")
    claims = [one for variant in variants for one in variant.claims]
    ontology = load_ontology()
    assert len(variants) >= 120
    assert {one.predicate for one in claims} == set(ontology.relations)
    assert {one.fields.get("effect", "none") for one in claims} == set(ontology.told_effects)
    assert {one.fields["modality"] for one in claims} == set(ontology.modalities)
    assert {one.fields.get("lifecycle") for one in claims} - {None} == set(ontology.lifecycles)


def test_made_documents_pass_every_check_and_are_the_same_again() -> None:
    made = documents(300, 3)
    assert [sentence for row in made for sentence in problems(row)] == []
    assert made == documents(300, 3)
    assert made != documents(300, 4)
    assert Counter(bool(row["statements"]) for row in made)[True] > 280


def test_no_made_firm_or_person_is_in_the_gold() -> None:
    gold = "\n".join(texts(sorted(GOLD.rglob("*.jsonl")))).casefold()
    for row in documents(100, 5):
        for mention in row["mentions"]:
            if mention["type"] in ("Firm", "Person", "Publisher", "Zone"):
                assert f" {mention['entity'].casefold()} " not in gold


def test_the_checks_see_what_is_wrong() -> None:
    row = next(r for r in documents(20, 6) if r["statements"])
    for spoil in (
        lambda r: r["mentions"][0].update(end=r["mentions"][0]["end"] - 1),
        lambda r: r["statements"][0].update(evidence=[]),
        lambda r: r["statements"][0].update(modality="certain"),
        lambda r: r["statements"][0].update(s="nobody"),
        lambda r: r["statements"][0].update(valid_from="tomorrow"),
    ):
        broken = json.loads(json.dumps(row))
        spoil(broken)
        assert problems(broken)


def test_a_sentence_put_on_a_source_carries_it() -> None:
    sources = {"wrappers": [{"before": "According to {P}, ", "after": "", "by": ["P"]}], "fillers": ["Nobody knows"]}
    variant = Variant(
        "one", 0, parse("{G} {R:banned} {F}"), (claim("R applies_to F prohibits in_force", ""),), False, True
    )
    pools = {**POOLS, "P": [Name("Publisher", "Northline News", "Northline News")]}
    rows = Composer([variant], pools, sources, 2).cases(40, "c")
    attributed = [row for row in rows if row["statements"][0]["attribution"]]
    assert attributed
    assert attributed[0]["text"] == "According to Northline News, Oman banned Ferrox."
    assert attributed[0]["statements"][0]["attribution"] == ["Northline News"]
    assert problems(attributed[0]) == []


@pytest.mark.parametrize("learned", [HERE, HERE / "former"], ids=["frames", "former test"])
def test_frames_and_made_up_names_of_training_and_test_are_apart(learned: Path) -> None:
    test = Path(GOLD).parent / "polarity"
    own, theirs = ({repr(variant.nodes) for variant in read_frames(folder / "frames")} for folder in (learned, test))
    assert not own & theirs
    train_rows, test_rows = (
        yaml.safe_load((folder / "pools.yml").read_text(encoding="utf-8")) for folder in (learned, test)
    )
    for kind in ("F", "L", "X", "N"):
        assert not set(train_rows[kind]["parts"][0]) & set(test_rows[kind]["parts"][0])
