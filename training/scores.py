"""Scores of several trained readers on gold files, each read in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from training.material import ROOT, Material, environment

Scores = dict[str, dict[str, float]]
"""F1 of mentions and of statements, by the name of the gold file."""


def scores_of(readers: Mapping[str, Path], gold: Sequence[Path], material: Material, at_once: int) -> dict[str, Scores]:
    """The scores of readers (folders with ``reader.pt``) by their names.

    Where one could not be scored, which it has said, this program ends too.
    """
    names, found = list(readers), {}
    for first in range(0, len(names), at_once):
        going = [(name, _start(readers[name], gold, material)) for name in names[first : first + at_once]]
        for name, process in going:
            if process.wait():
                sys.exit(f"{name} could not be scored")
            found[name] = json.loads((readers[name] / "scores.json").read_text())
    return found


def best_of(scores: Mapping[str, Scores], gold: str) -> str:
    """The reader whose F1 of mentions and F1 of statements on a gold file come to most."""
    return max(scores, key=lambda name: sum(scores[name][gold].values()))


def _start(folder: Path, gold: Sequence[Path], material: Material) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "training.evaluate", "--reader", str(folder / "reader.pt"), *material.encoder,
        "--gold", *map(str, gold), "--out", str(folder / "scores.json"),
    ]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, env=environment())
