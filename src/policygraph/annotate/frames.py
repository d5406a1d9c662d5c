"""Frames: patterns over skeletons, read from ``patterns/frames.yml``, and what each says when it matches.

``{name:Type+}`` is a mention (``+``: a list of them), ``[verb]`` an active and ``[verb!]`` a passive verb group of
``patterns/verbs.yml`` (group ``cue``, with its auxiliaries in group ``aux``), `` ~ `` a short gap without another
clause.
The rest is a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from policygraph.annotate.data import any_of, load, words
from policygraph.annotate.modality import auxiliary_pattern

_SLOT = re.compile(r"\{(\w+):([A-Za-z|]+)(\+?)\}")
_VERB = re.compile(r"\[([a-z_]+)(!?)\]")
_APPOSITION = r"(?:, (?!and |or |as )[^,;]{1,80},)?"


@dataclass(frozen=True, slots=True)
class Said:
    """One statement that a frame makes: names of its slots, the predicate and what is fixed."""

    subject: str
    predicate: str
    object: str
    effect: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """A compiled frame. ``cues`` holds the first words of the verb forms of which one must stand in the sentence
    (empty: any sentence), ``slots`` for each slot that no match lacks the types of which one must."""

    name: str
    pattern: re.Pattern[str]
    cues: frozenset[str]
    slots: tuple[frozenset[str], ...]
    verb: str
    passive: bool
    says: tuple[Said, ...]
    options: dict[str, Any]


@cache
def load_frames() -> tuple[Frame, ...]:
    """All frames, in the order of the file."""
    data = load("frames")
    return tuple(_frame(row, data) for row in data["frames"])


def _frame(row: dict[str, Any], data: dict[str, Any]) -> Frame:
    verbs: dict[str, str] = load("verbs")
    template: str = row["match"]
    verb = _VERB.search(template)
    owner = r"(?:<(?:Jurisdiction|Authority|Zone|Firm|Technology):\d+>'s (?:[a-z-]+ )?)?"
    lead = rf"(?:(?:{'|'.join(sorted(words(data['lead'])))}) ){{0,3}}{owner}"
    template = template.replace(" ~ ", f"(?: {data['gap']}){{0,6}} ")
    pattern = _SLOT.sub(lambda m: _slot(m[1], m[2], bool(m[3]), lead), template)
    cues: frozenset[str] = frozenset()
    if verb:
        forms = verbs[verb[1]].split("|") if "|" in verbs[verb[1]] else verbs[verb[1]].split()
        cues = frozenset(form.split()[0] for form in forms)
        group = (
            rf"{_APPOSITION}(?:,? (?:which|that|who))?(?P<aux>(?: {auxiliary_pattern()})*) (?P<cue>{any_of(forms)})\b"
        )
        pattern = pattern.replace(" " + verb[0], group, 1).replace(
            verb[0], group.replace(") (?P<cue>", ") ?(?P<cue>", 1), 1
        )
    options = {k: v for k, v in row.items() if k not in ("name", "match", "say")}
    says = tuple(_said(said) for said in row["say"])
    passive = bool(verb and verb[2])
    slots = _needed_slots(row["match"])
    return Frame(row["name"], re.compile(pattern), cues, slots, verb[1] if verb else "", passive, says, options)


def _needed_slots(template: str) -> tuple[frozenset[str], ...]:
    """The types of each slot that stands in no group and is not optional; none where the template has alternatives."""
    found = []
    depth = at = 0
    while at < len(template):
        slot = _SLOT.match(template, at)
        if slot is None:
            depth += {"(": 1, ")": -1}.get(template[at], 0)
            if depth < 0 or (template[at] == "|" and not depth):
                return ()
            at += 2 if template[at] == "\\" else 1
            continue
        at = slot.end()
        if not depth and template[at : at + 1] not in ("?", "*", "{"):
            found.append(frozenset(slot[2].split("|")))
    return tuple(found)


def _slot(name: str, types: str, many: bool, lead: str) -> str:
    marker = rf"<(?:{types}):\d+>"
    if not many:
        return f"{lead}(?P<{name}>{marker})"
    joint = r"(?:'s)?(?: \([^()]{1,20}\))?(?:, and |, or |, | and | or | as well as )"
    return f"{lead}(?P<{name}>{marker}(?:{joint}{lead}{marker}){{0,20}})"


def _said(said: list[Any]) -> Said:
    subject, predicate, object_ = said[0].split()
    effect = said[1] if len(said) > 1 and isinstance(said[1], str) else "none"
    options = next((part for part in said[1:] if isinstance(part, dict)), {})
    return Said(subject, predicate, object_, effect, options)


def frames_for(words_of_sentence: frozenset[str], types: frozenset[str]) -> Iterator[Frame]:
    """Frames of which a cue and all slots can be filled in the sentence, whose mentions have these types, in the order
    of the file."""
    for frame in load_frames():
        if (not frame.cues or frame.cues & words_of_sentence) and all(types & slot for slot in frame.slots):
            yield frame
