"""What a firm reaches on a dimension: each value with the best path of statements that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from policygraph.trace.facts import Fact, Facts, Thing, witness
from policygraph.trace.scopes import Scope
from policygraph.trace.when import interval_of

MAX_DEPTH = 8  # places in places, sectors in sectors: no real chain is longer


@dataclass(frozen=True, slots=True)
class Path:
    """Statements from the firm to a value. ``disputed`` if one of them is told and denied on the same day."""

    facts: tuple[Fact, ...] = ()
    conditional: bool = False
    disputed: bool = False

    def then(self, fact: Fact, conditional: bool, disputed: bool) -> Path:
        """The path one statement longer."""
        return Path((*self.facts, fact), self.conditional or conditional, self.disputed or disputed)

    @property
    def cost(self) -> tuple[bool, bool, int, int, tuple[str, ...]]:
        """What makes a path worse: disputed, conditional, assumed, long."""
        assumed = sum(fact.is_assumed for fact in self.facts)
        return self.disputed, self.conditional, assumed, len(self.facts), tuple(fact.id for fact in self.facts)


Reach = Mapping[str, tuple[Thing, Path]]
Conditional = Callable[[Fact], bool]


class Reacher:
    """Walks from a thing along statements that hold on a day, each way once: many rules ask for the same."""

    def __init__(self, facts: Facts, as_of: date, is_conditional: Conditional) -> None:
        self._facts = facts
        self._as_of = as_of
        self._is_conditional = is_conditional
        self._of_firms: dict[tuple[str, str, tuple[str, ...]], tuple[Reach, Reach]] = {}
        self._around: dict[tuple[str, str], Reach] = {}

    def reach(self, firm: Thing, scope: Scope, only: Sequence[Fact] = ()) -> tuple[Reach, Reach]:
        """The values that a firm has itself (with ``only``, these and no others), and these with all they lie
        inside."""
        key = (firm.id, scope.dimension, tuple(fact.id for fact in only))
        if key not in self._of_firms:
            own = self._values(firm, scope, only)
            self._of_firms[key] = (own, self._inside(own, scope))
        return self._of_firms[key]

    def around(self, thing: Thing, scope: Scope) -> Reach:
        """A thing and everything that it lies inside."""
        key = (thing.id, scope.dimension)
        if key not in self._around:
            self._around[key] = self._inside({thing.id: (thing, Path())}, scope)
        return self._around[key]

    def _values(self, firm: Thing, scope: Scope, only: Iterable[Fact] = ()) -> Reach:
        """Values that the firm itself has on a dimension; with ``only``, it has these and no others."""
        start: dict[str, tuple[Thing, Path]] = {firm.id: (firm, Path())}
        itself = scope.itself or any(firm.type in types for types in scope.values.values())
        found: dict[str, tuple[Thing, Path]] = dict(start) if itself else {}
        restricted = list(only)
        if restricted:
            for fact in restricted:
                _keep(found, fact.object, Path((fact,)))
        else:
            for template in scope.paths:
                frontier = start
                for predicate in template:
                    frontier = self._step(frontier, predicate, scope)
                for thing, path in frontier.values():
                    _keep(found, thing, path)
        return found

    def _inside(self, found: Mapping[str, tuple[Thing, Path]], scope: Scope) -> Reach:
        """The values and everything that they lie inside, each with its best path."""
        reached = dict(found)
        frontier: Mapping[str, tuple[Thing, Path]] = found
        for _ in range(MAX_DEPTH):
            larger: dict[str, tuple[Thing, Path]] = {}
            for predicate in scope.inside:
                for thing, path in self._step(frontier, predicate, scope).values():
                    held = reached.get(thing.id)
                    if held is None or path.cost < held[1].cost:
                        _keep(larger, thing, path)
            if not larger:
                break
            reached |= larger
            frontier = larger
        return reached

    def _step(
        self, frontier: Mapping[str, tuple[Thing, Path]], predicate: str, scope: Scope
    ) -> dict[str, tuple[Thing, Path]]:
        found: dict[str, tuple[Thing, Path]] = {}
        for thing, path in frontier.values():
            for slot in self._facts.slots(thing.id, predicate):
                fact, disputed = witness([f for f in slot if self._holds(f)])
                if fact is None or (predicate == "owns" and fact.object.type not in scope.owned_types):
                    continue
                _keep(found, fact.object, path.then(fact, self._is_conditional(fact), disputed))
        return found

    def _holds(self, fact: Fact) -> bool:
        return interval_of(fact).status(self._as_of) in ("running", "unknown")


def _keep(found: dict[str, tuple[Thing, Path]], thing: Thing, path: Path) -> None:
    held = found.get(thing.id)
    if held is None or path.cost < held[1].cost:
        found[thing.id] = (thing, path)
