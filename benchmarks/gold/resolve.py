"""Turn annotations given as strings into character offsets: ``python -m benchmarks.gold.resolve IN OUT``.

In the form that annotators write, a mention is its ``text``, ``type`` and ``entity``, with ``n`` where only some
occurrences of the text are meant (0 is the first), and evidence is a list of exact quotes. What cannot be found in the
document is an error, and names the document.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from benchmarks.gold.gold import TYPES, Row, read
from policygraph.model.ontology import load_ontology


def occurrences(text: str, needle: str) -> list[int]:
    """Starts of a string in a text, at word edges where the string has a word character at its edge."""
    left = r"(?<!\w)" if needle[:1].isalnum() else ""
    right = r"(?!\w)" if needle[-1:].isalnum() else ""
    return [match.start() for match in re.finditer(left + re.escape(needle) + right, text)]


def resolve(document: Row) -> tuple[Row, list[str]]:
    """The document in resolved form, and a sentence for everything that could not be found or is not allowed."""
    errors: list[str] = []
    mentions = _resolved_mentions(document, errors)
    names = {mention["entity"] for mention in document["mentions"]}
    statements = []
    for statement in document["statements"]:
        errors += _not_allowed(statement, names)
        statements.append({**statement, "evidence": _offsets(statement, document["text"], errors)})
    return {**document, "mentions": mentions, "statements": statements}, errors


def _resolved_mentions(document: Row, errors: list[str]) -> list[Row]:
    spans: list[Row] = []
    # Longest first, so that a mention without ``n`` leaves out the occurrences inside longer ones.
    for mention in sorted(document["mentions"], key=lambda m: (-len(m["text"]), "n" not in m)):
        if mention["type"] not in TYPES:
            errors.append(f"unknown type {mention['type']!r}")
            continue
        spans += _occurrences_of(mention, document["text"], spans, errors)
    distinct: dict[tuple[int, int, str], Row] = {}
    for span in sorted(spans, key=lambda s: (s["start"], -s["end"])):
        distinct.setdefault((span["start"], span["end"], span["type"]), span)
    return list(distinct.values())


def _occurrences_of(mention: Row, text: str, longer: list[Row], errors: list[str]) -> list[Row]:
    starts = occurrences(text, mention["text"])
    picked = mention.get("n")
    picked = [picked] if isinstance(picked, int) else picked
    if not starts:
        errors.append(f"mention not in text: {mention['text']!r}")
        return []
    if picked is not None and max(picked) >= len(starts):
        errors.append(f"mention {mention['text']!r} has {len(starts)} occurrences, n={picked}")
        return []
    kept: Row = {key: mention[key] for key in ("type", "entity", "value") if key in mention}
    found: list[Row] = []
    for index, start in enumerate(starts):
        end = start + len(mention["text"])
        inside = any(span["start"] <= start and end <= span["end"] for span in longer)
        if (not inside) if picked is None else index in picked:
            found.append({"start": start, "end": end, **kept})
    return found


def _offsets(statement: Row, text: str, errors: list[str]) -> list[list[int]]:
    found = []
    for quote in statement["evidence"]:
        at = text.find(quote)
        if at < 0:
            errors.append(f"evidence not in text: {quote!r}")
        else:
            found.append([at, at + len(quote)])
    return found


def _not_allowed(statement: Row, names: set[str]) -> list[str]:
    ontology = load_ontology()
    allowed = {
        "p": ontology.relations,
        "effect": ontology.told_effects,
        "modality": ontology.modalities,
        "lifecycle": (*ontology.lifecycles, None),
    }
    told = f"{statement['s']} {statement['p']} {statement['o']}"
    missing = [f"statement {told}: {statement[end]!r} has no mention" for end in "so" if statement[end] not in names]
    wrong = [
        f"{told}: {key}={statement.get(key)!r} not allowed" for key in allowed if statement.get(key) not in allowed[key]
    ]
    return missing + wrong


def main() -> int:
    """Resolve a file; 1 if anything was not found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gold.resolve", description="strings to offsets")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    failed = False
    lines = []
    for document in read(options.source):
        resolved, errors = resolve(document)
        failed = failed or bool(errors)
        for error in errors:
            print(f"{document['id']}: {error}", file=sys.stderr)
        lines.append(json.dumps(resolved, ensure_ascii=False) + "\n")
    options.target.write_text("".join(lines), encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
