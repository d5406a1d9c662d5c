"""Whatever the text: no crash, exact spans, the same answer twice."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from policygraph.annotate.amounts import find_money, find_percentages
from policygraph.annotate.dates import find_dates, find_durations
from policygraph.annotate.exchange import document_of_row
from policygraph.annotate.normalise import value_of
from policygraph.annotate.pipeline import load_annotator
from policygraph.model.ontology import load_ontology
from policygraph.model.time import is_edtf, parse_day

_WORDS = """Tesla Nvidia China Shanghai Reuters the The a ban on fine list of data said that may not will sells to fined
. , " ( ) < > : <Firm:0> 17 May 2024 $5 million according prohibits from chips which who it It US sanctions
Commission ’s
's Huawei İ 🚗"""
WORDS = st.sampled_from([*_WORDS.split(), "\n"])
_TIMES = """between and from to until last next the end of week month year first half quarter May Feb 30 2024 31 29 0
$ € Rs million % two half a years days MW - / . ago before after that"""
VALUES = st.sampled_from(_TIMES.split())
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join))


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from(["news", "official", "headlines"]))
def test_annotations_hold_for_any_text(text: str, kind: str) -> None:
    row = {"id": "any", "kind": kind, "date": "2024-05-17", "title": "", "text": text}
    document = document_of_row(row)
    annotator = load_annotator()
    found = annotator.annotate(document)
    ontology = load_ontology()
    for mention in found.mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.entity
        assert mention.type in ontology.entities
    named = {(m.entity, m.type) for m in found.mentions}
    for statement in found.statements:
        assert ontology.relations[statement.predicate].joins(statement.subject_type, statement.object_type)
        assert {(statement.subject, statement.subject_type), (statement.object, statement.object_type)} <= named
        assert statement.effect in ontology.effects
        assert statement.modality in ontology.modalities
        assert all(0 <= s.start < s.end <= len(text) for s in statement.evidence)
        roles = {b.kind for b in document.blocks for s in statement.evidence if b.start < s.end and s.start < b.end}
        assert not roles & {"caption", "boilerplate", "heading"}
    assert annotator.annotate(document) == found


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_values_are_exact_and_readable(text: str) -> None:
    for found in find_dates(text, parse_day("2024-05-17")):
        assert 0 <= found.start < found.end <= len(text)
        assert found.value is None or is_edtf(found.value)
    for found in (*find_durations(text), *find_money(text), *find_percentages(text)):
        assert 0 <= found.start < found.end <= len(text)
        assert found.value


@settings(max_examples=200, deadline=None)
@given(st.one_of(TEXTS, st.lists(VALUES, max_size=12).map(" ".join)), st.integers(0, 60), st.integers(1, 60))
def test_a_given_span_has_a_readable_value_or_none(text: str, start: int, length: int) -> None:
    start, end = min(start, len(text)), min(start + length, len(text))
    date = value_of("Date", text, start, end, parse_day("2024-05-17"), parse_day("2023-01-31"))
    assert date is None or is_edtf(date)
    money = value_of("Money", text, start, end, None)
    assert money is None or re.fullmatch(r"[A-Z]{3} [\d.]+", money)
    quantity = value_of("Quantity", text, start, end, None)
    assert quantity is None or quantity.strip() == quantity != ""
