"""What a document says of its rules as a whole: since when, until when, in which state; and what a rule's noun
implies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from policygraph.annotate.data import load
from policygraph.annotate.proposal import Draft, Proposal
from policygraph.model.time import DateError, bounds

_ENDED = ("repealed", "annulled", "suspended", "delayed", "upheld", "expired")


@dataclass(slots=True)
class RuleTime:
    """Valid time of a rule as the text gives it."""

    valid_from: str | None = None
    valid_to: str | None = None
    duration: str | None = None


@dataclass(slots=True)
class RuleStates:
    """Times and states by the rule's entity; the first time given and the strongest state win."""

    times: dict[str, RuleTime] = field(default_factory=dict)
    states: dict[str, list[str]] = field(default_factory=dict)

    def add_time(self, rule: str, start: str | None, end: str | None, duration: str | None) -> None:
        """Keep what is new of a rule's time."""
        if start or end or duration:
            known = self.times.setdefault(rule, RuleTime())
            known.valid_from = known.valid_from or start
            known.valid_to = known.valid_to or end
            known.duration = known.duration or duration

    def add_state(self, rule: str, state: str) -> None:
        """Keep a state that the text says."""
        self.states.setdefault(rule, []).append(state)

    def state(self, rule: str) -> str | None:
        """The state that ends or changes a rule if there is one, else the last."""
        said = self.states.get(rule, [])
        return next((s for s in _ENDED if s in said), said[-1] if said else None)


@cache
def _nouns() -> dict[str, dict[str, Any]]:
    data = load("rule_nouns")
    found = {noun: group for group in data["groups"] for noun in group["nouns"]}
    return found | {verb: row for row in data["verbs"] for verb in row["verbs"]}


def implied_effect(rule: Proposal) -> str:
    """The effect that a rule's noun or verb implies, "" if none."""
    return str(_nouns().get(rule.head, {}).get("effect", ""))


def implied_lifecycle(rule: Proposal) -> str | None:
    """The state that a rule's noun or verb implies."""
    return _nouns().get(rule.head, {}).get("lifecycle") or None


def settle(drafts: Iterable[Draft], states: RuleStates, published: date | None) -> None:
    """Fill in what a rule's statements take from the document as a whole: effect ``rule``, times and lifecycle."""
    listed = list(drafts)
    effects = _effects(listed)
    for draft in listed:
        if draft.effect == "rule":
            draft.effect = implied_effect(draft.subject) or effects.get(draft.subject.entity, "none")
        if draft.subject.type != "Rule":
            continue
        if draft.predicate not in ("issued_by", "part_of", "based_on"):
            _set_time(draft, states.times.get(draft.subject.entity))
        draft.lifecycle = draft.lifecycle or _lifecycle(draft, states, published)


def _effects(drafts: list[Draft]) -> dict[str, str]:
    """What each rule does where the text says it outright; lifting a duty permits."""
    found: dict[str, str] = {}
    for draft in drafts:
        if draft.modality == "denied" or draft.effect in ("none", "rule"):
            continue
        effect = "permits" if draft.predicate == "lifts" else draft.effect
        found.setdefault(draft.subject.entity, effect)
    return found


def _set_time(draft: Draft, time: RuleTime | None) -> None:
    if time and not (draft.valid_from or draft.valid_to or draft.duration):
        draft.valid_from, draft.valid_to, draft.duration = time.valid_from, time.valid_to, time.duration


def _lifecycle(draft: Draft, states: RuleStates, published: date | None) -> str | None:
    rule = draft.subject
    if said := states.state(rule.entity):
        return "adopted" if said == "in_force" and _is_future(draft, states, published) else said
    if rule.head in ("bill", "proposal", "draft", "plan") or draft.modality in ("planned", "possible"):
        return "proposed"
    if implied := implied_lifecycle(rule):
        return "adopted" if implied == "in_force" and _is_future(draft, states, published) else implied
    if draft.predicate == "applies_to":
        return "adopted" if _is_future(draft, states, published) else "in_force"
    return "adopted" if draft.predicate in ("issued_by", "enforced_against", "amends", "repeals", "lifts") else None


def _is_future(draft: Draft, states: RuleStates, published: date | None) -> bool:
    time = states.times.get(draft.subject.entity)
    start = time.valid_from if time else draft.valid_from
    if not start or not published:
        return False
    try:
        return bounds(start)[0] > published
    except DateError:
        return False
