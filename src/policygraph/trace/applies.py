"""Whether a rule reaches a firm on a day: the rule's time first, then each provision's scope by three-valued logic.

The semantics are those of the ontology's chapter on applicability: the graph is open, so what it does not hold is
unknown; a dimension is no only by a denied or exempting statement or where the firm's values on it are declared
complete.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from policygraph.model.ontology import load_ontology
from policygraph.trace.answers import STRENGTH, Answer, ProvisionAnswer
from policygraph.trace.dimensions import Dimension, FirmValues, evaluate
from policygraph.trace.facts import Fact, Facts, Known, Thing
from policygraph.trace.reach import Reacher
from policygraph.trace.scopes import Scope, load_scopes
from policygraph.trace.when import Interval, interval_of, newest_interval, stage

# Statements of a rule whose dates belong to all its provisions.
_RULE_LEVEL = ("holds_in", "lifts", "administered_by")
_ALL_ABOUT = (
    "applies_to", "enforced_against", "holds_in", "lifts", "issued_by", "administered_by", "based_on", "part_of",
    "amends", "repeals",
)  # fmt: skip
_SCOPING = ("applies_to", "enforced_against")
_UNNAMED = "unnamed entities"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a day, a day of knowledge, and for which dimensions the firm's values are given and complete."""

    as_of: date
    known: Known
    only: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Context:
    facts: Facts
    question: Question
    rule: Thing
    firm: Thing
    reacher: Reacher
    rule_speakers: frozenset[str]

    def is_conditional(self, fact: Fact) -> bool:
        """A step that is planned or possible, or that somebody says who is not the party whose own act or trait it
        is."""
        return _is_conditional(
            fact, self.rule_speakers if fact.subject.id == self.rule.id else frozenset({self.firm.id})
        )


def _is_conditional(fact: Fact, entitled: frozenset[str]) -> bool:
    """Whether a statement is planned or possible, or told by somebody who is not among the entitled."""
    if fact.is_assumed:
        return False
    return fact.modality in ("planned", "possible") or not entitled.issuperset(fact.attribution_ids or fact.attribution)


def firm_reacher(facts: Facts, firm: Thing, question: Question) -> Reacher:
    """What walks from the firm. No statement on the way is about a rule, so one serves for all rules."""
    entitled = frozenset({firm.id})
    return Reacher(facts, question.as_of, lambda fact: _is_conditional(fact, entitled))


def applies(facts: Facts, rule: Thing, firm: Thing, question: Question, reacher: Reacher | None = None) -> Answer:
    """Answer whether ``rule`` reaches ``firm``, with the path behind every step.

    ``reacher`` is one of ``firm_reacher`` for the same facts, firm and question, which saves time over many rules.
    """
    return _applies(facts, rule, firm, question, reacher or firm_reacher(facts, firm, question), frozenset())


def _applies(
    facts: Facts, rule: Thing, firm: Thing, question: Question, reacher: Reacher, above: frozenset[str]
) -> Answer:
    about = facts.of(rule.id, *_ALL_ABOUT)
    issued_by = tuple(facts.of(rule.id, "issued_by"))
    lifts = tuple(f for f in facts.of(rule.id, "lifts") if f.modality != "denied")
    part_of = tuple(f for f in facts.of(rule.id, "part_of") if f.modality != "denied")
    blank = Answer(
        rule, firm, question.as_of.isoformat(), question.known.day, question.known.by, "unknown", False, "",
        issued_by=issued_by, lifts=lifts, part_of=part_of,
    )  # fmt: skip
    spoken_of = about or facts.to(rule.id, *_ALL_ABOUT)
    if not spoken_of:
        why = f"no document known on {question.known.day} speaks of {rule.name}"
        return replace(blank, status="not_known_yet", why=why)
    last = max((f for f in spoken_of if not f.is_assumed), key=lambda f: (f.known_from, f.id), default=None)
    speakers = frozenset(f.object.id for f in issued_by if f.modality != "denied")
    context = _Context(facts, question, rule, firm, reacher, speakers)
    provisions = [_provision(context, group, about) for group in _provisions(about)]
    provisions = [_with_exceptions(context, p, provisions, above) for p in provisions]
    if not provisions:
        why = f"no statement says whom or what {rule.name} is about"
        return replace(blank, why=why, last_stated=last, would_settle=(f"{rule.name} applies_to {firm.name}",))
    provisions.sort(key=lambda p: (STRENGTH[p.status], p.conditional, p.effect, p.id))
    best = provisions[0]
    return replace(
        blank,
        status=best.status,
        conditional=best.conditional,
        why=best.why,
        provisions=tuple(provisions),
        would_settle=best.would_settle if best.status == "unknown" else (),
        last_stated=last,
        rests_on=_rests_on(best),
    )


def _provisions(about: Sequence[Fact]) -> list[list[Fact]]:
    """Statements that say whom or what the rule is about, by provision.

    Those that only deny are a provision of their own where nothing tells of one with their effect.
    """
    groups: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in about:
        if fact.predicate in _SCOPING:
            groups[fact.provision or fact.id, fact.effect].append(fact)
    # Documents that say the same of a rule tell of one provision.
    merged: dict[tuple[str, frozenset[str]], list[Fact]] = defaultdict(list)
    for (_, effect), group in sorted(groups.items()):
        merged[effect, frozenset(f.object.id for f in group if f.modality != "denied")] += group
    told = {effect for effect, objects in merged if objects}
    return [group for (effect, objects), group in merged.items() if objects or effect not in told]


def _provision(context: _Context, group: list[Fact], about: Sequence[Fact]) -> ProvisionAnswer:
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
    firm
    says nothing of another."""
    objects = {fact.object.id for fact in group}
    return [fact for fact in about if fact.predicate not in _SCOPING or fact.object.id in objects]


def _leaves_out(fact: Fact, effect: str) -> bool:
    """Whether a statement says that a rule does not reach its object, with this effect or in that place."""
    same = fact.predicate == "holds_in" or (fact.predicate in _SCOPING and fact.effect == effect)
    return same and fact.modality == "denied"


def _time(context: _Context, interval: Interval, told: Sequence[Fact], about: Sequence[Fact]) -> tuple[str, str] | None:
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


def _dimension(context: _Context, scope: Scope, told: Sequence[Fact], excluded: Sequence[Fact]) -> Dimension:
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


def _scope(context: _Context, answer: ProvisionAnswer) -> ProvisionAnswer:
    """Join the dimensions: a no makes no, else an unknown makes unknown, else yes."""
    found = _joined(context, answer)
    return replace(found, reach=found.status)


def _joined(context: _Context, answer: ProvisionAnswer) -> ProvisionAnswer:
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
    conditional = any(d.conditional for d in constrained.values())
    why = "every dimension that it constrains is met" + (", on a condition" if conditional else "")
    return replace(answer, status="yes", conditional=conditional, why=why)


def _with_exceptions(
    context: _Context, answer: ProvisionAnswer, others: Sequence[ProvisionAnswer], above: frozenset[str]
) -> ProvisionAnswer:
    """Exceptions win: an exempting provision of the same rule, or another rule that lifts this one and reaches the
    firm."""
    if answer.status not in ("yes", "unknown") or answer.effect in ("exempts", "permits", "funds", "clears"):
        return answer
    named = answer.dimensions["who"].status == "yes" and len(answer.dimensions["who"].path) == 1
    found: list[tuple[str, bool, Fact, tuple[str, ...]]] = [
        (other.status, other.conditional, other.facts[0], other.would_settle)
        for other in others
        if other.effect == "exempts" and not (named and other.status == "unknown")
    ]
    found += _lifting(context, above)
    for status, conditional, fact, _ in found:
        # What is only planned or considered exempts nobody yet.
        if status == "yes" and fact.modality == "asserted":
            why = f"exempted by {fact.subject.name}"
            return replace(answer, status="no", conditional=conditional, why=why, exceptions=(fact,))
    doubts = [(fact, settle) for status, _, fact, settle in found if status == "unknown"]
    if answer.status == "yes" and doubts:
        why = f"whether the exemption of {doubts[0][0].subject.name} covers {context.firm.name} is unknown"
        settle = tuple(s for _, found_settle in doubts for s in found_settle)
        exceptions = tuple(fact for fact, _ in doubts)
        return replace(answer, status="unknown", conditional=False, why=why, would_settle=settle, exceptions=exceptions)
    return answer


def _lifting(context: _Context, above: frozenset[str]) -> list[tuple[str, bool, Fact, tuple[str, ...]]]:
    found = []
    for fact in context.facts.to(context.rule.id, "lifts"):
        if fact.modality == "denied" or fact.subject.id in above or fact.subject.id == context.rule.id:
            continue
        if interval_of(fact).status(context.question.as_of) in ("expired", "not_yet"):
            continue
        above_next = above | {context.rule.id}
        lifting = _applies(context.facts, fact.subject, context.firm, context.question, context.reacher, above_next)
        conditional = lifting.conditional or context.is_conditional(replace(fact, attribution=(), attribution_ids=()))
        # Only what relieves lifts: a duty of the lifting rule says nothing of whom it exempts.
        relief = [p for p in lifting.provisions if load_ontology().side(p.effect) == "relief"]
        best = min(relief, key=lambda p: (STRENGTH[p.status], p.conditional), default=None)
        status = best.status if best else lifting.status
        if best and all(f.modality != "asserted" for f in best.facts):
            continue
        found.append((status, conditional, fact, best.would_settle if best else lifting.would_settle))
    return found


def _rests_on(provision: ProvisionAnswer) -> tuple[str, ...]:
    """Origins of the statements in the paths, so that an answer says where it rests on reference data or an
    assumption."""
    origins = {fact.origin for d in provision.dimensions.values() for fact in d.path} | {
        f.origin for f in provision.facts
    }
    return tuple(sorted(origins))
