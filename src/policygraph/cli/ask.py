"""The questions: ``applies``, ``exposure``, ``claims``, ``trace``, ``evidence`` and ``query``."""

from __future__ import annotations

import csv
import io
import sys
from typing import Annotated, Any

import typer
from rich.table import Table

from policygraph.archive import Archive
from policygraph.cli import answers
from policygraph.cli.common import (
    DONE,
    FAILED,
    AsOfOption,
    HomeOption,
    JsonOption,
    KnownAtOption,
    RecordedOption,
    existing_home,
    graph_of,
    out,
    print_json,
    shown,
)
from policygraph.graph.catalogue import list_queries, run_query
from policygraph.graph.connection import MAX_ROWS
from policygraph.graph.errors import QueryError
from policygraph.ledger import Ledger
from policygraph.model.time import parse_day
from policygraph.trace.ask import ask_applies, today
from policygraph.trace.claims import ask_claims
from policygraph.trace.evidence import ask_evidence
from policygraph.trace.exposure import ask_exposure
from policygraph.trace.facts import Known
from policygraph.trace.paths import ask_paths

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _known(known_at: str | None, recorded: bool) -> Known:
    day = known_at or today()
    parse_day(day)
    return Known(day, "recorded" if recorded else "published")


def _day(as_of: str | None) -> str:
    return parse_day(as_of).isoformat() if as_of else today()


def applies(
    context: typer.Context,
    rule: str,
    firm: str,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    recorded: RecordedOption = False,
    assume: Annotated[
        list[str], typer.Option("--assume", help="Assume 'subject predicate object'; may be repeated.")
    ] = [],  # noqa: B006
    only: Annotated[
        list[str], typer.Option("--only", help="The firm has this and nothing else on that dimension.")
    ] = [],  # noqa: B006
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """Does this rule reach this firm, on that day, by what was known then?"""
    known, day = _known(known_at, recorded), _day(as_of)
    with graph_of(existing_home(context, home)) as graph:
        answer = ask_applies(graph, rule, firm, as_of=day, known=known, assume=assume, only=only)
    print_json(answer.as_json()) if as_json else answers.show_answer(answer)
    return DONE


def exposure(
    context: typer.Context,
    firm: str,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    recorded: RecordedOption = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """All rules that touch a firm: relief and burden, how they reach it, and on what evidence."""
    known, day = _known(known_at, recorded), _day(as_of)
    with graph_of(existing_home(context, home)) as graph:
        found = ask_exposure(graph, firm, as_of=day, known=known)
    print_json(found.as_json()) if as_json else answers.show_exposure(found)
    return DONE


def claims(
    context: typer.Context,
    subject: Annotated[str | None, typer.Option(help="What the statements are about.")] = None,
    predicate: Annotated[str | None, typer.Option(help="A predicate of the ontology.")] = None,
    object_: Annotated[str | None, typer.Option("--object", help="What they point to.")] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    recorded: RecordedOption = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """Who says what."""
    with graph_of(existing_home(context, home)) as graph:
        found = ask_claims(
            graph,
            subject=subject,
            predicate=predicate,
            object_=object_,
            as_of=as_of or today(),
            known=_known(known_at, recorded),
        )
    print_json(found) if as_json else answers.show_claims(found)
    return DONE


def trace(
    context: typer.Context,
    start: Annotated[str, typer.Argument(metavar="A")],
    end: Annotated[str, typer.Argument(metavar="B")],
    known_at: KnownAtOption = None,
    recorded: RecordedOption = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """Ranked paths between two things."""
    with graph_of(existing_home(context, home)) as graph:
        found = ask_paths(graph, start, end, known=_known(known_at, recorded))
    print_json(found) if as_json else answers.show_paths(found)
    return DONE


def evidence(context: typer.Context, statement: str, home: HomeOption = None, as_json: JsonOption = False) -> int:
    """From a statement back to the archived bytes, and whether all of it verifies (exit code 1 if not)."""
    place = existing_home(context, home)
    with Ledger(place.ledger_url).reading() as connection:
        found = ask_evidence(connection, Archive(place.archive), statement)
    print_json(found) if as_json else answers.show_evidence(found)
    return DONE if found["verified"] else FAILED


def query(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="A query of the catalogue.")] = None,
    parameter: Annotated[list[str], typer.Option("-p", "--parameter", metavar="K=V", help="May be repeated.")] = [],  # noqa: B006
    cypher: Annotated[
        str | None, typer.Option("--cypher", help="A Cypher query of your own; it can only read.")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the catalogue.")] = False,
    output: Annotated[str, typer.Option("--format", help="table, json or csv.")] = "table",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """Run a query of the catalogue, or Cypher of your own."""
    output = "json" if as_json else output
    if output not in ("table", "json", "csv"):
        raise QueryError(f"--format {output!r} is none of table, json, csv")
    if listing:
        answers.show_catalogue(list_queries(), output == "json")
        return DONE
    if (name is None) == (cypher is None):
        raise QueryError("give the name of a query, or --cypher with a query, or --list")
    parameters = dict(_pair(item) for item in parameter)
    with graph_of(existing_home(context, home)) as graph:
        if name is not None:
            rows = run_query(graph, name, parameters)
        else:
            rows = graph.read(cypher or "", parameters, max_rows=MAX_ROWS)
    _print_rows(rows, output)
    return DONE


def _pair(item: str) -> tuple[str, str]:
    key, separator, value = item.partition("=")
    if not separator or not key:
        raise QueryError(f"parameter {item!r} is not of the form name=value")
    return key, value


def _print_rows(rows: list[dict[str, Any]], output: str) -> None:
    if output == "json":
        print_json(rows)
        return
    columns = list(rows[0]) if rows else []
    if output == "csv":
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[_cell(row[column]) for column in columns] for row in rows])
        sys.stdout.write(stream.getvalue())
        return
    table = Table(*columns, show_lines=False)
    for row in rows:
        table.add_row(*(shown(_text(row[column])) for column in columns))
    if columns:
        out.print(table)
    out.print(f"{len(rows)} rows")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return "" if value is None else str(value)


def _cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = _text(value)
    return f"'{text}" if text.startswith(_FORMULA) and not text.lstrip("-+").replace(".", "", 1).isdigit() else text


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (applies, exposure, claims, trace, evidence, query):
        app.command(command.__name__)(command)
