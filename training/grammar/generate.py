"""Write documents made from frames, in the resolved form of the gold.

python -m training.grammar.generate --documents 1500 --cases 2500 --former 2100 --seed 1 --out FILE.jsonl
    [--exclude FILE.jsonl ...]

A document is put together from several frames, a case is one frame of those in which a word or two turn the sense
(``frames/contrast_*.yml``). ``former`` holds the frames of the first polarity test: once settings had been tried on it,
it was no test any more, and now it is learned.

Names that occur in the gold texts, or in those of ``--exclude``, are not used, but for those of countries. The same
seed, frames, reference data and texts give the same documents. What they say is made up, whatever firm they name.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from policygraph.reference import load_reference
from training.grammar.compose import Composer
from training.grammar.frames import read_frames
from training.grammar.names import pools
from training.grammar.validate import problems

HERE = Path(__file__).resolve().parent
GOLD = HERE.parent.parent / "benchmarks" / "gold"


def composer(
    frames: Path, made_up: Path, exclude: Iterable[Path], part: int, seed: int, files: str = "*.yml"
) -> Composer:
    """A composer of a folder's frames, with names of one half (0 or 1) of the reference data."""
    rows = yaml.safe_load(made_up.read_text(encoding="utf-8"))
    found = pools(load_reference(), rows, texts((*sorted(GOLD.rglob("*.jsonl")), *exclude)), part)
    sources = yaml.safe_load((frames.parent / "sources.yml").read_text(encoding="utf-8"))
    return Composer(read_frames(frames, files), found, sources, seed)


def texts(paths: Iterable[Path]) -> Iterator[str]:
    """Titles and texts of rows in files of JSON lines; a row without one has none."""
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield f"{row.get('title') or ''}\n{row.get('text') or ''}"


def write_checked(rows: Iterable[dict[str, Any]], path: Path) -> list[str]:
    """Write rows as JSON lines; returns what is wrong with them, as sentences."""
    wrong: list[str] = []
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            wrong += [f"{row['id']}: {sentence}" for sentence in problems(row)]
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return wrong


def main(arguments: list[str]) -> int:
    """Write the documents; exit code 1 where one fails a check."""
    parser = argparse.ArgumentParser(prog="python -m training.grammar.generate", description="Documents from frames.")
    parser.add_argument("--documents", type=int, default=1500)
    parser.add_argument("--cases", type=int, default=0, help="documents of one contrasting frame each")
    parser.add_argument("--former", type=int, default=0, help="documents of one frame each of the former polarity test")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--exclude", type=Path, nargs="*", default=[], help="files whose names are not used either")
    options = parser.parse_args(arguments)
    seed, former = options.seed, HERE / "former"
    made = composer(HERE / "frames", HERE / "pools.yml", options.exclude, 0, seed)
    contrasts = composer(HERE / "frames", HERE / "pools.yml", options.exclude, 0, seed, "contrast_*.yml")
    formers = composer(former / "frames", former / "pools.yml", options.exclude, 0, seed)
    rows = itertools.chain(
        made.documents(options.documents, f"grammar-{seed}"), contrasts.cases(options.cases, f"contrast-{seed}"),
        formers.cases(options.former, f"former-{seed}"),
    )  # fmt: skip
    wrong = write_checked(rows, options.out)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
