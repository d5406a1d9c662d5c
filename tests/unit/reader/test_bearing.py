"""What the bare words of a proposed statement say of whether the text says it."""

from __future__ import annotations

import numpy as np
import pytest
from training.bearing import Verdict, asked, fitted
from training.hashed import packed
from training.rows import as_row

from policygraph.annotate.neural.bearing import MOST, NAMED, PLACES, Bearing, Places, Proposal, Words
from policygraph.annotate.neural.model import load_model
from policygraph.annotate.neural.reading import Limits, Read, read
from policygraph.annotate.neural.signals import SIGNALS, sigmoid
from policygraph.annotate.neural.tokens import encode
from policygraph.annotate.neural.wording import Named

TEXT = "The order bars Ferrox of Oman from exporting chips. Shares of Ferrox fell."
MENTIONS = [
    Named(4, 9, "Rule", "1"),
    Named(15, 21, "Firm", "2"),
    Named(25, 29, "Jurisdiction", "3"),
    Named(45, 50, "Technology", "4"),
    Named(62, 68, "Firm", "2"),
]
PROPOSAL = Proposal("1", "applies_to", "2", [(0, 51)], "prohibits", "asserted")
PAGE = (
    "The Ministry of Commerce banned exports of gallium to the United States on Tuesday. "
    "The ban does not apply to Arda Motors Inc., which has a plant in Shanghai."
)


def _features(text: str = TEXT, proposal: Proposal = PROPOSAL) -> frozenset[str]:
    return Words(text, MENTIONS).features(proposal)


def test_features_are_the_quotes_words_the_ends_and_what_was_read() -> None:
    found = _features()
    assert {"predicate applies_to", "types applies_to Rule Firm", "effect applies_to prohibits"} <= found
    assert {"quote bars", "quote applies_to bars", "quote bars <O>", "quote applies_to <S> bars <O>"} <= found
    assert {"subject applies_to order", "subject applies_to small", "object applies_to capital"} <= found
    assert not any("shares" in name or "oman" in name for name in found)


def test_an_effect_counts_where_a_predicate_has_one() -> None:
    assert "effect issued_by none" in _features(proposal=PROPOSAL._replace(predicate="issued_by"))


def test_a_name_counts_at_its_end_only() -> None:
    """What is done to one firm is done to another in the same words."""
    other = _features(TEXT.replace("Ferrox", "Veldan"))
    expected = {f"object applies_to {last}{name}" for last in ("", "last ") for name in ("ferrox", "veldan")}
    assert _features() ^ other == expected


def test_places_are_ascending_and_within_the_weights() -> None:
    found = Words(TEXT, MENTIONS).places(PROPOSAL)
    assert (np.diff(found) > 0).all()
    assert found[0] >= 0
    assert found[-1] < PLACES


def test_of_an_end_that_is_named_often_the_first_mentions_count() -> None:
    text = "order " + " ".join(f"Ferrox{letter}" for letter in "abcdef")
    firms = [Named(6 + 8 * k, 13 + 8 * k, "Firm", "2") for k in range(6)]
    found = Words(text, [*reversed(firms), Named(0, 5, "Rule", "1")]).features(PROPOSAL._replace(quotes=[(0, 5)]))
    named = {f"object applies_to ferrox{letter}" for letter in "abcdef"[:NAMED]}
    assert {name for name in found if name.startswith("object applies_to ferrox")} == named


def test_a_word_without_end_is_cut() -> None:
    text = "bars " + "x" * 3_000_000
    mentions = [Named(0, 4, "Rule", "1"), Named(5, len(text), "Firm", "2")]
    found = Words(text, mentions).features(PROPOSAL._replace(quotes=[(0, len(text))]))
    assert max(map(len, found)) < 2500


def test_what_the_signals_tell_the_words_need_not() -> None:
    """A word beside a signal that explains everything weighs little; one that says more weighs much."""
    chance = np.random.default_rng(3)
    right = chance.random(800) < 0.5
    at = [np.array([1, 2 if one else 3]) for one in right]
    telling = np.stack([np.where(right, 9.0, -9.0)] * 40, 1).astype(np.float32)
    silent = chance.normal(size=(800, 40)).astype(np.float32)
    beside, alone = (fitted(map(Verdict, at, signals, map(bool, right)))[0][0] for signals in (telling, silent))
    assert alone[2] > 0 > alone[3]
    assert alone[2] - alone[3] > 5 * (beside[2] - beside[3])
    assert alone[4] == 0


def test_odds_come_back_from_eight_bits_and_stay_within_bounds() -> None:
    weights = np.zeros((1, PLACES))
    weights[0, [5, 9, 11]] = 1.27, -0.5, 0.02
    bearing = Bearing(packed(weights, np.zeros(1)))
    assert bearing.odds(np.array([5, 9, 11])) == pytest.approx(0.79, abs=0.02)
    assert bearing.odds(np.array([6])) == 0
    assert Bearing(packed(weights * 100, np.zeros(1))).odds(np.array([5])) == MOST


def test_words_fitted_for_other_features_are_refused() -> None:
    arrays = {"weight": np.zeros((1, 8), np.int8), "scale": np.ones(1), "bias": np.zeros(1)}
    with pytest.raises(ValueError, match="fitted for other features"):
        Bearing(arrays)


class _Recording(Bearing):
    """Gives each set of places an opinion of its own, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Places] = []

    def odds(self, at: Places) -> float:
        self.asked.append(at)
        return float(at.sum() % 97) / 20 - 2.4


@pytest.fixture(scope="module")
def reading() -> tuple[_Recording, Read]:
    """What is read of the page, and the words that were asked."""
    model = load_model()
    encoded = encode(PAGE, model.tokenizer, lambda text: ())
    words = _Recording()
    found = read(encoded, model.hidden(encoded), model.heads, Limits(pair=0.02), bearing=words)
    assert len(found.said) > 5
    return words, found


def test_a_reading_asks_the_words_as_the_fitting_did(reading: tuple[_Recording, Read]) -> None:
    words, found = reading
    row = as_row({"id": "d", "date": "2025-06-03", "text": PAGE, "mentions": []}, found)
    for at, known, said in zip(words.asked, asked(row, found), found.said, strict=True):
        # Entities have numbers in the one and names in the other: no feature holds either.
        assert at.tolist() == known.tolist()
        assert said.signals is not None
        assert said.signals[SIGNALS.index("words")] == pytest.approx(float(at.sum() % 97) / 20 - 2.4, abs=1e-5)


def test_signals_of_company_are_those_of_all_others_of_the_group(reading: tuple[_Recording, Read]) -> None:
    said = reading[1].said
    signals = [dict(zip(SIGNALS, one.signals.tolist(), strict=True)) for one in said if one.signals is not None]
    for one, own in zip(said, signals, strict=True):
        for group, same in {
            "rival objects": lambda a, b: (a.subject, a.predicate) == (b.subject, b.predicate),
            "rival subjects": lambda a, b: (a.object, a.predicate) == (b.object, b.predicate),
            "all of the subject": lambda a, b: a.subject == b.subject,
            "all of the object": lambda a, b: a.object == b.object,
        }.items():
            others = [k for k, other in enumerate(said) if other is not one and same(one, other)]
            scores = [said[k].score for k in others]
            opinions = [float(sigmoid(np.float32(signals[k]["words"]))) for k in others]
            for opinion, chances in (("score", scores), ("words", opinions)):
                assert own[f"best {opinion} of {group}"] == pytest.approx(max(chances, default=0.0), abs=1e-5)
                assert own[f"total {opinion} of {group}"] == pytest.approx(np.log1p(sum(chances)), abs=1e-5)
            if group.startswith("rival"):
                assert own[group] == pytest.approx(np.log1p(len(others)), abs=1e-5)


def test_a_signal_counts_again_by_how_far_it_is_above_a_point(reading: tuple[_Recording, Read]) -> None:
    for one in reading[1].said:
        assert one.signals is not None
        own = dict(zip(SIGNALS, one.signals.tolist(), strict=True))
        assert own["words above 0.2"] == pytest.approx(max(own["words"] - 0.2, 0), abs=1e-5)
        assert own["pair above 1.4"] == pytest.approx(max(own["pair"] - 1.4, 0), abs=1e-5)


def test_a_statement_that_is_alone_has_no_company() -> None:
    model = load_model()
    encoded = encode("Ferrox Inc. makes chips.", model.tokenizer, lambda text: ())
    found = read(encoded, model.hidden(encoded), model.heads, Limits(pair=0.3), bearing=_Recording())
    assert len(found.said) == 1
    assert found.said[0].signals is not None
    own = dict(zip(SIGNALS, found.said[0].signals.tolist(), strict=True))
    assert not any(value for name, value in own.items() if name.startswith(("best ", "total ")))
