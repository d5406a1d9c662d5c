"""``graph``: the Neo4j behind the answers, and the digest of what it holds."""

from __future__ import annotations

import typer

from policygraph.cli.common import (
    DONE,
    NO_GRAPH,
    HomeOption,
    JsonOption,
    Teller,
    err,
    existing_home,
    graph_of,
    out,
    print_json,
    shown,
    writing,
)
from policygraph.cli.run import finish, say
from policygraph.cli.stages import graph_stage, running
from policygraph.graph import managed
from policygraph.graph.loader import graph_hash

_SIZE = """
CALL () { MATCH (n) RETURN count(n) AS nodes }
CALL () { MATCH ()-[r]->() RETURN count(r) AS relationships }
RETURN nodes, relationships
"""

app = typer.Typer(help="The Neo4j that holds the graph.", no_args_is_help=True)


@app.command("start")
def start(context: typer.Context, home: HomeOption = None) -> int:
    """Start the home's own Neo4j and leave it running; fetches it once."""
    place = existing_home(context, home)
    if place.graph is not None:
        out.print(f"this home uses the Neo4j at {shown(place.graph.url)}, which policygraph does not start")
        return DONE
    teller = Teller()
    address = managed.start(place, teller)
    teller.end()
    out.print(f"Neo4j answers at {address.url}")
    return DONE


@app.command("stop")
def stop(context: typer.Context, home: HomeOption = None) -> int:
    """Stop the home's own Neo4j."""
    place = existing_home(context, home)
    out.print("stopped" if managed.stop(place) else "it was not running")
    return DONE


@app.command("status")
def status(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> int:
    """Whether the graph answers, and what it holds. Exit code 5 if it does not answer."""
    place = existing_home(context, home)
    found = managed.status(place).as_json() if place.graph is None else {"url": place.graph.url, "running": True}
    if found["running"]:
        with graph_of(place) as graph:
            rows = graph.read(_SIZE, {})
        found |= rows[0]
    if as_json:
        print_json(found)
    else:
        out.print(", ".join(f"{key} {shown(value)}" for key, value in found.items() if value is not None))
    if not found["running"]:
        err.print("the graph is not running: `policygraph graph start` starts it")
        return NO_GRAPH
    return DONE


@app.command("rebuild")
def rebuild(context: typer.Context, home: HomeOption = None) -> int:
    """Drop the graph and make it again from the ledger."""
    place = existing_home(context, home)
    with (
        writing(place) as (ledger, archive),
        running(place, ledger, archive, "graph rebuild", say) as run,
        graph_of(place) as graph,
    ):
        graph_stage(run, graph, anew=True)
    return finish(run)


@app.command("hash")
def show_hash(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> int:
    """A digest of the whole graph that does not depend on the order in which things arrived."""
    with graph_of(existing_home(context, home)) as graph:
        found = graph_hash(graph)
    print_json({"hash": found}) if as_json else out.print(found)
    return DONE
