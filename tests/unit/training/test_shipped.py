"""The shipped reader as one to go on from reads as the shipped one. Needs torch and onnx: the extra ``train``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from onnx import numpy_helper  # noqa: E402
from training.evaluate import hidden_of  # noqa: E402
from training.replacing import SHIPPED  # noqa: E402
from training.shipped import parameters, reader_of  # noqa: E402

from policygraph.annotate.neural.known import Matcher, known_names  # noqa: E402
from policygraph.annotate.neural.model import load_model  # noqa: E402
from policygraph.annotate.neural.tokens import encode  # noqa: E402
from policygraph.reference import load_reference  # noqa: E402

TEXT = "The Commission may fine Tesla up to 4% of turnover unless Nvidia's licence is granted by 1 March 2027."
WIDTH, INNER, LAYERS = 384, 1536, 12


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder of the shipped one's make: its word embeddings, and zeros."""
    held = {item.name: item for item in onnx.load(str(SHIPPED / "encoder.onnx")).graph.initializer}
    words, scale, zero = (
        numpy_helper.to_array(held[f"encoder.word.weight_{name}"]).astype(np.float32)
        for name in ("quantized", "scale", "zero_point")
    )
    names = {
        "attention.self.query": (WIDTH, WIDTH), "attention.self.key": (WIDTH, WIDTH),
        "attention.self.value": (WIDTH, WIDTH), "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER),
        "attention.output.LayerNorm": (WIDTH,), "output.LayerNorm": (WIDTH,),
    }  # fmt: skip
    found = {
        "embeddings.word_embeddings.weight": (words - zero) * scale,
        "embeddings.position_embeddings.weight": np.zeros((512, WIDTH), np.float32),
        "embeddings.token_type_embeddings.weight": np.zeros((2, WIDTH), np.float32),
        "embeddings.LayerNorm.weight": np.zeros(WIDTH, np.float32),
        "embeddings.LayerNorm.bias": np.zeros(WIDTH, np.float32),
    }
    for layer in range(LAYERS):
        for name, size in names.items():
            found[f"encoder.layer.{layer}.{name}.weight"] = np.zeros(size, np.float32)
            found[f"encoder.layer.{layer}.{name}.bias"] = np.zeros(size[0], np.float32)
    path = tmp_path_factory.mktemp("encoder") / "encoder.npz"
    np.savez(path, **found)
    return path


def _least_likeness(first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]) -> float:
    likeness = (first * second).sum(1) / np.linalg.norm(first, axis=1) / np.linalg.norm(second, axis=1)
    return float(likeness.min())


def test_it_reads_as_the_shipped_one(encoder: Path) -> None:
    model = load_model()
    text = encode(TEXT, model.tokenizer, Matcher(known_names(load_reference())))
    assert text.gazetteer.any()
    shipped, reader = model.hidden(text), reader_of(SHIPPED, encoder).eval()
    whole = _least_likeness(shipped, hidden_of(reader, text))
    assert whole > 0.975  # what ships rounds what lies between layers to eight bits
    for part in ("position", "shape", "gazetteer"):
        wrong = reader_of(SHIPPED, encoder).eval()
        with torch.no_grad():
            getattr(wrong.encoder, part).weight.mul_(-1)
        assert _least_likeness(shipped, hidden_of(wrong, text)) < whole - 0.01, part


def test_a_reader_of_another_make_is_refused(encoder: Path, tmp_path: Path) -> None:
    shutil.copyfile(SHIPPED / "encoder.onnx", tmp_path / "encoder.onnx")
    np.savez(tmp_path / "heads.npz", **{"outer.weight": parameters(SHIPPED)["outer.weight"].numpy()})
    with pytest.raises(ValueError, match=r"another make.*bilinear"):
        reader_of(tmp_path, encoder)
