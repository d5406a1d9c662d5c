"""Every query of the catalogue on the small world: what it finds, where it finds nothing, what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from policygraph.graph.catalogue import list_queries, parse, run_query
from policygraph.graph.connection import Graph
from policygraph.graph.errors import GraphError, QueryError

# query: parameters, the columns looked at, the rows in them, parameters that give nothing
CASES: dict[str, tuple[dict[str, object], tuple[str, ...], list[tuple[object, ...]], dict[str, object]]] = {
    "find_rules": (
        {"firm": "Alder", "as_of": "2024-06-15"},
        ("rule", "reached", "path"),
        [
            ("Grant Scheme", "named", "Alder <-applies_to- Grant Scheme"),
            (
                "White List",
                "scope",
                "Alder -operates-> Alder Plant -located_in-> Harbour Zone <-holds_in- White List",
            ),
        ],
        {"firm": "Dogwood"},
    ),
    "list_burdens": (
        {"firm": "firm:birch", "as_of": "2024-08-01"},
        ("rule", "effect", "status", "lifecycle", "last_published", "issued_by"),
        [("Chip Ban", "prohibits", "current", "in_force", "2024-07-02", ["Ministry"])],
        {"firm": "Alder"},
    ),
    "list_relief": (
        {"firm": "alder motors", "as_of": "2024-12-31"},
        ("rule", "effect", "valid_to", "amounts"),
        [("Grant Scheme", "funds", "2025-01-01", ["EUR 5000000"])],
        {"firm": "Alder", "as_of": "2025-01-01"},
    ),
    "list_speakers": (
        {"rule": "White List", "known_at": "2024-06-01"},
        ("speaker", "predicate", "other"),
        [
            ("Gazette", "holds_in", "Harbour Zone"),
            ("Herald", "applies_to", "vehicles"),
            ("Herald", "lifts", "Assessment Duty"),
        ],
        {"rule": "White List", "known_at": "2024-03-31"},
    ),
    "compare_days": (
        {"since": "2024-03-01", "until": "2024-05-16"},
        ("day", "change", "rule", "object"),
        [("2024-04-01", "known", "White List", "banks"), ("2024-05-01", "withdrawn", "White List", "banks")],
        {"since": "2024-07-02", "until": "2024-10-01"},
    ),
    "list_expiring": (
        {"as_of": "2024-12-01", "days": "31"},
        ("valid_to", "days_left", "rule", "object"),
        [("2025-01-01", 31, "Grant Scheme", "Alder")],
        {"as_of": "2024-12-01", "days": 30},
    ),
    "list_rumours": (
        {"thing": "Alder"},
        ("subject", "predicate", "object", "status", "speakers"),
        [
            ("Alder", "operates", "New Plant", "planned", []),
            ("Alder", "supplies", "Birch", "possible", ["anonymous:1"]),
        ],
        {"thing": "Ministry"},
    ),
    "list_denials": (
        {"until": "2024-12-31"},
        ("published", "subject", "predicate", "object", "speaker"),
        [("2024-07-01", "Alder", "acquires", "Cedar", "Alder")],
        {"since": "2024-07-02", "until": "2024-12-31"},
    ),
    "list_single_sources": (
        {"publisher": "Courier"},
        ("rule", "predicate", "object", "publisher"),
        [("Chip Ban", "issued_by", "Ministry", "Courier"), ("Grant Scheme", "applies_to", "Alder", "Courier")],
        {"publisher": "Gazette"},
    ),
    "list_zone_firms": (
        {"place": "Westland"},
        ("firm", "by", "site", "within", "status"),
        [("Alder", "operates", "Alder Plant", "Harbour Zone", "current")],
        {"place": "Empty Zone"},
    ),
    "show_exceptions": (
        {"rule": "White List"},
        ("kind", "thing", "actions"),
        [("exempts", "vehicles", []), ("lifts", "Assessment Duty", ["send data abroad"])],
        {"rule": "Chip Ban"},
    ),
    "find_conflicts": (
        {"known_at": "2024-07-01"},
        ("subject", "predicate", "object", "asserted_by", "denied_by"),
        [("Alder", "acquires", "Cedar", "Courier", "Alder")],
        {"known_at": "2024-06-30"},
    ),
    "trace_supply": (
        {"rule": "Chip Ban"},
        ("restricted", "firm", "steps", "chain", "status"),
        [
            ("Birch", "Alder", 1, "Birch <- Alder", "possible"),
            ("Birch", "Cedar", 1, "Birch -> Cedar", "current"),
        ],
        {"rule": "White List"},
    ),
    "recall_day": (
        {"thing": "White List", "known_at": "2024-04-15"},
        ("subject", "predicate", "object", "withdrawn"),
        [("White List", "applies_to", "banks", "2024-05-01")],
        {"thing": "White List", "known_at": "2024-05-01"},
    ),
    "list_open_effects": (
        {"thing": "Elder", "known_at": "2024-11-01"},
        ("rule", "predicate", "modality", "read_as", "document"),
        [("Open Rule", "applies_to", "asserted", ["requires"], "Report document:late")],
        {"thing": "Elder", "known_at": "2024-10-31"},
    ),
    "list_silent_documents": (
        {},
        ("document", "source", "mentions"),
        [("document:silent", "press", 1)],
        {"since": "2024-07-11"},
    ),
}


def test_every_query_has_a_case_and_every_case_a_query() -> None:
    assert {query.name for query in list_queries()} == CASES.keys()


@pytest.mark.parametrize("name", sorted(CASES))
def test_query_finds_what_the_world_holds(world_graph: Graph, name: str) -> None:
    parameters, columns, expected, _ = CASES[name]
    rows = run_query(world_graph, name, parameters)
    assert [tuple(row[column] for column in columns) for row in rows] == expected


@pytest.mark.parametrize("name", sorted(CASES))
def test_query_gives_nothing_where_there_is_nothing(world_graph: Graph, name: str) -> None:
    assert run_query(world_graph, name, CASES[name][3]) == []


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: query.name)
def test_columns_are_those_of_the_header(world_graph: Graph, query: Any) -> None:
    rows = run_query(world_graph, query.name, CASES[query.name][0])
    assert list(rows[0]) == list(query.columns)


def test_no_two_queries_give_the_same(world_graph: Graph) -> None:
    results = [repr([list(row.values()) for row in run_query(world_graph, name, CASES[name][0])]) for name in CASES]
    assert len(set(results)) == len(CASES)
    assert len({tuple(query.columns) for query in list_queries()}) == len(CASES)


@pytest.mark.parametrize(
    ("name", "parameters", "sentence"),
    [
        ("list_burden", {}, "The catalogue has no query 'list_burden'. Did you mean list_burdens?"),
        ("list_burdens", {}, "The query list_burdens needs the parameter firm: the firm."),
        ("list_burdens", {"firm": "Alderr"}, "The graph has no Firm called 'Alderr'. Did you mean Alder?"),
        ("list_burdens", {"firm": "Chip Ban"}, "The graph has no Firm called 'Chip Ban'."),
        ("list_burdens", {"firm": "Qwertz~ AND *:* \\"}, "The graph has no Firm called"),
        (
            "list_burdens",
            {"firm": "Alder", "as_of": "2024-02-30"},
            "The parameter as_of must be a day: '2024-02-30' is not a day of the calendar.",
        ),
        (
            "list_burdens",
            {"firm": "Alder", "as_of": "soon"},
            "The parameter as_of must be a day: 'soon' is not a day of the form YYYY-MM-DD.",
        ),
        (
            "list_burdens",
            {"firm": "Alder", "day": "2024-01-01"},
            "The query list_burdens has no parameter 'day'; it takes firm, as_of.",
        ),
        ("list_expiring", {"days": "1.5"}, "The parameter days must be a whole number, not '1.5'."),
        ("list_expiring", {"days": True}, "The parameter days must be a whole number, not True."),
        ("list_burdens", {"firm": 7}, "The parameter firm must be text, not 7."),
    ],
)
def test_wrong_use_is_a_sentence(world_graph: Graph, name: str, parameters: dict[str, object], sentence: str) -> None:
    with pytest.raises(QueryError) as refusal:
        run_query(world_graph, name, parameters)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n) RETURN n",
        "// question: x\n// parameters: {}\nRETURN 1",
        "// question: x\n// parameters:\n//   a: {type: colour, description: y}\n// columns: {z: z}\nRETURN 1 AS z",
        "// question: [\nRETURN 1",
    ],
)
def test_a_header_that_does_not_follow_the_form_is_refused(text: str) -> None:
    with pytest.raises(GraphError, match="header of the query 'bad'"):
        parse("bad", text)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("list_speakers", {"rule": "Open Rule"}),
        ("recall_day", {"thing": "Elder", "known_at": "2024-11-02"}),
        ("compare_days", {"since": "2024-10-01", "until": "2024-11-02"}),
    ],
)
def test_a_reading_in_doubt_is_told_from_the_fact_beside_it(
    world_graph: Graph, name: str, parameters: dict[str, object]
) -> None:
    rows = run_query(world_graph, name, parameters)
    assert [(row["effect"], row["standing"]) for row in rows] == [("unknown", "fact"), ("requires", "candidate")]
