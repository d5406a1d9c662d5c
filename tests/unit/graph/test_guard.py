"""The guard judges plans by their operators."""

from __future__ import annotations

from typing import Any

import pytest

from policygraph.graph.errors import QueryError
from policygraph.graph.guard import allowed, check_plan


def _plan(operator: str, details: str = "", *children: dict[str, Any]) -> dict[str, Any]:
    return {"operatorType": operator, "args": {"Details": details}, "children": list(children)}


@pytest.mark.parametrize(
    "plan",
    [
        _plan("ProcedureCall@neo4j", "db.labels() :: (label :: STRING)"),
        _plan("ProduceResults@neo4j", "x", _plan("Apply@neo4j", "", _plan("ShowIndexes@neo4j"))),
        _plan("NodeByLabelScan@neo4j", "n:dbms"),
        {"operatorType": "ProduceResults@neo4j"},
    ],
)
def test_what_is_on_the_list_passes(plan: dict[str, Any]) -> None:
    check_plan(plan)


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (_plan("ProcedureCall@neo4j", "dbms.listConfig(x) :: (name :: STRING)"), "procedure 'dbms.listConfig'"),
        (_plan("ProcedureCall@neo4j", "db.labels.more() :: ()"), "procedure 'db.labels.more'"),
        (_plan("ProcedureCall@neo4j"), "procedure ''"),
        (_plan("Apply@neo4j", "", _plan("A@neo4j"), _plan("B", "", _plan("TerminateTransactions@neo4j"))), "Terminate"),
        (_plan("ShowSettings@neo4j"), "command ShowSettings"),
        (_plan("LoadCSV@neo4j", "row"), "outside the graph"),
        (_plan("ProduceResults@system", "", _plan("NodeByLabelScan@system")), "system database"),
        (_plan("AdministrationCommand@system"), "administers"),
    ],
)
def test_what_is_not_on_the_list_is_refused(plan: dict[str, Any], sentence: str) -> None:
    with pytest.raises(QueryError, match=sentence):
        check_plan(plan)


def test_the_list_holds_no_procedure_that_disturbs() -> None:
    assert not any("kill" in name or "clear" in name or "create" in name for name in allowed().procedures)
