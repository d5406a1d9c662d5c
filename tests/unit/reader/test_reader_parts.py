"""The parts of the trained reader that need no weights: tokens, pairs, clusters, tags, the line."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.annotate.line import contradicted, load_line
from policygraph.annotate.neural import heads
from policygraph.annotate.neural.clusters import Found, cluster, entity_names, same_thing
from policygraph.annotate.neural.edges import trimmed
from policygraph.annotate.neural.known import Matcher
from policygraph.annotate.neural.model import load_model
from policygraph.annotate.neural.reading import Said
from policygraph.annotate.neural.saying import Limits, Piece, _speakers
from policygraph.annotate.neural.telling import TELLING_SIGNALS, Telling
from policygraph.annotate.neural.tokens import OVERLAP, TYPES, WINDOW, encode, owners, sentences, shape, windows


@given(st.integers(1, 4 * WINDOW))
def test_windows_cover_every_token_once(length: int) -> None:
    spans, kept = windows(length), owners(length)
    assert all(end - start <= WINDOW for start, end in spans)
    assert [begin for _, begin, _ in kept] == [0, *(end for _, _, end in kept[:-1])]
    assert kept[-1][2] == length
    for number, begin, end in kept:
        assert spans[number][0] <= begin <= end <= spans[number][1]
    assert len({end - start for start, end in spans}) == 1
    assert all(spans[k][1] - spans[k + 1][0] >= OVERLAP - 1 for k in range(len(spans) - 1))


def test_sentences_end_at_stops_and_lines_but_not_after_abbreviations() -> None:
    text = "The U.S. Commerce Department said so. It did.\nA headline\nNo. 3 of Inc. Magazine."
    assert [text[a:b] for a, b in sentences(text)] == [
        "The U.S. Commerce Department said so.",
        "It did.",
        "A headline",
        "No. 3 of Inc. Magazine.",
    ]


@pytest.mark.parametrize(
    ("word", "expected"), [("ban", 0), ("Ban", 1), ("BAN", 2), ("iPhone", 3), ("H20", 4), ("—", 5), ("A", 1)]
)
def test_shape(word: str, expected: int) -> None:
    assert shape(word) == expected


def _found(text: str, surface: str, kind: str, words: list[tuple[int, int]], nth: int = 0) -> Found:
    start = -1
    for _ in range(nth + 1):
        start = text.index(surface, start + 1)
    end = start + len(surface)
    first = next(i for i, (a, _) in enumerate(words) if a >= start)
    last = max(i for i, (_, b) in enumerate(words) if b <= end)
    return Found(first, last, kind, start, end, surface)


TEXT = "Arda Motors Inc. sells cars. The Zed Ministry (ZM) banned them. Arda said ZM was wrong."


def _mentions() -> tuple[heads.Encoded, list[Found]]:
    encoded = encode(TEXT, load_model().tokenizer, lambda text: [])
    words = list(encoded.words)
    rows = [("Arda Motors Inc", "Firm", 0), ("Zed Ministry", "Authority", 0), ("ZM", "Authority", 0),
            ("banned", "Rule", 0), ("Arda", "Firm", 1), ("ZM", "Authority", 1)]  # fmt: skip
    return encoded, [_found(TEXT, surface, kind, words, nth) for surface, kind, nth in rows]


def test_clusters_join_short_forms_initials_and_defined_names_and_nothing_else() -> None:
    _, mentions = _mentions()
    roots = cluster(TEXT, mentions)
    names = entity_names(mentions, roots)
    assert names == ["Arda Motors Inc", "Zed Ministry", "Zed Ministry", "banned", "Arda Motors Inc", "Zed Ministry"]
    other = Found(0, 1, "Firm", 0, 9, "Arda Bank")
    assert not same_thing(mentions[0], other)


def test_pair_features_equal_a_plain_search() -> None:
    encoded, mentions = _mentions()
    roots = cluster(TEXT, mentions)
    numbers = {root: index for index, root in enumerate(dict.fromkeys(roots))}
    entity_of = [numbers[root] for root in roots]
    found = heads.pair_features(encoded, mentions, entity_of)
    assert len(found.subject) > 0
    for k, (subject, object_) in enumerate(zip(found.subject, found.object, strict=True)):
        best = min(
            (
                abs(int(encoded.sentence[n.first] - encoded.sentence[m.first])),
                max(0, n.first - m.last, m.first - n.last),
            )
            for i, m in enumerate(mentions) if entity_of[i] == subject
            for j, n in enumerate(mentions) if entity_of[j] == object_
        )  # fmt: skip
        m, n = mentions[found.near_subject[k]], mentions[found.near_object[k]]
        assert entity_of[found.near_subject[k]] == subject
        assert entity_of[found.near_object[k]] == object_
        assert abs(int(encoded.sentence[n.first] - encoded.sentence[m.first])) == best[0]
        assert max(0, n.first - m.last, m.first - n.last) == best[1]
        assert 0 <= found.low[k] <= found.high[k] <= len(encoded.ids)


def test_only_pairs_that_the_ontology_joins() -> None:
    allowed = heads.allowed()
    rule, firm, date = (TYPES.index(name) for name in ("Rule", "Firm", "Date"))
    assert allowed[rule, firm, heads.PREDICATES.index("applies_to")]
    assert not allowed[firm, rule, heads.PREDICATES.index("applies_to")]
    assert not allowed[date, date, heads.PREDICATES.index("part_of")]
    assert allowed[:, :, 0].all()


def test_tags_are_read_as_the_best_legal_sequence() -> None:
    scores = np.full((4, heads.TAGS), -5.0, np.float32)
    scores[0, 1] = scores[1, 2] = 0.0  # Firm begins, goes on
    scores[2, 0] = 0.0
    scores[3, 4] = 0.0  # Authority goes on, though it never began: not legal
    scores[3, 3] = -1.0
    inner = np.full((4, heads.TAGS), -5.0, np.float32)
    inner[:, 0] = 0.0
    inner[1, 7], inner[1, 0] = 0.0, -5.0  # Jurisdiction within the firm
    assert heads.decode_tags(scores, inner) == [(0, 1, 0), (1, 1, 3), (3, 3, 1)]


def test_known_names_are_found_at_word_edges_the_longest_first() -> None:
    matcher = Matcher({"Firm": ["Arda", "Arda Motors"], "Zone": ["Zed"]})
    assert matcher("Arda Motors and Ardanis in Zed.") == [(0, 11, "Firm"), (27, 30, "Zone")]


def _said(**changes: object) -> Said:
    values: dict[str, object] = {
        "subject": 0, "predicate": "applies_to", "object": 1, "score": 0.99, "chance": 0.99, "effect": "prohibits",
        "effect_score": 0.99,
        "modality": "asserted", "modality_scores": {"asserted": 0.99, "planned": 0.0, "possible": 0.0, "denied": 0.99},
        "lifecycle": None, "speakers": (), "valid_from": None, "valid_to": None, "duration": None,
        "evidence": ((0, 5),),
        "near_subject": 0, "near_object": 1,
    }  # fmt: skip
    return Said(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "changes", "doubted"),
    [
        ("The order prohibits Arda from exporting", {}, False),
        ("The order would prohibit Arda from exporting", {}, True),
        ("The order does not prohibit Arda from exporting", {}, True),
        ("The order may prohibit Arda from exporting", {}, True),
        ("The order concerns Arda", {}, True),
        ("The order prohibits Arda from exporting", {"chance": 0.1}, True),
        ("The order exempts Arda", {}, True),
        ("The order exempts Arda", {"effect": "exempts"}, False),
        ("The order does not apply to Arda", {"modality": "denied"}, False),
        ("The order applies to Arda", {"modality": "denied"}, True),
    ],
)
def test_the_line_doubts_what_the_words_do_not_bear_out(words: str, changes: dict[str, object], doubted: bool) -> None:
    said = _said(**changes)
    assert bool(load_line().doubts(Telling(said, said.effect, words, words))) == doubted


def test_where_the_telling_has_a_probability_the_line_decides_by_it() -> None:
    line = load_line()
    would = Telling(_said(), "prohibits", "The order would prohibit Arda", "The order would prohibit Arda.")
    assert line.doubts(would, line.told + 0.001) == ""
    assert line.doubts(would, line.told - 0.001) == "telling score"
    assert line.doubts(replace(would, agreed=True), line.told + 0.001) == ""
    assert line.doubts(Telling(_said(chance=0.1), "prohibits", "", ""), 1.0) == "score"
    bare = Telling(_said(), "prohibits", "The act applies to Arda", "")
    assert line.doubts(bare, 1.0) == "no cue of its effect"
    assert line.doubts(replace(bare, agreed=True), 1.0) == ""
    assert replace(line, guarded=False).doubts(would, 0.0) == ""


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("a plant in Xi'an and Wuxi", 1, "Xi'an"),
        ("a plant in Xi’an and Wuxi", 1, "Xi’an"),
        ("a plant of D'Ieteren", 1, "D'Ieteren"),
        ("a plant of Tesla's", 1, "Tesla"),
        ("a plant of Ford 'and so'", 1, "Ford"),
    ],
)
def test_a_mention_does_not_stop_within_a_word(text: str, words: int, expected: str) -> None:
    encoded = encode(text, load_model().tokenizer, lambda text: ())
    first, last = trimmed(encoded, 3, 3 + words - 1)
    assert text[encoded.words[first][0] : encoded.words[last][1]] == expected


@pytest.mark.parametrize(
    ("sentence", "changes", "doubt"),
    [
        ("The ministry investigates Arda, a news agency had reported.", {}, "hearsay of nobody"),
        ("Reportedly the ministry investigates Arda.", {}, "hearsay of nobody"),
        ("Zed had reported that the ministry investigates Arda.", {"speakers": ("Zed",)}, ""),
        ("The ministry investigates Arda. Its annual report is due.", {}, ""),
        ("Arda, of Oman, has reportedly been fined.", {"predicate": "located_in", "effect": "none"}, ""),
    ],
)
def test_what_is_only_heard_of_nobody_is_no_fact(sentence: str, changes: dict[str, object], doubt: str) -> None:
    said = _said(**{"effect": "investigates", **changes})
    assert load_line().doubts(Telling(said, said.effect, sentence, sentence), 1.0) == doubt


@pytest.mark.parametrize(
    ("words", "doubt"),
    [
        ("Tesla's chief executive Elon Musk", ""),
        ("Jensen Huang, Nvidia's chief", ""),
        ("The commission, chaired by Lina Khan", ""),
        ("Commerce Secretary Howard Lutnick", ""),
        ("Joel Kaplan, Meta's chief global affairs officer", "no word for it"),
        ("Lee-Anne Mulholland, a Google vice president", "no word for it"),
        ("a deputy prime minister, Alexander Novak", "no word for it"),
        ("Nvidia's Jensen Huang", "no word for it"),
        ("a foreign ministry spokeswoman, Mao Ning", "no word for it"),
    ],
)
def test_a_head_is_a_fact_only_where_the_words_have_one_for_heading(words: str, doubt: str) -> None:
    assert load_line().doubts(Telling(_said(predicate="heads", effect="none"), "none", words, words), 0.999) == doubt


def test_the_signals_of_a_telling_see_cues_in_and_beside_the_evidence() -> None:
    line = load_line()

    def signals(words: str, sentences: str, **changes: object) -> dict[str, float]:
        said = _said(**changes)
        found = line.signals(Telling(said, said.effect, words, sentences))
        return dict(zip(TELLING_SIGNALS, found.tolist(), strict=True))

    plain = signals("The order prohibits Arda", "The order prohibits Arda from trading.")
    assert plain["burden"] == 1
    assert plain["relief"] == 0
    assert plain["effect without cue"] == 0
    assert not any(plain[name] for name in ("denial unread", "plan unread", "possibility unread", "denial near"))
    denied = signals("The order does not prohibit Arda", "The order does not prohibit Arda.")
    assert denied["denial unread"] == 1
    assert signals("The order prohibits Arda", "It is not so that the order prohibits Arda.")["denial near"] == 1
    read = signals("The order does not prohibit Arda", "", modality="denied")
    assert read["denied"] == 1
    assert read["denial unread"] == 0
    assert read["denied without cue"] == 0
    other = signals("The order exempts Arda", "The order exempts Arda.")
    assert other["other side's cue"] == 1
    assert other["effect without cue"] == 1
    assert len(plain) == len(TELLING_SIGNALS) == len(set(TELLING_SIGNALS))


def test_the_weakest_voice_on_how_a_reading_is_told_is_a_signal_of_its_own() -> None:
    def weakest(effect: str, wording: tuple[float, float], **changes: object) -> float:
        said = _said(effect=effect, side_score=0.9, **changes)
        found = load_line().signals(Telling(said, effect, "The order", "The order", wording=wording))
        return float(found[TELLING_SIGNALS.index("weakest")])

    assert weakest("prohibits", (4.0, 5.0)) == pytest.approx(2.2, abs=0.01)  # the network's word on the side
    assert weakest("prohibits", (-3.0, 5.0)) == -3  # the bare words' on the side
    assert weakest("none", (-3.0, 1.5)) == 1.5  # which is nobody's business where there is no effect
    assert weakest("none", (0.0, 5.0)) == pytest.approx(4.6, abs=0.01)  # the network's on the modality


def test_told_and_denied_in_one_document_is_a_contradiction() -> None:
    assert contradicted([_said(), _said(modality="denied"), _said(object=2)]) == {0, 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'749 mark", "749 mark"),
        ("Entity List (", "Entity List"),
        ("VEU)", "VEU"),
        ("Article 5(1)", "Article 5(1)"),
        ("Agreements Act,", "Agreements Act"),
        ('"high-risk" systems', '"high-risk" systems'),
        ('Action Levels for Lead"', "Action Levels for Lead"),
        ("Yahoo!", "Yahoo!"),
        ("-", ""),
        ("preliminary compilation of", "preliminary compilation"),
        ("data center in the", "data center"),
        ("Lex Of", "Lex Of"),
        ("of", "of"),
        ("Chips\nNvidia", "Nvidia"),
        ("Policy\nShanghai list of\n", "Shanghai list"),
    ],
)
def test_marks_at_the_edges_of_a_mention_are_trimmed(text: str, expected: str) -> None:
    encoded = encode(text, load_model().tokenizer, lambda text: ())
    first, last = trimmed(encoded, 0, len(encoded.words) - 1)
    assert (text[encoded.words[first][0] : encoded.words[last][1]] if first <= last else "") == expected


def test_a_source_and_whom_it_cites_both_speak() -> None:
    """Zed News reported, citing two officials: the outlet first, then the unnamed."""
    found = [SimpleNamespace(type=kind) for kind in ("Firm", "Publisher", "Rule")]
    piece = cast(Piece, SimpleNamespace(found=found, names=["Arda", "Zed News", "ban"]))

    def speakers(*odds: float, document: float = 0.0, unnamed: float = 0.0) -> tuple[str, ...]:
        return _speakers(piece, np.array(odds, np.float32), np.array([document, unnamed], np.float32), Limits())

    assert speakers(-4, 2, 4, unnamed=0.9) == ("Zed News", "anonymous")
    assert speakers(3, 2, -4, document=0.9) == ("Zed News", "Arda", "document")
    assert speakers(-4, -4, -4, unnamed=0.9) == ("anonymous",)
    assert speakers(3, -4, -4, unnamed=0.9) == ("Arda",)
    assert speakers(-4, -4, 4) == ()
