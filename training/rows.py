"""What the network reads, in the resolved form of the gold format."""

from __future__ import annotations

from typing import Any

from policygraph.annotate.neural.reading import Read
from training.values import value_of


def as_row(document: dict[str, Any], result: Read) -> dict[str, Any]:
    """Mentions and statements in the resolved form of the gold format."""
    name_of = {}
    for name, number in zip(result.names, result.entity_of, strict=True):
        name_of[number] = name

    def value(index: int | None) -> str | None:
        if index is None:
            return None
        return value_of(document, result.mentions[index])

    statements = [
        {
            "s": name_of[s.subject],
            "p": s.predicate,
            "o": name_of[s.object],
            "effect": s.effect if s.predicate in ("applies_to", "enforced_against", "lifts") else "none",
            "modality": s.modality,
            "attribution": list(s.speakers),
            "valid_from": value(s.valid_from),
            "valid_to": value(s.valid_to),
            "duration": value(s.duration),
            "lifecycle": s.lifecycle,
            "evidence": [list(span) for span in s.evidence],
            "score": s.score,
        }
        for s in result.said
    ]
    mentions = [
        {"start": m.start, "end": m.end, "type": m.type, "entity": n}
        for m, n in zip(result.mentions, result.names, strict=True)
    ]
    return {**document, "mentions": mentions, "statements": statements}
