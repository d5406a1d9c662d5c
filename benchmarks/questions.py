"""Questions with exact expected answers, as data, put to the graph of a home.

A file of questions is YAML: a list of ``{question, asks, checks}``; a check has a ``command`` (applies, exposure,
claims, trace or query), its ``arguments`` and what is ``expected``: a part of the JSON that the command gives. An
expected mapping must be within the actual one; an expected list of mappings must pair off with the actual list, in any
order; any other value must be equal. ``{has: […]}`` asks for elements among others, ``{lacks: […]}`` for none like
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from policygraph.graph.connection import Graph, open_graph
from policygraph.graph.errors import QueryError
from policygraph.home import Home
from policygraph.trace.ask import ask_applies
from policygraph.trace.claims import ask_claims
from policygraph.trace.exposure import ask_exposure
from policygraph.trace.facts import Known
from policygraph.trace.names import AmbiguousNameError, UnknownNameError
from policygraph.trace.paths import ask_paths

Json = Any


class QuestionsError(ValueError):
    """A file of questions that does not follow the form."""


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """What became of one question: ``differences`` are sentences, none where all of its checks are exact."""

    number: int
    asks: str
    checks: int
    exact_checks: int
    differences: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether every check gave what is expected."""
        return not self.differences


def score_questions(path: Path, home: Home) -> list[QuestionScore]:
    """Put every question of a file to the graph of a home. Raises QuestionsError, GraphError."""
    with open_graph(home) as graph:
        return [_score(graph, question) for question in read_questions(path)]


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The questions of a file. Raises QuestionsError for one without a number, words or checks."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    for row in rows:
        if not isinstance(row.get("question"), int) or not row.get("asks") or not row.get("checks"):
            raise QuestionsError(f"{path.name}: a question needs a number, words and checks: {str(row)[:100]}")
        for check in row["checks"]:
            if check.get("command") not in COMMANDS or "expected" not in check:
                raise QuestionsError(f"{path.name}: question {row['question']}: not a check: {str(check)[:100]}")
    return list(rows)


def _score(graph: Graph, question: Mapping[str, Any]) -> QuestionScore:
    found: list[str] = []
    exact = 0
    for number, check in enumerate(question["checks"], 1):
        wrong = list(_wrong(graph, check))
        exact += not wrong
        found += (f"check {number}: {difference}" for difference in wrong)
    return QuestionScore(question["question"], question["asks"], len(question["checks"]), exact, tuple(found))


def _wrong(graph: Graph, check: Mapping[str, Any]) -> Iterator[str]:
    try:
        actual = COMMANDS[check["command"]](graph, dict(check.get("arguments") or {}))
    except (UnknownNameError, AmbiguousNameError, QueryError) as error:
        yield str(error)
    else:
        yield from differences(check["expected"], actual, "answer")


def _known(arguments: dict[str, Any]) -> Known:
    return Known(arguments.pop("known_at"))


def _applies(graph: Graph, arguments: dict[str, Any]) -> Json:
    known = _known(arguments)
    return ask_applies(graph, arguments.pop("rule"), arguments.pop("firm"), known=known, **arguments).as_json()


def _exposure(graph: Graph, arguments: dict[str, Any]) -> Json:
    known = _known(arguments)
    return ask_exposure(graph, arguments.pop("firm"), known=known, **arguments).as_json()


def _claims(graph: Graph, arguments: dict[str, Any]) -> Json:
    known = _known(arguments)
    return ask_claims(graph, object_=arguments.pop("object", None), known=known, **arguments)


def _trace(graph: Graph, arguments: dict[str, Any]) -> Json:
    known = _known(arguments)
    return ask_paths(graph, arguments.pop("from"), arguments.pop("to"), known=known, **arguments)


def _query(graph: Graph, arguments: dict[str, Any]) -> Json:
    return graph.read(arguments.pop("cypher"), arguments)


COMMANDS: Mapping[str, Callable[[Graph, dict[str, Any]], Json]] = {
    "applies": _applies,
    "exposure": _exposure,
    "claims": _claims,
    "trace": _trace,
    "query": _query,
}


def differences(expected: Json, actual: Json, where: str) -> Iterator[str]:
    """Where an answer is not what is expected, as sentences."""
    if isinstance(expected, Mapping) and expected.keys() <= {"has", "lacks"} and isinstance(actual, Sequence):
        yield from _members(expected, actual, where)
    elif isinstance(expected, Mapping):
        if not isinstance(actual, Mapping):
            yield f"{where} is {_short(actual)}, not {_short(expected)}"
            return
        for key, value in expected.items():
            if key in actual:
                yield from differences(value, actual[key], f"{where}.{key}")
            else:
                yield f"{where} has no {key}"
    elif isinstance(expected, list) and isinstance(actual, list) and any(isinstance(e, Mapping) for e in expected):
        yield from _paired(expected, actual, where)
    elif expected != actual:
        yield f"{where} is {_short(actual)}, not {_short(expected)}"


def _members(expected: Mapping[str, Json], actual: Sequence[Json], where: str) -> Iterator[str]:
    for element in expected.get("has", ()):
        if not any(_matches(element, candidate) for candidate in actual):
            yield f"{where} has no {_short(element)} among its {len(actual)}: {_short(actual)}"
    for element in expected.get("lacks", ()):
        if any(_matches(element, candidate) for candidate in actual):
            yield f"{where} has {_short(element)}"


def _paired(expected: list[Json], actual: list[Json], where: str) -> Iterator[str]:
    if len(expected) != len(actual):
        yield f"{where} has {len(actual)} elements, not {len(expected)}: {_short(actual)}"
        return
    partner: dict[int, int] = {}
    for index in range(len(expected)):
        if not _find_partner(index, expected, actual, partner, set()):
            yield f"{where}: nothing is {_short(expected[index])} in {_short(actual)}"


def _find_partner(
    index: int, expected: list[Json], actual: list[Json], partner: dict[int, int], tried: set[int]
) -> bool:
    """Pair an expected element with an actual one, moving earlier pairs if need be (augmenting paths)."""
    for place, candidate in enumerate(actual):
        if place in tried or not _matches(expected[index], candidate):
            continue
        tried.add(place)
        if place not in partner or _find_partner(partner[place], expected, actual, partner, tried):
            partner[place] = index
            return True
    return False


def _matches(expected: Json, actual: Json) -> bool:
    return next(differences(expected, actual, ""), None) is None


def _short(value: Json) -> str:
    words = str(value)
    return words if len(words) <= 600 else words[:599] + "…"
