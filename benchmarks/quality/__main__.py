"""Score the annotator on the development part of the gold set, print the table and hold it against the floor.

    python -m benchmarks.quality [--training] [--raise-floor | --lower-floor] [--json]

``--training`` scores the training part instead, without a floor. ``--raise-floor`` pins numbers that are nowhere worse;
``--lower-floor`` pins whatever is reached. Exit code 1: below the floor.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.quality.floor import FloorError, failures, pinned, read_floor, write_floor
from benchmarks.quality.measure import DEVELOPMENT, TRAINING, digest, measure
from policygraph.annotate.pipeline import load_annotator


def main(arguments: list[str]) -> int:
    """Run the measurement; returns the exit code."""
    options = _options(arguments)
    paths = TRAINING if options.training else DEVELOPMENT
    annotator = load_annotator()
    result = measure(annotator, paths)
    if options.json:
        print(json.dumps(result, indent=1))
    else:
        _show(result, f"{annotator.extractor} {annotator.version} on {', '.join(p.name for p in paths)}")
    return 0 if options.training else _hold(pinned(result, digest(paths)), options)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description="Quality of the annotator.")
    parser.add_argument("--training", action="store_true", help="score the training part, without a floor")
    parser.add_argument("--json", action="store_true", help="print all numbers as JSON")
    floor = parser.add_mutually_exclusive_group()
    floor.add_argument("--raise-floor", action="store_true", help="pin the numbers if none is worse")
    floor.add_argument("--lower-floor", action="store_true", help="pin the numbers even if some are worse")
    return parser.parse_args(arguments)


def _hold(now: dict[str, Any], options: argparse.Namespace) -> int:
    """Hold the numbers against the floor, or pin them."""
    if options.lower_floor:
        write_floor(now)
        return 0
    try:
        found = failures(now, read_floor())
    except FloorError as error:
        found = [str(error)]
    for sentence in found:
        print(sentence, file=sys.stderr)
    if options.raise_floor and not found:
        write_floor(now)
    return 1 if found else 0


def _show(result: dict[str, Any], title: str) -> None:
    console = Console()
    groups = {
        title: {
            **{name: result[name] for name in ("mentions_exact", "mentions_partial", "statements")},
            "above the line": result["facts"]["statements"],
        },
        "Mentions by type, exact": result["mention_types"],
        "Statements by predicate": result["predicates"],
        "Attributes of matched statements that say something": result["telling_values"],
    }
    for heading, rows in groups.items():
        table = Table("", "P", "R", "F1", "hit", "found", "gold", title=heading, title_justify="left")
        for name, row in rows.items():
            shares = (f"{row[key]:.3f}" for key in ("p", "r", "f1"))
            table.add_row(name, *shares, *(str(row[key]) for key in ("hit", "predicted", "gold")))
        console.print(table)
    agreed = ", ".join(f"{name} {value:.3f}" for name, value in result["attributes"].items())
    console.print(f"Matched statements: {agreed}; overlap of quotes {result['evidence_overlap']:.3f}")
    for name, polarity in (("above the line", result["facts"]["polarity"]), ("all", result["polarity"])):
        console.print(f"Polarity, {name}: " + ", ".join(f"{kind} {count}" for kind, count in polarity.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
