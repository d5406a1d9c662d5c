"""Documents put together from frames: headline, body, sources, sentences that say nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from training.grammar.frames import Variant
from training.grammar.name import Name
from training.grammar.names import Names
from training.grammar.render import Marked, Piece, Renderer, statement
from training.grammar.template import parse

_FIRST_DAY = date(2023, 1, 2)
_DAYS = 1095


@dataclass(slots=True)
class Draft:
    """A document in the making."""

    text: str = ""
    mentions: list[dict[str, Any]] = field(default_factory=list)
    statements: list[dict[str, Any]] = field(default_factory=list)
    entities: set[str] = field(default_factory=set)
    sentences: int = 0
    firm: Name | None = None
    quotable: bool = True


class Composer:
    """Makes documents from variants, names and the wrappers and fillers of ``sources.yml``."""

    def __init__(
        self, variants: Sequence[Variant], pools: Mapping[str, list[Name]], sources: Mapping[str, Any], seed: int
    ) -> None:
        self._pools = pools
        self._chance = random.Random(seed)
        self._wrappers = [(parse(row["before"]), parse(row["after"]), list(row["by"])) for row in sources["wrappers"]]
        self._fillers = [
            Variant("filler", i, parse(text), (), False, False) for i, text in enumerate(sources["fillers"])
        ]
        self._variants = list(variants)
        self._sets: dict[str, list[Variant]] = {}
        for variant in variants:
            self._sets.setdefault(variant.set, []).append(variant)
        self._queue: list[Variant] = []

    def documents(self, number: int, prefix: str) -> Iterator[dict[str, Any]]:
        """Documents of two to six sentences; every variant occurs about equally often."""
        for index in range(number):
            yield self._document(f"{prefix}-{index:05}")

    def cases(self, number: int, prefix: str) -> Iterator[dict[str, Any]]:
        """Documents of one frame each, in the order of the frames, over and over."""
        for index in range(number):
            draft, names = Draft(), self._names()
            self._add(draft, self._variants[index % len(self._variants)], names, 0.2)
            yield self._row(draft, f"{prefix}-{index:05}", names.today)

    def _names(self) -> Names:
        today = _FIRST_DAY + timedelta(self._chance.randrange(_DAYS))
        return Names(self._pools, self._chance, today, set())

    def _next(self) -> Variant:
        if not self._queue:
            self._queue = list(self._variants)
            self._chance.shuffle(self._queue)
        return self._queue.pop()

    def _document(self, identity: str) -> dict[str, Any]:
        chance, draft, names = self._chance, Draft(), self._names()
        wanted = chance.choice((2, 3, 3, 4, 4, 5, 6))
        chosen = [self._next()]
        if chance.random() < 0.5:
            chosen.append(chance.choice(self._sets[chosen[0].set]))
        while len(chosen) < wanted:
            chosen.append(self._next())
        chosen.sort(key=lambda variant: not variant.headline)
        for variant in chosen:
            if draft.sentences >= wanted:
                self._queue.insert(0, variant)
                continue
            self._add(draft, variant, names, 0.35)
            if not variant.headline and chance.random() < 0.12:
                self._add(draft, chance.choice(self._fillers), names, 0.0)
        return self._row(draft, identity, names.today)

    def _row(self, draft: Draft, identity: str, today: date) -> dict[str, Any]:
        draft.mentions.sort(key=lambda m: (m["start"], -m["end"]))
        return {
            "id": identity, "kind": "news", "date": today.isoformat(),
            "title": draft.text.split("\n")[0].split(". ")[0][:90],
            "text": draft.text, "mentions": draft.mentions, "statements": draft.statements,
        }  # fmt: skip

    def _add(self, draft: Draft, variant: Variant, names: Names, wrapped: float) -> None:
        given = {"F": draft.firm} if draft.firm and self._chance.random() < 0.35 else {}
        piece = Renderer(names, self._chance, given).render(variant)
        if "F" in piece.names and variant.claims:
            draft.firm = piece.names["F"]
        attribution: list[str] = []
        if variant.wrap and self._chance.random() < wrapped:
            attribution = self._wrap(piece, names)
        if draft.text:
            line = draft.text.rsplit("\n", 1)[-1]
            ends = draft.text[-1] in ".?!"
            draft.text += " " if ends and len(line) < 900 and self._chance.random() < 0.75 else "\n\n" if ends else "\n"
        _append(draft, piece, attribution)

    def _wrap(self, piece: Piece, names: Names) -> list[str]:
        """Put the piece's one sentence on a source; returns who says so."""
        before, after, by = self._chance.choice(self._wrappers)
        shell = Renderer(names, self._chance, {}).render(
            Variant("source", 0, (*before, "\0", *after), (), False, False)
        )
        at = shell.text.index("\0")
        inner = piece.text.rstrip(".")
        first_mention = min((m.start for m in piece.mentions), default=1)
        spelled = next(
            (piece.names[m.key].text[:1] for m in piece.mentions if m.start == 0 and m.key in piece.names), ""
        )
        if at and (first_mention > 0 or spelled.islower()):
            inner = inner[:1].lower() + inner[1:]
        elif not at:
            inner = inner[:1].upper() + inner[1:]
        piece.text = shell.text[:at] + inner + shell.text[at + 1 :]
        for mark in piece.mentions:
            mark.start, mark.end = mark.start + at, mark.end + at
        piece.clauses = [(a + at, b + at) for a, b in piece.clauses]
        piece.sentences = [(at, at + len(inner))]
        grown = len(inner) - 1
        for mark in shell.mentions:
            shift = grown if mark.start > at else 0
            piece.mentions.append(Marked(mark.start + shift, mark.end + shift, f"@{mark.key}", mark.type))
        piece.names.update({f"@{key}": name for key, name in shell.names.items()})
        return [piece.names[f"@{who}"].entity if f"@{who}" in piece.names else who for who in by]


def _append(draft: Draft, piece: Piece, attribution: list[str]) -> None:
    offset = len(draft.text)
    entities: dict[str, str] = {}
    for key, name in piece.names.items():
        entities[key] = name.entity if name.value or name.type != "Rule" else _fresh(name.entity, draft.entities)
    for mark in piece.mentions:
        row = {"start": mark.start + offset, "end": mark.end + offset, "type": mark.type, "entity": entities[mark.key]}
        if value := piece.names[mark.key].value:
            row["value"] = value
        draft.mentions.append(row)
    for claim in piece.claims:
        made = statement(claim, piece, entities, attribution)
        made["evidence"] = [[a + offset, b + offset] for a, b in made["evidence"]]
        draft.statements.append(made)
    draft.text += piece.text
    draft.sentences += len(piece.sentences)


def _fresh(entity: str, taken: set[str]) -> str:
    """A name that no other rule of the document bears: two acts told with one word are two things."""
    name, number = entity, 2
    while name in taken:
        name, number = f"{entity} ({number})", number + 1
    taken.add(name)
    return name
