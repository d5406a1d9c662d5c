"""What the bare words of a statement say of how it is told."""

from __future__ import annotations

import io

import numpy as np
import pytest
from training.hashed import packed
from training.wording import examples, fitted

from policygraph.annotate.neural.model import load_model
from policygraph.annotate.neural.wording import (
    OPINIONS,
    PLACES,
    Named,
    Worded,
    Wording,
    features,
    inside,
    outermost,
    places,
)

TEXT = "The order, a blow to Ferrox, bars Ferrox of Oman from exporting chips. Shares fell."
MENTIONS = [
    Named(4, 9, "Rule", "order"),
    Named(21, 27, "Firm", "Ferrox"),
    Named(34, 40, "Firm", "Ferrox"),
    Named(34, 48, "Firm", "Ferrox"),
    Named(44, 48, "Jurisdiction", "Oman"),
    Named(64, 69, "Technology", "chips"),
]
SENTENCE = (0, 70)


def _worded(text: str = TEXT, quote: tuple[int, int] = (29, 70)) -> Worded:
    return Worded(text, "order", "applies_to", "Ferrox", [quote], [SENTENCE])


def test_features_are_runs_of_the_quote_with_its_names_taken_out() -> None:
    found = features(_worded(), list(outermost(MENTIONS)))
    assert {"quote bars", "quote effect bars", "quote bars <O> from", "quote from _ <Technology>"} <= found
    assert {"before <S>", "before a blow", "rule order", "predicate applies_to"} <= found
    assert not any("ferrox" in name or "oman" in name or "shares" in name for name in found)


def test_the_same_words_of_others_have_the_same_features() -> None:
    text = TEXT.replace("Ferrox", "Veldan").replace("Oman", "Iran")
    mentions = [
        Named(m.start, m.end, m.type, {"Ferrox": "Veldan", "Oman": "Iran"}.get(m.entity, m.entity)) for m in MENTIONS
    ]
    other = Worded(text, "order", "applies_to", "Veldan", [(29, 70)], [SENTENCE])
    assert features(other, list(outermost(mentions))) == features(_worded(), list(outermost(MENTIONS)))


def test_what_lies_inside_is_found_whole_at_its_very_ends() -> None:
    tops = [Named(0, 3, "Firm", "a"), Named(3, 5, "Firm", "b"), Named(8, 12, "Firm", "c"), Named(14, 15, "Firm", "d")]
    assert [m.entity for m in inside(tops, 0, 15)] == ["a", "b", "c", "d"]
    assert [m.entity for m in inside(tops, 3, 12)] == ["b", "c"]
    assert [m.entity for m in inside(tops, 1, 11)] == ["b"]
    assert list(inside(tops, 9, 14)) == list(inside([], 0, 9)) == []


def test_places_are_ascending_and_the_same_on_every_machine() -> None:
    at = places(["quote bars", "quote lets", "quote bars"])
    assert at.tolist() == [10892, 21221]
    assert at.max() < PLACES


def test_an_opinion_is_for_one_side_as_much_as_it_is_against_the_other() -> None:
    weight = np.zeros((len(OPINIONS), PLACES), np.int8)
    weight[0, 5], weight[1, 5], weight[3, 7] = 100, -20, 127
    words = Wording({"weight": weight, "scale": np.full(4, 0.02), "bias": np.array([0.1, -1.0, -2.0, -1.0])})
    at = np.array([5])
    side, asserted = words.agrees(at, "exempts", "asserted")
    assert side == pytest.approx(2.1)
    assert words.agrees(at, "prohibits", "asserted") == (pytest.approx(-2.1), asserted)
    assert words.agrees(at, "none", "asserted")[0] == 0
    assert words.agrees(np.array([7]), "exempts", "denied")[1] > asserted
    assert words.agrees(at, "exempts", "planned")[1] < 0 < asserted


def _document(verb: str, effect: str, modality: str, number: int) -> dict[str, object]:
    text = f"The act {verb} Arda{number} from trading."
    told = {"effect": effect, "modality": modality}
    start = len(f"The act {verb} ")
    name = f"Arda{number}"
    return {
        "id": f"d{number}", "text": text,
        "mentions": [
            {"start": 4, "end": 7, "type": "Rule", "entity": "act"},
            {"start": start, "end": start + len(name), "type": "Firm", "entity": name},
        ],
        "statements": [
            {"s": "act", "p": "applies_to", "o": name, "evidence": [[0, len(text) - 1]], **told}
        ],
    }  # fmt: skip


def test_what_is_fitted_and_packed_tells_relief_from_burden_and_done_from_denied() -> None:
    forms = [
        ("bars", "prohibits", "asserted"), ("does not bar", "prohibits", "denied"), ("frees", "exempts", "asserted"),
        ("does not free", "exempts", "denied"), ("would bar", "prohibits", "planned"),
        ("may bar", "prohibits", "possible"),
    ]  # fmt: skip
    documents = [_document(*form, number) for number, form in enumerate(forms * 8)]
    held = io.BytesIO()
    np.savez_compressed(held, **packed(*fitted(documents)))
    held.seek(0)
    words = Wording(dict(np.load(held)))
    for verb, effect, modality in forms:
        [(worded, mentions, _)] = examples(_document(verb, effect, modality, 99))
        side, mood = words.agrees(places(features(worded, mentions)), effect, modality)
        assert side > 0
        assert mood > 0


def test_a_statement_without_a_quote_is_no_example() -> None:
    document = _document("bars", "prohibits", "asserted", 1)
    document["statements"][0]["evidence"] = []  # type: ignore[index]
    assert list(examples(document)) == []


def test_the_shipped_words_know_a_plain_ban_from_a_plain_permission() -> None:
    words = load_model().wording
    assert words is not None

    def side(verb: str, effect: str) -> float:
        [(worded, mentions, _)] = examples(_document(verb, effect, "asserted", 1))
        return words.agrees(places(features(worded, mentions)), effect, "asserted")[0]

    assert side("prohibits", "prohibits") > 1
    assert side("exempts", "exempts") > 0.5
