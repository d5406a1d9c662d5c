"""Find what annotators get wrong: ``python -m benchmarks.gold.lint [FILE…] [--shared ../shared]``.

Without files, all parts of the gold are read. With ``--shared`` the parts on official texts are rebuilt first, so that
their spans are checked too. Findings in the yardstick ``written-1`` are printed and do not fail: nothing in it changes.
What was looked at and is right is listed with its reason in ``accepted.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from benchmarks.gold.checks import Finding, findings
from benchmarks.gold.documents import FOLDER, YARDSTICK, digest, part_files, part_name
from benchmarks.gold.gold import Row, read
from benchmarks.gold.rebuild import rebuild


def lint(documents: Iterable[Row]) -> list[Finding]:
    """Findings in each document, and in the set: an id or a text that comes twice."""
    found: list[Finding] = []
    ids: set[str] = set()
    bodies: dict[str, str] = {}
    for document in documents:
        name = document["id"]
        if name in ids:
            found.append(Finding(name, "id-twice", "another document has this id"))
        ids.add(name)
        body = document.get("sha256") or digest(document["text"])
        if body in bodies:
            found.append(Finding(name, "text-twice", f"the text of {bodies[body]}"))
        bodies[body] = name
        found += findings(document)
    return found


def not_accepted(found: Iterable[Finding], accepted: list[Row]) -> list[Finding]:
    """The findings without those that a row of ``accepted.json`` names: document, code, and a part of the reason."""
    return [
        finding
        for finding in found
        if not any(
            row["document"] == finding.document and row["code"] == finding.code and row["about"] in finding.reason
            for row in accepted
        )
    ]


def _accepted() -> list[Row]:
    rows: list[Row] = json.loads((FOLDER / "accepted.json").read_text(encoding="utf-8"))
    return rows


def _files(options: argparse.Namespace, scratch: Path) -> list[Path]:
    if options.files:
        return list(options.files)
    files = [path for paths in part_files(FOLDER).values() for path in paths]
    if options.shared is None:
        return files
    whole = [path for path in files if not path.name.endswith(".annotations.jsonl")]
    return whole + rebuild(options.shared, scratch)


def main() -> int:
    """Print the findings, by part and document; 1 if any is outside the yardstick."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gold.lint", description="what annotators get wrong")
    parser.add_argument("files", nargs="*", type=Path, help="files of resolved documents (default: all of the gold)")
    parser.add_argument("--shared", type=Path, help="where the official texts lie")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        parts: defaultdict[str, list[Row]] = defaultdict(list)
        for path in _files(options, Path(scratch)):
            parts[part_name(path)] += read(path)
    origin = {document["id"]: part for part, documents in parts.items() for document in documents}
    found = not_accepted(lint(document for documents in parts.values() for document in documents), _accepted())
    for finding in found:
        print(f"{origin[finding.document]} {finding.document} {finding.code}: {finding.reason}")
    counted = Counter((origin[finding.document] == YARDSTICK, finding.code) for finding in found)
    total, in_yardstick = sum(map(len, parts.values())), sum(n for (yardstick, _), n in counted.items() if yardstick)
    print(f"{total} documents, {len(found)} findings, of them in {YARDSTICK}: {in_yardstick}")
    return int(any(origin[finding.document] != YARDSTICK for finding in found))


if __name__ == "__main__":
    sys.exit(main())
