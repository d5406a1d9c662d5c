"""What is asked of a rule and a firm, and what is needed on the way to the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from policygraph.trace.facts import Fact, Facts, Known, Thing
from policygraph.trace.reach import Reacher


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a day, a day of knowledge, and for which dimensions the firm's values are given and complete."""

    as_of: date
    known: Known
    only: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """A question about one rule and one firm: the facts, what walks from the firm, and whose word on the rule counts as
    its authority's (``rule_speakers``)."""

    facts: Facts
    question: Question
    rule: Thing
    firm: Thing
    reacher: Reacher
    rule_speakers: frozenset[str]

    def is_conditional(self, fact: Fact) -> bool:
        """A step that is planned or possible, or that somebody says who is not the party whose own act or trait it
        is."""
        return is_conditional_for(
            fact, self.rule_speakers if fact.subject.id == self.rule.id else frozenset({self.firm.id})
        )


def is_conditional_for(fact: Fact, entitled: frozenset[str]) -> bool:
    """Whether a statement is planned or possible, or told by somebody who is not among the entitled."""
    if fact.is_assumed:
        return False
    return fact.modality in ("planned", "possible") or not entitled.issuperset(fact.attribution_ids or fact.attribution)


def firm_reacher(facts: Facts, firm: Thing, question: Question) -> Reacher:
    """What walks from the firm. No statement on the way is about a rule, so one serves for all rules."""
    entitled = frozenset({firm.id})
    return Reacher(facts, question.as_of, lambda fact: is_conditional_for(fact, entitled))
