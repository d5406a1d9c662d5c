"""Export a trained reader for running without torch: ``python -m training.export --packed FOLDER --weights NPZ --to
FOLDER``.

Writes ``encoder.onnx`` (int8, dynamic quantisation), ``heads.npz`` (half precision) and ``manifest.json`` (digests).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from training.network import Encoder, Reader
from training.pack import load_weights, unpack

OPSET = 17


class Exported(nn.Module):
    """The encoder with attention written out, which quantises better than a fused operator."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: Tensor, shapes: Tensor, gazetteer: Tensor, mask: Tensor) -> Tensor:
        """Hidden states (batch, length, width)."""
        e = self.encoder
        positions = e.position(torch.arange(ids.shape[1]))
        x = e.norm(e.word(ids) + positions + e.shape(shapes) + e.gazetteer(gazetteer))
        added = ((1.0 - mask) * -1e4)[:, None, None, :]
        for layer in e.layers:
            batch, length, width = x.shape
            size = width // layer.heads

            def split(y: Tensor, heads: int = layer.heads, size: int = size) -> Tensor:
                return y.view(y.shape[0], y.shape[1], heads, size).transpose(1, 2)

            scores = split(layer.query(x)) @ split(layer.key(x)).transpose(2, 3) / size**0.5 + added
            found = (scores.softmax(-1) @ split(layer.value(x))).transpose(1, 2).reshape(batch, length, width)
            x = layer.norm1(x + layer.out(found))
            x = layer.norm2(x + layer.down(nn.functional.gelu(layer.up(x))))
        return x


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packed", required=True, type=Path)
    parser.add_argument("--weights", required=True, type=Path)
    parser.add_argument("--tokenizer", required=True, type=Path)
    parser.add_argument("--to", required=True, type=Path)
    options = parser.parse_args()
    reader = Reader(load_weights(options.weights)).eval()
    missing, unexpected = reader.load_state_dict(unpack(options.packed), strict=False)
    if set(missing) != {"encoder.word.weight"} or unexpected:
        raise SystemExit(f"the packed weights do not fit: missing {missing}, unexpected {unexpected}")
    options.to.mkdir(parents=True, exist_ok=True)
    export_encoder(reader, options.to / "encoder.onnx")
    heads = {k: v.numpy().astype(np.float16) for k, v in reader.state_dict().items() if not k.startswith("encoder.")}
    np.savez_compressed(options.to / "heads.npz", **heads)
    shutil.copyfile(options.tokenizer, options.to / "tokenizer.json")
    digests = {
        name: hashlib.sha256((options.to / name).read_bytes()).hexdigest()
        for name in ("encoder.onnx", "heads.npz", "tokenizer.json")
    }
    (options.to / "manifest.json").write_text(json.dumps(digests, indent=1) + "\n")
    for name in digests:
        print(name, round((options.to / name).stat().st_size / 1e6, 1), "MB")


def export_encoder(reader: Reader, target: Path) -> None:
    """Export the encoder with dynamic batch and length, in int8."""
    example = (*(torch.ones(2, 12, dtype=torch.long) for _ in range(3)), torch.ones(2, 12))
    names = ["ids", "shapes", "gazetteer", "mask"]
    axes = {name: {0: "batch", 1: "length"} for name in [*names, "hidden"]}
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        plain = Path(folder) / "encoder.onnx"
        torch.onnx.export(
            Exported(reader.encoder), example, str(plain), input_names=names, output_names=["hidden"],
            dynamic_axes=axes, opset_version=OPSET, dynamo=False,
        )  # fmt: skip
        # Seven bits: without VNNI eight-bit products saturate, and processors would disagree on what they read.
        quantize_dynamic(str(plain), str(target), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


if __name__ == "__main__":
    main()
