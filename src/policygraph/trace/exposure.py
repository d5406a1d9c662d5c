"""All that touches a firm: rules that name it, that reach it by their scope, and that it meets through others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from policygraph.model.ontology import UNKNOWN_EFFECT, load_ontology
from policygraph.model.time import parse_day
from policygraph.trace.answers import Answer, ProvisionAnswer, step_json
from policygraph.trace.applies import applies
from policygraph.trace.facts import Fact, Facts, Known, Thing, witness
from policygraph.trace.fetch import NEAR, Reader, fetch_exposed, fetch_neighbourhood
from policygraph.trace.names import find_firm
from policygraph.trace.question import Question, firm_reacher
from policygraph.trace.when import Interval

# How a rule stands for the firm, in the order in which answers show it.
STANDINGS = ("in_force", "planned", "possible", "indirect", "open", "not_in_force", "not_reached")


@dataclass(frozen=True, slots=True)
class Entry:
    """One provision of one rule, as it stands for the firm; those of no known effect that stand alike are one.

    ``standing`` is ``in_force`` (reaches the firm on the day), ``planned`` or ``possible`` (would, if it came),
    ``indirect`` (in force for a firm that this one deals with), ``open`` (touches the firm; whether it reaches it is
    unknown), ``not_in_force`` (expired, suspended, repealed, not yet begun) or ``not_reached``.
    ``reach`` is ``named``, ``scope`` or ``indirect``; ``side`` relief, burden or None.
    """

    rule: Thing
    standing: str
    side: str | None
    effect: str
    action: str | None
    status: str
    conditional: bool
    reach: str
    path: tuple[Fact, ...]
    interval: Interval
    why: str
    would_settle: tuple[str, ...]
    last_stated: Fact | None
    issued_by: tuple[Fact, ...]
    lifts: tuple[Fact, ...]
    part_of: tuple[Fact, ...] = ()
    through: Thing | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry as JSON."""
        return {
            "rule": self.rule.name,
            "rule_id": self.rule.id,
            "standing": self.standing,
            "side": self.side,
            "effect": self.effect,
            "action": self.action,
            "status": self.status,
            "conditional": self.conditional,
            "reach": self.reach,
            "through": self.through.name if self.through else None,
            "interval": self.interval.as_json(),
            "why": self.why,
            "would_settle": list(self.would_settle),
            "last_stated": self.last_stated.known_from if self.last_stated else None,
            "issued_by": [step_json(fact) for fact in self.issued_by],
            "lifts": [step_json(fact) for fact in self.lifts],
            "part_of": [step_json(fact) for fact in self.part_of],
            "path": [step_json(fact) for fact in self.path],
        }


@dataclass(frozen=True, slots=True)
class Exposure:
    """All entries of a firm, the strongest first."""

    firm: Thing
    as_of: str
    known: Known
    entries: tuple[Entry, ...]

    def of(self, *standings: str) -> list[Entry]:
        """Entries with one of the standings."""
        return [entry for entry in self.entries if entry.standing in standings]

    def counted(self, side: str) -> str:
        """How many rules of a side (relief or burden) are in force, in words; a rule with several provisions is one."""
        number = len({entry.rule.id for entry in self.of("in_force") if entry.side == side})
        return f"{number or 'no'} {side}{'s' if number > 1 else ''} in force"

    def as_json(self) -> dict[str, Any]:
        """The exposure as JSON."""
        in_force = self.of("in_force")
        return {
            "firm": self.firm.name,
            "firm_id": self.firm.id,
            "as_of": self.as_of,
            "known_at": self.known.day,
            "known_by": self.known.by,
            "relief": sorted({e.rule.name for e in in_force if e.side == "relief"}),
            "burden": sorted({e.rule.name for e in in_force if e.side == "burden"}),
            "rules": [entry.as_json() for entry in self.entries],
        }


def ask_exposure(graph: Reader, firm_name: str, *, as_of: str, known: Known) -> Exposure:
    """The exposure of a firm by its name. Raises DateError, UnknownNameError, AmbiguousNameError."""
    day = parse_day(as_of)
    parse_day(known.day)
    firm = find_firm(graph, firm_name)
    near = fetch_exposed(graph, firm.id)
    rules = sorted({*near["rules"], *near["lifted"]})
    fetched = fetch_neighbourhood(graph, sorted({*rules, *near["near_rules"]}), [firm.id, *near["neighbours"]])
    facts = Facts(fetched, known)
    question = Question(day, known)
    entries = []
    lifted = set(near["lifted"])
    reacher = firm_reacher(facts, firm, question)
    for rule in _things(facts, rules):
        found = _entries(applies(facts, rule, firm, question, reacher))
        entries += _told_apart([entry for entry in found if entry.path or entry.rule.id in lifted])
    entries += _indirect(facts, firm, _things(facts, near["near_rules"]), near["neighbours"], question)
    entries.sort(key=_order)
    return Exposure(firm, as_of, known, tuple(entries))


def _order(entry: Entry) -> tuple[int, bool, bool, bool, int, str, str, str]:
    """The strongest first: in force before open, named before reached by scope, told by documents before reference
    data."""
    named = entry.reach == "named"
    told = any(fact.origin != "reference" for fact in entry.path if fact.subject.id == entry.rule.id)
    return (
        STANDINGS.index(entry.standing),
        entry.conditional,
        not named,
        not told,
        -len({fact.predicate for fact in entry.path}),
        entry.rule.name,
        entry.effect,
        entry.rule.id,
    )


def _things(facts: Facts, identities: Sequence[str]) -> list[Thing]:
    wanted = set(identities)
    found = {t.id: t for fact in facts.all for t in (fact.subject, fact.object) if t.id in wanted}
    return [found[identity] for identity in sorted(found)]


def _entries(answer: Answer) -> list[Entry]:
    if answer.status == "not_known_yet":
        return []
    if not answer.provisions:
        return [_entry(answer, None)]
    return [_entry(answer, provision) for provision in answer.provisions]


def _told_apart(entries: Sequence[Entry]) -> list[Entry]:
    """The entries of one rule, those without a known effect that stand alike as one: nothing that is shown of them
    differs."""
    groups: dict[tuple[object, ...], list[Entry]] = defaultdict(list)
    for number, entry in enumerate(entries):
        alike = (entry.standing, entry.reach, entry.conditional, entry.interval.start, entry.interval.end, entry.action)
        groups[(entry.effect, *alike) if entry.effect in ("none", UNKNOWN_EFFECT) else (number,)].append(entry)
    return [_joined(group) for group in groups.values()]


def _joined(group: Sequence[Entry]) -> Entry:
    path = {fact.id: fact for entry in group for fact in entry.path}
    settle = dict.fromkeys(words for entry in group for words in entry.would_settle)
    why = "; ".join(dict.fromkeys(reason for entry in group for reason in entry.why.split("; ")))
    return replace(group[0], path=tuple(path.values()), would_settle=tuple(settle), why=why)


def _entry(answer: Answer, provision: ProvisionAnswer | None) -> Entry:
    path: tuple[Fact, ...] = ()
    reach = "scope"
    if provision is not None:
        steps = [fact for d in provision.dimensions.values() if d.status != "unconstrained" for fact in d.path]
        path = tuple({fact.id: fact for fact in steps}.values())
        who = provision.dimensions["who"]
        reach = "named" if who.path and who.path[0].object.id == answer.firm.id else "scope"
    effect = provision.effect if provision else "none"
    return Entry(
        answer.rule,
        _standing(answer, provision),
        load_ontology().side(effect),
        effect,
        provision.action if provision else None,
        provision.status if provision else answer.status,
        provision.conditional if provision else False,
        reach,
        path,
        provision.interval if provision else Interval(),
        provision.why if provision else answer.why,
        provision.would_settle if provision else answer.would_settle,
        answer.last_stated,
        answer.issued_by,
        answer.lifts,
        answer.part_of,
    )


def _standing(answer: Answer, provision: ProvisionAnswer | None) -> str:
    status = provision.status if provision else answer.status
    if status == "unknown" or provision is None:
        return "open"
    if status == "no":
        return "not_reached"
    if status != "yes":
        return "not_reached" if provision.reach == "no" else "not_in_force"
    own = [fact for d in provision.dimensions.values() for fact in d.path if fact.subject.id == answer.rule.id]
    modalities = {fact.modality for fact in own}
    return "possible" if "possible" in modalities else "planned" if "planned" in modalities else "in_force"


def _indirect(
    facts: Facts, firm: Thing, rules: Sequence[Thing], neighbours: Sequence[str], question: Question
) -> list[Entry]:
    """Rules in force for a firm that this one owns, supplies, buys from or talks to: a risk, not a rule on this
    firm."""
    entries = []
    for other in _things(facts, neighbours):
        slots = [s for s in facts.slots(firm.id, *NEAR) if s[0].object.id == other.id]
        slots += [s for s in facts.slots(other.id, *NEAR) if s[0].object.id == firm.id]
        links = [fact for fact, _ in map(witness, slots) if fact is not None]
        if not links:
            continue
        reacher = firm_reacher(facts, other, question)
        naming = {fact.subject.id for fact in facts.to(other.id, "applies_to", "enforced_against")}
        for rule in (rule for rule in rules if rule.id in naming):
            answer = applies(facts, rule, other, question, reacher)
            for entry in _entries(answer):
                if entry.standing == "in_force" and entry.reach == "named":
                    entries.append(_through(entry, other, firm, tuple(links)))
    return entries


def _through(entry: Entry, other: Thing, firm: Thing, links: tuple[Fact, ...]) -> Entry:
    conditional = entry.conditional or all(f.modality != "asserted" or f.attribution for f in links)
    return Entry(
        entry.rule, "indirect", entry.side, entry.effect, entry.action, "unknown", conditional, "indirect",
        (*links, *entry.path), entry.interval,
        f"it is in force for {other.name}, with which {firm.name} is linked; "
        f"no statement says that it reaches {firm.name}",
        (), entry.last_stated, entry.issued_by, entry.lifts, entry.part_of, other,
    )  # fmt: skip
