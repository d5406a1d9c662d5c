"""Long texts: stretches, entities joined over the whole text, what is not looked at, and nothing that grows with the
square of the length."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from policygraph.annotate.exchange import document_of_row
from policygraph.annotate.neural.clusters import Found, cluster, same_thing
from policygraph.annotate.neural.heads import PairFeatures, decode_tags, joinable
from policygraph.annotate.neural.model import load_model
from policygraph.annotate.neural.network import Heads
from policygraph.annotate.neural.reading import Limits, Read, read
from policygraph.annotate.neural.stretches import OVERLAP, STRETCH, WHOLE, cut, part
from policygraph.annotate.neural.tokens import TYPE_INDEX, TYPES, Encoded, encode
from policygraph.annotate.pipeline import load_annotator

OPENING = "The Ministry of Commerce (MOC) banned exports of gallium to the United States on Tuesday.\n\n"
FILLER = "Officials met in the capital and spoke about the weather. They agreed to meet again in the spring.\n\n"
ENDING = "The MOC also fined Arda Motors Inc. $2 million on Friday for shipping gallium without a licence.\n"


def _encoded(text: str) -> Encoded:
    return encode(text, load_model().tokenizer, lambda text: ())


def _read(text: str) -> tuple[Encoded, Read]:
    model = load_model()
    encoded = _encoded(text)
    return encoded, read(encoded, model.hidden(encoded), model.heads, Limits())


# ---------------------------------------------------------------- stretches


def _plain(sizes: list[int]) -> Encoded:
    """A text of one-token words in sentences of these sizes."""
    total = sum(sizes)
    numbers = np.arange(total)
    words = tuple((2 * i, 2 * i + 1) for i in range(total))
    edges = np.cumsum([0, *sizes])
    spans = tuple((2 * int(a), 2 * int(b) - 1) for a, b in pairwise(edges))
    return Encoded(
        "x " * total, numbers, numbers * 0, numbers * 0, words, numbers, numbers, numbers,
        np.repeat(np.arange(len(sizes)), sizes), spans,
    )  # fmt: skip


@given(st.lists(st.integers(1, 400) | st.integers(1, 3000), min_size=1, max_size=40))
def test_stretches_cover_every_word_overlap_and_are_bounded(sizes: list[int]) -> None:
    encoded = _plain(sizes)
    found = cut(encoded)
    if sum(sizes) <= WHOLE:
        assert found == [(0, sum(sizes))]
        return
    assert found[0][0] == 0
    assert found[-1][1] == sum(sizes)
    edges = set(np.cumsum([0, *sizes]).tolist())
    for begin, end in found:
        assert 0 < end - begin <= STRETCH
    for (first, end), (begin, last) in pairwise(found):
        assert first < begin <= end < last
        assert end - begin <= OVERLAP
        if max(sizes) <= OVERLAP:
            assert {begin, end} <= edges
            assert end > begin


def test_a_part_is_the_text_of_its_words() -> None:
    encoded = _encoded(OPENING + FILLER * 3 + ENDING)
    begin = int(np.searchsorted(encoded.sentence, 2))
    found = part(encoded, begin, len(encoded.words))
    assert found.words == encoded.words[begin:]
    assert found.sentence_spans[0] == encoded.sentence_spans[2]
    assert found.sentence[0] == 0
    assert found.word_of[0] == 0
    assert len(found.ids) == len(found.word_of) == found.last[-1] + 1
    assert (found.ids == encoded.ids[encoded.first[begin] :]).all()
    assert part(encoded, 0, len(encoded.words)) is encoded


# ---------------------------------------------------------------- what is read


def test_a_short_text_is_read_whole() -> None:
    encoded, found = _read(OPENING + FILLER * 60 + ENDING)
    assert STRETCH < len(encoded.ids) <= WHOLE
    assert found.apart == 0


def test_a_name_defined_at_the_start_is_known_at_the_end() -> None:
    text = OPENING + FILLER * 300 + ENDING
    encoded, found = _read(text)
    assert len(encoded.ids) > 3 * STRETCH
    last = [name for m, name in zip(found.mentions, found.names, strict=True) if m.start > len(text) - len(ENDING)]
    assert "Ministry of Commerce" in last
    subjects = {found.mentions[s.near_object].start > len(text) - len(ENDING) for s in found.said}
    assert subjects == {True, False}, "both ends of the text are read"


def test_pairs_in_no_common_stretch_are_counted() -> None:
    _, found = _read(OPENING + FILLER * 300 + ENDING)
    first = {e for m, e in zip(found.mentions, found.entity_of, strict=True) if m.surface == "gallium"}
    assert len(first) == 1
    assert found.apart > 0


def test_a_name_that_no_stretch_holds_is_counted_with_what_stands_apart() -> None:
    model = load_model()
    encoded = _encoded(OPENING + FILLER * 300 + ENDING)
    ends = (("Authority", 1, 3), ("Rule", 20, 20 + STRETCH + OVERLAP))
    found = [Found(first, last, kind, *_place(encoded, first, last), f"{kind} A") for kind, first, last in ends]
    read_ = read(encoded, model.hidden(encoded), model.heads, Limits(), found, [0, 1])
    authority, rule = (TYPE_INDEX[kind] for kind, _, _ in ends)
    assert read_.apart == int(joinable()[authority, rule]) + int(joinable()[rule, authority]) > 0


def _place(encoded: Encoded, first: int, last: int) -> tuple[int, int]:
    return encoded.words[first][0], encoded.words[last][1]


def test_what_is_said_in_several_stretches_is_one_statement() -> None:
    _, found = _read((OPENING + FILLER * 12) * 24)
    triples = [(s.subject, s.predicate, s.object) for s in found.said]
    assert triples
    assert len(set(triples)) == len(triples)
    assert len({(s.subject, s.lifecycle) for s in found.said}) == len({s.subject for s in found.said})


class _Spy(Heads):
    """Heads that remember how much they are asked at once."""

    def __init__(self, heads: Heads) -> None:
        self.__dict__.update(heads.__dict__)
        self.tokens: list[int] = []

    def pairs(
        self,
        hidden: NDArray[np.float32],
        mentions: NDArray[np.float32],
        entities: NDArray[np.float32],
        types: NDArray[np.int64],
        features: PairFeatures,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        self.tokens.append(len(hidden))
        return super().pairs(hidden, mentions, entities, types, features)


def test_no_question_is_put_to_more_than_a_stretch() -> None:
    model = load_model()
    counts = []
    for times in (12, 24):
        encoded = _encoded((OPENING + FILLER * 12) * times)
        spy = _Spy(model.heads)
        read(encoded, model.hidden(encoded), spy, Limits())
        assert max(spy.tokens) <= STRETCH
        counts.append(sum(spy.tokens) / len(encoded.ids))
    assert counts[1] < 1.2 * counts[0]


# ---------------------------------------------------------------- clusters

_SURFACES = st.sampled_from(
    ["Arda", "Arda Motors", "Arda Motors Inc.", "Arda Inc", "AM", "A M", "Zed Ministry", "ZM", "the Zed Ministry",
     "Zed Ministry of Trade", "Ann Lee", "Lee", "Bo Lee", "ministry", "the rule", "The Rule", "rule", "Rule 7", "R7",
     "act", "", "’s", "Zed's", ", Inc", "Arda Motors Group Holdings", "Ministry of Trade"]
)  # fmt: skip
_KINDS = st.sampled_from([*TYPES])


@given(st.lists(st.tuples(_SURFACES, _KINDS), max_size=14))
@example([("A M", "Firm"), ("AM", "Firm")])  # an abbreviation whose first letter looks like an article
def test_clusters_are_those_of_a_search_through_all_pairs(rows: list[tuple[str, str]]) -> None:
    mentions = [Found(i, i, kind, 1000 * i, 1000 * i + len(name), name) for i, (name, kind) in enumerate(rows)]
    groups = [{i} for i in range(len(mentions))]
    for later in range(len(mentions)):
        for earlier in range(later):
            if same_thing(mentions[earlier], mentions[later]) and groups[earlier] is not groups[later]:
                groups[earlier] |= groups[later]
                for index in groups[later]:
                    groups[index] = groups[earlier]
    roots = cluster("." * 20_000, mentions)
    assert [[roots[i] == roots[j] for j in range(len(roots))] for i in range(len(roots))] == [
        [groups[i] is groups[j] for j in range(len(roots))] for i in range(len(roots))
    ]


def test_twenty_thousand_mentions_are_joined() -> None:
    mentions = [Found(i, i, "Firm", 10 * i, 10 * i + 5, f"Firm {i // 2}") for i in range(20_000)]
    assert len(set(cluster(" " * 200_010, mentions))) == 10_000


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=31))
def test_inner_mentions_lie_in_an_outer_one(tags: list[tuple[int, int]]) -> None:
    outer, inner = np.full((len(tags), 31), -5, np.float32), np.full((len(tags), 31), -5, np.float32)
    for word, (a, b) in enumerate(tags):
        outer[word, a] = inner[word, b] = 0
    spans = decode_tags(outer, inner)
    nothing = np.full_like(inner, -5)
    nothing[:, 0] = 0
    only_outer = set(decode_tags(outer, nothing))
    for first, last, kind in set(spans) - only_outer:
        assert any(a <= first and last <= b and (a, b) != (first, last) for a, b, _ in only_outer), (first, last, kind)


# ---------------------------------------------------------------- the annotator


@pytest.mark.parametrize(("times", "expected"), [(1, 0), (300, 1)])
def test_a_document_says_once_how_many_pairs_were_not_looked_at(times: int, expected: int) -> None:
    row = {"id": "a", "kind": "news", "date": "2025-03-03", "title": "", "text": OPENING + FILLER * times + ENDING}
    document = replace(document_of_row(row), id="document:a")
    issues = [i for i in load_annotator().annotate(document).issues if i.code == "pairs_not_looked_at"]
    assert len(issues) == expected
    assert all(i.stage == "annotate" and "stretch" in i.reason and i.document_id == "document:a" for i in issues)
