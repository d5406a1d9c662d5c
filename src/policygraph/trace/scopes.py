"""Scopes as data: by which paths a firm comes to have a value on each dimension of a rule's scope."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from policygraph.model.ontology import load_ontology


class ScopeError(ValueError):
    """A scope file that does not follow the form."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One dimension: which statements of a rule constrain it, and the paths by which a firm meets a value.

    ``values`` maps a predicate to the types of its object that count. ``inside`` are the predicates by which one value
    lies inside another. ``owned_types`` limits what ``owns`` may lead to.
    """

    dimension: str
    question: str
    values: dict[str, frozenset[str]]
    itself: bool
    paths: tuple[tuple[str, ...], ...]
    inside: tuple[str, ...]
    owned_types: frozenset[str]

    @property
    def direct(self) -> tuple[str, ...]:
        """Predicates that lead from a firm to a value in one step."""
        return tuple(path[0] for path in self.paths if len(path) == 1)


@cache
def load_scopes() -> dict[str, Scope]:
    """All scopes by dimension. Raises ScopeError for a file that names an unknown type or predicate."""
    root = resources.files("policygraph_graph") / "scopes"
    ontology = load_ontology()
    scopes = {}
    for file in sorted((f for f in root.iterdir() if f.name.endswith(".yml")), key=lambda f: f.name):
        row = yaml.safe_load(file.read_text(encoding="utf-8"))
        scope = Scope(
            row["dimension"],
            row["question"],
            {value["predicate"]: frozenset(value["types"]) for value in row["values"]},
            row["itself"],
            tuple(tuple(path) for path in row["paths"]),
            tuple(row["inside"]),
            frozenset(row.get("owned_types", ())),
        )
        predicates = {*scope.values, *scope.inside, *(p for path in scope.paths for p in path)}
        types = {*scope.owned_types, *(t for found in scope.values.values() for t in found)}
        unknown = (predicates - ontology.relations.keys()) | (types - ontology.entities.keys())
        if unknown:
            raise ScopeError(f"{file.name} names {', '.join(sorted(unknown))}, which the ontology does not have")
        scopes[scope.dimension] = scope
    return scopes


def firm_predicates() -> tuple[str, ...]:
    """All predicates that a path from a firm to a value can use."""
    scopes = load_scopes().values()
    found = {p for scope in scopes for path in scope.paths for p in path} | {
        p for scope in scopes for p in scope.inside
    }
    return tuple(sorted(found))
