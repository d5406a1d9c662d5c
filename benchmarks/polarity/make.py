"""Make ``cases.jsonl`` from the frames of this folder; names are those that neither gold nor training documents use.
What the sentences say is made up, whatever firm they name.

python -m benchmarks.polarity.make [--cases 2100] [--seed 20261127] [--exclude FILE.jsonl ...]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from training.grammar.generate import composer, write_checked

HERE = Path(__file__).resolve().parent
CASES = HERE / "cases.jsonl"


def main(arguments: list[str]) -> int:
    """Write the cases; exit code 1 where one fails a check."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.polarity.make", description="Cases of the polarity test."
    )
    parser.add_argument("--cases", type=int, default=2100)
    parser.add_argument("--seed", type=int, default=20261127)
    parser.add_argument("--exclude", type=Path, nargs="*", default=[], help="files whose names are not used either")
    options = parser.parse_args(arguments)
    made = composer(HERE / "frames", HERE / "pools.yml", options.exclude, 1, options.seed)
    wrong = write_checked(made.cases(options.cases, "polarity"), CASES)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
