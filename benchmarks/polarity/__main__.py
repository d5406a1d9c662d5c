"""Errors above the line on the polarity test, per 1,000 cases.

python -m benchmarks.polarity [--write] [--limit N] [--examples 5]

``--write`` writes ``benchmarks/polarity.md``; ``--limit`` takes every n-th case only, N in all.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator

from benchmarks.gold.gold import Row, read
from benchmarks.polarity.errors import ADDRESSEE, KINDS, Error, errors, facts, matched
from benchmarks.polarity.make import CASES, HERE
from benchmarks.quality.measure import predictions
from policygraph.annotate.pipeline import load_annotator

REPORT = HERE.parent / "polarity.md"


def main(arguments: list[str]) -> int:
    """Annotate the cases and print what is wrong; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.polarity", description="The polarity test.")
    parser.add_argument("--write", action="store_true", help="write benchmarks/polarity.md")
    parser.add_argument("--limit", type=int, default=0, help="how many cases, spread over all; 0 for all")
    parser.add_argument("--examples", type=int, default=5, help="how many examples of each kind")
    options = parser.parse_args(arguments)
    cases = read(CASES)
    if options.limit:
        cases = cases[:: max(1, len(cases) // options.limit)][: options.limit]
    annotator = load_annotator()
    told = [facts(row) for row in predictions(annotator, cases)]
    lines = list(report(cases, told, f"{annotator.extractor} {annotator.version}", options.examples))
    print("\n".join(lines))
    if options.write:
        REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def report(cases: list[Row], told: list[Row], title: str, examples: int) -> Iterator[str]:
    """The report in Markdown: counts by kind, then examples."""
    found: defaultdict[str, list[Error]] = defaultdict(list)
    for case, row in zip(cases, told, strict=True):
        for error in errors(case, row):
            found[error.kind].append(error)
    total = sum(len(found[kind]) for kind in KINDS)
    stated = sum(len(row["statements"]) for row in told)
    in_gold = sum(len(case["statements"]) for case in cases)
    right = sum(matched(case, row) for case, row in zip(cases, told, strict=True))
    yield from ("# Polarity", "", f"Measured by `python -m benchmarks.polarity --write` with {title}.", "")
    yield f"{len(cases)} cases, {in_gold} statements; {stated} told above the line, {right} of them among those."
    yield "What the cases say is made up, whatever firm they name."
    yield "The frames were written by one who knew neither those of training nor those that the line was set on."
    yield from ("", f"**Errors above the line per 1,000 cases: {1000 * total / len(cases):.1f}**", "")
    yield from ("| kind | errors | per 1,000 cases |", "|---|---|---|")
    for kind in (*KINDS, ADDRESSEE):
        yield f"| {kind} | {len(found[kind])} | {1000 * len(found[kind]) / len(cases):.1f} |"
    yield from (
        "",
        f"“{ADDRESSEE.capitalize()}” is not part of the measure: it looks at effects whose rule was not found.",
        "",
    )
    for kind in (*KINDS, ADDRESSEE):
        if found[kind] and examples:
            yield from (f"## {kind.capitalize()}", "")
            step = max(1, len(found[kind]) // examples)
            yield from (_example(error) for error in found[kind][::step][:examples])
            yield ""


def _example(error: Error) -> str:
    said = _told(error.said) if error.said else "nothing"
    return f"- {error.case['id']}: “{error.case['text']}” Told: {_told(error.told)}; says: {said}."


def _told(statement: Row) -> str:
    words = (statement["s"], statement["p"], statement["o"], statement["effect"], statement["modality"])
    return " · ".join(word for word in words if word != "none")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
