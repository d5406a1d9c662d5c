"""Which characters are mentions of what."""

from __future__ import annotations

import pytest
from annotate_samples import annotated

from policygraph.annotate.pipeline import load_rules


def mentions(text: str) -> dict[str, tuple[str, str]]:
    return {text[m.start : m.end]: (m.type, m.entity) for m in annotated(text).mentions}


def test_a_place_that_acts_is_its_government_and_a_place_that_does_not_is_a_place() -> None:
    found = annotated("Shanghai has compiled a list of data. Many firms are in Shanghai.").mentions
    assert [(m.type, m.entity) for m in found if m.entity.startswith("Shanghai")] == [
        ("Authority", "Shanghai (government)"),
        ("Jurisdiction", "Shanghai"),
    ]
    assert {m.reference_id for m in found if m.entity.startswith("Shanghai")} == {
        "authority:shanghai-government",
        "jurisdiction:CN-SH",
    }


def test_names_of_the_reference_data_are_word_bounded_and_keep_their_capitals() -> None:
    assert mentions("Teslas and teslameters are no nvidian things; Nvidia is.") == {"Nvidia": ("Firm", "Nvidia")}


def test_an_ordinary_word_is_a_firm_only_where_it_is_written_as_a_name() -> None:
    assert "Apple" in mentions("The Commission fined Apple in April.")
    assert "apple" not in mentions("She ate an apple in Brussels.")


@pytest.mark.parametrize(
    "number",
    ["Regulation (EU) 2016/679", "Executive Order 14110", "15 CFR 744.21", "89 FR 12345",
     "ECLI:EU:C:2024:726", "32016R0679", "Directive 2014/24/EU"],
)  # fmt: skip
def test_numbers_of_acts_are_rules(number: str) -> None:
    assert mentions(f"It rests on {number} alone.")[number][0] == "Rule"


def test_an_introduced_short_name_is_the_same_thing() -> None:
    text = "The Ministry of Digital Affairs (MDA) met in Oslo. The MDA has said nothing."
    assert mentions(text)["MDA"] == ("Authority", "Ministry of Digital Affairs")


def test_a_definite_description_is_a_mention_only_of_what_was_introduced() -> None:
    introduced = annotated(
        "The Federal Trade Commission issued an order against Avast. The order takes effect in July."
    )
    assert [m.entity for m in introduced.mentions if m.type == "Rule"] == ["order against Avast", "order against Avast"]
    assert not [m for m in annotated("The order of the day was peace.").mentions if m.type == "Rule"]


def test_descriptions_end_at_verbs_and_begin_behind_articles() -> None:
    found = mentions("US sanctions prohibit a ban on exports and lift the $1.2 million fine.")
    assert {"US sanctions", "ban on exports"} <= set(found)


def test_pronouns_and_generic_words_are_no_mentions() -> None:
    assert mentions("It said that companies in the industry use data.") == {}


def test_offsets_count_code_points() -> None:
    text = "🚗🚗 Tesla fährt"
    assert [(m.start, m.end) for m in annotated(text).mentions] == [(3, 8)]


def test_components_say_what_they_need_and_add() -> None:
    nlp = load_rules()._nlp  # type: ignore[attr-defined]
    problems = nlp.analyze_pipes(keys=["assigns", "requires"])
    for name in nlp.pipe_names:
        assert problems["summary"][name]["assigns"], name
        assert problems["summary"][name]["requires"], name
    assigned = {a for name in nlp.pipe_names for a in problems["summary"][name]["assigns"]}
    needed = {r for name in nlp.pipe_names for r in problems["summary"][name]["requires"]}
    assert needed - assigned <= {"doc.text", "doc._.document"}
