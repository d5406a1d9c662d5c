"""Values of dates for scoring while training: the gold's own where the mention is one of its, else unknown."""

from __future__ import annotations

from typing import Any

from policygraph.annotate.neural.clusters import Found


def value_of(document: dict[str, Any], mention: Found) -> str | None:
    """The value of the gold mention at the same place; normalising is another component's work."""
    for gold in document["mentions"]:
        if (gold["start"], gold["end"]) == (mention.start, mention.end):
            value = gold.get("value")
            return str(value) if value else None
    return None
