"""Write the full report on quality: ``python -m benchmarks.quality.report --shared FOLDER [--to FILE.md]``.

Three sets that nothing is trained on; goals beside what is reached; predicates and types worst first with intervals by
bootstrap over documents; what each part of the annotator gains, by leaving it out.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.gold.gold import Row, score
from benchmarks.quality.measure import facts_only, predictions, scores
from benchmarks.quality.sets import all_sets
from benchmarks.quality.variants import variants
from policygraph.annotate.pipeline import load_annotator
from policygraph.model.ontology import UNKNOWN_EFFECT

SAMPLES = 1000
GOALS = {"written-1": (0.80, 0.48), "federal-register": (0.72, 0.45), "dev": (0.80, 0.48)}
TELLING = ("effect", "modality", "attribution", "time", "lifecycle")
HERE = Path(__file__).resolve().parent


def main(arguments: list[str]) -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality.report", description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--to", type=Path, default=HERE.parent / "quality.md")
    parser.add_argument(
        "--predictions", type=Path, help="folder to write gold and predictions into, for reading errors"
    )
    options = parser.parse_args(arguments)
    sets = all_sets(options.shared)
    found = {name: predictions(load_annotator(), rows) for name, rows in sets.items()}
    if options.predictions:
        _save(options.predictions, sets, found)
    parts = [_head(), _overall(sets, found), _worst(sets, found, "predicates"), _worst(sets, found, "mention_types")]
    parts.append(_ablations(sets))
    options.to.write_text("\n".join(parts), encoding="utf-8")
    print(options.to.read_text(encoding="utf-8"))


def _save(folder: Path, sets: Mapping[str, list[Row]], found: Mapping[str, list[Row]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in sets.items():
        for kind, content in (("gold", rows), ("predicted", found[name])):
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in content)
            (folder / f"{name}.{kind}.jsonl").write_text("".join(lines), encoding="utf-8")


def _head() -> str:
    annotator = load_annotator()
    return (
        "# Quality of the annotator\n\n"
        "By `python -m benchmarks.quality.report --shared FOLDER`, with the scorer of the gold, on documents that\n"
        "nothing is trained on. The gold's conventions were settled with errors on written-1 and the\n"
        "Federal Register set in view (docs/model_card.md), so these two are not untouched.\n"
        f"Annotator: `{annotator.extractor} {annotator.version}`.\n"
    )


def _overall(sets: Mapping[str, list[Row]], found: Mapping[str, list[Row]]) -> str:
    lines = [
        "| set | documents | mentions F1 (goal) | statements F1 (goal) | above the line: precision, recall |"
        " facts, of them of unknown effect | inversions, overclaims above the line | evidence overlap |",
        "|---|---|---|---|---|---|---|---|",
    ]
    telling = [
        "",
        "| F1 of what matched statements tell | " + " | ".join(TELLING) + " |",
        "|---|" + "---|" * len(TELLING),
    ]
    for name, rows in sets.items():
        result = scores(rows, found[name])
        facts = result["facts"]
        wanted = GOALS[name]
        above, polarity = facts["statements"], facts["polarity"]
        unknown = sum(s["effect"] == UNKNOWN_EFFECT for row in facts_only(found[name]) for s in row["statements"])
        mentions = _with(result["mentions_exact"]["f1"], rows, found[name], "mentions_exact")
        statements = _with(result["statements"]["f1"], rows, found[name], "statements")
        lines.append(
            f"| {name} | {len(rows)} | {mentions} ({wanted[0]}) | {statements} ({wanted[1]}) "
            f"| {above['p']:.2f}, {above['r']:.2f} | {above['predicted']}, {unknown} "
            f"| {polarity['inversions']}, {polarity['overclaims']} "
            f"| {result['evidence_overlap']:.2f} |"
        )
        values = [result["telling_values"].get(kind, {"f1": 0.0})["f1"] for kind in TELLING]
        telling.append(f"| {name} | " + " | ".join(f"{value:.2f}" for value in values) + " |")
    return "\n".join([*lines, *telling, ""])


def _with(value: float, gold: list[Row], predicted: list[Row], kind: str) -> str:
    single = [score([g], [p])[kind] for g, p in zip(gold, predicted, strict=True)]
    low, high = interval(single)
    return f"{value:.3f} [{low:.2f} to {high:.2f}]"


def interval(single: list[dict[str, Any]]) -> tuple[float, float]:
    """The middle 95% of F1 over samples of as many documents, drawn with replacement; seeded."""
    order = random.Random(1)
    counts = [tuple(one.get(key, 0) for key in ("hit", "predicted", "gold")) for one in single]
    values = []
    for _ in range(SAMPLES):
        hit, made, wanted = (sum(column) for column in zip(*order.choices(counts, k=len(counts)), strict=True))
        values.append(2 * hit / (made + wanted) if made + wanted else 0.0)
    values.sort()
    return values[int(0.025 * SAMPLES)], values[int(0.975 * SAMPLES) - 1]


def _worst(sets: Mapping[str, list[Row]], found: Mapping[str, list[Row]], kind: str) -> str:
    """One table of predicates or types over all three sets, the worst F1 first."""
    gold = [row for rows in sets.values() for row in rows]
    predicted = [row for rows in found.values() for row in rows]
    single = [score([g], [p])[kind] for g, p in zip(gold, predicted, strict=True)]
    whole = score(gold, predicted)[kind]
    facts = score(gold, facts_only(predicted))[kind]
    title = "Predicates" if kind == "predicates" else "Types of mentions"
    lines = [
        f"## {title}, worst first\n",
        "| | F1 | precision | recall | of gold | above the line |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in sorted(whole.items(), key=lambda item: item[1]["f1"]):
        low, high = interval([one.get(name, {}) for one in single])
        above = facts.get(name, {"hit": 0, "predicted": 0})
        shown = f"{above['hit']} of {above['predicted']} right" if kind == "predicates" else ""
        lines.append(
            f"| {name} | {row['f1']:.2f} [{low:.2f} to {high:.2f}] | {row['p']:.2f} | {row['r']:.2f} "
            f"| {row['gold']} | {shown} |"
        )
    return "\n".join([*lines, ""])


def _ablations(sets: Mapping[str, list[Row]]) -> str:
    lines = [
        "## What each part gains\n",
        "All sets together, with one part left out at a time; nothing is trained anew.\n",
        "| left out | mentions F1 | statements F1 | above the line: precision, recall | inversions, overclaims above |",
        "|---|---|---|---|---|",
    ]
    gold = [{**row, "id": f"{name} {row['id']}"} for name, rows in sets.items() for row in rows]
    for name, annotator in variants().items():
        result = scores(gold, predictions(annotator, gold))
        facts = result["facts"]
        lines.append(
            f"| {name} | {result['mentions_exact']['f1']:.3f} | {result['statements']['f1']:.3f} "
            f"| {facts['statements']['p']:.2f}, {facts['statements']['r']:.2f} "
            f"| {facts['polarity']['inversions']}, {facts['polarity']['overclaims']} |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main(sys.argv[1:])
