"""Choose texts that nobody annotated, for a run with teachers: ``python -m training.plain_texts --shared FOLDER --out
FILE``.

Abstracts of the US Federal Register, spread over what agencies do, fragments of EU acts, and sentences on companies.
None is annotated, none is in a set that quality is measured on or nearly the same as one that is, and none mentions
the Export Administration Regulations, which are kept for evaluation. Chosen by digests: the same files give the same
texts.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.gold.documents import digest, part_files
from benchmarks.gold.gold import read
from benchmarks.gold.rebuild import ABSTRACTS, ACTS, fragments, texts
from benchmarks.quality.sets import federal_register

COMPANY = Path("bench/relations/company/train.json")
KEPT_FOR_EVALUATION = re.compile(r"Export Administration|\bEAR\b")
SHORTEST, LONGEST = 220, {"abstract": 1500, "fragment": 1800}  # characters
SAME = 90  # letters and single spaces that two near-duplicates begin with
FRAGMENTS, SENTENCES = 700, 700

QUOTAS = (
    (60, "airworthiness|airspace"),
    (120, "information collection|paperwork"),
    (50, "safety zone|drawbridge|regatta"),
    (80, "meeting"),
    (150, "fisher|fishing|species|marine mammal|critical habitat"),
    (40, "ferc|energy regulatory commission"),
    (150, "air plan|implementation plan|ambient air"),
    (250, "antidumping|countervailing|investigation|section 337"),
    (40, "privacy act|system of records"),
    (600, "order|exempti|consent|sanction|penalt|license|licence"),
    (960, ""),
)
"""How many abstracts, and the pattern that title or abstract must have; the first that fits decides. What fills the
Register (airspace, meetings, collections of information) is taken sparingly."""

Row = dict[str, Any]


def beginning(text: str) -> str:
    """What two near-duplicates share: the first letters, without numbers and signs."""
    return re.sub(r"[\W\d]+", " ", text).lower()[:SAME]


@dataclass(slots=True)
class Seen:
    """Texts that may not be taken, or not again; what is kept for evaluation is always among them."""

    titles: set[str] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)
    beginnings: set[str] = field(default_factory=set)

    def add(self, text: str) -> None:
        """Note a text."""
        self.digests.add(digest(text))
        self.beginnings.add(beginning(text))

    def __contains__(self, text: str) -> bool:
        return (
            bool(KEPT_FOR_EVALUATION.search(text)) or digest(text) in self.digests or beginning(text) in self.beginnings
        )


def annotated(shared: Path) -> Seen:
    """Every text of the gold, train and dev, and of the Federal Register development set with its titles.

    Raises OSError where that set is not there: without it nothing says what may not be taken.
    """
    rows = [row for paths in part_files().values() for path in paths for row in read(path)]
    yardstick = federal_register(shared)
    seen = Seen(titles={row["title"] for row in yardstick}, digests={row["sha256"] for row in rows if "ref" in row})
    official = [text for text, _ in texts(shared, {row["ref"] for row in rows if "ref" in row}).values()]
    for text in [*official, *(row["text"] for row in [*rows, *yardstick] if "text" in row)]:
        seen.add(text)
    return seen


def choose(shared: Path) -> list[Row]:
    """All chosen texts, by the digest of their ids, so that the first of them are of all kinds."""
    seen = annotated(shared)
    found = [
        *abstracts(shared / ABSTRACTS, seen),
        *eu_fragments(shared / ACTS, seen),
        *sentences(shared / COMPANY, seen),
    ]
    return _by_digest(found)


def abstracts(path: Path, seen: Seen) -> list[Row]:
    """Abstracts by the quotas."""
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in _abstracts(path):
        text, title = row["abstract"] or "", row["title"]
        if not SHORTEST < len(text) < LONGEST["abstract"] or KEPT_FOR_EVALUATION.search(title):
            continue
        if title in seen.titles or text in seen:
            continue
        seen.add(text)
        about = f"{title} {text}".lower()
        group = next(number for number, (_, pattern) in enumerate(QUOTAS) if re.search(pattern, about))
        groups[group].append(_row(f"plain-fr-{row['document_number']}", text, title, row["date"]))
    return [row for number, (quota, _) in enumerate(QUOTAS) for row in _by_digest(groups[number])[:quota]]


def _abstracts(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def eu_fragments(path: Path, seen: Seen) -> list[Row]:
    """Recitals and articles of EU acts."""
    found = []
    for number, title, text in fragments(path):
        if SHORTEST < len(text) < LONGEST["fragment"] and text not in seen:
            seen.add(text)
            found.append(_row(f"plain-{number.replace(' ', '-').lower()}-{digest(text)[:8]}", text, title))
    return _by_digest(found)[:FRAGMENTS]


def sentences(path: Path, seen: Seen) -> list[Row]:
    """Sentences on companies, of the training part of CORE (CC BY 4.0); their labels are not used."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    found = {text for text in (joined(row["context"]) for row in rows) if text not in seen}
    return _by_digest(_row(f"plain-co-{digest(text)[:12]}", text) for text in found)[:SENTENCES]


def joined(tokens: Iterable[str]) -> str:
    """Tokens of a treebank as prose."""
    text = re.sub(r" ([,.;:)\]%]|'s|n't)", r"\1", " ".join(tokens))
    return re.sub(r"([(\[$]) ", r"\1", text).replace("`` ", '"').replace(" ''", '"')


def _row(identity: str, text: str, title: str = "", date: str | None = None) -> Row:
    return {"id": identity, "title": title, "text": text, "date": date}


def _by_digest(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest())


def main() -> None:
    """Read the command line and write the texts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", required=True, type=Path, help="folder with bench/ and gold/")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--most", type=int, help="write only so many")
    options = parser.parse_args()
    rows = choose(options.shared)[: options.most]
    options.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(f"{len(rows)} texts that nobody annotated")


if __name__ == "__main__":
    main()
