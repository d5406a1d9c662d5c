"""What the gold holds, as tables: ``python -m benchmarks.gold.statistics [FOLDER]``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.gold.documents import FOLDER, SPLITS, part_files, part_name, read_split
from benchmarks.gold.gold import TYPES, Row, read
from policygraph.model.ontology import load_ontology

MOST_JURISDICTIONS = 40


@dataclass(frozen=True, slots=True)
class Target:
    """A count that train is to reach."""

    name: str
    wanted: int
    reached: int


def mention_types(documents: Iterable[Row]) -> Counter[str]:
    """Mentions by type."""
    return Counter(mention["type"] for document in documents for mention in document["mentions"])


def statement_values(documents: Iterable[Row], key: str) -> Counter[str]:
    """Statements by the value of one key; None is counted as ``none``."""
    return Counter(str(s[key] or "none") for document in documents for s in document["statements"])


def chains(documents: Iterable[Row]) -> Counter[str]:
    """Statements by the number of speakers in their attribution."""
    return Counter(str(len(s["attribution"])) for document in documents for s in document["statements"])


def kinds(documents: Iterable[Row]) -> Counter[str]:
    """Documents by kind."""
    return Counter(document["kind"] for document in documents)


def jurisdictions(documents: Iterable[Row]) -> Counter[str]:
    """Documents that mention a place, by the place's name: two names of one place count apart."""
    return Counter(
        name
        for document in documents
        for name in {m["entity"] for m in document["mentions"] if m["type"] == "Jurisdiction"}
    )


def targets(train: list[Row]) -> list[Target]:
    """Each count that is demanded of train, with what is reached."""
    ontology = load_ontology()
    types = mention_types(train)
    modalities = statement_values(train, "modality")
    effects = tuple(effect for effect in ontology.told_effects if effect != "none")
    rows = [("predicate", "p", tuple(ontology.relations), 150), ("effect", "effect", effects, 80)]
    rows.append(("lifecycle", "lifecycle", ontology.lifecycles, 80))
    found = [
        Target(f"{name} {word}", wanted, statement_values(train, key)[word])
        for name, key, words, wanted in rows
        for word in words
    ]
    found += [
        Target(f"modality {m}", n, modalities[m]) for m, n in (("denied", 400), ("possible", 400), ("planned", 500))
    ]
    found.append(
        Target("attribution chains of two or more", 80, sum(n for k, n in chains(train).items() if int(k) > 1))
    )
    return found + [Target(f"mentions of {t}", 400, types[t]) for t in ("DataCategory", "Zone")]


def table(title: str, counted: dict[str, Counter[str]], order: Iterable[str] = ()) -> str:
    """A table with a column for each split; rows in the order given, else by count."""
    total = sum(counted.values(), Counter[str]())
    names = [name for name in order if name in total] or [name for name, _ in total.most_common()]
    width = max([len(title), *map(len, names)])
    lines = [f"{title:{width}}" + "".join(f"{split:>8}" for split in counted)]
    lines += [f"{name:{width}}" + "".join(f"{counter[name]:8}" for counter in counted.values()) for name in names]
    return "\n".join(lines)


def report(splits: dict[str, list[Row]], parts: dict[str, Counter[str]]) -> str:
    """All tables as text."""
    ontology = load_ontology()

    def by(count: Callable[[list[Row]], Counter[str]]) -> dict[str, Counter[str]]:
        return {split: count(documents) for split, documents in splits.items()}

    sizes = by(
        lambda rows: Counter(
            documents=len(rows),
            mentions=sum(len(row["mentions"]) for row in rows),
            statements=sum(len(row["statements"]) for row in rows),
            silent=sum(not row["statements"] for row in rows),
        )
    )
    places = by(jurisdictions)
    total = sum(places.values(), Counter[str]())
    frequent = [name for name, _ in total.most_common(MOST_JURISDICTIONS)]
    tables = [
        table("size", sizes, ("documents", "silent", "mentions", "statements")),
        table("documents by part", parts),
        table("documents by kind", by(kinds)),
        table("mentions by type", by(mention_types), TYPES),
        table("statements by predicate", by(lambda rows: statement_values(rows, "p")), ontology.relations),
        table("statements by effect", by(lambda rows: statement_values(rows, "effect")), ontology.told_effects),
        table("statements by modality", by(lambda rows: statement_values(rows, "modality")), ontology.modalities),
        table(
            "statements by lifecycle", by(lambda r: statement_values(r, "lifecycle")), (*ontology.lifecycles, "none")
        ),
        table("statements by number of speakers", by(chains), map(str, range(9))),
        f"{len(total)} places are named; the most frequent, by documents:",
        table("place", places, frequent),
    ]
    return "\n\n".join(tables)


def targets_report(train: list[Row]) -> str:
    """The demanded counts, and which of them are missed."""
    rows = targets(train)
    width = max(len(row.name) for row in rows)
    lines = [f"{'demanded of train':{width}}  wanted reached"]
    lines += [
        f"{r.name:{width}}  {r.wanted:6} {r.reached:7}{'' if r.reached >= r.wanted else '  missed'}" for r in rows
    ]
    return "\n".join(lines)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gold.statistics", description="what the gold holds")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="folder with train/ and dev/")
    options = parser.parse_args()
    splits = {split: read_split(split, options.folder) for split in SPLITS}
    files = part_files(options.folder)
    parts = {split: Counter({part_name(p): len(read(p)) for p in files[split]}) for split in SPLITS}
    print(report(splits, parts))
    print()
    print(targets_report(splits["train"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
