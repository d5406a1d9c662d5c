"""Whether a rule reaches a firm on a day: the rule's time first, then each provision's scope by three-valued logic.

The semantics are those of the ontology's chapter on applicability: the graph is open, so what it does not hold is
unknown; a dimension is no only by a denied or exempting statement or where the firm's values on it are declared
complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from policygraph.model.ontology import UNKNOWN_EFFECT, load_ontology
from policygraph.trace.answers import STRENGTH, Answer, ProvisionAnswer
from policygraph.trace.facts import Fact, Facts, Thing
from policygraph.trace.provision import answer_provision, provisions_of
from policygraph.trace.question import Context, Question, firm_reacher
from policygraph.trace.reach import Reacher
from policygraph.trace.when import interval_of

_ALL_ABOUT = (
    "applies_to", "enforced_against", "holds_in", "lifts", "issued_by", "administered_by", "based_on", "part_of",
    "amends", "repeals",
)  # fmt: skip


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
        why = f"no fact known on {question.known.day} speaks of {rule.name}; claims shows candidates, if there are any"
        return replace(blank, status="not_known_yet", why=why)
    last = max((f for f in spoken_of if not f.is_assumed), key=lambda f: (f.known_from, f.id), default=None)
    speakers = frozenset(f.object.id for f in issued_by if f.modality != "denied")
    context = Context(facts, question, rule, firm, reacher, speakers)
    provisions = [answer_provision(context, group, about) for group in provisions_of(about)]
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


def _with_exceptions(
    context: Context, answer: ProvisionAnswer, others: Sequence[ProvisionAnswer], above: frozenset[str]
) -> ProvisionAnswer:
    """Exceptions win: an exempting provision of the same rule, or another rule that lifts this one and reaches the
    firm."""
    if answer.status not in ("yes", "unknown") or answer.effect in ("exempts", "permits", "funds", "clears"):
        return answer
    named = answer.dimensions["who"].status == "yes" and len(answer.dimensions["who"].path) == 1
    found: list[tuple[str, bool, Fact, tuple[str, ...]]] = [
        (other.status, other.conditional, other.facts[0], other.would_settle)
        for other in others
        if _may_exempt(other, context.firm) and not (named and other.status == "unknown")
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


def _may_exempt(other: ProvisionAnswer, firm: Thing) -> bool:
    """Whether a provision exempts, or is of unknown effect and names the firm, so that it may."""
    if other.effect == UNKNOWN_EFFECT:
        path = other.dimensions["who"].path
        return other.status == "unknown" and other.reach == "yes" and bool(path) and path[0].object.id == firm.id
    return other.effect == "exempts"


def _lifting(context: Context, above: frozenset[str]) -> list[tuple[str, bool, Fact, tuple[str, ...]]]:
    found = []
    for fact in context.facts.to(context.rule.id, "lifts"):
        if fact.modality == "denied" or fact.subject.id in above or fact.subject.id == context.rule.id:
            continue
        if interval_of(fact).status(context.question.as_of) in ("expired", "not_yet"):
            continue
        above_next = above | {context.rule.id}
        lifting = _applies(context.facts, fact.subject, context.firm, context.question, context.reacher, above_next)
        conditional = lifting.conditional or context.is_conditional(replace(fact, attribution=(), attribution_ids=()))
        # Only what relieves lifts, or may: a duty of the lifting rule says nothing of whom it exempts.
        side = load_ontology().side
        relief = [p for p in lifting.provisions if side(p.effect) == "relief" or p.effect == UNKNOWN_EFFECT]
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
