"""How far two annotators agree: ``python -m benchmarks.gold.agreement``.

``agreement/first.annotations.jsonl`` and ``second.annotations.jsonl`` hold two annotations of the same documents (all
of dev but the yardstick, and some of train), made without sight of each other, as they were made. F1 is symmetric, so
it does not matter which of the two counts as gold; attributes are compared over the statements that both have. The last
lines compare the second with dev as it is now, which a third reader decided after reading both: no independent figure.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.gold.documents import FOLDER, read_split
from benchmarks.gold.gold import Row, read, score

FIRST = "first.annotations.jsonl"
SECOND = "second.annotations.jsonl"


def pair(folder: Path = FOLDER / "agreement") -> tuple[list[Row], list[Row]]:
    """Both annotations, in the same order. Raises ValueError where they are not of the same documents."""
    first, second = ({row["id"]: row for row in read(folder / name)} for name in (FIRST, SECOND))
    if first.keys() != second.keys():
        raise ValueError(f"annotated once only: {sorted(first.keys() ^ second.keys())}")
    return list(first.values()), [second[name] for name in first]


def _line(name: str, result: dict[str, Any]) -> str:
    return f"{name:20} {result['f1']:.3f}   {result['hit']:5} of {result['gold']} and {result['predicted']}"


def _group(title: str, results: dict[str, Any]) -> Iterable[str]:
    yield ""
    yield f"{title:20} F1      both of first and second"
    for name, result in sorted(results.items(), key=lambda row: -row[1]["gold"]):
        yield _line(name, result)


def report(result: dict[str, Any]) -> str:
    """Agreement as text: overall, by type, by predicate, by attribute."""
    lines = [f"{result['documents']} documents annotated twice"]
    whole = {"mentions": "mentions_exact", "mentions, overlapping": "mentions_partial", "statements": "statements"}
    lines += _group("", {name: result[key] for name, key in whole.items()})
    lines += _group("type", result["mention_types"])
    lines += _group("predicate", result["predicates"])
    lines += ["", f"{'attribute':20} equal in statements that both have"]
    lines += [f"{name:20} {share:.3f}" for name, share in result["attributes"].items()]
    lines += _group("attribute that says something", result["telling_values"])
    lines += ["", f"quotes overlap by {result['evidence_overlap']:.3f}; told the other way round: "]
    lines[-1] += (
        f"{result['polarity']['inversions']}, planned or possible told as done: {result['polarity']['overclaims']}"
    )
    return "\n".join(lines)


def main() -> int:
    """Print the agreement of the two annotations, and how far the second agrees with the documents as they are now."""
    first, second = pair()
    print(report(score(first, second)))
    now = {row["id"]: row for row in read_split("dev")}
    known = [row for row in second if row["id"] in now]
    mended = score([now[row["id"]] for row in known], known)
    print("\nsecond annotation against the development documents as they are now (decided after reading both)")
    print(_line("mentions", mended["mentions_exact"]))
    print(_line("statements", mended["statements"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
