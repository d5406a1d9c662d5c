"""Three-valued answers on one dimension of a provision: yes, no or unknown, each with its path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policygraph.trace.facts import Fact, Thing
from policygraph.trace.reach import Conditional, Path, Reach, Reacher
from policygraph.trace.scopes import Scope

_DISPUTED = "told and denied on the same day"


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a dimension came to. ``status`` is yes, no, unknown, or unconstrained where the provision says nothing of
    it.

    ``path`` holds the statements behind it, the rule's first; ``values`` what the provision asks for;
    ``would_settle`` the statements that would turn an unknown into a yes, as ``subject predicate object``.
    """

    name: str
    status: str
    conditional: bool = False
    path: tuple[Fact, ...] = ()
    values: tuple[Thing, ...] = ()
    would_settle: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class FirmValues:
    """What a firm has on a dimension (``own``), all that this lies inside (``reach``), and whether it is declared
    complete."""

    firm: Thing
    own: Reach
    reach: Reach
    complete: bool
    denied: tuple[Fact, ...]  # statements that the firm has a value on it, denied


def evaluate(
    scope: Scope,
    told: Sequence[Fact],
    excluded: Sequence[Fact],
    values: FirmValues,
    reacher: Reacher,
    is_conditional: Conditional,
) -> Dimension:
    """Answer one dimension from the rule's statements (``told``), those that say whom it leaves out, and the firm's
    values."""
    things = tuple({fact.object.id: fact.object for fact in told}.values())
    left = _left_open(scope, told, excluded, values, reacher)
    if left.refusal is not None:
        fact, path = left.refusal
        conditional = path.conditional or is_conditional(fact)
        why = f"{fact.object.name} is left out"
        return Dimension(scope.dimension, "no", conditional, (fact, *path.facts), things, (), why)
    if not told:
        return Dimension(scope.dimension, "unconstrained")
    met = [(fact, values.reach[fact.object.id][1]) for fact in left.open if fact.object.id in values.reach]
    if met:
        return _met(scope, met, things, is_conditional)
    if left.disputed is not None:
        return Dimension(scope.dimension, "unknown", False, (left.disputed,), things, (), _DISPUTED)
    if no := _refused(scope, things, values, reacher):
        return no
    settle = tuple(f"{values.firm.name} {predicate} {thing.name}" for thing in things for predicate in scope.direct[:1])
    names = " or ".join(thing.name for thing in things)
    why = f"no statement links {values.firm.name} to {names}"
    return Dimension(scope.dimension, "unknown", False, (), things, settle, why)


@dataclass(frozen=True, slots=True)
class _Left:
    """What the statements that leave somebody out leave of those that tell: the ``open`` ones, the last exclusion that
    is ``disputed``, and the ``refusal`` that leaves none, with the firm's path to what is left out."""

    open: Sequence[Fact]
    disputed: Fact | None = None
    refusal: tuple[Fact, Path] | None = None


def _left_open(
    scope: Scope, told: Sequence[Fact], excluded: Sequence[Fact], values: FirmValues, reacher: Reacher
) -> _Left:
    open_ = list(told)
    disputed: Fact | None = None
    for fact in excluded:
        held = values.reach.get(fact.object.id)
        newest = max((f.known_from for f in told if f.object.id == fact.object.id), default="")
        if held is None or held[1].disputed or newest > fact.known_from:
            continue
        # What is left out of a class is left out although the class is met; other classes stay open.
        around = reacher.around(fact.object, scope)
        names_firm = fact.object.id == values.firm.id
        open_ = [] if names_firm else [f for f in open_ if f.object.id not in around]
        if newest == fact.known_from:
            disputed = fact
        elif not open_:
            return _Left(open_, disputed, (fact, held[1]))
    return _Left(open_, disputed)


def _met(
    scope: Scope, met: Sequence[tuple[Fact, Path]], things: tuple[Thing, ...], is_conditional: Conditional
) -> Dimension:
    joined = [path_with(fact, path, is_conditional(fact)) for fact, path in met]
    best = min(joined, key=lambda path: path.cost)
    if best.disputed:
        return Dimension(scope.dimension, "unknown", False, best.facts, things, (), _DISPUTED)
    return Dimension(scope.dimension, "yes", best.conditional, best.facts, things)


def path_with(fact: Fact, path: Path, conditional: bool) -> Path:
    """A firm's path with the rule's statement before it."""
    return Path((fact, *path.facts), path.conditional or conditional, path.disputed)


def _refused(scope: Scope, things: tuple[Thing, ...], values: FirmValues, reacher: Reacher) -> Dimension | None:
    """A no: every value of the rule is denied of the firm, or the firm's values are all known and none could meet
    it."""
    above = {thing.id: reacher.around(thing, scope) for thing in things}
    denials = {fact.object.id: fact for fact in values.denied}
    refusing = [next((denials[i] for i in above[thing.id] if i in denials), None) for thing in things]
    if things and all(refusing):
        path = tuple(fact for fact in refusing if fact is not None)
        return Dimension(scope.dimension, "no", False, path, things, (), "denied")
    # A value that contains the rule's value leaves it open: what is in China may be in Shanghai.
    own = {identity for identity, (_, path) in values.own.items() if path.facts}
    if values.complete and not any(own & above[thing.id].keys() for thing in things):
        path = tuple({f.id: f for _, p in values.own.values() for f in p.facts[:1]}.values())
        why = f"what {values.firm.name} has on this dimension is declared complete and none of it meets the rule"
        return Dimension(scope.dimension, "no", False, path, things, (), why)
    return None
