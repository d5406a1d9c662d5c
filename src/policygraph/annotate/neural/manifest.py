"""The files of the trained reader and their version, known without loading them."""

from __future__ import annotations

import json
from importlib import resources
from importlib.resources.abc import Traversable

from policygraph.model.identity import digest

MANIFEST, CALIBRATION = "manifest.json", "calibration.json"


class ModelError(RuntimeError):
    """The files of the trained reader are missing or not those that the manifest names."""


def weights_folder() -> Traversable:
    """The folder of the reader that comes with the package. Raises ModelError where it is not there."""
    folder = resources.files("policygraph") / "annotate" / "neural" / "weights"
    if not (folder / MANIFEST).is_file():
        raise ModelError("this package comes without the trained reader's weights")
    return folder


def version_of(folder: Traversable) -> str:
    """The version of the reader in a folder: a digest of the manifest, which holds the digests of the files, and of
    the calibration where there is one."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    fitted = folder / CALIBRATION
    named = [json.dumps(manifest, sort_keys=True).encode(), fitted.read_bytes() if fitted.is_file() else b""]
    return digest(b"".join(named))[:12]
