"""What must never come out as a fact."""

from __future__ import annotations

import pytest
from annotate_samples import annotated, triples

from policygraph.annotate.gate import evidence
from policygraph.annotate.guards import load_guards, lower
from policygraph.annotate.proposal import Draft, Proposal, Sentence
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Span

DEALS = {"supplies", "acquires", "owns", "operates", "partners_with", "invests_in", "makes", "uses", "active_in"}


@pytest.mark.parametrize(
    "text",
    [
        "Nvidia may not sell AI chips to Huawei.",
        "Nvidia must not supply AI chips to Huawei.",
        "Nvidia cannot sell AI chips to Huawei.",
        "The rule prohibits Nvidia from selling AI chips to Huawei.",
        "Nvidia is barred from selling AI chips to Huawei.",
        "Washington banned Nvidia from supplying AI chips to Huawei.",
        "Nvidia denied that it sells AI chips to Huawei.",
        "Nvidia does not sell AI chips to Huawei.",
        "Nvidia refused to sell AI chips to Huawei.",
        "Nvidia never sold AI chips to Huawei.",
        "If Nvidia sells AI chips to Huawei, it breaks the law.",
        "It is unclear whether Nvidia sells AI chips to Huawei.",
        "Does Nvidia sell AI chips to Huawei?",
        "Nvidia declined to say whether it sells AI chips to Huawei.",
        "Nvidia was told not to sell AI chips to Huawei.",
        "Nvidia grew without selling AI chips to Huawei.",
        "The rule makes it illegal for Nvidia to sell AI chips to Huawei.",
        "The rule forbids Nvidia to sell AI chips to Huawei.",
        "Nothing shows that Nvidia sold AI chips to Huawei.",
        "There is no evidence that Nvidia sold AI chips to Huawei.",
        "It is false that Nvidia sold AI chips to Huawei.",
        "Nobody at Nvidia sold AI chips to Huawei.",
        "Nvidia hardly sold AI chips to Huawei.",
        "Nvidia faces claims that it sold AI chips to Huawei.",
        "The FTC ordered Nvidia to stop selling AI chips to Huawei.",
        "Nvidia may no longer sell AI chips to Huawei.",
        "Nvidia dropped a bid to sell AI chips to Huawei.",
        "Nvidia agreed not to sell AI chips to Huawei.",
    ],
)
def test_a_prohibited_denied_or_open_act_is_no_fact(text: str) -> None:
    told = [
        s for s in annotated(text).statements if s.predicate in DEALS and {s.subject, s.object} == {"Nvidia", "Huawei"}
    ]
    assert [s for s in told if s.modality == "asserted" and s.standing == "fact"] == []


def test_the_same_words_without_the_ban_are_a_fact() -> None:
    assert ("Nvidia", "supplies", "Huawei") in triples(annotated("Nvidia sells AI chips to Huawei."))


def test_what_a_guard_drops_is_an_issue_that_names_it() -> None:
    issues = annotated("The sanctions prohibit the firm. Nvidia may not sell AI chips to Huawei.").issues
    assert [i.code for i in issues] == ["guard_prohibition"]
    assert "Nvidia supplies Huawei" in issues[0].reason


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("US authorities are considering a ban on AI chips.", "possible"),
        ("The bill would impose a ban on AI chips.", "planned"),
        ("China has not issued a ban on AI chips.", "denied"),
        ("The United States plans to impose a ban on AI chips.", "planned"),
    ],
)
def test_a_rule_that_is_not_made_is_not_asserted(text: str, modality: str) -> None:
    told = annotated(text).statements
    assert told
    assert {s.modality for s in told} == {modality}


def test_an_exception_is_not_covered() -> None:
    found = triples(annotated("The ban on AI chips covers carmakers, but not Huawei."))
    assert not [t for t in found if "Huawei" in t]


def test_a_title_case_headline_gives_candidates_only() -> None:
    lines = (
        "Nvidia Sells AI Chips to Huawei",
        "Samsung Opens Plant in Wuxi",
        "Intel Sues Ministry Over Export Curbs on Chips",
    )
    text = "\n".join(lines)
    assert {s.standing for s in annotated(text, kind="headlines").statements} <= {"candidate"}


def test_a_quoted_claim_is_a_candidate() -> None:
    told = [
        s for s in annotated('A rival said: "Nvidia sells AI chips to Huawei."').statements if s.predicate == "supplies"
    ]
    assert {s.standing for s in told} <= {"candidate"}


def test_nothing_joins_two_headlines_or_a_caption() -> None:
    text = (
        "Tesla reports higher sales\nNvidia names a new chief scientist\nIntel opens a plant in Ohio after delays\n"
        "Photo: Tesla operates a factory in Berlin/Unsplash"
    )
    found = triples(annotated(text))
    assert not [t for t in found if "Tesla" in t]
    assert not [t for t in found if {"Nvidia", "Intel"} <= set(t)]


def test_a_guard_never_raises() -> None:
    order = ["asserted", "planned", "possible", "denied"]
    for guard in load_guards():
        for modality in order:
            for standing in ("fact", "candidate"):
                draft = _draft()
                draft.modality, draft.standing = modality, standing
                lower(draft, guard)
                assert order.index(draft.modality) >= order.index(modality)
                assert draft.standing == standing or draft.standing == "candidate"


def test_guards_name_predicates_of_the_ontology() -> None:
    named = {p for guard in load_guards() for p in (*guard.only, *guard.never)}
    assert named <= set(load_ontology().relations)


def test_an_anaphor_takes_a_second_quote() -> None:
    sentences = [Sentence(0, 20, 0, 0, "paragraph"), Sentence(21, 50, 1, 0, "paragraph")]
    named = Proposal(0, 5, "Firm", entity="Tesla")
    draft = _draft()
    draft.subject = Proposal(21, 23, "Firm", form="anaphor", entity="Tesla", antecedent=named)
    draft.evidence = (Span(21, 50),)
    assert evidence(draft, sentences) == (Span(0, 20), Span(21, 50))


def _draft() -> Draft:
    sentence = Sentence(0, 50, 0, 0, "paragraph")
    subject, object_ = Proposal(0, 5, "Firm", entity="A"), Proposal(30, 35, "Firm", entity="B")
    return Draft(subject, "supplies", object_, sentence, (Span(0, 35),), "test")


@pytest.mark.parametrize("act", ["blocking", "refusing to use", "limiting", "restricting", "removing"])
def test_a_ban_on_acting_against_a_thing_is_no_ban_on_the_thing(act: str) -> None:
    found = annotated(f"The Chip Competition Act prohibits banks from {act} AI chips.")
    assert triples(found) == {("Chip Competition Act", "applies_to", "banks")}


@pytest.mark.parametrize(
    "text",
    [
        "China lifted its ban on AI chips.",
        "The ban on AI chips was lifted.",
        "The ban on AI chips does not exist.",
        "Nvidia fears a ban on AI chips.",
        "Rumours of a ban on AI chips spread.",
        "A ban on AI chips would hurt trade.",
        "The minister ruled out a ban on AI chips.",
        "Nvidia escaped the fine on Nvidia.",
        "A court struck down the Chip Act, which prohibits AI chips.",
    ],
)
def test_a_rule_that_is_over_feared_or_refused_is_no_fact(text: str) -> None:
    told = annotated(text).statements
    assert [s for s in told if s.modality == "asserted" and s.standing == "fact"] == []
