"""Statements as answers read them: with the entities at both ends, and only those that were known on the day asked
about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

_RANK = {"asserted": 0, "planned": 1, "possible": 2, "denied": 3}


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity as an answer shows it."""

    id: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement of the graph. ``id`` is ``assumption`` followed by a number where the person who asks assumes it."""

    id: str
    subject: Thing
    predicate: str
    object: Thing
    effect: str = "none"
    modality: str = "asserted"
    attribution: tuple[str, ...] = ()
    attribution_ids: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    duration: str | None = None
    lifecycle: str | None = None
    action: str | None = None
    action_verb: str | None = None
    amount: str | None = None
    due: str | None = None
    provision: str | None = None
    detail: str | None = None
    standing: str = "fact"
    origin: str = "extracted"
    document_id: str = ""
    publisher: str = ""
    known_from: str = ""
    known_to: str | None = None
    recorded: str = ""
    quotes: tuple[str, ...] = field(default=(), repr=False)
    subject_named: tuple[str, ...] = field(default=(), repr=False)  # how, the words, their start:end in the text
    object_named: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_assumed(self) -> bool:
        """Whether the person who asks assumes it."""
        return self.origin == "assumption"


@dataclass(frozen=True, slots=True)
class Known:
    """On which day, and by which reckoning, something must have been known: ``published`` (default) or ``recorded``."""

    day: str
    by: str = "published"

    def holds(self, fact: Fact) -> bool:
        """Whether the statement was known then and not yet replaced by a newer version of its document.

        Reference data is background, no news: it counts as known on every day, and answers name the steps that rest
        on it.
        """
        if fact.is_assumed:
            return True
        if fact.origin == "reference":
            return not (fact.known_to and fact.known_to <= self.day)
        if self.by == "recorded":
            return fact.recorded[:10] <= self.day and not (
                fact.known_to and max(fact.known_to, fact.recorded[:10]) <= self.day
            )
        return fact.known_from <= self.day and not (fact.known_to and fact.known_to <= self.day)


# Properties of a statement node that a fact takes as they are; those that hold lists; and all, in the order of columns.
_LISTS = ("attribution", "attribution_ids", "quotes", "subject_named", "object_named")
_PLAIN = (
    "id", "predicate", "effect", "modality", "valid_from", "valid_to", "duration", "lifecycle", "action", "action_verb",
    "amount", "due", "provision", "detail", "standing", "origin", "document_id", "publisher", "known_from", "known_to",
    "recorded",
)  # fmt: skip
_NEVER_NONE = ("publisher", "recorded")
STATEMENT_COLUMNS = (*_PLAIN, *_LISTS)


class FactReader:
    """Makes facts of rows; things that stand in many rows are made once."""

    def __init__(self) -> None:
        self._things: dict[str, Thing] = {}

    def fact(self, statement: Sequence[Any], subject: Sequence[str], object_: Sequence[str]) -> Fact:
        """A fact of the columns of its statement and the id, name and type of both ends."""
        values = dict(zip(STATEMENT_COLUMNS, statement, strict=True))
        for name in _LISTS:
            values[name] = tuple(values[name] or ())
        for name in _NEVER_NONE:
            values[name] = values[name] or ""
        return Fact(subject=self._thing(subject), object=self._thing(object_), **values)

    def _thing(self, columns: Sequence[str]) -> Thing:
        found = self._things.get(columns[0])
        if found is None:
            found = self._things[columns[0]] = Thing(*columns)
        return found


class Facts:
    """Facts by their ends, ordered: the firmest first, then the newest, so that the first of a slot is the best
    witness."""

    def __init__(self, facts: Iterable[Fact], known: Known) -> None:
        held = [fact for fact in facts if fact.standing == "fact" and known.holds(fact)]
        held.sort(key=lambda f: f.id)
        held.sort(key=lambda f: f.known_from, reverse=True)
        held.sort(key=lambda f: (_RANK[f.modality], bool(f.attribution)))
        self.all: tuple[Fact, ...] = tuple(held)
        self._from: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        self._to: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for fact in held:
            self._from[fact.subject.id, fact.predicate].append(fact)
            self._to[fact.object.id, fact.predicate].append(fact)

    def of(self, subject_id: str, *predicates: str) -> list[Fact]:
        """Facts about a subject with one of the predicates."""
        return [fact for predicate in predicates for fact in self._from.get((subject_id, predicate), ())]

    def to(self, object_id: str, *predicates: str) -> list[Fact]:
        """Facts that point to an object with one of the predicates."""
        return [fact for predicate in predicates for fact in self._to.get((object_id, predicate), ())]

    def slots(self, subject_id: str, *predicates: str) -> list[list[Fact]]:
        """The same, grouped by slot (predicate and object); each group in the order of ``Facts``."""
        groups: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for fact in self.of(subject_id, *predicates):
            groups[fact.predicate, fact.object.id].append(fact)
        return list(groups.values())


def witness(slot: list[Fact]) -> tuple[Fact | None, bool]:
    """The best statement of a slot that tells it, and whether the slot is disputed.

    A slot that a later document denies has no witness; one that is told and denied on the same day is disputed.
    """
    told = [fact for fact in slot if fact.modality != "denied"]
    denied = [fact.known_from for fact in slot if fact.modality == "denied"]
    if not told:
        return None, False
    newest_told = max(fact.known_from for fact in told)
    if denied and max(denied) > newest_told:
        return None, False
    return told[0], bool(denied) and max(denied) == newest_told
