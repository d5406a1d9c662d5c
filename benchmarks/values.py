"""How many values of the gold's Date, Money and Quantity mentions are read from their spans.

    python -m benchmarks.values [--split train] [--rebuilt FOLDER] [--wrong]

``--rebuilt`` is a folder that ``benchmarks.gold.rebuild`` has filled, for the documents whose texts the project does
not hold; ``--wrong`` prints what is read otherwise than the gold has it. A value is right when it is the same string.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.gold.documents import FOLDER, VALUE_TYPES
from benchmarks.gold.gold import Row, read
from policygraph.annotate.dates import single_day
from policygraph.annotate.normalise import value_of
from policygraph.model.time import bounds, is_edtf, parse_day


@dataclass(frozen=True, slots=True)
class Reading:
    """A mention of the gold with the value that is read from its span."""

    document: str
    kind: str
    words: str
    around: str
    gold: str
    read: str | None

    @property
    def same_days(self) -> bool:
        """Whether two dates mean the same days, however they are written."""
        if self.kind != "Date" or not self.read or not is_edtf(self.gold):
            return self.read == self.gold
        return bounds(self.read) == bounds(self.gold)


def readings(documents: Iterable[Row]) -> Iterator[Reading]:
    """All mentions with a value, read in the order of the text."""
    for document in documents:
        text, today = document["text"], parse_day(document["date"]) if document.get("date") else None
        earlier: date | None = None
        for mention in sorted(document["mentions"], key=lambda m: (m["start"], m["end"])):
            kind, start, end = mention["type"], mention["start"], mention["end"]
            if kind not in VALUE_TYPES or not mention.get("value"):
                continue
            value = value_of(kind, text, start, end, today, earlier)
            if kind == "Date":
                earlier = single_day(value) or earlier
            around = f"{text[max(0, start - 45) : start]}[{text[start:end]}]{text[end : end + 30]}".replace("\n", "¶")
            yield Reading(document["id"], kind, text[start:end], around, mention["value"], value)


def documents(split: str, rebuilt: Path | None) -> Iterator[Row]:
    """The documents of a split that have a text, with those of a rebuilt folder."""
    for folder in (FOLDER, rebuilt):
        for path in sorted((folder / split).glob("*.jsonl")) if folder else ():
            yield from (document for document in read(path) if "text" in document)


def main() -> int:
    """Print the shares by type; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--split", default="train", choices=("train", "dev"))
    parser.add_argument("--rebuilt", type=Path)
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    for reading in readings(documents(options.split, options.rebuilt)):
        right = reading.read == reading.gold
        for name, counted in (
            ("all", True),
            ("right", right),
            ("none", reading.read is None),
            ("days", reading.same_days),
        ):
            counts[reading.kind, name] += counted
        if options.wrong and not right:
            print(f"{reading.kind}\t{reading.document}\t{reading.around}\tgold {reading.gold}\tread {reading.read}")
    for kind in sorted(VALUE_TYPES):
        total = counts[kind, "all"]
        shares = (
            "  ".join(f"{name} {counts[kind, name] / total:.3f}" for name in ("right", "days", "none")) if total else ""
        )
        print(f"{kind:9} {total:5} mentions  {shares}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
