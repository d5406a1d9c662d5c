"""Rows of an answer or of a pipeline as proposals: what does not follow the schema is refused, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from policygraph.annotate.proposers.protocol import ProposedMention, ProposedStatement
from policygraph.annotate.proposers.schema import fault, item_schema

MOST_ROWS = 500  # of each kind in one answer


def mentions_of_rows(rows: Iterable[Any]) -> Iterator[ProposedMention | str]:
    """A mention for each row, or the reason why it is none."""
    for row in rows:
        if found := fault(row, item_schema("mentions")):
            yield f"a mention does not follow the schema: {found}"
        else:
            yield ProposedMention(row["quote"], row["type"], row["entity"])


def statements_of_rows(rows: Iterable[Any]) -> Iterator[ProposedStatement | str]:
    """A statement for each row, or the reason why it is none. A row may have a ``score`` beside the schema's fields."""
    for row in rows:
        score = row.get("score") if isinstance(row, dict) else None
        plain = {key: value for key, value in row.items() if key != "score"} if isinstance(row, dict) else row
        if found := fault(plain, item_schema("statements")):
            yield f"a statement does not follow the schema: {found}"
        elif score is not None and not _is_share(score):
            yield f"a statement has the score {str(score)[:40]!r}, which is not between 0 and 1"
        else:
            values: dict[str, Any] = {k: v or None if k in _OPTIONAL else v for k, v in plain.items()}
            values |= {"evidence": tuple(plain["evidence"]), "attribution": tuple(plain["attribution"])}
            yield ProposedStatement(**values, score=score)


_OPTIONAL = frozenset({"valid_from", "valid_to", "duration", "lifecycle", "action", "due", "item", "role"})


def _is_share(score: Any) -> bool:
    return isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1
