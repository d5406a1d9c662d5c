"""``init``, ``crawl`` and ``run``: the nightly flow, from a crawl to the graph."""

from __future__ import annotations

from typing import Annotated

import typer

from policygraph.cli.common import (
    DONE,
    WITH_ISSUES,
    HomeOption,
    TriageOption,
    err,
    existing_home,
    graph_of,
    home_of,
    out,
    shown,
    writing,
)
from policygraph.cli.stages import (
    Run,
    annotate_stage,
    crawl_stage,
    graph_stage,
    reference_stage,
    running,
    text_stage,
)
from policygraph.graph.connection import Graph

_WORDS = {
    "new_captures": "new captures",
    "documents": "documents",
    "statements": "statements",
    "relationships_written": "relationships written",
    "relationships_removed": "relationships removed",
    "nodes_written": "nodes written",
    "nodes_removed": "nodes removed",
}


def init(
    context: typer.Context,
    home: HomeOption = None,
    reference: bool = typer.Option(True, help="Bring the reference data into the ledger."),
) -> int:
    """Make a home: folders, ledger, and the reference data as statements of origin "reference"."""
    place = home_of(context, home)
    with writing(place) as (ledger, archive):
        if reference:
            with running(place, ledger, archive, "init", say) as run:
                reference_stage(run)
            out.print(f"{run.counts.get('reference_statements', 0)} reference statements recorded")
    out.print(f"home: {shown(place.path)}")
    return DONE


def crawl(
    context: typer.Context,
    source: Annotated[list[str], typer.Option("--source", help="Only this source; may be repeated.")] = [],  # noqa: B006
    home: HomeOption = None,
) -> int:
    """Fetch what the sources have published and archive the bytes."""
    place = existing_home(context, home)
    with writing(place) as (ledger, archive), running(place, ledger, archive, "crawl", say) as run:
        crawl_stage(run, source)
    return finish(run)


def run_all(
    context: typer.Context,
    source: Annotated[list[str], typer.Option("--source", help="Crawl only this one; may be repeated.")] = [],  # noqa: B006
    crawling: bool = typer.Option(True, "--crawl/--no-crawl", help="Without: read and load what is archived already."),
    reference: bool = typer.Option(True, help="Bring the reference data into the ledger where it has changed."),
    triage: TriageOption = None,
    home: HomeOption = None,
) -> int:
    """The whole night: crawl, read, annotate, and bring the graph in line with the ledger."""
    place = existing_home(context, home)
    with writing(place) as (ledger, archive), running(place, ledger, archive, "run", say) as run:
        if reference:
            reference_stage(run)
        if crawling:
            crawl_stage(run, source)
        with graph_of(place) as graph:
            stages(run, graph, triage)
    return finish(run)


def stages(run: Run, graph: Graph, triage: bool | None = None) -> None:
    """From archived bytes to the graph."""
    text_stage(run)
    annotate_stage(run, triage)
    graph_stage(run, graph)


def say(message: str) -> None:
    """Progress on standard error."""
    err.print(shown(message), style="dim")


def finish(run: Run) -> int:
    """Print what a run came to; returns the exit code."""
    done = ", ".join(f"{number} {_WORDS.get(name, name.replace('_', ' '))}" for name, number in run.counts.items())
    out.print(f"{done or 'nothing to do'}")
    if issues := run.issues:
        err.print(f"{issues} issues: see `policygraph status`")
        return WITH_ISSUES
    return DONE


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("init")(init)
    app.command("crawl")(crawl)
    app.command("run")(run_all)
