"""The founding story as the sample site retells it: what must come out, and what must not."""

from __future__ import annotations

from importlib import resources

import pytest
from annotate_samples import find, page, triples

from policygraph.annotate.gate import MOST_SENTENCES

NAMES = sorted(
    f.name.removesuffix(".md")
    for f in (resources.files("policygraph_crawlers") / "sample" / "pages").iterdir()
    if f.name.endswith(".md")
)  # fmt: skip


def test_the_list_lifts_the_assessment_in_lingang_for_a_year() -> None:
    _, found = page("shanghai-list-lingang")
    assert find(found, "list of data", "issued_by", "Shanghai (government)").attribution == ("Reuters", "document")
    lifts = find(found, "list of data", "lifts", "data export security assessment")
    assert (lifts.effect, lifts.modality, lifts.valid_from, lifts.duration) == (
        "exempts",
        "asserted",
        "2024-05-17",
        "P1Y",
    )
    assert find(found, "list of data", "holds_in", "Lingang Area").duration == "P1Y"
    for sector in ("intelligent and connected vehicles", "mutual funds", "biomedicine"):
        assert find(found, "list of data", "applies_to", sector).effect == "permits"
    assert find(found, "list of data", "applies_to", "important data").modality == "denied"
    assert find(found, "list of data", "part_of", "pilot program").attribution == ("document",)


def test_tesla_operates_its_factory_in_lingang() -> None:
    _, found = page("shanghai-list-lingang")
    assert find(found, "Tesla", "operates", "Tesla's Shanghai factory").modality == "asserted"
    assert find(found, "Tesla's Shanghai factory", "located_in", "Lingang Area")
    assert find(found, "Lingang Area", "located_in", "Shanghai")


def test_the_official_list_has_its_time_and_its_administration() -> None:
    _, found = page("lingang-general-data-list")
    name = "List of General Data for Cross-Border Transfer in the Lingang Area"
    lifts = find(found, name, "lifts", "data export security assessment")
    assert (lifts.valid_from, lifts.duration, lifts.lifecycle) == ("2024-05-17", "P1Y", "in_force")
    assert find(found, name, "administered_by", "Lingang Area Administration")
    assert find(found, name, "holds_in", "Lingang Area")
    assert find(found, name, "applies_to", "important data").modality == "denied"


def test_the_data_centre_is_planned_and_the_talks_are_reported() -> None:
    _, found = page("tesla-data-centre-plan")
    plan = find(found, "Tesla", "operates", "data centre in China")
    assert (plan.modality, plan.attribution) == ("planned", ("anonymous:2",))
    assert find(found, "data centre in China", "located_in", "China").modality == "planned"
    talks = find(found, "Tesla", "negotiates_with", "Nvidia")
    assert (talks.modality, talks.attribution) == ("asserted", ("anonymous:1",))
    sale = find(found, "Nvidia", "supplies", "Tesla")
    assert (sale.modality, sale.item) == ("possible", "graphics processing units")


def test_us_sanctions_prohibit_nvidia() -> None:
    _, found = page("nvidia-sanctions-china")
    ban = find(found, "US sanctions", "applies_to", "Nvidia")
    assert (ban.effect, ban.modality, ban.lifecycle) == ("prohibits", "asserted", "in_force")
    assert find(found, "US sanctions", "issued_by", "US (government)")


def test_the_licence_requirement_is_a_burden() -> None:
    _, found = page("nvidia-h20-licence")
    assert {s.effect for s in found.statements if s.object == "Nvidia"} == {"requires", "prohibits"}


def test_the_investigation_is_opened_and_the_old_deal_was_cleared() -> None:
    _, found = page("samr-nvidia-probe")
    probe = find(found, "antitrust investigation", "enforced_against", "Nvidia")
    assert (probe.effect, probe.valid_from, probe.lifecycle) == ("investigates", "2024-12-09", "announced")
    assert find(found, "approval for Mellanox", "enforced_against", "Mellanox").effect == "clears"


def test_a_ban_that_is_considered_is_possible_and_a_denied_one_is_denied() -> None:
    _, considered = page("router-ban-considered")
    assert {s.modality for s in considered.statements} <= {"possible"}
    _, denied = page("iphone-ban-denial")
    assert {s.modality for s in denied.statements} <= {"denied"}


def test_a_subpoena_that_is_denied_is_no_case() -> None:
    _, found = page("nvidia-subpoena-denial")
    assert not [
        s for s in found.statements if s.predicate in ("enforced_against", "applies_to") and s.modality != "denied"
    ]


@pytest.mark.parametrize(
    ("name", "forbidden"),
    [
        ("tesla-data-centre-plan", {("Tesla", "operates", "asserted"), ("Nvidia", "supplies", "asserted")}),
        ("nvidia-sanctions-china", {("Nvidia", "supplies", "asserted"), ("Nvidia", "active_in", "asserted")}),
        ("nvidia-h20-licence", {("Nvidia", "supplies", "asserted")}),
        ("headlines-2025-12-10", {("IBM", "acquires", "asserted"), ("SoftBank", "acquires", "asserted"),
                                  ("SoftBank", "operates", "asserted")}),
        ("headlines-2024-05-17", {("Tesla", "operates", "asserted"), ("Tesla", "negotiates_with", "asserted")}),
    ],
)  # fmt: skip
def test_what_would_be_dangerous_is_not_said(name: str, forbidden: set[tuple[str, str, str]]) -> None:
    _, found = page(name)
    assert not forbidden & {(s.subject, s.predicate, s.modality) for s in found.statements}


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_of_every_page_has_quotes_that_name_both_ends(name: str) -> None:
    document, found = page(name)
    for statement in found.statements:
        assert 1 <= len(statement.evidence) <= MOST_SENTENCES
        inside = [m for m in found.mentions if any(s.start <= m.start and m.end <= s.end for s in statement.evidence)]
        assert {statement.subject, statement.object} <= {m.entity for m in inside}
        assert all(document.text[s.start : s.end].strip() for s in statement.evidence)


@pytest.mark.parametrize(
    "name", ["wire-cycling-sponsor", "wire-museum-opening", "dispatch-game-patch", "journal-accessibility-week"]
)
def test_pages_with_nothing_of_interest_say_nothing(name: str) -> None:
    assert triples(page(name)[1]) == set()
