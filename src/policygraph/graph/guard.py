"""What a reader's query may call, judged by the plan that the engine made of it and not by its text.

The engine itself refuses every write, schema change and user administration in READ access mode; what it leaves open
are built-in procedures and commands that disturb others or show the configuration. A plan names them however spelt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from policygraph.graph.errors import QueryError

_COMMANDS = ("Show", "Terminate", "Administration")


@dataclass(frozen=True, slots=True)
class Allowed:
    """The procedures and commands that readers may use, and the plan operators that they may not."""

    procedures: frozenset[str]
    commands: frozenset[str]
    refused_operators: frozenset[str]


@cache
def allowed() -> Allowed:
    """The lists in ``policygraph_graph/engine/reading.yml``."""
    text = (resources.files("policygraph_graph") / "engine" / "reading.yml").read_text(encoding="utf-8")
    rows = yaml.safe_load(text)
    return Allowed(*(frozenset(rows[name]) for name in ("procedures", "commands", "refused_operators")))


def check_plan(plan: dict[str, Any]) -> None:
    """Raise QueryError, naming what it is, for a plan that calls something that readers may not."""
    for operator, details in _operators(plan):
        name, _, database = operator.partition("@")
        if database == "system" or name.startswith("Administration"):
            raise QueryError("The query administers the server or asks its system database, which readers may not.")
        if name in allowed().refused_operators:
            raise QueryError(f"The query uses {name}, which reads from outside the graph; readers may not.")
        if name.startswith("ProcedureCall"):
            _check_procedure(details)
        elif name.startswith(_COMMANDS) and name not in allowed().commands:
            raise QueryError(f"The command {name} is not one that readers may use.")


def _check_procedure(details: str) -> None:
    # Details are the signature: `db.labels() :: (label :: STRING)`.
    name = details.split("(", 1)[0].strip().replace("`", "")
    if name not in allowed().procedures:
        raise QueryError(f"The procedure {name or details!r} is not one that readers may call.")


def _operators(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    waiting = [plan]
    while waiting:
        node = waiting.pop()
        yield str(node.get("operatorType", "")), str(node.get("args", {}).get("Details", ""))
        waiting.extend(node.get("children", []))
