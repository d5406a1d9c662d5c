"""Names of the reference data in a text: Aho-Corasick over all aliases, word-bounded, case-aware, longest match.

A name that needs context (``Reference.needs_context``) counts only where the document also holds a safe name of the
same
thing or a cue of its type stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import ahocorasick
from spacy.tokens import Doc

from policygraph.annotate.data import any_of, load, words
from policygraph.annotate.names import act_head
from policygraph.annotate.proposal import Proposal
from policygraph.reference import Reference

RANK = 30
_CLASS_TYPES = frozenset({"Sector", "DataCategory", "Technology"})
_CUE_REACH = 40  # characters to either side in which a cue makes an ambiguous name safe
_QUOTES = str.maketrans("’‘“”", "''\"\"")


@dataclass(frozen=True, slots=True)
class Entry:
    """An alias as written and the reference entity that bears it."""

    alias: str
    identity: str
    type: str
    ambiguous: bool


def fold(text: str) -> str:
    """Lower case and plain quotes, each character staying one character."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return lowered.translate(_QUOTES)


class Gazetteer:
    """Adds the names of reference entities to ``doc._.proposals``."""

    def __init__(self, reference: Reference) -> None:
        data = load("context")
        self._cues = {kind: words(cues) for kind, cues in data["cues"].items()}
        self._preference: list[str] = data["preference"]
        verbs = words(load("acts")["verbs"]) | {
            f.split()[0] for forms in load("verbs").values() for f in forms.split("|")
        }
        self._acts = re.compile(rf"(?: (?:has|had|will|would|may|is|was))? {any_of(verbs)}\b")
        self._never = words(data["never"])
        self._automaton = ahocorasick.Automaton()
        entries: dict[str, list[Entry]] = {}
        for entry in self._entries(reference):
            for form in _forms(entry):
                entries.setdefault(form, []).append(entry)
        for form, bearers in entries.items():
            self._automaton.add_word(form, (len(form), tuple(bearers)))
        self._automaton.make_automaton()

    def _entries(self, reference: Reference) -> Iterator[Entry]:
        demonym_ids = {i for ids in reference.demonyms.values() for i in ids}
        for identity, entity in reference.entities.items():
            listed = reference.rows[identity].file == "sec_firms.csv"
            for alias in (entity.name, *entity.aliases, *reference.ambiguous_names.get(identity, ())):
                unsafe = reference.needs_context(alias, identity)
                if (
                    fold(alias) in self._never
                    or len(alias) < 2
                    or alias.startswith("the ")
                    or (unsafe and (listed or entity.type in _CLASS_TYPES))
                ):
                    continue
                if listed and " " not in alias:
                    continue
                yield Entry(alias, identity, entity.type, unsafe)
        for demonym, ids in reference.demonyms.items():
            if len(ids) == 1 and ids[0] in demonym_ids:
                yield Entry(demonym.title(), ids[0], "Demonym", False)

    def __call__(self, doc: Doc) -> Doc:
        """Propose names of ``doc._.document.text``."""
        found = list(self._find(doc._.document.text))
        safe = {entry.identity for _, _, entries in found for entry in entries if not entry.ambiguous}
        for start, end, entries in found:
            chosen = self._choose(doc._.document.text, start, end, entries, safe)
            if chosen:
                form = "demonym" if chosen.type == "Demonym" else "name"
                kind = "Jurisdiction" if chosen.type == "Demonym" else chosen.type
                head = act_head(chosen.alias) if kind == "Rule" else ""
                doc._.proposals.append(Proposal(start, end, kind, RANK, None, chosen.identity, form, head))
        return doc

    def _find(self, text: str) -> Iterator[tuple[int, int, list[Entry]]]:
        folded = fold(text)
        for last, (length, entries) in self._automaton.iter(folded):
            start, end = last - length + 1, last + 1
            if (start and _joined(text[start - 1], text[start])) or (
                end < len(text) and _joined(text[end], text[end - 1])
            ):
                continue
            fitting = [entry for entry in entries if _same_case(entry, text, start, end)]
            if fitting:
                yield start, end, fitting

    def _choose(self, text: str, start: int, end: int, entries: list[Entry], safe: set[str]) -> Entry | None:
        plain = [e for e in entries if not e.ambiguous]
        if not plain:
            plain = [e for e in entries if e.identity in safe or self._cued(text, start, end, e.type)]
        return min(plain, key=lambda e: (self._preference.index(e.type), e.identity)) if plain else None

    def _cued(self, text: str, start: int, end: int, kind: str) -> bool:
        if kind == "Firm" and (_stands_alone(text, start, end) or self._acts.match(text, end)):
            return True
        around = text[max(0, start - _CUE_REACH) : start] + " " + text[end : end + _CUE_REACH]
        return bool(self._cues.get(kind, frozenset()) & set(re.findall(r"[a-z]+", around)))


def _forms(entry: Entry) -> Iterator[str]:
    """The folded alias and, for a class in lower case, its other number."""
    form = fold(entry.alias)
    yield form
    if entry.type in _CLASS_TYPES and len(form) > 5 and form.isascii() and entry.alias[1:].islower():
        if form.endswith("ies"):
            yield form[:-3] + "y"
        elif form.endswith("s") and not form.endswith("ss"):
            yield form[:-1]
        elif form.endswith(("er", "or", "chip", "platform", "store")):
            yield form + "s"


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a capitalised word inside a sentence has no capitalised neighbour: no ordinary word is written so."""
    before, after = (
        re.search(r"([\w’'-]+)([,;]?) $", text[max(0, start - 30) : start]),
        re.match(r" ([\w’'-]+)", text[end : end + 30]),
    )
    return bool(before) and not before[1][:1].isupper() and not (after and after[1][:1].isupper())  # type: ignore[index]


def _joined(outside: str, inside: str) -> bool:
    return inside.isalnum() and (outside.isalnum() or outside == "_")


def _same_case(entry: Entry, text: str, start: int, end: int) -> bool:
    """Whether a stretch of text bears the alias: capitals must meet capitals, except in a line that is all capitals."""
    written = text[start:end].translate(_QUOTES)
    alias = entry.alias.translate(_QUOTES)
    if written == alias or alias.islower():
        return True
    if entry.type in _CLASS_TYPES and " " in alias and alias[1:].islower():
        return True
    if written.isupper() and len(written) > 3 and " " not in alias[-1:]:
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.find("\n", end)
        return _in_capitals(text, line_start, line_end if line_end >= 0 else len(text))
    return entry.type == "Demonym" and written == alias.capitalize()


@lru_cache(maxsize=8)  # a text may be one line with thousands of names
def _in_capitals(text: str, start: int, end: int) -> bool:
    return text[start:end].isupper()
