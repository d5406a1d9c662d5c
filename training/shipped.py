"""The shipped reader as one to go on from: ``python -m training.shipped --weights NPZ --out READER.pt``.

What ships has its matrices in seven bits and its embeddings in eight. They are read back as they are, but for those of
words, which are never trained: they are those of the encoder that training starts from.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import ModelProto, numpy_helper
from torch import Tensor

from training.network import Reader
from training.pack import load_weights
from training.replacing import SHIPPED
from training.teachers import FROZEN

Arrays = dict[str, NDArray[Any]]
QUANTISED = "_quantized"
BIAS = re.compile(r"encoder\.layers\.\d+\.\w+\.bias")


def parameters(folder: Path) -> dict[str, Tensor]:
    """The parameters of an exported reader, in single precision, but for the word embeddings.

    Raises ValueError where an encoder is not of the make that ``training.export`` writes.
    """
    model = onnx.load(str(folder / "encoder.onnx"))
    held = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    plain = (name for name in held if name.startswith("encoder.") and name.endswith((".weight", ".bias")))
    found = {name: held[name] for name in plain}
    found |= {name: _values(held, name) for name in _embeddings(held) if name != FROZEN}
    found |= dict(_matrices(model, held))
    with np.load(folder / "heads.npz") as heads:
        found |= dict(heads)
    return {name: torch.from_numpy(np.array(value, np.float32)) for name, value in found.items()}


def _embeddings(held: Arrays) -> Iterator[str]:
    for name in held:
        if name.startswith("encoder.") and name.endswith(QUANTISED):
            yield name.removesuffix(QUANTISED)


def _values(held: Arrays, name: str) -> NDArray[np.float32]:
    """The values of a quantised matrix; a product's has a scale for each column, an embedding's one for all."""
    scale, zero = held[f"{name}_scale"], held[f"{name}_zero_point"]
    values: NDArray[np.float32] = (held[name + QUANTISED].astype(np.float32) - zero.astype(np.float32)) * scale
    return values


def _matrices(model: ModelProto, held: Arrays) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The matrices of products by name: each product's result, scaled, is what a bias is added to."""
    made = {output: node for node in model.graph.node for output in node.output}
    for node in model.graph.node:
        bias = next((name for name in node.input if BIAS.fullmatch(name)), None)
        if node.op_type != "Add" or bias is None:
            continue
        above = made[next(name for name in node.input if name != bias)]
        while above.op_type != "MatMulInteger":
            if above.op_type not in ("Mul", "Cast"):
                raise ValueError(f"{bias} is added to a {above.op_type}, not to a product of whole numbers")
            above = made[above.input[0]]
        # The product is of inputs (tokens, in) and (in, out); torch keeps (out, in).
        yield bias.replace(".bias", ".weight"), _values(held, above.input[1].removesuffix(QUANTISED)).T


def reader_of(folder: Path, weights: Path) -> Reader:
    """An exported reader as one that can be trained; ``weights`` is the encoder that training starts from.

    Raises ValueError for a reader of another make, RuntimeError for one of another size.
    """
    reader = Reader(load_weights(weights))
    found = reader.load_state_dict(parameters(folder), strict=False)
    lacking = {*found.missing_keys, *found.unexpected_keys} - {FROZEN}
    if lacking:
        raise ValueError(f"{folder} holds a reader of another make: {', '.join(sorted(lacking))}")
    return reader


def main() -> None:
    """Read the command line and write the reader."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True, type=Path, help="the encoder that training starts from (.npz)")
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args()
    torch.save(reader_of(SHIPPED, options.weights).state_dict(), options.out)


if __name__ == "__main__":
    main()
