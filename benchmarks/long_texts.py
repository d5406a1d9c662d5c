"""Seconds and memory that texts of 10,000 to 1,000,000 characters take to be read.

    python -m benchmarks.long_texts [--sizes 10000,30000] [--seconds 900]

The texts are the training documents of the gold, one after the other and again from the first until they are long
enough. Each size is read in a process of its own, on one thread, and stopped after ``--seconds``; memory is the most
that this process held, with the reader's own. Writes the rows to standard output as a table in Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from policygraph.annotate.exchange import document_of_row
from policygraph.annotate.pipeline import load_annotator

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
TRAIN = Path(__file__).parent / "gold" / "train"


def text_of(size: int) -> str:
    """Training documents laid end to end, ``size`` characters of them."""
    parts: list[str] = []
    length = 0
    for text in cycle(list(_texts())):
        parts.append(text)
        length += len(text) + 2
        if length >= size:
            break
    return "\n\n".join(parts)[:size]


def _texts() -> Iterator[str]:
    for path in sorted(TRAIN.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if text := json.loads(line).get("text"):
                yield text


def read(size: int) -> dict[str, float]:
    """Read one text in this process."""
    annotator = load_annotator()
    row = {"id": f"long-{size}", "kind": "news", "date": "2025-03-03", "title": "", "text": text_of(size)}
    document = document_of_row(row)
    began = time.perf_counter()
    found = annotator.annotate(document)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak": peak, "mentions": len(found.mentions), "statements": len(found.statements)}


def measured(size: int, seconds: int) -> str:
    """A row of the table, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.long_texts", "--one", str(size)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, env={**os.environ, **ONE_THREAD}, check=True
        )
    except subprocess.TimeoutExpired:
        return f"| {size:,} | over {seconds} | – | – | – | – |"
    found = json.loads(done.stdout)
    each = 1000 * found["seconds"] / size
    counts = f"{found['mentions']:,} | {found['statements']:,}"
    return f"| {size:,} | {found['seconds']:.1f} | {each:.2f} | {found['peak']:,.0f} | {counts} |"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="characters, with commas between")
    parser.add_argument("--seconds", type=int, default=900, help="after which a text is given up")
    parser.add_argument("--one", type=int, help="read one text in this process and print what it took as JSON")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(read(given.one)))
        return
    print("| characters | seconds | per 1,000 characters | MB | mentions | statements |\n|---|---|---|---|---|---|")
    for size in map(int, given.sizes.split(",")):
        print(measured(size, given.seconds), flush=True)


if __name__ == "__main__":
    main()
