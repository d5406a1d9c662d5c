"""Frames: a row for each provision or claim, with the words and ids behind it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.unit.serve.exposure_samples import crowded, exposure

import policygraph
from policygraph.serve.frames import CLAIM_COLUMNS, EXPOSURE_COLUMNS, claims_frame, exposure_frame


def test_exposure_frame_has_a_row_for_each_entry() -> None:
    frame = exposure_frame(crowded())
    assert list(frame.columns) == list(EXPOSURE_COLUMNS)
    assert len(frame) == 12
    first = frame.iloc[0]
    assert first["standing"] == "in_force"
    assert first["path"].splitlines()[1:] == ["Acme Works operates Acme plant", "Acme plant located_in Harbour Zone"]
    assert "Other Works supplies Acme Works (possible) (says anonymous:1)" in frame.iloc[3]["path"]
    assert "Acme Works;lenses" not in "".join(frame["quotes"]), "a row of reference data is no quote"


def test_empty_answers_have_columns() -> None:
    assert list(exposure_frame(exposure()).columns) == list(EXPOSURE_COLUMNS)
    assert list(claims_frame([]).columns) == list(CLAIM_COLUMNS)


def test_claims_frame_says_where_a_claim_stands() -> None:
    claim = {
        "statement": "statement:1",
        "subject": "Acme Works",
        "predicate": "operates",
        "object": "Acme plant",
        "attribution": ["Reuters", "anonymous:2"],
        "quotes": ["runs a plant", "at the harbour"],
        "subject_named": {"how": "description", "words": "the maker", "offsets": [4, 13]},
        "object_named": {"how": "name", "words": "Acme plant", "offsets": [20, 30]},
        "document": {"title": "News", "url": "https://news.example/1", "publisher": "News"},
    }
    row = claims_frame([claim]).iloc[0]
    assert (row["publisher"], row["attribution"]) == ("News", "Reuters, anonymous:2")
    assert row["quotes"] == "runs a plant\nat the harbour"
    assert row["named"] == "“the maker” (= Acme Works)"


def test_importing_the_package_loads_no_engine() -> None:
    script = "import sys, policygraph; print({'neo4j', 'pandas', 'matplotlib', 'spacy'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"


def test_the_package_offers_open_graph_and_nothing_else() -> None:
    from policygraph.graph.connection import open_graph

    assert policygraph.open_graph is open_graph
    with pytest.raises(AttributeError, match="close_graph"):
        policygraph.close_graph  # noqa: B018
