"""A rule's time: whether it was known, had begun, had ended, was suspended or repealed on the day asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from policygraph.model.time import DateError, add_duration, bounds
from policygraph.trace.facts import Fact

_NO_LONGER = {"repealed": "repealed", "annulled": "repealed", "expired": "expired", "suspended": "suspended"}


@dataclass(frozen=True, slots=True)
class Interval:
    """When something holds. ``start`` is the range in which it begins, ``end`` the range of the first day after it."""

    start: tuple[date, date] | None = None
    end: tuple[date, date] | None = None
    source: Fact | None = None

    def as_json(self) -> dict[str, str | None]:
        """First day and first day after the end, as far as they are known."""
        return {
            "from": self.start[0].isoformat() if self.start else None,
            "to": self.end[0].isoformat() if self.end and self.end[0] != date.max else None,
            "statement": self.source.id if self.source else None,
        }

    def status(self, day: date) -> str:
        """``not_yet``, ``expired``, ``unknown`` (between the first and last day that an inexact date can mean) or
        ``running``."""
        if self.end and day >= self.end[1]:
            return "expired"
        if self.start and day < self.start[0]:
            return "not_yet"
        inexact_start = self.start is not None and day < self.start[1]
        inexact_end = self.end is not None and day >= self.end[0]
        return "unknown" if inexact_start or inexact_end else "running"


def interval_of(fact: Fact) -> Interval:
    """The interval that a statement gives; an unreadable date counts as unknown."""
    start = end = None
    try:
        if fact.valid_from:
            start = bounds(fact.valid_from)
        if fact.valid_to:
            first, last = bounds(fact.valid_to)
            end = (_after(first), _after(last))
        elif start and fact.duration:
            end = (add_duration(start[0], fact.duration), add_duration(start[1], fact.duration))
    except DateError:
        return Interval(start, None, fact)
    return Interval(start, end, fact if start or end else None)


def _after(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def newest_interval(facts: Sequence[Fact]) -> Interval:
    """The interval of the newest statement that gives one: a later document may prolong or delay an earlier date.

    Among statements of one day, one that gives an end is preferred.
    """
    told = [fact for fact in facts if fact.modality != "denied"]
    best = Interval()
    best_key: tuple[str, bool, bool] | None = None
    for fact in sorted(told, key=lambda f: f.id):
        found = interval_of(fact)
        if found.source is None:
            continue
        key = (fact.known_from, found.end is not None, found.start is not None)
        if best_key is None or key > best_key:
            best, best_key = found, key
    return best


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the rule's lifecycle stands on a day, and the statement that says so."""

    status: str | None
    fact: Fact | None


def _first_day(fact: Fact) -> str:
    """The first day that a statement gives, "" where it gives none that can be read."""
    try:
        return bounds(fact.valid_from)[0].isoformat() if fact.valid_from else ""
    except DateError:
        return ""


def stage(about: Sequence[Fact], repealing: Sequence[Fact], day: str) -> Stage:
    """``suspended``, ``repealed``, ``expired`` or ``delayed`` by the last statement that took effect on or before the
    day.

    ``about`` are statements whose subject is the rule; ``repealing`` are ``repeals`` statements whose object it is.
    Only
    what is asserted changes a rule; a day that is stated and lies ahead of its document is the day of the change.
    """
    events = []
    for fact in about:
        if fact.lifecycle and fact.modality == "asserted":
            events.append((max(fact.known_from, _first_day(fact)), 0, fact.lifecycle, fact))
    for fact in repealing:
        if fact.modality == "asserted":
            first = _first_day(fact) or fact.known_from
            if fact.lifecycle not in ("proposed", "consulted_on", "announced"):
                events.append((first, 1, "repealed", fact))
    past = [event for event in events if event[0] <= day]
    if not past:
        return Stage(None, None)
    _, _, lifecycle, fact = max(past, key=lambda event: (event[0], event[1], event[3].id))
    if lifecycle == "delayed":
        return Stage("delayed", fact)
    return Stage(_NO_LONGER.get(lifecycle), fact)
