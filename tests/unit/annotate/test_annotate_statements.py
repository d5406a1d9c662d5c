"""Statements of plain sentences, with effect, action, modality, attribution and time."""

from __future__ import annotations

import pytest
from annotate_samples import annotated, find, triples


def test_a_fine_is_an_act_of_its_authority_with_its_amount_and_basis() -> None:
    found = annotated(
        "The European Commission fined TikTok EUR 500 million under the Digital Markets Act on 23 April 2025."
    )
    case = find(found, "fine on TikTok", "enforced_against", "TikTok")
    assert (case.effect, case.amount, case.valid_from, case.lifecycle) == (
        "penalises",
        "EUR 500000000",
        "2025-04-23",
        "adopted",
    )
    assert find(found, "fine on TikTok", "issued_by", "European Commission").valid_from == "2025-04-23"
    assert find(found, "fine on TikTok", "based_on", "Digital Markets Act")


def test_passive_and_active_say_the_same() -> None:
    active = annotated("The European Commission fined TikTok EUR 5 million.")
    passive = annotated("TikTok was fined EUR 5 million by the European Commission.")
    assert triples(active) == triples(passive) != set()


def test_a_ban_has_its_act_its_goods_and_its_destination() -> None:
    found = annotated("US sanctions prohibit Nvidia from selling its most advanced processors in China.")
    party = find(found, "US sanctions", "applies_to", "Nvidia")
    assert (party.effect, party.modality, party.action_verb, party.lifecycle) == (
        "prohibits",
        "asserted",
        "sell",
        "in_force",
    )
    assert party.action == "selling its most advanced processors in China"
    assert find(found, "US sanctions", "applies_to", "most advanced processors").effect == "prohibits"
    assert find(found, "US sanctions", "applies_to", "China").detail == "destination"
    assert find(found, "US sanctions", "issued_by", "US (government)")


@pytest.mark.parametrize(
    ("verb", "modality"),
    [
        ("acquired", "asserted"),
        ("will acquire", "planned"),
        ("plans to acquire", "planned"),
        ("is set to acquire", "planned"),
        ("may acquire", "possible"),
        ("is considering acquiring", "possible"),
        ("is in talks to acquire", "possible"),
        ("did not acquire", "denied"),
        ("refused to acquire", "denied"),
        ("will not acquire", "denied"),
    ],
)
def test_the_verb_group_sets_the_modality(verb: str, modality: str) -> None:
    assert find(annotated(f"Microsoft {verb} Ericsson."), "Microsoft", "acquires", "Ericsson").modality == modality


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Nvidia operates a plant in Wuxi, according to Reuters.", ("Reuters",)),
        ("Nvidia operates a plant in Wuxi, according to a document seen by Reuters.", ("Reuters", "document")),
        ("Nvidia operates a plant in Wuxi, two people said.", ("anonymous:2",)),
        ("Nvidia operates a plant in Wuxi, a source with knowledge of the matter said.", ("anonymous:1",)),
        ("Reuters reported that Nvidia operates a plant in Wuxi.", ("Reuters",)),
        ("Nvidia operates a plant in Wuxi, Reuters reported on Friday, citing a document.", ("Reuters", "document")),
        ("Nvidia said on Friday that Samsung operates a plant in Wuxi.", ("Nvidia",)),
        ("Nvidia reportedly operates a plant in Wuxi.", ("anonymous",)),
        ("Nvidia operates a plant in Wuxi.", ()),
    ],
)
def test_who_says_so(text: str, who: tuple[str, ...]) -> None:
    told = [s for s in annotated(text).statements if s.predicate == "operates"]
    assert [s.attribution for s in told] == [who]


def test_a_rule_takes_its_time_from_the_whole_document() -> None:
    found = annotated(
        "The Cyberspace Administration of China issued the Vehicle Data Provisions on 1 May 2025. "
        "The provisions take effect on 1 July 2025 and are valid for two years. "
        "The provisions prohibit carmakers from exporting video."
    )
    ban = find(found, "Vehicle Data Provisions", "applies_to", "carmakers")
    assert (ban.valid_from, ban.duration, ban.lifecycle) == ("2025-07-01", "P2Y", "adopted")
    assert (
        find(found, "Vehicle Data Provisions", "issued_by", "Cyberspace Administration of China").valid_from
        == "2025-05-01"
    )


def test_a_list_is_one_statement_each() -> None:
    found = annotated(
        "The Bureau of Industry and Security issued a white list. "
        "The white list covers mutual funds, biomedicine and banks."
    )
    covered = {s.object for s in found.statements if s.predicate == "applies_to"}
    assert covered == {"mutual funds", "biomedicine", "banks"}
    assert {s.effect for s in found.statements if s.predicate == "applies_to"} == {"permits"}


def test_the_company_is_the_one_named_before_and_the_quote_names_it() -> None:
    text = "The court said nothing. Tesla is based in Texas. The company operates a factory in Berlin."
    found = annotated(text)
    factory = find(found, "Tesla", "operates", "factory in Berlin")
    quotes = [text[s.start : s.end] for s in factory.evidence]
    assert quotes == ["Tesla is based in Texas.", "The company operates a factory in Berlin"]


@pytest.mark.parametrize(
    ("text", "triple"),
    [
        (
            "Tesla has challenged the EU duties on electric cars at the General Court.",
            ("Tesla", "challenges", "EU duties on electric cars"),
        ),
        ("Elon Musk, who leads Tesla, was in Beijing.", ("Elon Musk", "heads", "Tesla")),
        ("Instagram is owned by Meta Platforms.", ("Meta Platforms", "owns", "Instagram")),
        ("Samsung supplies memory chips to Nvidia.", ("Samsung", "supplies", "Nvidia")),
        ("TSMC has talked with Intel.", ("TSMC", "negotiates_with", "Intel")),
        ("Microsoft invested $1 billion in OpenAI.", ("Microsoft", "invests_in", "OpenAI")),
        ("Chinese carmaker BYD grew.", ("BYD", "located_in", "China")),
        ("Nvidia makes AI chips.", ("Nvidia", "makes", "AI chips")),
        ("The rule amends Regulation (EU) 2019/1.", None),
        (
            "Executive Order 14110 amends Executive Order 13873.",
            ("Executive Order 14110", "amends", "Executive Order 13873"),
        ),
        (
            "Executive Order 14110 repeals Executive Order 13873.",
            ("Executive Order 14110", "repeals", "Executive Order 13873"),
        ),
    ],
)
def test_plain_relations(text: str, triple: tuple[str, str, str] | None) -> None:
    found = triples(annotated(text))
    assert triple in found if triple else found == set()
