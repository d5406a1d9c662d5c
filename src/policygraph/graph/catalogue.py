"""The catalogue of queries: Cypher files whose header says what they answer, what they need and what they give.

A file is ``policygraph_graph/queries/<verb_noun>.cypher``; its leading ``//`` lines are YAML with ``question``,
``parameters`` (name: type, default, description) and ``columns`` (name: meaning). Adding a query adds one file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any

import yaml

from policygraph.graph.connection import Graph
from policygraph.graph.errors import GraphError, QueryError
from policygraph.graph.parameters import Parameter, value_of


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """A query: its name, the question that it answers, its parameters, its columns with their meaning, its Cypher."""

    name: str
    question: str
    parameters: tuple[Parameter, ...]
    columns: Mapping[str, str]
    cypher: str

    def as_json(self) -> dict[str, Any]:
        """Everything but the Cypher, as plain values."""
        return {
            "name": self.name,
            "question": self.question,
            "parameters": [asdict(parameter) for parameter in self.parameters],
            "columns": dict(self.columns),
        }


@cache
def list_queries() -> tuple[CatalogueQuery, ...]:
    """All queries by name. Raises GraphError for a file whose header does not follow the form."""
    folder = resources.files("policygraph_graph") / "queries"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".cypher")), key=lambda file: file.name)
    return tuple(parse(file.name.removesuffix(".cypher"), file.read_text(encoding="utf-8")) for file in files)


def parse(name: str, text: str) -> CatalogueQuery:
    """A query from the text of its file. Raises GraphError where the header does not follow the form."""
    lines = text.splitlines()
    header = [line.removeprefix("//").removeprefix(" ") for line in lines if line.startswith("//")]
    try:
        rows = yaml.safe_load("\n".join(header))
        parameters = tuple(
            Parameter(key, row["type"], row.get("default"), row["description"])
            for key, row in (rows["parameters"] or {}).items()
        )
        columns = {key: str(meaning) for key, meaning in rows["columns"].items()}
        return CatalogueQuery(name, rows["question"], parameters, columns, "\n".join(lines[len(header) :]))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise GraphError(f"The header of the query {name!r} does not follow the form: {error}") from error


def run_query(graph: Graph, name: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
    """The rows of a query of the catalogue, as plain values.

    Values may be text, as a command line gives it. Raises QueryError for a name that is not in the catalogue and for a
    parameter that is unknown, missing or not of its type; GraphError where the server cannot be reached.
    """
    query = _query(name)
    given = dict(parameters or {})
    names = [parameter.name for parameter in query.parameters]
    if unknown := sorted(given.keys() - set(names)):
        wanted = f"it takes {', '.join(names)}" if names else "it takes none"
        raise QueryError(f"The query {name} has no parameter {unknown[0]!r}; {wanted}.")
    values = {parameter.name: value_of(graph, query.name, parameter, given) for parameter in query.parameters}
    return graph.read(query.cypher, values)


def _query(name: str) -> CatalogueQuery:
    queries = {query.name: query for query in list_queries()}
    if name not in queries:
        near = get_close_matches(name, queries, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise QueryError(f"The catalogue has no query {name!r}.{hint}")
    return queries[name]
