"""The trained reader that ships with the package: tokenizer, encoder (ONNX, int8) and heads, on one thread."""

from __future__ import annotations

import io
import json
from functools import cache
from importlib.resources.abc import Traversable

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from policygraph.annotate.neural.bearing import BEARING, Bearing
from policygraph.annotate.neural.manifest import CALIBRATION, MANIFEST, ModelError, version_of, weights_folder
from policygraph.annotate.neural.network import Heads
from policygraph.annotate.neural.reading import Limits
from policygraph.annotate.neural.signals import calibration_of
from policygraph.annotate.neural.telling import TELLING_SIGNALS
from policygraph.annotate.neural.tokens import SHAPES, Encoded, owners, windows
from policygraph.annotate.neural.wording import WORDING, Wording
from policygraph.model.identity import digest

__all__ = ["Model", "ModelError", "load_model"]

FIRST_MARK, LAST_MARK = 101, 102  # [CLS] and [SEP] of the vocabulary
BATCH = 4  # windows at once


def _arrays(content: bytes) -> dict[str, NDArray[np.generic]]:
    return dict(np.load(io.BytesIO(content)))


class Model:
    """Encoder and heads of one trained reader."""

    def __init__(self, folder: Traversable, calibrated: bool = True) -> None:
        """Load from a folder with ``encoder.onnx``, ``heads.npz``, ``tokenizer.json``, ``manifest.json`` and, once they
        are fitted, ``wording.npz``, ``bearing.npz`` and ``calibration.json``; the last is passed over where
        ``calibrated`` is false, as of a reader of former days."""
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        content = {name: (folder / name).read_bytes() for name in manifest}
        for name, found in content.items():
            if digest(found) != manifest[name]:
                raise ModelError(f"{name} is not the file that the manifest names")
        fitted = folder / CALIBRATION
        settings = json.loads(fitted.read_text(encoding="utf-8")) if calibrated and fitted.is_file() else None
        self.calibration = calibration_of(settings) if settings else None
        self.telling, self.telling_without_effect = (
            calibration_of(settings[name], TELLING_SIGNALS) if settings and name in settings else None
            for name in ("telling", "telling_without_effect")
        )
        self.limits = Limits(**settings["limits"]) if settings else Limits()
        self.version = version_of(folder)
        self.tokenizer = Tokenizer.from_str(content["tokenizer.json"].decode("utf-8"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        providers = ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(content["encoder.onnx"], options, providers=providers)
        self.heads = Heads(dict(np.load(io.BytesIO(content["heads.npz"]))))
        if self.telling is not None and WORDING not in content:
            raise ModelError(f"{CALIBRATION} was fitted with {WORDING}, which the manifest does not name")
        if settings and settings.get("bearing") != manifest.get(BEARING):
            raise ModelError(f"{CALIBRATION} was not fitted with this {BEARING}: run python -m training.calibrate")
        self.wording = Wording(_arrays(content[WORDING])) if WORDING in content else None
        self.bearing = Bearing(_arrays(content[BEARING])) if BEARING in content else None

    def hidden(self, encoded: Encoded) -> NDArray[np.float32]:
        """Hidden states (sub-tokens, width) of a text; a long one is read in overlapping windows."""
        length = len(encoded.ids)
        spans, kept = windows(length), owners(length)
        found = np.empty((length, self.heads.width), np.float32)  # filled in place: pieces kept would double the memory
        for first in range(0, len(spans), BATCH):
            pieces = self._run(encoded, spans[first : first + BATCH])
            for (start, _), (_, begin, end), piece in zip(spans[first:], kept[first:], pieces, strict=False):
                found[begin:end] = piece[begin - start + 1 : end - start + 1]
        return found

    def _run(self, encoded: Encoded, spans: list[tuple[int, int]]) -> NDArray[np.float32]:
        longest = max(end - start for start, end in spans) + 2
        ids = np.zeros((len(spans), longest), np.int64)
        shapes = np.full((len(spans), longest), SHAPES - 1, np.int64)
        known = np.zeros((len(spans), longest), np.int64)
        mask = np.zeros((len(spans), longest), np.float32)
        for row, (start, end) in enumerate(spans):
            size = end - start
            ids[row, 0], ids[row, size + 1] = FIRST_MARK, LAST_MARK
            ids[row, 1 : size + 1] = encoded.ids[start:end]
            shapes[row, 1 : size + 1] = encoded.shapes[start:end]
            known[row, 1 : size + 1] = encoded.gazetteer[start:end]
            mask[row, : size + 2] = 1
        inputs = {"ids": ids, "shapes": shapes, "gazetteer": known, "mask": mask}
        found: NDArray[np.float32] = self._session.run(["hidden"], inputs)[0]
        return found


@cache
def load_model() -> Model:
    """The reader that comes with the package. Raises ModelError."""
    return Model(weights_folder())
