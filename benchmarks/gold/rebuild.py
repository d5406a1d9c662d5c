"""Rebuild the documents on official texts: ``python -m benchmarks.gold.rebuild --shared ../shared --to FOLDER``.

The project keeps only annotations of Federal Register abstracts and of fragments of EU acts. Given a folder that has
``bench/federal-register/fr_abstracts.jsonl.gz`` and ``bench/eu-acts/eu.json.gz``, this writes ``train/*.jsonl`` and
``dev/*.jsonl`` with text and title. A text whose digest is not the one that was annotated is an error.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.gold.documents import FOLDER, digest, part_files, part_name, with_text
from benchmarks.gold.gold import Row, read

ABSTRACTS = Path("bench/federal-register/fr_abstracts.jsonl.gz")
ACTS = Path("bench/eu-acts/eu.json.gz")
Texts = dict[tuple[str, str], tuple[str, str]]
"""Text and title by number and digest: in the acts a fragment's number recurs from act to act."""


class RebuildError(ValueError):
    """A document whose text is not found, or is not the text that was annotated."""


def texts(shared: Path, numbers: set[str]) -> Texts:
    """The texts of the documents with these numbers (``FR 2024-01234``, ``EU SA.0.1``)."""
    found: Texts = {}
    for number, title, text in [*_abstracts(shared / ABSTRACTS), *fragments(shared / ACTS)]:
        if number in numbers:
            found[number, digest(text)] = text, title
    return found


def _abstracts(path: Path) -> Iterator[tuple[str, str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield f"FR {row['document_number']}", row["title"], row["abstract"]


def fragments(path: Path) -> Iterator[tuple[str, str, str]]:
    """Number, title of the act, and text of every fragment in the collection of EU acts."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        acts = json.load(file)["parts"]
    for act in acts:
        for number, text in _paragraphs(act["books"]):
            yield f"EU {number}", act["title"], text


def _paragraphs(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict) and "fragment_id" in node:
        yield node["fragment_id"], node["original_text"]
    elif isinstance(node, dict):
        for value in node.values():
            yield from _paragraphs(value)
    elif isinstance(node, list):
        for value in node:
            yield from _paragraphs(value)


def rebuilt(annotations: Row, known: Texts) -> Row:
    """The resolved document. Raises RebuildError, naming it, if its text is missing or another one."""
    number, wanted = annotations["ref"], annotations["sha256"]
    if (number, wanted) in known:
        return with_text(annotations, *known[number, wanted])
    others = any(number == other for other, _ in known)
    reason = "its text is not the one that was annotated (digest differs)" if others else "its text was not found"
    raise RebuildError(f"{annotations['id']} ({number}): {reason}")


def rebuild(shared: Path, target: Path, folder: Path = FOLDER) -> list[Path]:
    """Write the parts on official texts, whole, under ``target``; the paths written. Raises RebuildError."""
    parts = {
        (split, path): read(path)
        for split, paths in part_files(folder).items()
        for path in paths
        if path.name.endswith(".annotations.jsonl")
    }
    known = texts(shared, {row["ref"] for rows in parts.values() for row in rows})
    written = []
    for (split, path), rows in parts.items():
        lines = [json.dumps(rebuilt(row, known), ensure_ascii=False) + "\n" for row in rows]
        out = target / split / f"{part_name(path)}.jsonl"
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text("".join(lines), encoding="utf-8")
        written.append(out)
    return written


def main() -> int:
    """Rebuild all parts; 1 and a sentence if a text is missing or differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gold.rebuild", description="official texts back in")
    parser.add_argument(
        "--shared", type=Path, required=True, help="folder with bench/federal-register and bench/eu-acts"
    )
    parser.add_argument("--to", type=Path, required=True, dest="target", help="folder to write train/ and dev/ into")
    options = parser.parse_args()
    try:
        for path in rebuild(options.shared, options.target):
            print(path)
    except (RebuildError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
