"""``status`` and ``doctor``: what a home holds, how its last runs went, and whether this machine has what it takes."""

from __future__ import annotations

import platform
import pyexpat
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
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
NEW_EXPAT = (2, 6, 0)  # older ones have known ways to run out of time or memory on hostile XML


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


@dataclass(frozen=True, slots=True)
class Check:
    """What the doctor looked at. ``warning`` is a sentence on what could be better but keeps nothing from working."""

    name: str
    ok: bool
    found: str
    warning: str = ""

    def as_json(self) -> dict[str, Any]:
        """The check as JSON."""
        return {"check": self.name, "ok": self.ok, "found": self.found, "warning": self.warning or None}


def doctor(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> int:
    """Check that this machine has what policygraph needs. Exit code 1 if something is amiss; a warning is not amiss."""
    place = home_of(context, home)
    checks = list(_checks(place.path.parent if not place.path.exists() else place.path))
    if as_json:
        print_json([check.as_json() for check in checks])
    else:
        for check in checks:
            out.print(f"{'[green]ok[/green]  ' if check.ok else '[red]bad[/red] '} {check.name}: {shown(check.found)}")
            if check.warning:
                out.print(f"     [yellow]note[/yellow]: {shown(check.warning)}")
    return DONE if all(check.ok for check in checks) else FAILED


def _checks(folder: Path) -> Iterator[Check]:
    yield Check("policygraph", True, __version__)
    yield Check("Python", (3, 11) <= sys.version_info[:2] <= (3, 13), platform.python_version())
    yield Check("expat", True, pyexpat.EXPAT_VERSION, expat_warning(pyexpat.version_info))
    yield Check("SQLite", sqlite3.sqlite_version_info >= (3, 35), sqlite3.sqlite_version)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    yield Check("free disk", free >= MIN_FREE, f"{free / 1e9:.1f} GB at {folder}")
    yield Check("Java for Neo4j", *managed.java_version())


def expat_warning(version: tuple[int, int, int]) -> str:
    """A sentence if the XML parser that this Python brings is an old one, else nothing."""
    if version >= NEW_EXPAT:
        return ""
    return (
        "this Python brings an expat older than 2.6.0, which has known ways to lose time on hostile XML; "
        "feeds are read up to a limit of size, and a newer patch release of Python brings a newer expat"
    )


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("status")(status)
    app.command("doctor")(doctor)
