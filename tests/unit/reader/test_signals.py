"""Signals of proposed statements, and the calibration over them."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from policygraph.annotate.exchange import document_of_row
from policygraph.annotate.neural.model import Model, ModelError, load_model
from policygraph.annotate.neural.reading import Limits, Read, read
from policygraph.annotate.neural.signals import SIGNALS, Calibration, calibration_of, logit
from policygraph.annotate.neural.tokens import encode
from policygraph.annotate.neural.wording import Wording
from policygraph.annotate.page import Page
from policygraph.model.records import Span

TEXT = (
    "The Ministry of Commerce banned exports of gallium to the United States on Tuesday. "
    "The ban does not apply to Arda Motors Inc., which has a plant in Shanghai."
)


def _column(name: str) -> int:
    return SIGNALS.index(name)


def test_each_statement_has_all_signals() -> None:
    model = load_model()
    encoded = encode(TEXT, model.tokenizer, lambda text: ())
    found = read(encoded, model.hidden(encoded), model.heads, Limits(pair=0.05))
    assert found.said
    for said in found.said:
        assert said.signals is not None
        assert said.signals.shape == (len(SIGNALS),)
        assert np.isfinite(said.signals).all()
        assert said.signals[_column("pair")] == pytest.approx(float(logit(np.float32(said.score))), abs=1e-4)
        assert said.signals[_column(said.predicate)] == 1


def test_mentions_know_how_sure_they_are() -> None:
    model = load_model()
    encoded = encode(TEXT, model.tokenizer, lambda text: ())
    found = read(encoded, model.hidden(encoded), model.heads, Limits())
    assert found.mentions
    assert all(0 < mention.score <= 1 for mention in found.mentions)
    assert len({mention.score for mention in found.mentions}) > 1


def test_only_rules_have_a_lifecycle_and_one_each() -> None:
    model = load_model()
    encoded = encode(TEXT, model.tokenizer, lambda text: ())
    found = read(encoded, model.hidden(encoded), model.heads, Limits(pair=0.01))
    kinds = dict(zip(found.entity_of, (mention.type for mention in found.mentions), strict=True))
    of_rules = {(said.subject, said.lifecycle) for said in found.said if kinds[said.subject] == "Rule"}
    others = [said.lifecycle for said in found.said if kinds[said.subject] != "Rule"]
    assert of_rules
    assert len(dict(of_rules)) == len(of_rules)
    assert others
    assert not any(others)


def test_a_calibration_changes_the_chance_but_not_what_is_proposed() -> None:
    model = load_model()
    encoded = encode(TEXT, model.tokenizer, lambda text: ())
    zeros = np.zeros(len(SIGNALS), np.float32)
    doubtful = Calibration(zeros, zeros + 1, zeros, -2.0)
    plain = read(encoded, model.hidden(encoded), model.heads, Limits())
    found = read(encoded, model.hidden(encoded), model.heads, Limits(), calibration=doubtful)
    triples = [(s.subject, s.predicate, s.object, s.score) for s in plain.said]
    assert [(s.subject, s.predicate, s.object, s.score) for s in found.said] == triples
    assert {round(s.chance, 4) for s in found.said} == {0.1192}


def test_a_calibration_for_other_signals_is_refused() -> None:
    with pytest.raises(ValueError, match="fitted for other signals"):
        calibration_of({"signals": ["pair"], "mean": [0], "deviation": [1], "weight": [1], "bias": 0})


@pytest.mark.parametrize("changed", ["heads.npz", "tokenizer.json", "wording.npz", "bearing.npz"])
def test_a_file_that_is_not_the_manifests_is_refused(tmp_path: Path, changed: str) -> None:
    shipped = resources.files("policygraph") / "annotate" / "neural" / "weights"
    for name in ("manifest.json", "encoder.onnx", "heads.npz", "tokenizer.json", "wording.npz", "bearing.npz"):
        content = (shipped / name).read_bytes()
        (tmp_path / name).write_bytes(content + b" " if name == changed else content)
    with pytest.raises(ModelError, match=changed):
        Model(tmp_path)


@pytest.mark.parametrize("name", ["wording.npz", "bearing.npz"])
def test_a_calibration_that_counts_on_the_words_is_refused_without_them(tmp_path: Path, name: str) -> None:
    shipped = resources.files("policygraph") / "annotate" / "neural" / "weights"
    manifest = json.loads((shipped / "manifest.json").read_text(encoding="utf-8"))
    del manifest[name]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for file in (*manifest, "calibration.json"):
        (tmp_path / file).write_bytes((shipped / file).read_bytes())
    with pytest.raises(ModelError, match=name):
        Model(tmp_path)


def test_words_fitted_for_other_features_are_refused() -> None:
    arrays = {"weight": np.zeros((1, 8), np.int8), "scale": np.ones(1), "bias": np.zeros(1)}
    with pytest.raises(ValueError, match="fitted for other features"):
        Wording(arrays)


def test_a_sentence_without_an_end_is_looked_at_near_the_quote_only() -> None:
    text = "word " * 2000 + "Arda bought Zed " + "word " * 2000
    encoded = encode(text, load_model().tokenizer, lambda text: ())
    row = {"id": "d", "kind": "news", "date": "2025-01-01", "title": "", "text": text}
    page = Page(document_of_row(row), encoded, Read([], [], [], []), [])
    assert page.sentences([Span(10_000, 10_015)]) == [(9_000, 11_014)]
    short = page.sentences([Span(0, 4), Span(100, 104)])
    assert short == [(0, 1_103)]
