"""Pages that a server sends instead of the document: not found, consent walls, checks for robots."""

from __future__ import annotations

from collections.abc import Sequence

from policygraph.text.blocks import Unit
from policygraph.text.patterns import notice_patterns

FIRST = 3  # units in which a notice says what it is


def is_notice(title: str, units: Sequence[Unit]) -> bool:
    """Whether a short page says that it is not the document that was asked for."""
    patterns = notice_patterns()
    if sum(len(u.text) for u in units) > patterns.longest:
        return False
    if patterns.title.match(title.strip()):
        return True
    head = units[:FIRST]
    return any(patterns.text.match(u.text) or (len(u.text) < 80 and patterns.title.match(u.text)) for u in head)
