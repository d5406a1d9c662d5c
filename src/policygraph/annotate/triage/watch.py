"""Firms that an operator watches: whatever names one of them is read in full."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from policygraph.annotate.data import any_of
from policygraph.model.identity import digest
from policygraph.reference import Reference

NONE = re.compile(r"(?!)")  # matches nothing


def read_watch_list(path: Path) -> tuple[str, ...]:
    """The names of a file: one a line, ``#`` begins a comment; none where there is no file."""
    if not path.is_file():
        return ()
    content = path.read_text(encoding="utf-8-sig", errors="replace")
    lines = (line.partition("#")[0].strip() for line in content.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def watched_names(names: Iterable[str], reference: Reference) -> frozenset[str]:
    """The names and ids as given, and every name of each reference firm that bears one of them."""
    found: set[str] = set()
    for name in names:
        found.add(name)
        known = reference.entities.get(name)
        firms = reference.lookup(name, "Firm") if known is None else (known,)
        for firm in firms:
            found |= {firm.name, *firm.aliases}
    return frozenset(found)


def pattern_of(names: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the names as whole words, as written or in capitals."""
    kept = {form for name in names for form in (name, name.upper())}
    return re.compile(rf"(?<!\w){any_of(kept)}(?!\w)") if kept else NONE


def digest_of_names(names: Iterable[str]) -> str:
    """A short digest of a watch list; "" for an empty one."""
    kept = sorted(set(names))
    return digest("\n".join(kept).encode("utf-8"))[:12] if kept else ""
