"""The reference data that comes with the package: how much there is, that it holds together, and what it answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import FrozenInstanceError

import pytest

from policygraph.model.ontology import load_ontology
from policygraph.reference import load_reference


@pytest.fixture(scope="module")
def reference():
    return load_reference()


def test_there_is_enough_of_each_kind(reference):
    types = Counter(e.type for i, e in reference.entities.items() if not i.startswith("firm:cik-"))
    assert types["Zone"] >= 60
    assert types["Authority"] >= 150
    assert types["Technology"] >= 150
    assert types["Firm"] >= 300
    assert types["Publisher"] >= 80
    assert types["Rule"] >= 120
    assert types["Person"] >= 60
    assert sum(i.startswith("firm:cik-") for i in reference.entities) > 7000


def test_all_countries_of_iso_3166_1_are_there(reference):
    countries = [r for r in reference.rows.values() if r.cells.get("kind") == "country"]
    assert len(countries) == 249
    assert all(len(r.cells["id"]) == len("jurisdiction:XX") for r in countries)


def test_all_sections_and_divisions_of_isic_are_there(reference):
    codes = [i.removeprefix("sector:isic-") for i in reference.entities if i.startswith("sector:isic-")]
    assert sum(len(c) == 1 for c in codes) == 21
    assert sum(len(c) == 3 for c in codes) == 88
    assert reference.parents("sector:isic-C29") == ("sector:isic-C",)


def test_every_entity_has_a_type_of_the_ontology_and_an_id_with_its_prefix(reference):
    types = load_ontology().entities
    for entity in reference.entities.values():
        assert entity.id.startswith(types[entity.type].prefix + ":")
        assert entity.origin == "reference"


def test_lingang_lies_in_shanghai_and_china(reference):
    (lingang,) = reference.lookup("Lingang", "Zone")
    chain = [lingang.id]
    while parents := reference.parents(chain[-1]):
        chain.append(parents[0])
    assert chain == [
        "zone:lingang",
        "zone:shanghai-pilot-free-trade-zone",
        "jurisdiction:CN-SH",
        "jurisdiction:CN",
    ]


def test_nothing_is_part_of_itself_by_a_circle(reference):
    for start in reference.entities:
        seen, open_ids = set(), [start]
        while open_ids:
            for parent in reference.parents(open_ids.pop()):
                assert parent != start
                if parent not in seen:
                    seen.add(parent)
                    open_ids.append(parent)


def test_a_name_finds_things_of_several_types(reference):
    assert {e.type for e in reference.lookup("shanghai")} == {"Jurisdiction", "Authority"}
    assert [e.id for e in reference.lookup("GDPR")] == ["rule:celex-32016R0679"]
    assert reference.lookup("no such name") == ()


@pytest.mark.parametrize("word", ["Apple", "Meta", "Target", "Shell", "Visa", "Block", "X", "Circle"])
def test_ordinary_words_need_context(reference, word):
    (firm,) = (e for e in reference.lookup(word, "Firm") if not e.id.startswith("firm:cik-"))
    assert reference.needs_context(word, firm.id)
    assert word not in firm.aliases
    assert word in reference.ambiguous_names[firm.id]


def test_a_safe_name_needs_no_context(reference):
    assert not reference.needs_context("Tesla", "firm:tesla")
    assert not reference.needs_context("European Union", "jurisdiction:EU")


def test_adjectives_and_governments_lead_to_places(reference):
    assert reference.demonyms["chinese"] == ("jurisdiction:CN",)
    assert reference.governments["jurisdiction:CN"] == "authority:china-government"
    assert reference.governments["jurisdiction:CN-SH"] == "authority:shanghai-government"


def test_seats(reference):
    assert reference.seat("firm:tesla") == "jurisdiction:US-TX"
    assert reference.seat("authority:cnil") == "jurisdiction:FR"
    assert reference.seat("sector:isic-C29") is None


def test_a_firm_has_one_id_whichever_file_names_it(reference):
    owners: dict[str, str] = {}
    for identity, row in reference.rows.items():
        for ticker in row.parts("ticker"):
            assert owners.setdefault(ticker, identity) == identity
    assert owners["NVDA"] == "firm:nvidia"


def test_loaded_once_and_frozen(reference):
    assert load_reference() is reference
    with pytest.raises(FrozenInstanceError):
        reference.entities = {}


def test_spellings_in_another_case_are_kept(reference):
    assert "NVIDIA" in reference.entities["firm:nvidia"].aliases
    assert reference.by_alias["nvidia"] == ("firm:nvidia",)
