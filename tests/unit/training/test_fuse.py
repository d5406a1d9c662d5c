"""Fused attention gives what attention written out gives. Needs onnx: the extra ``train``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from training.fuse import fuse_attention  # noqa: E402

HEADS, SIZE = 2, 4


def _attention(path: Path, scaling: str = "Div") -> None:
    """One layer of attention over three inputs, as the export writes it."""
    make = helper.make_node
    nodes = []
    for name, order in (("q", (0, 2, 1, 3)), ("k", (0, 2, 3, 1)), ("v", (0, 2, 1, 3))):
        nodes += [make("Reshape", [name, "split"], [f"{name}_split"])]
        nodes += [make("Transpose", [f"{name}_split"], [f"{name}_heads"], perm=order)]
    nodes += [
        make("MatMul", ["q_heads", "k_heads"], ["scores"]),
        make(scaling, ["scores", "scale"], ["scaled"]),
        make("Add", ["scaled", "added"], ["masked"]),
        make("Softmax", ["masked"], ["weights"], axis=-1),
        make("MatMul", ["weights", "v_heads"], ["context"]),
        make("Transpose", ["context"], ["turned"], perm=(0, 2, 1, 3)),
        make("Reshape", ["turned", "joined"], ["hidden"]),
    ]
    constants = {
        "split": np.array([0, 0, HEADS, SIZE]), "joined": np.array([0, 0, HEADS * SIZE]),
        "scale": np.array(SIZE**0.5, np.float32), "added": np.zeros((1, 1, 1, 1), np.float32),
    }  # fmt: skip
    shape = [1, "length", HEADS * SIZE]
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in "qkv"]
    output = helper.make_tensor_value_info("hidden", TensorProto.FLOAT, shape)
    kept = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "attention", inputs, [output], kept)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))


def test_fused_attention_gives_what_it_gave(tmp_path: Path) -> None:
    plain, fused = tmp_path / "plain.onnx", tmp_path / "fused.onnx"
    _attention(plain)
    assert fuse_attention(plain, fused, HEADS) == 1
    assert [node.op_type for node in onnx.load(str(fused)).graph.node] == ["MultiHeadAttention"]
    chance = np.random.default_rng(3)
    inputs = {name: chance.standard_normal((1, 9, HEADS * SIZE)).astype(np.float32) for name in "qkv"}
    found = [
        onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, inputs)[0]
        for path in (plain, fused)
    ]
    assert np.abs(found[0] - found[1]).max() < 1e-5


def test_another_attention_is_left_alone(tmp_path: Path) -> None:
    plain = tmp_path / "plain.onnx"
    _attention(plain, scaling="Mul")
    with pytest.raises(ValueError, match="is Mul, not Div"):
        fuse_attention(plain, tmp_path / "fused.onnx", HEADS)
    assert not (tmp_path / "fused.onnx").exists()
