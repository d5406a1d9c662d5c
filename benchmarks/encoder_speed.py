"""The whole annotator against its bare encoder, in sub-tokens a second on one core: ``python -m
benchmarks.encoder_speed [--documents 120] [--runs 5]``.

Both read the same gold documents in turn, within one process and one thread; the ratio is the median over the runs.
Writes ``benchmarks/encoder_speed.md``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.gold.documents import read_split
from policygraph.annotate.exchange import document_of_row
from policygraph.annotate.neural.known import Matcher, known_names
from policygraph.annotate.neural.model import load_model
from policygraph.annotate.neural.tokens import encode
from policygraph.annotate.pipeline import load_annotator
from policygraph.model.records import Document
from policygraph.processes import ONE_THREAD
from policygraph.reference import load_reference

REPORT = Path(__file__).with_suffix(".md")
GOAL = 0.6


def documents(count: int) -> list[Document]:
    """Documents of the gold's training part, drawn by digest."""
    rows = [row for row in read_split("train") if "text" in row]
    rows.sort(key=lambda row: hashlib.sha256(str(row["id"]).encode()).hexdigest())
    return [document_of_row({k: row[k] for k in ("id", "kind", "date", "title", "text")}) for row in rows[:count]]


def seconds(work: Callable[[Document], object], texts: Sequence[Document]) -> float:
    """Processor seconds that reading all texts takes."""
    began = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - began


def report(count: int, tokens: int, rows: Sequence[tuple[float, float]], reader: str, ratio: float) -> list[str]:
    """The figures as lines of Markdown; ``rows`` are the seconds of each run, of the encoder and of the whole."""
    return [
        "# The annotator against its encoder",
        "",
        f"`python -m benchmarks.encoder_speed`, {reader}, Python "
        f"{platform.python_version()}, one thread of {os.cpu_count()} cores, processor seconds.",
        "",
        f"{count} gold documents, {tokens:,} sub-tokens; {len(rows)} runs, the two in turn.",
        "",
        "| | sub-tokens a second (median) |",
        "|---|---|",
        f"| bare encoder (ONNX) | {tokens / statistics.median(alone for alone, _ in rows):,.0f} |",
        f"| whole annotator: rules, mentions, statements, evidence | "
        f"{tokens / statistics.median(whole for _, whole in rows):,.0f} |",
        "",
        f"Ratio, median over the runs: **{ratio:.2f}** (goal {GOAL}).",
    ]


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=120)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    if any(os.environ.get(name) != one for name, one in ONE_THREAD.items()):  # read when the libraries are loaded
        again = [sys.executable, "-m", "benchmarks.encoder_speed", *sys.argv[1:]]
        return subprocess.run(again, env={**os.environ, **ONE_THREAD}, check=False).returncode
    texts = documents(options.documents)
    annotator, model = load_annotator(), load_model()
    known = Matcher(known_names(load_reference()))
    encoded = {text.id: encode(text.text, model.tokenizer, known) for text in texts}
    tokens = sum(len(item.ids) for item in encoded.values())

    def bare(text: Document) -> object:
        return model.hidden(encoded[text.id])

    for work in (bare, annotator.annotate):
        seconds(work, texts[:5])
    rows = [(seconds(bare, texts), seconds(annotator.annotate, texts)) for _ in range(options.runs)]
    ratio = statistics.median(alone / whole for alone, whole in rows)
    lines = report(len(texts), tokens, rows, f"{annotator.extractor} {annotator.version}", ratio)
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    return 0 if ratio >= GOAL else 1


if __name__ == "__main__":
    raise SystemExit(main())
