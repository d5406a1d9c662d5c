"""How long ``applies`` and ``exposure`` take, beside hand-written Cypher that fetches the same on the same server.

    python -m benchmarks.answer_times [--edges 200000] [--questions 300] [--home FOLDER]

The Cypher is what somebody who knows the graph would write for the plain driver: one statement for each question, from
names to the statements that the answer rests on. It fetches and answers nothing. Both are run in turn, and what they
fetch is compared: another set of statements stops the measurement. ``--home`` keeps the generated graph for later.
Writes ``benchmarks/answer_times.md``.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import neo4j

from benchmarks.generated_world import generate_world
from policygraph.graph import managed
from policygraph.graph.connection import Graph, open_graph
from policygraph.graph.jars import VERSION
from policygraph.graph.loader import load
from policygraph.home import Home
from policygraph.trace.ask import ask_applies
from policygraph.trace.exposure import ask_exposure
from policygraph.trace.facts import Known
from policygraph.trace.fetch import Reader

DAY, KNOWN = "2024-06-01", Known("2025-12-31")
_STEPS = "ACTIVE_IN|HANDLES|LOCATED_IN|MAKES|OPERATES|OWNS|PART_OF|USES"
_NEAR = "OWNS|ACQUIRES|SUPPLIES|PARTNERS_WITH|NEGOTIATES_WITH|INVESTS_IN"
_PREDICATES = (
    "applies_to", "enforced_against", "holds_in", "lifts", "issued_by", "administered_by", "based_on", "part_of",
    "amends", "repeals", "active_in", "handles", "located_in", "makes", "operates", "owns", "uses", "acquires",
    "supplies", "partners_with", "negotiates_with", "invests_in",
)  # fmt: skip
_COLUMNS = (
    "id", "predicate", "effect", "modality", "attribution", "attribution_ids", "valid_from", "valid_to", "duration",
    "lifecycle", "action", "action_verb", "amount", "due", "provision", "detail", "standing", "origin", "document_id",
    "publisher", "known_from", "known_to", "recorded", "quotes",
    "subject_named", "object_named",
)  # fmt: skip
_AROUND = f"""
CALL (firms) {{ UNWIND firms AS f MATCH (f)-[:{_STEPS}*0..6]->(n) RETURN collect(DISTINCT n.id) AS reached }}
CALL (rules) {{
  UNWIND rules AS r OPTIONAL MATCH (x)-[:LIFTS|REPEALS|AMENDS*1..3]->(r)
  RETURN collect(DISTINCT r.id) + collect(DISTINCT x.id) AS ruling
}}
CALL (ruling) {{
  MATCH (r:Entity)-[:APPLIES_TO|HOLDS_IN]->()-[:LOCATED_IN|PART_OF*0..6]->(v) WHERE r.id IN ruling
  RETURN collect(DISTINCT v.id) AS around
}}
WITH reached + ruling + around AS ids
MATCH (s:Statement) WHERE s.subject_id IN ids AND s.predicate IN $predicates
MATCH (s)-[:SUBJECT]->(a:Entity), (s)-[:OBJECT]->(b:Entity)
RETURN {", ".join(f"s.{name} AS {name}" for name in _COLUMNS)},
       a.id, a.name, a.type, b.id, b.name, b.type
"""
APPLIES = "MATCH (r:Entity:Rule {name: $rule}), (f:Entity:Firm {name: $firm}) WITH [f] AS firms, [r] AS rules" + _AROUND
EXPOSURE = (
    f"""
MATCH (f:Entity:Firm {{name: $firm}})
CALL (f) {{ MATCH (f)-[:{_STEPS}*0..6]->(n) RETURN collect(DISTINCT n) AS reached }}
CALL (reached) {{
  UNWIND reached AS v MATCH (v)<-[edge:APPLIES_TO|ENFORCED_AGAINST|HOLDS_IN]-(r)
  WHERE edge.predicate = 'holds_in' OR NOT (v:Jurisdiction OR v:Zone)
  RETURN collect(DISTINCT r) AS direct
}}
CALL (f) {{ MATCH (f)-[:{_NEAR}]-(other:Firm) RETURN collect(DISTINCT other) AS others }}
CALL (others) {{
  UNWIND others AS other MATCH (other)<-[:APPLIES_TO|ENFORCED_AGAINST]-(r) RETURN collect(DISTINCT r) AS through
}}
CALL (direct) {{ UNWIND direct AS r MATCH (r)-[:LIFTS]->(d) RETURN collect(DISTINCT d) AS lifted }}
WITH [f] + others AS firms, direct + through + lifted AS rules"""
    + _AROUND
)


@dataclass(slots=True)
class Times:
    """Seconds of each question, ours and by hand, and how many statements they fetched."""

    ours: list[float] = field(default_factory=list)
    by_hand: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)


class Counting:
    """A graph that keeps the ids of the statements that went through it."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.fetched: set[str] = set()

    def fetch(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, *, timeout: float = 60
    ) -> list[dict[str, Any]]:
        """The rows, their statements noted."""
        rows = self._graph.fetch(cypher, parameters, timeout=timeout)
        self.fetched |= set(_statement_ids(rows))
        return rows


def _statement_ids(value: Any) -> list[str]:
    """All ids of statements anywhere in rows."""
    if isinstance(value, str):
        return [value] if value.startswith("statement:") else []
    if isinstance(value, dict):
        return [found for item in value.values() for found in _statement_ids(item)]
    return [found for item in value for found in _statement_ids(item)] if isinstance(value, list | tuple) else []


def pairs(number: int, size: int, seed: int = 5) -> list[tuple[str, str]]:
    """Rules and firms by name; every second firm is one of the busy ones."""
    chance, firms = random.Random(seed), size // 10
    found = []
    for turn in range(number):
        firm = int(firms * chance.random() ** (3 if turn % 2 else 1))
        found.append((f"Rule {chance.randrange(firms)}", f"Firm {firm}"))
    return found


def measure(questions: Sequence[Any], ours: Callable[[Any], object], by_hand: Callable[[Any], int], warm: int) -> Times:
    """Put every question both ways, in turn; the first ``warm`` ones do not count."""
    times = Times()
    for number, question in enumerate([*questions[:warm], *questions]):
        ways = [(ours, times.ours), (by_hand, times.by_hand)]
        for way, seconds in ways if number % 2 else reversed(ways):
            began = time.perf_counter()
            result = way(question)
            if number >= warm:
                seconds.append(time.perf_counter() - began)
                if way is by_hand and isinstance(result, int):
                    times.statements.append(result)
    return times


def compare(graph: Graph, driver: neo4j.Driver, questions: Sequence[tuple[str, str]]) -> None:
    """Stop if our questions fetch other statements than the Cypher by hand."""
    for rule, firm in questions:
        for cypher in (APPLIES, EXPOSURE):
            counting = Counting(graph)
            if cypher is APPLIES:
                _applies(counting, rule, firm)
            else:
                _exposure(counting, firm)
            by_hand = {row["id"] for row in _run(driver, cypher, {"rule": rule, "firm": firm})}
            if counting.fetched != by_hand:
                raise SystemExit(f"{rule}, {firm}: {len(counting.fetched)} statements, by hand {len(by_hand)}")


def _applies(graph: Reader, rule: str, firm: str) -> object:
    return ask_applies(graph, rule, firm, as_of=DAY, known=KNOWN).as_json()


def _exposure(graph: Reader, firm: str) -> object:
    return ask_exposure(graph, firm, as_of=DAY, known=KNOWN).as_json()


def _run(driver: neo4j.Driver, cypher: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    with driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
        rows: list[dict[str, Any]] = session.run(cypher, {**parameters, "predicates": list(_PREDICATES)}).data()
    return rows


def quantile(seconds: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def lines(name: str, times: Times) -> list[str]:
    """The rows of the table for one question."""
    rows = []
    for share in (0.5, 0.99):
        ours, by_hand = quantile(times.ours, share), quantile(times.by_hand, share)
        rows.append(
            f"| {name} | p{share * 100:.0f} | {ours * 1e3:.1f} | {by_hand * 1e3:.1f} | **{ours / by_hand:.2f}** |"
        )
    return rows


def report(options: argparse.Namespace, applies: Times, exposure: Times) -> str:
    """The figures as Markdown."""
    return "\n".join(
        [
            "# Times of answers",
            "",
            f"`python -m benchmarks.answer_times --edges {options.edges} --questions {options.questions}` on Neo4j "
            f"{VERSION}, Python {platform.python_version()}, {os.cpu_count()} cores; a generated graph of "
            f"{options.edges} edges between entities, each with the statements and documents behind it.",
            "",
            "Milliseconds from names to the answer as JSON, beside one hand-written Cypher statement through the plain "
            "driver that fetches the same columns of the same statements and answers nothing. Goal: at most 1.3.",
            "",
            "| question | | policygraph, ms | Cypher by hand, ms | ratio |",
            "|---|---|---|---|---|",
            *lines("applies", applies),
            *lines("exposure", exposure),
            "",
            f"Statements fetched: applies p50 {quantile(applies.statements, 0.5):.0f}, p99 "
            f"{quantile(applies.statements, 0.99):.0f}; exposure p50 {quantile(exposure.statements, 0.5):.0f}, p99 "
            f"{quantile(exposure.statements, 0.99):.0f}.",
            "",
        ]
    )


def run(home: Home, options: argparse.Namespace) -> str:
    """Load what is missing, compare, measure; returns the report."""
    with open_graph(home) as graph:
        if not graph.read("MATCH (s:Statement) RETURN s.id LIMIT 1"):
            load(graph, generate_world(options.edges), lambda words, done=0, total=0: None)
        address = managed.start(home)
        with neo4j.GraphDatabase.driver(address.url, auth=(address.user, address.password)) as driver:
            questions = pairs(options.questions, options.edges)
            compare(graph, driver, questions[:20])

            def by_hand(cypher: str) -> Callable[[tuple[str, str]], int]:
                return lambda q: len(_run(driver, cypher, {"rule": q[0], "firm": q[1]}))

            warm = min(50, options.questions)
            applies = measure(questions, lambda q: _applies(graph, *q), by_hand(APPLIES), warm)
            exposure = measure(questions, lambda q: _exposure(graph, q[1]), by_hand(EXPOSURE), warm)
    return report(options, applies, exposure)


def main(arguments: list[str]) -> None:
    """Measure and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answer_times")
    parser.add_argument("--edges", type=int, default=200_000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--home", type=Path, help="keep the generated graph here")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(options.home or Path(folder), {})
        try:
            text = run(home, options)
        finally:
            managed.stop(home)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
