"""``demo``: the whole flow on a small sample site that is served on this machine and crawled for real."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from policygraph.cli import answers
from policygraph.cli.common import (
    HomeOption,
    err,
    graph_of,
    home_of,
    module_command,
    out,
    quiet_environment,
    shown,
    writing,
)
from policygraph.cli.ingest import IngestError
from policygraph.cli.run import finish, say
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
from policygraph.graph.errors import GraphError
from policygraph.ledger.runs import issues_of_run
from policygraph.model.time import parse_day
from policygraph.trace.ask import today
from policygraph.trace.exposure import ask_exposure
from policygraph.trace.facts import Known
from policygraph.trace.names import UnknownNameError

SAMPLE_HOST = "sample.policygraph.example"
FIRMS = ("Tesla", "Nvidia")
QUESTION = ("Interim final rule on advanced computing items and supercomputer end use", "Nvidia")  # to go on with


class SampleError(GraphError):
    """The sample site did not start."""


def demo(
    context: typer.Context,
    as_of: Annotated[str, typer.Option("--as-of", help="Day that the exposures are asked about.")] = "2025-06-01",
    pages: Annotated[
        Path | None, typer.Option("--pages", help="Another folder of page files than the package's.")
    ] = None,
    home: HomeOption = None,
) -> int:
    """Crawl the sample site, run every stage, and show what touches Tesla and Nvidia. A second run is incremental."""
    parse_day(as_of)
    if pages is not None and not pages.is_dir():
        raise IngestError(f"there is no folder {str(pages)!r}")
    place = home_of(context, home)
    began = monotonic()
    with writing(place) as (ledger, archive), running(place, ledger, archive, "demo", say) as run:
        _heading("1. Reference data: places, zones, authorities, sectors, firms")
        reference_stage(run)
        with _sample_site(pages) as port:
            _heading(f"2. Crawl: the sample site, served on loopback port {port}")
            crawl_stage(run, (), ["--sample", "--proxy", f"{SAMPLE_HOST}=127.0.0.1:{port}"])
        _heading("3. Text: from archived bytes to documents")
        text_stage(run)
        _heading("4. Annotate: who says what about whom")
        annotate_stage(run)
        _heading("5. Graph: Neo4j (the first time, it is fetched: 131 MB, a minute or two)")
        with graph_of(place) as graph:
            graph_stage(run, graph)
            code = _report(run, graph, as_of)
    _go_on(str(place.path), as_of, monotonic() - began)
    return code


def _report(run: Run, graph: Graph, as_of: str) -> int:
    _heading("What came of it")
    code = finish(run)
    counts = run.counts
    new = [counts.get(k, 0) for k in ("new_captures", "statements", "relationships_written", "relationships_removed")]
    if not any(new):
        out.print("incremental: 0 new captures, 0 new statements, 0 edges changed: nothing on the site has changed")
    with run.ledger.reading() as connection:
        for issue in issues_of_run(connection, run.id):
            err.print(f"issue {issue['stage']}/{issue['code']}: {shown(issue['url'])}: {shown(issue['reason'])}")
    for firm in FIRMS:
        _heading(f"Exposure of {firm}")
        try:
            found = ask_exposure(graph, firm, as_of=as_of, known=Known(today()))
        except UnknownNameError as error:
            out.print(shown(error))
            continue
        answers.show_exposure(found)
    return code


def _go_on(home: str, as_of: str, seconds: float) -> None:
    command = f"policygraph --home {shown(home)}"
    _heading(f"Done in {seconds:.0f} s. How to go on")
    for line in (
        f'{command} applies "{QUESTION[0]}" {QUESTION[1]} --as-of {as_of}',
        f"{command} claims --subject Tesla",
        f"{command} query --list",
        f"{command} evidence STATEMENT      # any statement id above: back to the archived bytes",
        f"POLICYGRAPH_HOME={shown(home)} jupyter lab notebooks/01_exposure.ipynb",
        f"{command} graph stop",
    ):
        out.print(f"  {line}")


def _heading(words: str) -> None:
    out.print(f"\n[bold cyan]{words}[/bold cyan]")


@contextmanager
def _sample_site(pages: Path | None) -> Iterator[int]:
    command = module_command("policygraph_crawlers.sample", "--port", "0", "--attached")
    command += ["--pages", str(pages)] if pages else []
    # A pipe that nothing is written to: it closes when this process ends, however it ends, and the server with it.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=quiet_environment()
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        try:
            port = int(json.loads(line)["port"])
        except (ValueError, KeyError, TypeError) as error:
            server.terminate()
            raise SampleError(f"the sample site did not start: {line.strip() or 'no answer'}") from error
        try:
            yield port
        finally:
            server.terminate()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)
