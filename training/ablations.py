"""What each part of stage one gains: ``python -m training.ablations --minutes 4.6``.

Trains the reader once with everything and once without each part, all side by side on a graphics card, one after the
other on processors, and prints a table of F1. Nothing is chosen by it.
"""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.quality.sets import all_sets, written

from training.__main__ import COMMON, FIRST
from training.feed import Feed
from training.material import GRAMMAR, ROOT, gather, write
from training.scores import Scores, scores_of
from training.together import TrainingError, device, train_together

VARIANTS: Mapping[str, tuple[str, ...]] = {
    "all parts, seed 1": (),
    "all parts, seed 2, mentions weigh twice": ("--seed", "2", "--tags", "2"),
    "no grammar": ("--grammar-share", "0"),
    "no swapped names": ("--swaps", "0"),
    "no mistaken mentions": ("--noise", "0"),
    "250 documents": ("--documents", "250"),
}


def main() -> None:
    """Read the command line, train, score, print."""
    parser = argparse.ArgumentParser(prog="python -m training.ablations", description=__doc__)
    parser.add_argument("--work", type=Path, default=ROOT / ".train")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--minutes", type=float, default=60, help="time for each variant")
    parser.add_argument("--only", nargs="+", choices=list(VARIANTS), default=list(VARIANTS), metavar="VARIANT")
    parser.add_argument("--gold", type=int, help="take only so many gold documents, to try the command")
    parser.add_argument("--grammar", type=int, default=GRAMMAR, help="documents of the grammar")
    options = parser.parse_args()
    where = device()
    material = gather(options.work, options.shared, gold=options.gold, grammar=options.grammar)
    folder = options.work / "ablations"
    feed = functools.cache(lambda: Feed(material.options(folder / "feed", *COMMON)))
    folders = {name: folder / name.replace(",", "").replace(" ", "-") for name in options.only}
    minutes = ("--minutes", str(options.minutes), "--workers", "2" if where == "cuda" else "1")
    runs = [material.options(folders[name], *FIRST[where], *minutes, *VARIANTS[name]) for name in options.only]
    at_once = len(runs) if where == "cuda" else 1
    train_together(feed, runs, at_once)
    gold = [material.held, *_sets(options.shared, folder)]
    print(table(scores_of(folders, gold, material, at_once)))


def _sets(shared: Path, folder: Path) -> list[Path]:
    """Files of the sets that quality is measured on; without ``shared`` the one whose texts are all here."""
    paths = []
    for name, rows in (all_sets(shared) if shared.is_dir() else {"written-1": written()}).items():
        paths.append(folder / f"{name}.jsonl")
        write(paths[-1], rows)
    return paths


def table(scores: Mapping[str, Scores]) -> str:
    """The scores as a table in Markdown: mentions and statements for each set."""
    sets = list(next(iter(scores.values())))
    head = ["trained with", *(f"{name}: mentions / statements" for name in sets)]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for variant, by_set in scores.items():
        cells = [f"{by_set[name]['mentions']:.3f} / {by_set[name]['statements']:.3f}" for name in sets]
        lines.append(f"| {' | '.join([variant, *cells])} |")
    return "\n".join(lines)


if __name__ == "__main__":
    try:
        main()
    except TrainingError as error:
        sys.exit(str(error))
