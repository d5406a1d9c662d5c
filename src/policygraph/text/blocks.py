"""From units of text to one text with blocks: where each unit lies and what role it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policygraph.model.records import Block, BlockKind

SEPARATOR = "\n"  # between two blocks; a block itself never contains it


@dataclass(frozen=True, slots=True)
class Unit:
    """One run of text as a reader met it, before its place in the document is known.

    ``tag`` is what the markup calls it: ``title`` (a page's first-level heading), ``heading``, ``paragraph``,
    ``list_item``, ``table``, ``quotation``, ``caption``, ``boilerplate`` or ``line`` (plain text: markup says nothing).
    ``linked`` is the share of its characters that are links, 0 to 1.
    """

    text: str
    tag: str
    linked: float = 0.0


def assemble(units: Iterable[tuple[str, BlockKind]]) -> tuple[str, tuple[Block, ...]]:
    """Join pieces of text into one and say where each lies; pieces without a visible character are left out."""
    parts: list[str] = []
    blocks: list[Block] = []
    position = 0
    for text, kind in units:
        piece = text.strip().replace(SEPARATOR, " ")
        if not piece:
            continue
        if parts:
            position += len(SEPARATOR)
        blocks.append(Block(position, position + len(piece), kind))
        parts.append(piece)
        position += len(piece)
    return SEPARATOR.join(parts), tuple(blocks)
