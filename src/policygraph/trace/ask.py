"""Questions as people ask them: names, days and assumptions as strings, answered from the graph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from policygraph.model.ontology import load_ontology
from policygraph.model.time import parse_day
from policygraph.resolve.names import fold
from policygraph.trace.answers import Answer
from policygraph.trace.applies import applies
from policygraph.trace.facts import Fact, Facts, Known, Thing
from policygraph.trace.fetch import Reader, fetch_neighbourhood
from policygraph.trace.names import Rows, UnknownNameError, bearers, find_firm, find_thing
from policygraph.trace.question import Question
from policygraph.trace.scopes import load_scopes


class AssumptionError(ValueError):
    """An assumption that is not of the form ``subject predicate object``, or that the ontology does not allow."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """``subject predicate object`` as somebody typed it."""

    subject: str
    predicate: str
    object: str


def today() -> str:
    """The current day in UTC."""
    return datetime.now(UTC).date().isoformat()


def parse_assumption(text: str) -> Assumption:
    """Split ``Tesla active_in mutual funds`` at its predicate. Raises AssumptionError with a sentence."""
    predicates = load_ontology().relations
    words = text.split()
    for index, word in enumerate(words[1:-1], 1):
        if word in predicates:
            return Assumption(" ".join(words[:index]), word, " ".join(words[index + 1 :]))
    raise AssumptionError(
        f"{text!r} is not of the form 'subject predicate object', the predicate one of {', '.join(sorted(predicates))}"
    )


def ask_applies(
    graph: Reader,
    rule_name: str,
    firm_name: str,
    *,
    as_of: str,
    known: Known,
    assume: Sequence[str] = (),
    only: Sequence[str] = (),
) -> Answer:
    """Answer ``applies`` by names.

    A firm that the graph does not hold may be asked about if an assumption is about it. Raises DateError,
    AssumptionError, UnknownNameError, AmbiguousNameError.
    """
    day = parse_day(as_of)
    parse_day(known.day)
    assumed = [parse_assumption(text) for text in assume]
    restricted = [parse_assumption(text) for text in only]
    bearing = bearers(graph, rule_name, firm_name)
    rule = find_thing(graph, rule_name, ("Rule",), bearing)
    firm = _firm(graph, firm_name, [*assumed, *restricted], bearing)
    named = {fold(firm_name): firm, fold(firm.name): firm, fold(rule_name): rule, fold(rule.name): rule}
    extra = [_fact(graph, item, number, named) for number, item in enumerate(assumed, 1)]
    limits = [_fact(graph, item, number, named) for number, item in enumerate(restricted, len(extra) + 1)]
    reached = [firm.id, *(fact.object.id for fact in (*extra, *limits)), *(fact.subject.id for fact in extra)]
    fetched = fetch_neighbourhood(graph, [rule.id], sorted(set(reached)))
    question = Question(day, known, _by_dimension(limits))
    return applies(Facts([*fetched, *extra], known), rule, firm, question)


def _firm(graph: Reader, name: str, assumptions: Sequence[Assumption], bearing: Rows) -> Thing:
    """The firm with this name; one that only the assumptions speak of is a hypothetical firm."""
    try:
        return find_firm(graph, name, bearing)
    except UnknownNameError:
        if any(fold(item.subject) == fold(name) for item in assumptions):
            return Thing(f"assumed:{fold(name)}", name, "Firm")
        raise


def _by_dimension(limits: Sequence[Fact]) -> dict[str, tuple[Fact, ...]]:
    found: dict[str, tuple[Fact, ...]] = {}
    for fact in limits:
        scopes = [s for s in load_scopes().values() if fact.predicate in s.direct and _fits(s.dimension, fact)]
        if not scopes:
            raise AssumptionError(f"{fact.predicate} {fact.object.name} says nothing of a dimension of a rule's scope")
        for scope in scopes:
            found[scope.dimension] = (*found.get(scope.dimension, ()), fact)
    return found


def _fits(dimension: str, fact: Fact) -> bool:
    types = {t for allowed in load_scopes()[dimension].values.values() for t in allowed}
    return fact.object.type in types


def _fact(graph: Reader, item: Assumption, number: int, named: dict[str, Thing]) -> Fact:
    relation = load_ontology().relations[item.predicate]
    subject = _end(graph, item.subject, sorted(relation.subject), named)
    object_ = _end(graph, item.object, sorted(relation.object), named)
    if not relation.joins(subject.type, object_.type):
        raise AssumptionError(
            f"{item.predicate} cannot join {subject.name} ({subject.type}) to {object_.name} ({object_.type})"
        )
    return Fact(f"assumption {number}", subject, item.predicate, object_, origin="assumption")


def _of_any_type(graph: Reader, name: str, named: dict[str, Thing]) -> Thing | None:
    """A thing of this name whose type the predicate does not allow, so that the person who asks is told so."""
    if fold(name) in named:
        return named[fold(name)]
    try:
        return find_thing(graph, name)
    except LookupError:
        return None


def _end(graph: Reader, name: str, types: Sequence[str], named: dict[str, Thing]) -> Thing:
    if (thing := named.get(fold(name))) and thing.type in types:
        return thing
    try:
        thing = find_thing(graph, name, types)
    except UnknownNameError:
        if other := _of_any_type(graph, name, named):
            return other
        # What the graph does not hold may still be assumed; its type is the first that the predicate allows.
        preferred = [t for t in ("Firm", "Jurisdiction", "Sector", "Technology", "DataCategory") if t in types]
        thing = Thing(f"assumed:{re.sub(' ', '-', fold(name))}", name, (preferred or list(types))[0])
    named[fold(name)] = thing
    return thing
