"""Answers as records and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from policygraph.model.ontology import UNKNOWN_EFFECT
from policygraph.trace.dimensions import Dimension
from policygraph.trace.facts import Fact, Thing
from policygraph.trace.named import named_of_list
from policygraph.trace.when import Interval

STATUSES = ("yes", "no", "unknown", "expired", "not_yet", "not_known_yet", "suspended", "repealed")
# The rule's answer is the strongest of its provisions'.
STRENGTH = {status: rank for rank, status in enumerate(
    ("yes", "unknown", "suspended", "not_yet", "no", "expired", "repealed", "not_known_yet")
)}  # fmt: skip


def step_json(fact: Fact) -> dict[str, Any]:
    """One statement of a path as JSON: what it says, how sure, who says so, when, and the exact words."""
    return {
        "statement": fact.id,
        "subject": fact.subject.name,
        "predicate": fact.predicate,
        "object": fact.object.name,
        "effect": fact.effect,
        "modality": fact.modality,
        "attribution": list(fact.attribution),
        "origin": fact.origin,
        "published": fact.known_from or None,
        "document": fact.document_id or None,
        "quotes": list(fact.quotes),
        "subject_named": named_of_list(fact.subject_named),
        "object_named": named_of_list(fact.object_named),
    }


def effect_words(effect: str) -> str:
    """How an effect is shown to a person: one that is unknown says what is unknown."""
    return "effect unknown" if effect == UNKNOWN_EFFECT else effect


def dimension_json(dimension: Dimension) -> dict[str, Any]:
    """A dimension as JSON."""
    return {
        "status": dimension.status,
        "conditional": dimension.conditional,
        "values": [thing.name for thing in dimension.values],
        "path": [step_json(fact) for fact in dimension.path],
        "why": dimension.why,
    }


@dataclass(frozen=True, slots=True)
class ProvisionAnswer:
    """Whether one provision reaches the firm. ``reach`` is what its scope alone comes to, whatever its time."""

    id: str
    effect: str
    action: str | None
    action_verb: str | None
    status: str
    conditional: bool
    interval: Interval
    dimensions: dict[str, Dimension]
    why: str
    would_settle: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    exceptions: tuple[Fact, ...] = ()
    reach: str = "unknown"

    def as_json(self) -> dict[str, Any]:
        """The provision as JSON."""
        return {
            "provision": self.id,
            "effect": self.effect,
            "action": self.action,
            "action_verb": self.action_verb,
            "status": self.status,
            "conditional": self.conditional,
            "reach": self.reach,
            "why": self.why,
            "interval": self.interval.as_json(),
            "dimensions": {name: dimension_json(d) for name, d in self.dimensions.items()},
            "would_settle": list(self.would_settle),
            "statements": [step_json(fact) for fact in self.facts],
            "exceptions": [step_json(fact) for fact in self.exceptions],
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a rule reaches a firm on a day, by what was known on another."""

    rule: Thing
    firm: Thing
    as_of: str
    known_at: str
    known_by: str
    status: str
    conditional: bool
    why: str
    provisions: tuple[ProvisionAnswer, ...] = ()
    would_settle: tuple[str, ...] = ()
    last_stated: Fact | None = None
    issued_by: tuple[Fact, ...] = ()
    lifts: tuple[Fact, ...] = ()
    part_of: tuple[Fact, ...] = ()
    rests_on: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {
            "rule": self.rule.name,
            "rule_id": self.rule.id,
            "firm": self.firm.name,
            "firm_id": self.firm.id,
            "as_of": self.as_of,
            "known_at": self.known_at,
            "known_by": self.known_by,
            "status": self.status,
            "conditional": self.conditional,
            "why": self.why,
            "provisions": [provision.as_json() for provision in self.provisions],
            "would_settle": list(self.would_settle),
            "last_stated": (self.last_stated.known_from or None) if self.last_stated else None,
            "last_statement": self.last_stated.id if self.last_stated else None,
            "issued_by": [step_json(fact) for fact in self.issued_by],
            "lifts": [step_json(fact) for fact in self.lifts],
            "part_of": [step_json(fact) for fact in self.part_of],
            "rests_on": list(self.rests_on),
        }
