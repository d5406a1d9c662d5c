"""What every training needs: the encoder, the gold with official texts put back in, known names, and the grammar."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.gold.documents import FOLDER, digest
from benchmarks.gold.gold import Row, read

from policygraph.annotate.neural.known import known_names
from policygraph.reference import load_reference
from training.encoder import fetch_encoder
from training.train import options_of

ROOT = Path(__file__).resolve().parent.parent
HELD = Path(__file__).with_name("held.json")
GRAMMAR = 5000
"""Documents of the grammar; there are half as many cases of former tests, and as many contrasts."""


@dataclass(frozen=True, slots=True)
class Material:
    """Files, and what stands in them."""

    data: Path
    """Gold documents of train, whole, one a line."""
    held: Path
    """Those of them that are held out of training."""
    weights: Path
    """The encoder that training starts from."""
    tokenizer: Path
    names: Path
    grammar: Path

    @property
    def encoder(self) -> list[str]:
        """Arguments that name the encoder, its tokenizer and the known names."""
        return ["--weights", str(self.weights), "--tokenizer", str(self.tokenizer), "--names", str(self.names)]

    def options(self, out: Path, *more: str) -> Namespace:
        """The options of a run that writes into ``out``."""
        files = ["--data", str(self.data), *self.encoder, "--grammar", str(self.grammar), "--held", str(HELD)]
        return options_of([*files, "--out", str(out), *more])


def gather(work: Path, shared: Path, *, gold: int | None = None, grammar: int = GRAMMAR) -> Material:
    """Fetch and write everything under ``work``; without ``shared`` the gold lacks its official documents.

    ``gold`` takes only so many of the gold documents, and of those held out as many as in proportion.
    """
    work.mkdir(parents=True, exist_ok=True)
    weights, tokenizer = fetch_encoder(work / "encoder")
    names, made, data, held = (work / name for name in ("names.json", "grammar.jsonl", "gold.jsonl", "held.jsonl"))
    names.write_text(json.dumps(known_names(load_reference()), ensure_ascii=False), encoding="utf-8")
    made_up = ("--documents", str(grammar), "--cases", str(grammar), "--former", str(grammar // 2))
    start("training.grammar.generate", *made_up, "--seed", "1", "--out", str(made))
    rows = gold_documents(work, shared)[:gold]
    out = set(json.loads(HELD.read_text(encoding="utf-8")))
    write(data, rows)
    write(held, [row for row in rows if row["id"] in out])
    return Material(data, held, weights, tokenizer, names, made)


def gold_documents(work: Path, shared: Path) -> list[Row]:
    """The documents of train, those on official texts where ``shared`` is there, by the digest of their texts."""
    paths = [path for path in sorted((FOLDER / "train").glob("*.jsonl")) if ".annotations." not in path.name]
    if shared.is_dir():
        start("benchmarks.gold.rebuild", "--shared", str(shared), "--to", str(work / "gold"))
        paths += sorted((work / "gold" / "train").glob("*.jsonl"))
    return sorted((row for path in paths for row in read(path)), key=lambda row: digest(row["text"]))


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write documents as JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def start(module: str, *arguments: str) -> None:
    """Run a module of the project to its end; where it fails, which it has said, this program ends too."""
    if subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=False, env=environment()).returncode:
        sys.exit(f"python -m {module} did not end well")


def environment() -> dict[str, str]:
    """The environment of a module that is run by another: one thread for each."""
    return {**os.environ, "OMP_NUM_THREADS": "1"}
