"""Which names are proper, which describe, and what they become."""

from __future__ import annotations

import pytest

from policygraph.model.ontology import load_ontology
from policygraph.model.records import Mention, Statement
from policygraph.reference import load_reference
from policygraph.resolve.names import content_words, fold, is_act_name, is_proper
from policygraph.resolve.reference_names import ReferenceIndex
from policygraph.resolve.resolver import Resolved, Resolver

RESOLVER = Resolver(ReferenceIndex(load_reference()), load_ontology())


def resolve(name: str, kind: str, document: str = "document:1") -> str:
    return RESOLVER.resolve(document, [Mention(0, 1, kind, name)], []).entities[name, kind].id


@pytest.mark.parametrize(
    "name", ["Digital Markets Act", "Regulation (EU) 2022/1925", "Executive Order 14105", "CHIPS and Science Act"]
)
def test_names_of_acts(name: str) -> None:
    assert is_act_name(name)


@pytest.mark.parametrize("name", ["list of data", "the fine", "Apple's Plan", "a Plan to block", "Sanctions", "Plan"])
def test_descriptions_of_acts(name: str) -> None:
    assert not is_act_name(name)


@pytest.mark.parametrize(
    ("name", "proper"),
    [("H20", True), ("上海", True), ("most advanced processors", False), ("", False), ("eBay", True), ("5G", True)],
)
def test_proper_names(name: str, proper: bool) -> None:
    assert is_proper(name) == proper


def test_a_described_rule_is_of_its_document_and_a_named_act_is_not() -> None:
    assert resolve("list of data", "Rule", "document:1") != resolve("list of data", "Rule", "document:2")
    assert resolve("Data Harbour Act", "Rule", "document:1") == resolve("Data Harbour Act", "Rule", "document:2")


def test_reference_names_lead_to_one_entity() -> None:
    assert resolve("Tesla", "Firm") == resolve("Tesla, Inc.", "Firm")
    assert resolve("Nvidia", "Firm") != resolve("Tesla", "Firm")
    assert resolve("China", "Jurisdiction") != resolve("China (government)", "Authority")


def test_a_name_that_makes_a_reference_identifier_is_that_entity() -> None:
    entity = RESOLVER.resolve("document:1", [Mention(0, 1, "Authority", "Shanghai (government)")], []).entities
    assert entity["Shanghai (government)", "Authority"].origin == "reference"


def test_values_have_no_entity() -> None:
    assert RESOLVER.resolve("document:1", [Mention(0, 1, "Date", "Monday", "2024-05-13")], []).entities == {}


def test_speakers_resolve_to_what_the_document_mentions() -> None:
    statement = Statement(
        "d",
        "Tesla",
        "Firm",
        "owns",
        "Plant",
        "Facility",
        (),
        "t",
        "1",
        "annotated",
        attribution=("Reuters", "document", "anonymous:2"),
    )
    found: Resolved = RESOLVER.resolve("document:1", [Mention(0, 1, "Firm", "Tesla")], [statement])
    assert found.speaker("Tesla") == resolve("Tesla", "Firm")
    assert found.speaker("document") == "document"
    assert found.speaker("anonymous:2") == "anonymous:2"
    assert ":" in found.speaker("Reuters")


def test_folding_and_words() -> None:
    assert fold("  Tesla’s\u00a0 “X” ") == 'tesla\'s "x"'
    assert content_words("the plan to block the app") == {"plan", "block", "app"}
