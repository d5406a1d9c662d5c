"""Whether one provision of a rule reaches a firm: its time first, then its scope, dimension by dimension."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from policygraph.model.ontology import UNKNOWN_EFFECT
from policygraph.trace.answers import ProvisionAnswer
from policygraph.trace.dimensions import Dimension, FirmValues, evaluate
from policygraph.trace.facts import Fact
from policygraph.trace.question import Context
from policygraph.trace.scopes import Scope, load_scopes
from policygraph.trace.when import Interval, newest_interval, stage

# Statements of a rule whose dates belong to all its provisions.
_RULE_LEVEL = ("holds_in", "lifts", "administered_by")
_SCOPING = ("applies_to", "enforced_against")
_UNNAMED = "unnamed entities"


def provisions_of(about: Sequence[Fact]) -> list[list[Fact]]:
    """Statements that say whom or what the rule is about, by provision.

    Those that only deny are a provision of their own where nothing tells of one with their effect. Those of unknown
    effect are none where another effect on all that they are about is told or denied, and are never two documents' one:
    they may tell of different things.
    """
    groups: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in about:
        if fact.predicate in _SCOPING:
            groups[fact.provision or fact.id, fact.effect].append(fact)
    # Documents that say the same of a rule tell of one provision.
    merged: dict[tuple[str, frozenset[str]], list[Fact]] = defaultdict(list)
    open_: list[list[Fact]] = []
    for (_, effect), group in sorted(groups.items()):
        if effect == UNKNOWN_EFFECT:
            open_.append(group)
        else:
            merged[effect, frozenset(f.object.id for f in group if f.modality != "denied")] += group
    told = {effect for effect, objects in merged if objects}
    known = {fact.object.id for group in merged.values() for fact in group if fact.effect != "none"}
    open_ = [group for group in open_ if not {fact.object.id for fact in group} <= known]
    return [group for (effect, objects), group in merged.items() if objects or effect not in told] + open_


def answer_provision(context: Context, group: list[Fact], about: Sequence[Fact]) -> ProvisionAnswer:
    """Whether a provision, given by its statements (``group``) among all those ``about`` its rule, reaches the firm."""
    told = [fact for fact in group if fact.modality != "denied"]
    lead = (told or group)[0]
    excluded = [f for f in about if _leaves_out(f, lead.effect)]
    own = newest_interval(told)
    interval = own if own.source else newest_interval([f for f in about if f.predicate in _RULE_LEVEL])
    dimensions = {
        name: _dimension(context, scope, [*told, *(f for f in about if f.predicate == "holds_in")], excluded)
        for name, scope in load_scopes().items()
    }
    answer = ProvisionAnswer(
        lead.provision or lead.id,
        lead.effect,
        next((f.action for f in told if f.action), None),
        next((f.action_verb for f in told if f.action_verb), None),
        "unknown",
        False,
        interval,
        dimensions,
        "",
        facts=tuple(told or group),
    )
    scoped = _scope(context, answer)
    timed = _time(context, interval, told, _concerning(about, group))
    if timed is None:
        return scoped
    return replace(answer, status=timed[0], why=timed[1], reach=scoped.status)


def _concerning(about: Sequence[Fact], group: Sequence[Fact]) -> list[Fact]:
    """Statements of the rule as a whole, and of those that this provision is about: what becomes of the rule for one
    firm says nothing of another, and what becomes of an unknown effect nothing of a known one."""
    objects, effect = {fact.object.id for fact in group}, group[0].effect
    return [
        fact
        for fact in about
        if fact.predicate not in _SCOPING
        or (fact.object.id in objects and (fact.effect == effect or fact.effect != UNKNOWN_EFFECT))
    ]


def _leaves_out(fact: Fact, effect: str) -> bool:
    """Whether a statement says that a rule does not reach its object, with this effect or in that place."""
    same = fact.predicate == "holds_in" or (fact.predicate in _SCOPING and fact.effect == effect != UNKNOWN_EFFECT)
    return same and fact.modality == "denied"


def _time(context: Context, interval: Interval, told: Sequence[Fact], about: Sequence[Fact]) -> tuple[str, str] | None:
    """The status that the rule's time decides, with the reason; None where the rule is running on the day."""
    as_of = context.question.as_of
    day = as_of.isoformat()
    status = interval.status(as_of)
    if status == "not_yet" and interval.start:
        return "not_yet", f"starts on {interval.start[0].isoformat()}"
    if status == "expired" and interval.end:
        return "expired", f"its validity ended on {interval.end[0].isoformat()}, that day excluded"
    current = stage(about, context.facts.to(context.rule.id, "repeals"), day)
    if current.fact is not None and current.status in ("repealed", "expired", "suspended"):
        return current.status, f"{current.status} by the statement of {current.fact.known_from}"
    if current.fact is not None and current.status == "delayed" and interval.start is None:
        return "not_yet", f"delayed by the statement of {current.fact.known_from}; no new date is known"
    if status == "unknown":
        return "unknown", "the stated date is not exact enough to say"
    first = min((f.known_from for f in about if f.origin not in ("reference", "assumption")), default="")
    if interval.start is None and first > day and all(f.known_from > day for f in told):
        return "unknown", f"its start is not stated, and it was first spoken of on {first}"
    return None


def _dimension(context: Context, scope: Scope, told: Sequence[Fact], excluded: Sequence[Fact]) -> Dimension:
    only = context.question.only.get(scope.dimension, ())
    own, reach = context.reacher.reach(context.firm, scope, only)
    denied = tuple(
        fact
        for slot in context.facts.slots(context.firm.id, *scope.direct)
        if all(f.modality == "denied" for f in slot)
        for fact in slot[:1]
    )
    return evaluate(
        scope,
        [f for f in told if _constrains(scope, f) and f.modality != "denied"],
        [f for f in excluded if _constrains(scope, f)],
        FirmValues(context.firm, own, reach, bool(only), denied),
        context.reacher,
        context.is_conditional,
    )


def _constrains(scope: Scope, fact: Fact) -> bool:
    return fact.object.type in scope.values.get(fact.predicate, ())


def _scope(context: Context, answer: ProvisionAnswer) -> ProvisionAnswer:
    """Join the dimensions: a no makes no, else an unknown makes unknown, else yes."""
    found = _joined(context, answer)
    return found if found.reach == "yes" else replace(found, reach=found.status)


def _joined(context: Context, answer: ProvisionAnswer) -> ProvisionAnswer:
    dimensions = answer.dimensions
    constrained = {n: d for n, d in dimensions.items() if d.status != "unconstrained"}
    refused = [d for d in constrained.values() if d.status == "no"]
    open_ = [d for d in constrained.values() if d.status == "unknown"]
    if refused:
        why = "; ".join(f"{d.name}: {d.why or 'no'}" for d in refused)
        return replace(answer, status="no", conditional=all(d.conditional for d in refused), why=why)
    if not constrained.keys() - {"place"}:
        why = f"the texts do not say whom or what {context.rule.name} is about"
        if any(f.detail and _UNNAMED in f.detail for f in answer.facts):
            why = "it names unnamed entities of a place, which does not make it reach a firm by itself"
        return replace(answer, why=why, would_settle=(f"{context.rule.name} applies_to {context.firm.name}",))
    if open_:
        why = "; ".join(f"{d.name}: {d.why}" for d in open_)
        return replace(answer, why=why, would_settle=tuple(s for d in open_ for s in d.would_settle))
    if answer.effect == UNKNOWN_EFFECT:
        why = f"it is about {context.firm.name}, and what it does is unknown: an exemption is not ruled out"
        settle = f"what {context.rule.name} does to {context.firm.name}"
        return replace(answer, why=why, would_settle=(settle,), reach="yes")
    conditional = any(d.conditional for d in constrained.values())
    why = "every dimension that it constrains is met" + (", on a condition" if conditional else "")
    return replace(answer, status="yes", conditional=conditional, why=why)
