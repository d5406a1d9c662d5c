"""Write the tuning set: documents in the resolved form of the gold, one frame each.

python -m training.polarity_tuning --cases 5400 --seed 3 --out FILE.jsonl [--exclude FILE.jsonl ...]

Guards and thresholds are chosen on these; the reader is never trained on them, and the polarity test
(``benchmarks/polarity``) stays for the last word. The frames use other words and sentence plans than those of training,
the made-up names are others, and those of the reference data come from the half that training does not use.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from training.grammar.generate import composer, write_checked

HERE = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    """Write the cases; exit code 1 where one fails a check."""
    parser = argparse.ArgumentParser(prog="python -m training.polarity_tuning", description="Cases to tune on.")
    parser.add_argument("--cases", type=int, default=5400)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--exclude", type=Path, nargs="*", default=[], help="files whose names are not used either")
    options = parser.parse_args(arguments)
    made = composer(HERE / "frames", HERE / "pools.yml", options.exclude, 1, options.seed)
    wrong = write_checked(made.cases(options.cases, f"tuning-{options.seed}"), options.out)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
