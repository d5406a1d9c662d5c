"""What all commands share: the home, output for people and for programs, exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from policygraph.archive import Archive
from policygraph.graph.connection import Graph, open_graph
from policygraph.home import Home
from policygraph.ledger import Ledger, lock
from policygraph.ledger.runs import plain

DONE, FAILED, WRONG_USE, WITH_ISSUES, LOCKED, NO_GRAPH = range(6)

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Folder that holds all state; else POLICYGRAPH_HOME, else .policygraph here."),
]
TriageOption = Annotated[
    bool | None,
    typer.Option(
        "--triage/--no-triage",
        help="Whether a first pass chooses what is read in full; without, all is, and what it left earlier too. "
        "Default: POLICYGRAPH_TRIAGE, else on.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help="Day that is asked about, YYYY-MM-DD; default today.")]
KnownAtOption = Annotated[
    str | None, typer.Option("--known-at", help="Answer by what was known on this day, YYYY-MM-DD; default today.")
]
RecordedOption = Annotated[
    bool, typer.Option("--recorded", help="Reckon --known-at by the day of record, not of publication.")
]

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class HomeError(RuntimeError):
    """The home is not there yet."""


def home_of(context: typer.Context, path: Path | None) -> Home:
    """The home that the command or its parent names, else that of the environment."""
    return Home.at(path or (context.obj or {}).get("home"))


def existing_home(context: typer.Context, path: Path | None) -> Home:
    """The same, which must have been made. Raises HomeError saying how."""
    home = home_of(context, path)
    if not home.exists:
        raise HomeError(
            f"there is no policygraph home at {home.path}: run `policygraph init` first, or name one by --home"
        )
    return home


@contextmanager
def writing(home: Home) -> Iterator[tuple[Ledger, Archive]]:
    """The ledger and archive of a home, its lock held. Raises LockedError or LedgerError."""
    home.create()
    with lock(home.lock_file):
        yield Ledger(home.ledger_url), Archive(home.archive)


@contextmanager
def graph_of(home: Home) -> Iterator[Graph]:
    """The home's graph, started if need be; progress goes to standard error. Raises GraphError."""
    teller = Teller()
    graph = open_graph(home, progress=teller)
    teller.end()
    try:
        yield graph
    finally:
        graph.close()


class Teller:
    """Shows progress on standard error: a line that is rewritten on a terminal; elsewhere a line for each new
    subject."""

    def __init__(self) -> None:
        self._subject = ""

    def __call__(self, message: str, done: float = 0, total: float = 0) -> None:
        """Show what is going on and how far it has come."""
        share = f" {done:.0f}/{total:.0f}" if total else ""
        subject = "".join(c for c in message if not c.isdigit())
        if err.is_terminal:
            if self._subject and subject != self._subject:
                err.print()
            err.print(f"\r[dim]{escape(message)}{share}[/dim]\x1b[K", end="")
        elif subject != self._subject:
            err.print(f"{escape(message)}{share}", style="dim")
        self._subject = subject

    def end(self) -> None:
        """End the line that was being rewritten."""
        if err.is_terminal and self._subject:
            err.print()
        self._subject = ""


def print_json(value: Any) -> None:
    """Write JSON for programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def shown(text: object) -> str:
    """Text from the web, safe to print: one line, no control characters, no markup."""
    return escape(plain(str(text)))


def quote(words: Sequence[str], width: int = 220) -> str:
    """Quotes on one line, each cut to a width."""
    cut = [w if len(w) <= width else w[: width - 1] + "…" for w in words]
    return " … ".join(f"“{shown(' '.join(w.split()))}”" for w in cut)


def module_command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours in a process of its own. The folder that the user stands in is no place
    to import from (``-P``): a file there that is called like a library would be run in its stead."""
    return [sys.executable, "-P", "-m", module, *arguments]


def quiet_environment() -> dict[str, str]:
    """Environment of a child process of ours: unbuffered, in UTF-8."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
