"""A frame made into text with mentions and statements."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Any

from training.grammar.frames import WITH_EFFECT, Claim, Variant
from training.grammar.name import Name
from training.grammar.names import Names
from training.grammar.template import Break, Choice, Clause, Sequence_, Slot

Span = tuple[int, int]
_GIVEN = {
    "A": "Authority", "B": "Authority", "D": "DataCategory", "E": "Quantity", "F": "Firm", "I": "Sector",
    "K": "Authority", "L": "Facility", "O": "Organisation", "S": "Sector", "T": "Technology", "Z": "Zone",
}  # fmt: skip
_A_BEFORE_VOWEL = re.compile(r"(?<![\w'’-])[Aa](?= (?!(?:[Ee]u|[Oo]ne|[Uu][ns]i|[Uu]s|U\.?S)\w*)[aeiouAEIOU8])")
_SMALL = frozenset(
    ("a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "nor", "of", "off", "on", "or", "out",
     "over", "than", "the", "to", "up", "with")
)  # fmt: skip


@dataclass(slots=True)
class Marked:
    """A mention: where it stands and the slot that it fills."""

    start: int
    end: int
    key: str
    type: str


@dataclass(slots=True)
class Piece:
    """Rendered text: mentions, evidence clauses and sentences by offset, names by slot, statements without evidence."""

    text: str = ""
    mentions: list[Marked] = field(default_factory=list)
    clauses: list[Span] = field(default_factory=list)
    sentences: list[Span] = field(default_factory=list)
    names: dict[str, Name] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()


class Renderer:
    """Renders one variant; ``given`` holds names that slots take instead of new ones."""

    def __init__(self, names: Names, chance: random.Random, given: dict[str, Name] | None = None) -> None:
        self._names = names
        self._chance = chance
        self._piece = Piece(names=dict(given or {}))
        self._written: dict[str, str] = {}
        self._start = 0

    def render(self, variant: Variant) -> Piece:
        """The variant's text with a full stop after each sentence; a headline in title case, without one."""
        piece = self._piece
        self._write(variant.nodes)
        self._end_sentence(final=not variant.headline)
        _use_an(piece)
        if variant.headline:
            piece.text = title_case(piece.text)
        for key, words in self._written.items():
            piece.names[key] = Name(_type(key), words, words)
        spelled = {mark.key for mark in piece.mentions}
        piece.claims = tuple(c for c in variant.claims if {c.subject, c.object} <= spelled)
        return piece

    def _write(self, nodes: Sequence_) -> None:
        for node in nodes:
            if isinstance(node, str):
                self._piece.text += self._possessive(node)
            elif isinstance(node, Choice):
                self._write(self._chance.choice(node.options))
            elif isinstance(node, Clause):
                number = len(self._piece.clauses)
                start = len(self._piece.text)
                self._piece.clauses.append((start, start))
                self._write(node.words)
                self._piece.clauses[number] = (start, len(self._piece.text))
            elif isinstance(node, Break):
                self._end_sentence(final=True)
                self._piece.text += " "
                self._start = len(self._piece.text)
            else:
                self._fill(node)

    def _possessive(self, words: str) -> str:
        """``'s`` after a name in s loses its own s half of the time."""
        shorter = words.startswith("'s") and self._piece.text.endswith("s") and self._chance.random() < 0.5
        return "'" + words[2:] if shorter else words

    def _end_sentence(self, final: bool) -> None:
        piece = self._piece
        body = piece.text[self._start :]
        piece.text = piece.text[: self._start] + body[:1].upper() + body[1:]
        end = len(piece.text.rstrip("?!. "))
        piece.sentences.append((self._start, end))
        if final and piece.text[-1:] not in "?!.":
            piece.text += "."

    def _fill(self, slot: Slot) -> None:
        piece, form = self._piece, slot.form
        kind = slot.key.rstrip("0123456789")
        if slot.words is not None:
            start = len(piece.text)
            self._write(slot.words)
            words = piece.text[start:]
            if len(words) > len(self._written.get(slot.key, "")):
                self._written[slot.key] = words
            piece.mentions.append(Marked(start, len(piece.text), slot.key, _type(slot.key)))
            return
        if slot.key not in piece.names:
            before, name = self._names.draw(kind, form)
            piece.names[slot.key] = name
            piece.text += before
        name = piece.names[slot.key]
        words = {"a": name.short, "d": name.adjective}.get(form) or name.text
        self._mark(slot.key, words, name.type)
        if form == "abbr":
            piece.text += " ("
            self._mark(slot.key, name.short, name.type)
            piece.text += ")"

    def _mark(self, key: str, words: str, type_: str) -> None:
        start = len(self._piece.text)
        self._piece.text += words
        self._piece.mentions.append(Marked(start, start + len(words), key, type_))


def _type(key: str) -> str:
    """Type of a slot whose words the frame gives: what its letter says, else a rule."""
    return _GIVEN.get(key[0], "Rule")


def _use_an(piece: Piece) -> None:
    """Write "an" for "a" before a vowel that is heard, and move what stands behind it."""
    for found in reversed(list(_A_BEFORE_VOWEL.finditer(piece.text))):
        at = found.start() + 1
        piece.text = piece.text[:at] + "n" + piece.text[at:]
        for mark in piece.mentions:
            mark.start, mark.end = mark.start + (mark.start >= at), mark.end + (mark.end > at)
        piece.clauses = [(a + (a >= at), b + (b > at)) for a, b in piece.clauses]
        piece.sentences = [(a + (a >= at), b + (b > at)) for a, b in piece.sentences]


def title_case(text: str) -> str:
    """Title case of the same length: small words stay small, except the first."""

    def one(match: re.Match[str]) -> str:
        word = match[0]
        return word if match.start() and word in _SMALL else word[0].upper() + word[1:]

    return re.sub(r"(?<![\w'’])[a-z][\w'’]*", one, text)


def statement(claim: Claim, piece: Piece, entities: dict[str, str], attribution: list[str]) -> dict[str, Any]:
    """A statement in the form of the gold, offsets within the piece."""
    fields = claim.fields
    by = (
        [entities.get(part, part) for part in fields["attribution"].split(",")]
        if fields.get("attribution")
        else attribution
    )
    return {
        "s": entities[claim.subject],
        "p": claim.predicate,
        "o": entities[claim.object],
        "effect": fields.get("effect", "none") if claim.predicate in WITH_EFFECT else "none",
        "modality": fields["modality"],
        "attribution": by,
        "valid_from": _value(fields.get("valid_from"), piece),
        "valid_to": _value(fields.get("valid_to"), piece),
        "duration": _value(fields.get("duration"), piece),
        "lifecycle": fields.get("lifecycle"),
        "evidence": [list(span) for span in evidence(claim, piece)],
        "detail": _detail(fields.get("detail"), piece),
    }


def _value(key: str | None, piece: Piece) -> str | None:
    return piece.names[key].value if key and key in piece.names else None


def _detail(text: str | None, piece: Piece) -> str | None:
    if text in piece.names:
        name = piece.names[text]
        return name.value or name.text
    return text.replace("_", " ") if text else None


def evidence(claim: Claim, piece: Piece) -> list[Span]:
    """The shortest clause or sentence that names both ends; else one for each end, in the order of the text."""
    if claim.clauses:
        numbered = piece.clauses or piece.sentences
        return [numbered[number] for number in claim.clauses]
    units = sorted((*piece.clauses, *piece.sentences), key=lambda span: (span[1] - span[0], span))
    both = [unit for unit in units if _names(unit, claim.subject, piece) and _names(unit, claim.object, piece)]
    if both:
        return both[:1]
    ends = [next(u for u in units if _names(u, key, piece)) for key in (claim.object, claim.subject)]
    return sorted(set(ends))


def _names(unit: Span, key: str, piece: Piece) -> bool:
    return any(m.key == key and unit[0] <= m.start and m.end <= unit[1] for m in piece.mentions)
