"""The sets of documents that quality is measured on; none of them is trained on."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.gold.gold import Row, read
from benchmarks.gold.rebuild import rebuild

GOLD = Path(__file__).resolve().parent.parent / "gold"


def written() -> list[Row]:
    """The yardstick: 48 news documents."""
    return read(GOLD / "dev" / "written-1.jsonl")


def federal_register(shared: Path) -> list[Row]:
    """40 abstracts of the US Federal Register, whose texts are not part of the project."""
    return read(shared / "gold" / "federal-register.jsonl")


def development(shared: Path) -> list[Row]:
    """The other development documents, those on official texts with their texts put back in."""
    own = [
        row
        for path in sorted((GOLD / "dev").glob("*.jsonl"))
        if path.name != "written-1.jsonl" and ".annotations." not in path.name
        for row in read(path)
    ]
    with tempfile.TemporaryDirectory() as folder:
        official = [row for path in rebuild(shared, Path(folder)) if path.parent.name == "dev" for row in read(path)]
    return own + official


def all_sets(shared: Path) -> dict[str, list[Row]]:
    """The three sets by name."""
    return {
        "written-1": written(),
        "federal-register": federal_register(shared),
        "dev": development(shared),
    }
