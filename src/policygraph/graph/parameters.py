"""Parameters of catalogue queries: what each may be, and the thing that a name given for one means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from policygraph.graph.connection import Graph
from policygraph.graph.errors import QueryError
from policygraph.model.ontology import load_ontology
from policygraph.model.time import DateError, parse_day
from policygraph.resolve.names import fold

_PLAIN_TYPES = ("string", "integer", "date")
_LARGEST = 2**63 - 1
_CANDIDATES = 50

_BY_ID = "MATCH (e:Entity {id: $id}) RETURN e.id AS id, e.name AS name, e.type AS type, e.aliases AS aliases"
_BY_NAME = """CALL db.index.fulltext.queryNodes('entity_names', $search, {limit: $limit}) YIELD node
RETURN node.id AS id, node.name AS name, node.type AS type, node.aliases AS aliases"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of type ``string``, ``integer`` or ``date``, or one that names an entity of certain types.

    Such types are joined by ``|``; ``Entity`` stands for all. Without a ``default`` it must be given; the default
    ``today`` of a date is the day (UTC) of the question.
    """

    name: str
    type: str
    default: str | int | None
    description: str

    def __post_init__(self) -> None:
        known = {*_PLAIN_TYPES, "Entity", *load_ontology().entities}
        if not set(self.type.split("|")) <= known:
            raise ValueError(f"{self.type!r} is no type of a parameter")


def value_of(graph: Graph, query: str, parameter: Parameter, given: Mapping[str, object]) -> str | int:
    """The value to send for a parameter. Raises QueryError where it is missing or not of its type."""
    value = given.get(parameter.name, parameter.default)
    if value is None:
        raise QueryError(f"The query {query} needs the parameter {parameter.name}: {parameter.description}.")
    if parameter.type == "integer":
        return _integer(parameter.name, value)
    if not isinstance(value, str):
        raise QueryError(f"The parameter {parameter.name} must be text, not {value!r}.")
    if parameter.type == "date":
        return _day(parameter.name, value)
    return value if parameter.type == "string" else _entity_id(graph, parameter, value)


def _integer(name: str, value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,19}", value.strip(), re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
        raise QueryError(f"The parameter {name} must be a whole number, not {value!r}.")
    return value


def _day(name: str, value: str) -> str:
    if value == "today":
        return datetime.now(UTC).date().isoformat()
    try:
        return parse_day(value).isoformat()
    except DateError as error:
        raise QueryError(f"The parameter {name} must be a day: {error}.") from error


def _entity_id(graph: Graph, parameter: Parameter, value: str) -> str:
    """The id of the one thing of the parameter's types that has the value as id, name or alias."""
    types = parameter.type.split("|")
    rows = [row for row in _candidates(graph, value) if "Entity" in types or row["type"] in types]
    folded = fold(value)
    for found in (
        {row["id"] for row in rows if row["id"] == value},
        {row["id"] for row in rows if fold(row["name"]) == folded},
        {row["id"] for row in rows if folded in map(fold, row["aliases"] or ())},
    ):
        if len(found) == 1:
            return str(found.pop())
        if found:
            raise QueryError(f"{value!r} is the name of several things; give one id: {', '.join(sorted(found))}.")
    wanted = "thing" if "Entity" in types else " or ".join(types)
    raise QueryError(f"The graph has no {wanted} called {value!r}.{_near(value, rows)}")


def _candidates(graph: Graph, value: str) -> list[dict[str, Any]]:
    rows = graph.read(_BY_ID, {"id": value})
    # Each word as it is and, if long enough, with a slip of the pen; nothing of Lucene's own syntax is let through.
    words = re.findall(r"\w+", value)[:12]
    if words:
        search = " ".join(f"{word.lower()} {word.lower()}~" if len(word) > 3 else word.lower() for word in words)
        rows += graph.read(_BY_NAME, {"search": search, "limit": _CANDIDATES})
    return rows


def _near(value: str, rows: Sequence[Mapping[str, Any]]) -> str:
    names = {fold(name): name for row in rows for name in (row["name"], *(row["aliases"] or ()))}
    near = get_close_matches(fold(value), names, n=1, cutoff=0.6)
    return f" Did you mean {names[near[0]]}?" if near else ""
