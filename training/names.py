"""Known names for the gazetteer feature, found by Aho-Corasick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ahocorasick


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
            before, after = text[start - 1 : start], text[end + 1 : end + 2]
            if not (before.isalnum() or after.isalnum()):
                found.append((start, end + 1, kind))
        found.sort(key=lambda span: (span[0], span[0] - span[1]))
        kept: list[tuple[int, int, str]] = []
        for span in found:
            if not kept or span[0] >= kept[-1][1]:
                kept.append(span)
        return kept
