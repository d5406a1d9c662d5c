"""Pack a trained reader's parameters into files of at most 15 MB each, in half precision: ``python -m training.pack
READER.pt FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

LIMIT = 15_000_000


def pack(source: Path, folder: Path) -> int:
    """Write ``reader-0.npz``, …; the frozen word embeddings are left out. Returns the number of files."""
    state = torch.load(source, map_location="cpu", weights_only=True)
    pieces: list[dict[str, np.ndarray[Any, Any]]] = [{}]
    size = 0
    for name, value in state.items():
        if name == "encoder.word.weight":
            continue
        array = value.numpy().astype(np.float16)
        if size + array.nbytes > LIMIT and pieces[-1]:
            pieces.append({})
            size = 0
        pieces[-1][name] = array
        size += array.nbytes
    for number, piece in enumerate(pieces):
        np.savez(folder / f"reader-{number}.npz", **piece)
    return len(pieces)


def unpack(folder: Path) -> dict[str, torch.Tensor]:
    """Parameters of the packed files, in single precision."""
    found = {}
    for path in sorted(folder.glob("reader-*.npz")):
        for name, array in np.load(path).items():
            found[name] = torch.from_numpy(array.astype(np.float32))
    return found


def load_weights(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    """Encoder weights; a matrix may be stored as int8 rows (``NAME.q``) with a scale each (``NAME.s``)."""
    weights = dict(np.load(path))
    for name in [key[:-2] for key in weights if key.endswith(".q")]:
        weights[name] = weights.pop(f"{name}.q").astype(np.float32) * weights.pop(f"{name}.s")
    return weights


if __name__ == "__main__":
    print(pack(Path(sys.argv[1]), Path(sys.argv[2])), "files")
