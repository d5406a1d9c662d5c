"""``status`` and ``doctor``: what a home holds, how its last runs went, and whether this machine has what it takes."""

from __future__ import annotations

import platform
import pyexpat
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from typing import Any

import typer
from rich.table import Table
from sqlalchemy import func, select

from policygraph import __version__
from policygraph.cli.common import DONE, FAILED, HomeOption, JsonOption, existing_home, home_of, out, print_json, shown
from policygraph.graph import managed
from policygraph.ledger import Ledger, schema
from policygraph.ledger.runs import issues_of_run, latest_runs

_COUNTED = ("captures", "documents", "mentions", "statements", "judgements", "issues")
MIN_FREE = 1024**3  # bytes: Neo4j's jars, its store and an archive need room
MIN_EXPAT = (2, 6, 0)  # older ones have known ways to run out of time or memory on hostile XML


def status(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> int:
    """What the home holds, its last runs and the issues of the last one."""
    place = existing_home(context, home)
    ledger = Ledger(place.ledger_url)
    with ledger.reading() as connection:
        counts = {
            name: connection.execute(select(func.count()).select_from(schema.metadata.tables[name])).scalar_one()
            for name in _COUNTED
        }
        runs = latest_runs(connection)
        issues = issues_of_run(connection, runs[0]["id"]) if runs else []
    graph = place.graph.url if place.graph else managed.status(place).as_json()
    found = {"home": str(place.path), "counts": counts, "graph": graph, "runs": runs, "issues": issues}
    print_json(found) if as_json else _show(found)
    return DONE


def _show(found: dict[str, Any]) -> None:
    out.print(f"home {shown(found['home'])}")
    out.print(", ".join(f"{number} {name}" for name, number in found["counts"].items()))
    if found["runs"]:
        table = Table("started", "command", "status", "what came of it")
        for run in found["runs"][:5]:
            table.add_row(run["started"], run["command"], run["status"] or "", shown(run["counts"] or ""))
        out.print(table)
    for issue in found["issues"][:50]:
        where = issue["url"] or issue["document_id"] or issue["source_id"]
        out.print(f"[yellow]{issue['stage']}/{issue['code']}[/yellow] {shown(where)}: {shown(issue['reason'])}")
    if len(found["issues"]) > 50:
        out.print(f"… and {len(found['issues']) - 50} more issues: --json shows all")


def doctor(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> int:
    """Check that this machine has what policygraph needs. Exit code 1 if something is amiss."""
    place = home_of(context, home)
    checks = list(_checks(place.path.parent if not place.path.exists() else place.path))
    if as_json:
        print_json([{"check": name, "ok": ok, "found": found} for name, ok, found in checks])
    else:
        for name, ok, found in checks:
            out.print(f"{'[green]ok[/green]  ' if ok else '[red]bad[/red] '} {name}: {shown(found)}")
    return DONE if all(ok for _, ok, _ in checks) else FAILED


def _checks(folder: Any) -> Iterator[tuple[str, bool, str]]:
    yield "policygraph", True, __version__
    yield "Python", (3, 11) <= sys.version_info[:2] <= (3, 13), platform.python_version()
    yield "expat", pyexpat.version_info >= MIN_EXPAT, pyexpat.EXPAT_VERSION
    yield "SQLite", sqlite3.sqlite_version_info >= (3, 35), sqlite3.sqlite_version
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    yield "free disk", free >= MIN_FREE, f"{free / 1e9:.1f} GB at {folder}"
    yield "Java for Neo4j", *managed.java_version()


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("status")(status)
    app.command("doctor")(doctor)
