"""The markup of frames, parsed.

``{F}`` is a slot: a kind (see ``kinds.yml``), perhaps with a lower-case letter and a digit that tell slots of one kind
apart (``{F2}``, ``{Wp}``). ``{R:ban on {T}}`` is a slot with its words given; ``{C.d}`` a slot in another form;
``(may|could)`` a choice; ``<…>`` a clause to be quoted as evidence; ``//`` the end of a sentence. A backslash takes the
meaning from the next character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

_SLOT = re.compile(r"([A-Z][a-z]?[0-9]?)(?:\.([a-z]+))?")
_SPECIAL = "{}()|<>"


class TemplateError(ValueError):
    """A frame that does not follow the markup."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a name; ``words`` where the frame gives them itself."""

    key: str
    form: str
    words: Sequence_ | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives, one of which is taken."""

    options: tuple[Sequence_, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause that evidence quotes."""

    words: Sequence_


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a sentence inside a frame."""


Node: TypeAlias = "str | Slot | Choice | Clause | Break"
Sequence_: TypeAlias = "tuple[Node, ...]"


def parse(text: str) -> Sequence_:
    """Parse a frame's text. Raises TemplateError where brackets do not match or a slot has no name."""
    nodes, at = _sequence(text, 0, "")
    if at != len(text):
        raise TemplateError(f"{text!r}: unexpected {text[at]!r} at {at}")
    return nodes


def _sequence(text: str, at: int, stop: str) -> tuple[Sequence_, int]:
    nodes: list[Node] = []
    plain: list[str] = []

    def flush() -> None:
        if plain:
            nodes.append("".join(plain))
            plain.clear()

    while at < len(text) and text[at] not in stop:
        character = text[at]
        if character == "\\" and at + 1 < len(text):
            plain.append(text[at + 1])
            at += 2
        elif text.startswith("//", at):
            plain[:] = ["".join(plain).rstrip()]
            flush()
            nodes.append(Break())
            at += 2
            while at < len(text) and text[at] == " ":
                at += 1
        elif character in "{(<":
            flush()
            node, at = _bracket(text, at)
            nodes.append(node)
        elif character in _SPECIAL:
            raise TemplateError(f"{text!r}: unexpected {character!r} at {at}")
        else:
            plain.append(character)
            at += 1
    flush()
    return tuple(nodes), at


def _bracket(text: str, at: int) -> tuple[Node, int]:
    opening = text[at]
    if opening == "<":
        words, at = _sequence(text, at + 1, ">")
        return Clause(words), _closed(text, at, ">")
    if opening == "(":
        options = []
        while True:
            words, at = _sequence(text, at + 1, "|)")
            options.append(words)
            if at >= len(text) or text[at] == ")":
                return Choice(tuple(options)), _closed(text, at, ")")
    found = _SLOT.match(text, at + 1)
    if not found:
        raise TemplateError(f"{text!r}: a slot without a name at {at}")
    at = found.end()
    given: Sequence_ | None = None
    if text.startswith(":", at):
        given, at = _sequence(text, at + 1, "}")
    return Slot(found[1], found[2] or "", given), _closed(text, at, "}")


def _closed(text: str, at: int, closing: str) -> int:
    if not text.startswith(closing, at):
        raise TemplateError(f"{text!r}: {closing!r} is missing at {at}")
    return at + 1


def slots(nodes: Sequence_) -> list[Slot]:
    """All slots of a template, nested ones too, in order."""
    found: list[Slot] = []
    for node in nodes:
        if isinstance(node, Slot):
            found.append(node)
            found += slots(node.words or ())
        elif isinstance(node, Clause):
            found += slots(node.words)
        elif isinstance(node, Choice):
            found += [slot for option in node.options for slot in slots(option)]
    return found
