"""Readings that no quote bears out become no statements, and every one of them is counted, however low its score."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from policygraph.annotate import reader
from policygraph.annotate.annotation import Annotation
from policygraph.annotate.exchange import document_of_row
from policygraph.annotate.line import load_line
from policygraph.annotate.neural.clusters import Found
from policygraph.annotate.neural.model import load_model
from policygraph.annotate.neural.reading import Read, Said
from policygraph.annotate.neural.tokens import encode
from policygraph.annotate.pipeline import load_annotator
from policygraph.model.records import Document

TEXT = (
    "The ministry spoke on Monday. The Harbour Rule came up. Nobody else was there.\n\n"
    "It reaches Velmont Chips, said a clerk. The day ended.\n"
)
BELOW, ABOVE = 0.01, 0.99
NEAR = ("The Harbour Rule", "Velmont Chips")  # what two sentences hold, and both ends
FAR = ("The ministry spoke", "Nobody else", "The day ended")  # more sentences than may be quoted


def _document(text: str = TEXT) -> Document:
    row = {"id": "a", "kind": "news", "date": "2025-03-03", "title": "", "text": text}
    return replace(document_of_row(row), id="document:a")


def _said(chance: float, quotes: tuple[str, ...], predicate: str = "applies_to") -> Said:
    evidence = tuple((TEXT.index(quote), TEXT.index(quote) + len(quote)) for quote in quotes)
    return Said(
        0, predicate, 1, chance, "prohibits", 0.9, "asserted", {"asserted": 1.0}, None, (), None, None, None,
        evidence, 0, 1, chance,
    )  # fmt: skip


def _annotation(monkeypatch: pytest.MonkeyPatch, *said: Said) -> Annotation:
    """What becomes of these readings of two mentions in the text."""
    words = encode(TEXT, load_model().tokenizer, lambda text: ()).words
    mentions = []
    for kind, surface in (("Rule", "Harbour Rule"), ("Firm", "Velmont Chips")):
        start, end = TEXT.index(surface), TEXT.index(surface) + len(surface)
        inside = [i for i, (a, b) in enumerate(words) if start <= a and b <= end]
        mentions.append(Found(inside[0], inside[-1], kind, start, end, surface))

    def read(*_: Any, **__: Any) -> Read:
        return Read(mentions, [m.surface for m in mentions], [0, 1], list(said))

    monkeypatch.setattr(reader, "read", read)
    return load_annotator().annotate(_document())


def _reasons(annotation: Annotation) -> list[str]:
    return [issue.reason for issue in annotation.issues if issue.code.endswith("readings_refused")]


@pytest.mark.parametrize(
    ("chances", "count", "scored"),
    [
        ((BELOW,), "1 reading has", "the score of a fact: 0 of 1"),
        ((ABOVE,), "1 reading has", "the score of a fact: 1 of 1"),
        ((BELOW, ABOVE, BELOW), "3 readings have", "the score of a fact: 1 of 3"),
    ],
)
def test_all_readings_without_a_quote_are_counted_in_one_issue(
    monkeypatch: pytest.MonkeyPatch, chances: tuple[float, ...], count: str, scored: str
) -> None:
    assert BELOW < load_line().score < ABOVE
    found = _annotation(monkeypatch, *(_said(chance, FAR) for chance in chances))
    assert not [s for s in found.statements if s.score is not None]
    (reason,) = _reasons(found)
    assert count in reason
    assert scored in reason


def test_every_reading_is_a_statement_or_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    said = (_said(BELOW, NEAR), _said(ABOVE, FAR, "enforced_against"), _said(BELOW, FAR, "lifts"))
    found = _annotation(monkeypatch, *said)
    (kept,) = [s for s in found.statements if s.score is not None]
    assert (kept.predicate, kept.standing) == ("applies_to", "candidate")
    assert [TEXT[s.start : s.end] for s in kept.evidence] == ["The Harbour Rule", "Velmont Chips"]
    (reason,) = _reasons(found)
    assert "2 readings have" in reason


def test_readings_that_are_doubted_anyway_have_a_code_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for chances, code in (((BELOW, BELOW), "doubted_readings_refused"), ((BELOW, ABOVE), "readings_refused")):
        found = _annotation(monkeypatch, *(_said(chance, FAR) for chance in chances))
        assert [issue.code for issue in found.issues] == [code]


def test_there_is_no_issue_where_all_have_a_quote(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not _reasons(_annotation(monkeypatch, _said(BELOW, NEAR), _said(ABOVE, NEAR, "enforced_against")))


def test_where_the_evidence_is_too_far_apart_a_part_that_names_both_ends_is_quoted_and_doubted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader.ReaderAnnotator, "told", lambda *_: (ABOVE, ABOVE))
    found = _annotation(monkeypatch, _said(ABOVE, ("The ministry spoke", "The Harbour Rule came up", "Nobody")))
    (kept,) = [s for s in found.statements if s.score is not None]
    assert kept.standing == "candidate"
    assert [TEXT[s.start : s.end] for s in kept.evidence] == ["The Harbour Rule came up", "Velmont Chips"]
    assert not _reasons(found)
