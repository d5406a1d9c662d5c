"""Known names of the reference data as a feature of the encoder's input: they add knowledge, they decide nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import ahocorasick

if TYPE_CHECKING:
    from policygraph.reference import Reference

_CLASSES = frozenset({"Sector", "DataCategory", "Technology"})


def known_names(reference: Reference) -> dict[str, list[str]]:
    """Names by type, as written: proper names, and names of classes; names that only a register has are left out."""
    names: dict[str, set[str]] = {}
    for entity in reference.entities.values():
        if entity.id.startswith("firm:cik"):
            continue
        for name in (entity.name, *entity.aliases):
            if "(" not in name and ((name[:1].isupper() and len(name) > 2) or entity.type in _CLASSES):
                names.setdefault(entity.type, set()).add(name)
    return {kind: sorted(found) for kind, found in sorted(names.items())}


class Matcher:
    """Finds known names in a text at word edges, the longest first; ``names`` maps a type to its names, as written."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._automaton = ahocorasick.Automaton()
        for kind in sorted(names):
            for name in names[kind]:
                if len(name) > 1 and name not in self._automaton:
                    self._automaton.add_word(name, (name, kind))
        self._empty = not len(self._automaton)
        if not self._empty:
            self._automaton.make_automaton()

    def __call__(self, text: str) -> list[tuple[int, int, str]]:
        """Spans (start, end, type) that do not overlap."""
        if self._empty:
            return []
        found = []
        for end, (name, kind) in self._automaton.iter(text):
            start = end - len(name) + 1
            if not (text[start - 1 : start].isalnum() or text[end + 1 : end + 2].isalnum()):
                found.append((start, end + 1, kind))
        found.sort(key=lambda span: (span[0], span[0] - span[1]))
        kept: list[tuple[int, int, str]] = []
        for span in found:
            if not kept or span[0] >= kept[-1][1]:
                kept.append(span)
        return kept
