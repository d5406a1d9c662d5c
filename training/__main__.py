"""``make train``: fetch the encoder, gather the gold, train, export, calibrate, and replace the reader unless the
new one scores below the floor.

Needs the extra ``train`` and, for the official documents of the gold, ``../shared``. Under three hours on two cores;
a run that was stopped goes on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from policygraph.annotate.neural.known import known_names
from policygraph.reference import load_reference
from training.encoder import fetch_encoder
from training.replacing import replace_if_no_worse

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "benchmarks" / "gold"
FIRST = ("--batch", "8", "--rate", "3e-4", "--epochs", "24", "--grammar-share", "0.35")
SECOND = (
    "--batch", "4", "--rate", "8e-5", "--head-rate", "3e-4", "--epochs", "24", "--frozen", "4",
    "--grammar-share", "0.35",
)  # fmt: skip


def main() -> None:
    """Run all steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=ROOT / ".train", help="folder of downloads, checkpoints and logs")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--minutes", type=float, default=165, help="time for training")
    parser.add_argument("--keep", action="store_true", help="leave the shipped reader as it is")
    options = parser.parse_args()
    work: Path = options.work
    weights, tokenizer = fetch_encoder(work / "encoder")
    names = work / "names.json"
    names.write_text(json.dumps(known_names(load_reference()), ensure_ascii=False))
    data = sorted(path for path in (GOLD / "train").glob("*.jsonl") if ".annotations." not in path.name)
    if options.shared.is_dir():
        _python("benchmarks.gold.rebuild", "--shared", str(options.shared), "--to", str(work / "gold"))
        data += sorted((work / "gold" / "train").glob("*.jsonl"))
    grammar = work / "grammar.jsonl"
    _python("training.grammar.generate", "--documents", "4200", "--seed", "1", "--out", str(grammar))
    held = Path(__file__).with_name("held.json")
    common = [
        "training.train", "--data", *map(str, data), "--weights", str(weights), "--tokenizer", str(tokenizer),
        "--names", str(names), "--grammar", str(grammar), "--held", str(held),
    ]  # fmt: skip
    half = str(options.minutes / 2)
    _python(*common, "--out", str(work / "first"), "--minutes", half, *FIRST)
    _python("training.pack", str(work / "first" / "reader.pt"), str(work / "first"))
    going = [
        _start(*common, "--out", str(work / f"run{n}"), "--start", str(work / "first"), "--seed", str(n), "--minutes",
               half, *SECOND)
        for n in (1, 2)
    ]  # fmt: skip
    ends = [process.wait() for process in going]
    if any(ends):
        sys.exit("a training did not end well")
    _python("training.average", str(work / "reader.pt"), *(str(work / f"run{n}" / "reader.pt") for n in (1, 2)))
    _python("training.pack", str(work / "reader.pt"), str(work))
    _python(
        "training.export", "--packed", str(work), "--weights", str(weights), "--tokenizer", str(tokenizer),
        "--to", str(work / "weights"),
    )  # fmt: skip
    kept = work / "held.jsonl"
    kept.write_text("".join(_held_lines(data, set(json.loads(held.read_text())))), encoding="utf-8")
    _python("training.calibrate", "--weights", str(work / "weights"), "--held", str(kept))
    if not options.keep:
        replace_if_no_worse(work / "weights")


def _held_lines(data: list[Path], held: set[str]) -> Iterator[str]:
    for path in data:
        with path.open(encoding="utf-8") as lines:
            yield from (line for line in lines if json.loads(line)["id"] in held)


def _python(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=True)


def _start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a training on one thread: two at once use two cores better than one on both."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment)


if __name__ == "__main__":
    main()
