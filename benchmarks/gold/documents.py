"""Where the gold documents lie, what they look like, and which of them are held out.

A part is one file under ``train/`` or ``dev/``. Parts that were written for this project (``*.jsonl``) hold whole
documents. Parts on official texts (``*.annotations.jsonl``) hold annotations only: the number of the document
(``ref``) and the digest of its text, which ``benchmarks.gold.rebuild`` finds again. In them the name of an entity that
is the document's title stands as ``@title``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from benchmarks.gold.gold import Row, read

FOLDER = Path(__file__).resolve().parent
SPLITS = ("train", "dev")
YARDSTICK = "written-1"
"""The part that every version is measured on, and in which nothing is changed."""
TITLE = "@title"
ENDS = ("s", "o")
VALUE_TYPES = frozenset({"Date", "Money", "Quantity"})


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def part_name(path: Path) -> str:
    """The name of a part: ``written-1`` for ``dev/written-1.jsonl``."""
    return path.name.removesuffix(".jsonl").removesuffix(".annotations")


def part_files(folder: Path = FOLDER) -> dict[str, list[Path]]:
    """The files of each split, by name."""
    return {split: sorted((folder / split).glob("*.jsonl")) for split in SPLITS}


def read_split(split: str, folder: Path = FOLDER) -> list[Row]:
    """All documents of a split, in the order of its files; those of annotation files lack ``text`` and ``title``."""
    return [document for path in part_files(folder)[split] for document in read(path)]


def held_out(ids: list[str]) -> set[str]:
    """The tenth of a part that is development data: the ids with the smallest SHA-256.

    Decided by the ids alone, before anything was trained. Every id that the part was planned with counts.
    """
    return set(sorted(ids, key=digest)[: round(len(ids) / 10)])


def without_text(document: Row) -> Row:
    """A document's annotations with the digest of its text, without text and title."""
    kept: Row = {key: document[key] for key in ("id", "kind", "ref", "date") if key in document}
    kept["sha256"] = digest(document["text"])
    return kept | _renamed(document, document["title"], TITLE)


def with_text(annotations: Row, text: str, title: str) -> Row:
    """The resolved document of which ``without_text`` gave the annotations, keys in the usual order."""
    head: Row = {key: annotations[key] for key in ("id", "kind", "ref", "date") if key in annotations}
    return head | {"title": title, "text": text} | _renamed(annotations, TITLE, title)


def _renamed(document: Row, old: str, new: str) -> Row:
    def name(value: Any) -> Any:
        return new if value == old else value

    return {
        "mentions": [{**mention, "entity": name(mention["entity"])} for mention in document["mentions"]],
        "statements": [
            {
                **statement,
                **{end: name(statement[end]) for end in ENDS},
                "attribution": [name(speaker) for speaker in statement["attribution"]],
            }
            for statement in document["statements"]
        ],
    }
