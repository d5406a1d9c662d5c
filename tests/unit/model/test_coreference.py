"""Which words stand for a statement's end in its evidence: its name, an alias, a description, or none there."""

from __future__ import annotations

import time

import pytest

from policygraph.model.coreference import Naming, Namings
from policygraph.model.records import Mention, Span

TEXT = (
    "Shanghai published the Lingang white list on Friday. The Cyberspace Administration of China (CAC) welcomed it. "
    "The list covers carmakers. The Chinese carmaker BYD said that the carmaker would use the list. Lists matter. "
    "Regulators fined BYD; many regulators did."
)
LIST, CAC, BYD = "Lingang white list", "Cyberspace Administration of China", "BYD"


def mention(words: str, entity: str, kind: str = "Rule", number: int = 0) -> Mention:
    start = -1
    for _ in range(number + 1):
        start = TEXT.index(words, start + 1)
    return Mention(start, start + len(words), kind, entity)


MENTIONS = [
    mention("Lingang white list", LIST),
    mention("Cyberspace Administration of China", CAC, "Authority"),
    mention("CAC", CAC, "Authority"),
    mention("The list", LIST),
    mention("The Chinese carmaker", BYD, "Firm"),
    mention("BYD", BYD, "Firm"),
    mention("the carmaker", BYD, "Firm"),
    mention("the list", LIST),
    mention("Lists", LIST),
    mention("Regulators", CAC, "Authority"),
    mention("fined", "fine on BYD"),
    mention("BYD", BYD, "Firm", 1),
]


def said(entity: str, kind: str, *quotes: str) -> Naming | None:
    spans = tuple(Span(TEXT.index(quote), TEXT.index(quote) + len(quote)) for quote in quotes)
    found = Namings(TEXT, MENTIONS).of(entity, kind, spans)
    assert found is None or TEXT[found.start : found.end] == found.words
    return found


@pytest.mark.parametrize(
    ("entity", "kind", "quotes", "how", "words"),
    [
        (LIST, "Rule", ("Shanghai published the Lingang white list on Friday",), "name", "Lingang white list"),
        (CAC, "Authority", ("(CAC) welcomed it",), "alias", "CAC"),
        (LIST, "Rule", ("The list covers carmakers",), "description", "The list"),
        (BYD, "Firm", ("the carmaker would use the list",), "description", "the carmaker"),
        (BYD, "Firm", ("The Chinese carmaker",), "description", "The Chinese carmaker"),
        (BYD, "Firm", ("The Chinese carmaker BYD said",), "name", "BYD"),
        (LIST, "Rule", ("Lists matter.",), "description", "Lists"),
        (CAC, "Authority", ("Regulators fined BYD",), "description", "Regulators"),
        ("fine on BYD", "Rule", ("Regulators fined BYD",), "description", "fined"),
        (LIST, "Rule", ("The list covers carmakers", "the Lingang white list on Friday"), "name", "Lingang white list"),
        (LIST, "Rule", ("Regulators fined BYD",), "elsewhere", "Lingang white list"),
        (CAC, "Authority", ("The list covers carmakers",), "elsewhere", "Cyberspace Administration of China"),
        ("fine on BYD", "Rule", ("The list covers carmakers",), "elsewhere", "fined"),
    ],
)
def test_how_an_end_is_named(entity: str, kind: str, quotes: tuple[str, ...], how: str, words: str) -> None:
    found = said(entity, kind, *quotes)
    assert found is not None
    assert (found.how, found.words) == (how, words)


def test_of_several_in_the_evidence_the_plainest_and_then_the_first_is_shown() -> None:
    found = said(BYD, "Firm", "The Chinese carmaker BYD said that the carmaker would use the list. Lists matter. ")
    assert found == Naming("name", "BYD", TEXT.index("BYD"), TEXT.index("BYD") + 3)


def test_a_thing_without_a_mention_is_said_to_have_none() -> None:
    assert said("Velmont", "Firm", "The list covers carmakers") is None
    assert said(BYD, "Rule", "The list covers carmakers") is None, "another type is another thing"


def test_a_name_that_was_told_apart_from_another_is_still_its_own() -> None:
    mentions = [Mention(0, 8, "Authority", "Shanghai (government)"), Mention(0, 8, "Zone", "Shanghai (Zone 2)")]
    for one in mentions:
        found = Namings(TEXT, mentions).of(one.entity, one.type, (Span(0, 20),))
        assert found == Naming("name", "Shanghai", 0, 8)


NESTED = "The order requires Nvidia to ask. The Bank of China asked. South China Sea. Big Nvidia Rival. Nvidia sells."
LAST = NESTED.rindex("Nvidia")


def nested(entity: str, quote: str) -> str:
    mentions = [
        Mention(10, 32, "Rule", "licence requirement"),
        Mention(38, 51, "Firm", "Bank of China"),
        Mention(LAST, LAST + 6, "Firm", "Nvidia"),
        Mention(LAST, LAST + 6, "Jurisdiction", "China"),
    ]
    start = NESTED.index(quote)
    kind = "Firm" if entity == "Nvidia" else "Jurisdiction"
    found = Namings(NESTED, mentions).of(entity, kind, (Span(start, start + len(quote)),))
    assert found is not None
    return f"{found.how} {found.start}"


def test_a_name_within_a_description_of_something_else_is_still_a_name() -> None:
    assert nested("Nvidia", "The order requires Nvidia to ask") == "name 19"


@pytest.mark.parametrize(
    ("entity", "quote"),
    [("China", "The Bank of China asked"), ("China", "South China Sea"), ("Nvidia", "Big Nvidia Rival")],
)
def test_a_name_within_another_name_is_none(entity: str, quote: str) -> None:
    assert nested(entity, quote) == f"elsewhere {LAST}"


def test_a_mention_that_the_quote_cuts_is_not_in_it() -> None:
    start = TEXT.index("white list on")
    found = Namings(TEXT, MENTIONS[:1]).of(LIST, "Rule", (Span(start, start + 20),))
    assert found is not None
    assert found.how == "elsewhere"


def test_plurals_articles_and_possessives_do_not_make_another_name() -> None:
    text = "The battery's makers sell a battery. Batteries; batteries."
    for words in ("The battery's", "a battery"):
        start = text.index(words)
        one = Mention(start, start + len(words), "Technology", "battery")
        found = Namings(text, [one]).of("battery", "Technology", (Span(0, len(text)),))
        assert found is not None
        assert found.how == "name"


@pytest.mark.parametrize(
    ("words", "entity", "how"),
    [
        ("Suspends", "CADE suspension", "description"),
        ("Omnibus", "Digital Omnibus", "alias"),
        ("MiCA", "Markets in Crypto-Assets Regulation", "alias"),
        ("Regulations FFFS 2017:11", "FFFS 2017:11", "name"),
    ],
)
def test_a_verb_with_a_capital_is_no_name_of_a_rule(words: str, entity: str, how: str) -> None:
    found = Namings(words, [Mention(0, len(words), "Rule", entity)]).of(entity, "Rule", (Span(0, len(words)),))
    assert found is not None
    assert found.how == how


@pytest.mark.parametrize("words", ["国家网信办", "iPhone maker 3M", "Bank of China", "EVs"])
def test_words_that_are_all_names_are_an_alias(words: str) -> None:
    text = f"It is said that {words} knows."
    one = Mention(16, 16 + len(words), "Firm", "Something Else")
    found = Namings(text, [one]).of("Something Else", "Firm", (Span(0, len(text)),))
    assert found is not None
    assert found.how == ("description" if "maker" in words else "alias")


def test_a_row_of_dots_takes_no_longer_than_as_many_letters() -> None:
    text = f"Beijing {'.' * 100_000} fined Nvidia."
    one = Mention(len(text) - 7, len(text) - 1, "Firm", "Santa Clara Chips")
    began = time.process_time()
    found = Namings(text, [one]).of("Santa Clara Chips", "Firm", (Span(0, len(text)),))
    assert time.process_time() - began < 5
    assert found is not None
    assert (found.how, found.words) == ("alias", "Nvidia")
