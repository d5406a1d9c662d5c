"""Frames read from YAML: contrast sets of sentences that differ by a word or two, with the statements they make.

A set has a ``name``, ``base`` statements and ``variants``. A variant is a list: the text (see ``template.py``), the
words that its base statements take on (``planned proposed``; ``-`` for a variant that makes no base statement), then
statements of its own. A statement is ``SUBJECT predicate OBJECT`` with slot names, then in any order an effect, a
modality, a lifecycle, ``from=``, ``to=``, ``for=``, ``by=`` (slots or ``document``, ``anonymous:2``, by commas),
``detail=`` and ``@2`` or ``@1+2``: the clauses (where the frame marks
none, the sentences) that are its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from policygraph.model.ontology import load_ontology
from training.grammar.template import Sequence_, TemplateError, parse, slots

OF_PARTY = ("challenges", "supports")
WITH_EFFECT = ("applies_to", "enforced_against", "lifts")
_KEYS = {"from": "valid_from", "to": "valid_to", "for": "duration", "by": "attribution", "detail": "detail"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement as a frame gives it, with slot names for things and dates."""

    subject: str
    predicate: str
    object: str
    fields: dict[str, str] = field(default_factory=dict)
    clauses: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """One sentence form of a set. ``headline`` ones are written in title case, ``wrap`` ones may be put on a source."""

    set: str
    number: int
    nodes: Sequence_
    claims: tuple[Claim, ...]
    headline: bool
    wrap: bool


def read_frames(folder: Path, files: str = "*.yml") -> list[Variant]:
    """All variants of a folder's ``files``, in order. Raises TemplateError where one does not follow the form."""
    found: list[Variant] = []
    for path in sorted(folder.glob(files)):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            found += _variants(row)
    return found


def _variants(row: dict[str, Any]) -> Iterator[Variant]:
    for number, variant in enumerate(row["variants"]):
        text, *rest = [variant] if isinstance(variant, str) else variant
        words = rest[0] if rest else ""
        base = () if words == "-" else row.get("base", ())
        claims = [claim(line, "" if words == "-" else words) for line in base]
        claims += [claim(line, "") for line in rest[1:]]
        headline = text.startswith("H: ")
        nodes = parse(text.removeprefix("H: "))
        known = {slot.key for slot in slots(nodes)}
        for one in claims:
            missing = {one.subject, one.object} - known
            if missing:
                raise TemplateError(f"{row['name']} {number}: {text!r} has no slot {sorted(missing)}")
        speaks = any(one.fields.get("attribution") for one in claims)
        wrap = (
            bool(claims)
            and row.get("wrap", True)
            and not (headline or speaks or "//" in text or "?" in text or "comment" in text)
        )
        yield Variant(row["name"], number, nodes, tuple(claims), headline, wrap)


def claim(line: str, words: str) -> Claim:
    """Read a statement; ``words`` are taken on where the statement itself says nothing. Raises TemplateError."""
    subject, predicate, object_, *own = line.split()
    if predicate not in load_ontology().relations:
        raise TemplateError(f"{line!r}: no predicate {predicate!r}")
    fields: dict[str, str] = {}
    clauses: tuple[int, ...] = ()
    for word in (*words.split(), *own):
        name, equals, value = word.partition("=")
        if word.startswith("@"):
            clauses = tuple(int(number) - 1 for number in word[1:].split("+"))
        elif equals:
            fields[_KEYS[name]] = value
        else:
            fields[_field(word, line)] = word
    fields.setdefault("modality", "asserted")
    return Claim(subject, predicate, object_, _fitting(fields, predicate, subject), clauses)


def _field(word: str, line: str) -> str:
    ontology = load_ontology()
    lifecycles = ("nolife", *ontology.lifecycles)
    for name, values in (
        ("effect", ontology.told_effects),
        ("modality", ontology.modalities),
        ("lifecycle", lifecycles),
    ):
        if word in values:
            return name
    raise TemplateError(f"{line!r}: {word!r} is no effect, modality or lifecycle")


def _fitting(fields: dict[str, str], predicate: str, subject: str) -> dict[str, str]:
    """Without an effect or a lifecycle where the predicate or subject has none."""
    ruled = subject[0] in "RNY" or predicate in OF_PARTY
    dropped = {
        name
        for name, keep in (
            ("effect", predicate in WITH_EFFECT),
            ("lifecycle", ruled and fields.get("lifecycle") != "nolife"),
        )
        if not keep
    }
    return {name: value for name, value in fields.items() if name not in dropped}
