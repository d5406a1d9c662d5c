"""What the bare words between two things say of whether a statement joins them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from training.between import examples, fitted
from training.hashed import packed

from policygraph.annotate.line import load_line
from policygraph.annotate.neural.between import LEAST, PLACES, Between, Joined, features, places
from policygraph.annotate.neural.model import load_model
from policygraph.annotate.neural.wording import Named

TEXT = "Arda has bought Zed of Oman. Its shares rose. Bel, a rival of Zed, makes chips."
ARDA, ZED, OMAN = Named(0, 4, "Firm", "Arda"), Named(16, 19, "Firm", "Zed"), Named(23, 27, "Jurisdiction", "Oman")
BEL, ZED_AGAIN, CHIPS = Named(46, 49, "Firm", "Bel"), Named(62, 65, "Firm", "Zed"), Named(73, 78, "Technology", "chips")
MENTIONS = [ARDA, ZED, OMAN, BEL, ZED_AGAIN, CHIPS]
SENTENCES = [(0, 28), (29, 45), (46, 79)]


def test_features_are_runs_between_and_beside_the_names_for_a_predicate() -> None:
    found = features(Joined(TEXT, "acquires", ARDA, ZED), MENTIONS, SENTENCES)
    assert {
        "acquires between <S> has bought",
        "acquires between bought <O>",
        "acquires after of <Jurisdiction>",
    } <= found
    assert {"acquires in 1", "acquires from <S> to <O>", "acquires types Firm Firm"} <= found
    assert all(name.startswith("acquires ") for name in found)
    assert not any("shares" in name or "arda" in name for name in found)


def test_the_order_of_the_names_is_seen_and_other_sentences_are_not() -> None:
    back = features(Joined(TEXT, "acquires", ZED, ARDA), MENTIONS, SENTENCES)
    assert "acquires from <O> to <S>" in back
    across = features(Joined(TEXT, "acquires", OMAN, BEL), MENTIONS, SENTENCES)
    assert "acquires in 3" in across
    assert "acquires after a rival of" in across
    assert not any("makes" in name for name in across)  # the sixth word behind the second name


def test_a_name_within_another_is_told_from_one_beside_it() -> None:
    firm = Named(0, 11, "Firm", "Bank of Oman")
    inside = Named(8, 12, "Jurisdiction", "Oman")
    whole = Named(0, 12, "Firm", "Bank of Oman")
    text = "Bank of Oman opened."
    found = features(Joined(text, "located_in", whole, inside), [whole], [(0, 20)])
    assert "located_in from <SO> to <SO>" in found
    assert features(Joined(text, "located_in", firm, inside), [], [(0, 20)]) == set()


def test_no_sentence_and_no_features_are_no_opinion() -> None:
    assert features(Joined(TEXT, "acquires", ARDA, ZED), MENTIONS, []) == set()
    weights = {"weight": np.ones((1, PLACES), np.int8), "scale": np.ones(1), "bias": np.array([2.0])}
    assert Between(weights).odds(places(set())) == 0
    assert Between(weights).odds(places({f"a {n}" for n in range(9)})) == 6


def test_whatever_may_be_a_fact_by_its_score_alone_is_asked_about() -> None:
    """What the rules read as well may be a fact below: its chance is left as it is."""
    assert load_line().agreed < LEAST < load_line().score


def _document(number: int) -> dict[str, object]:
    one, other = f"Arda{number}", f"Zed{number}"
    text = f"{one} has bought {other}. {other} competes with {one}."
    found = [(i, name) for name in (one, other) for i in range(len(text)) if text.startswith(name, i)]
    mentions = [{"start": i, "end": i + len(name), "type": "Firm", "entity": name} for i, name in found]
    return {
        "id": f"d{number}", "text": text, "mentions": mentions,
        "statements": [{"s": one, "p": "acquires", "o": other, "evidence": [[0, 20]]}],
    }  # fmt: skip


def test_what_is_fitted_tells_what_is_said_from_what_is_not() -> None:
    words = Between(packed(*fitted([_document(number) for number in range(30)])))
    text = "Arda99 has bought Zed99."
    one, other = Named(0, 6, "Firm", "Arda99"), Named(18, 23, "Firm", "Zed99")

    def odds(predicate: str, subject: Named, object_: Named) -> float:
        return words.odds(places(features(Joined(text, predicate, subject, object_), [one, other], [(0, 24)])))

    assert odds("acquires", one, other) > 0 > odds("acquires", other, one)
    assert odds("supplies", one, other) < 0


def test_wrong_examples_are_drawn_the_same_way_each_time() -> None:
    drawn = [list(examples(_document(1), random.Random(3))) for _ in range(2)]
    assert [right for _, right in drawn[0]].count(True) == 1
    for (a, x), (b, y) in zip(*drawn, strict=True):
        assert x == y
        assert a.tolist() == b.tolist()


@pytest.mark.parametrize("predicate", ["acquires", "owns"])
def test_the_shipped_words_know_who_bought_whom(predicate: str) -> None:
    words = load_model().between
    assert words is not None

    def odds(subject: Named, object_: Named) -> float:
        return words.odds(places(features(Joined(TEXT, predicate, subject, object_), MENTIONS, SENTENCES)))

    assert odds(ARDA, ZED) > odds(ZED, ARDA)
    assert odds(ZED, ARDA) < 0
