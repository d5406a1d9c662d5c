"""A reading of which only the effect is in doubt: a fact of unknown effect, and beside it a candidate that tells it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.reader.test_reader_parts import _said as said_of
from tests.unit.reader.test_refused_readings import ABOVE, NEAR, _annotation, _said

from policygraph.annotate.line import load_line
from policygraph.annotate.neural.telling import Telling
from policygraph.annotate.reader import ReaderAnnotator
from policygraph.model.ontology import UNKNOWN_EFFECT, load_ontology

SURE, UNSURE = 0.999, 0.5


def _told(monkeypatch: pytest.MonkeyPatch, with_effect: float, without: float) -> list[tuple[str, str]]:
    """Effect and standing of what becomes of one reading, whose telling has these probabilities."""
    monkeypatch.setattr(ReaderAnnotator, "told", lambda *_: (with_effect, without))
    annotation = _annotation(monkeypatch, _said(ABOVE, NEAR))
    return [(s.effect, s.standing) for s in annotation.statements if s.predicate == "applies_to"]


def test_where_the_effect_alone_is_in_doubt_the_fact_leaves_it_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _told(monkeypatch, UNSURE, SURE) == [("prohibits", "candidate"), (UNKNOWN_EFFECT, "fact")]


def test_where_more_is_in_doubt_there_is_no_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _told(monkeypatch, UNSURE, UNSURE) == [("prohibits", "candidate")]


def test_where_no_word_tells_the_effect_it_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _told(monkeypatch, SURE, SURE) == [("prohibits", "candidate"), (UNKNOWN_EFFECT, "fact")]


@pytest.mark.parametrize(
    ("doubt", "changes", "stands"),
    [
        ("telling score", {}, True),
        ("no cue of its effect", {}, True),
        ("score", {}, False),
        ("contradiction", {}, False),
        ("hearsay of nobody", {}, False),
        ("", {}, False),
        ("telling score", {"effect": "none"}, False),
        ("telling score", {"effect": "exempts", "predicate": "lifts"}, False),
        ("telling score", {"modality": "denied"}, False),
        ("telling score", {"modality": "planned"}, True),
    ],
)
def test_only_a_doubt_of_the_telling_leaves_the_effect_unknown(
    doubt: str, changes: dict[str, Any], stands: bool
) -> None:
    said = said_of(**changes)
    telling = Telling(said, said.effect, "The order prohibits Arda", "The order prohibits Arda.")
    assert load_line().stands_without_effect(telling, doubt, SURE) == stands
    assert not load_line().stands_without_effect(telling, doubt, UNSURE)


def test_no_document_tells_an_unknown_effect() -> None:
    ontology = load_ontology()
    assert UNKNOWN_EFFECT in ontology.effects
    assert set(ontology.effects) - set(ontology.told_effects) == {UNKNOWN_EFFECT}
    assert ontology.side(UNKNOWN_EFFECT) is None
