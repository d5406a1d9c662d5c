"""The command ``policygraph``: one thin command a stage, and the questions that people ask."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from typer.exceptions import TyperException

from policygraph import __version__
from policygraph.annotate.proposers.settings import SettingsError
from policygraph.archive import ArchiveError
from policygraph.archive.fetch import FetchError
from policygraph.cli import ask, demo, extract, graph, ingest, run, state
from policygraph.cli.common import DONE, FAILED, LOCKED, NO_GRAPH, WRONG_USE, HomeError, HomeOption, err, shown
from policygraph.cli.stages import UnknownSourceError
from policygraph.graph.errors import GraphError, QueryError
from policygraph.ledger import LedgerError, LockedError
from policygraph.model.time import DateError
from policygraph.settings import EnvironmentSettingError
from policygraph.trace.ask import AssumptionError
from policygraph.trace.claims import UnknownPredicateError
from policygraph.trace.evidence import UnknownStatementError
from policygraph.trace.names import AmbiguousNameError, UnknownNameError

EXIT_CODES = """\
Exit codes: 0 done · 1 failed · 2 wrong use or unknown name · 3 finished with issues · 4 another run holds the lock ·
5 graph not reachable. Errors go to standard error."""

_WRONG_USE = (
    DateError,
    AssumptionError,
    UnknownPredicateError,
    UnknownStatementError,
    UnknownNameError,
    AmbiguousNameError,
    QueryError,
    HomeError,
    ingest.IngestError,
    UnknownSourceError,
    SettingsError,
    EnvironmentSettingError,
)

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False, epilog=EXIT_CODES
)


@app.callback(invoke_without_command=True)
def main_options(
    context: typer.Context,
    home: HomeOption = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    """Watch rules and the firms they touch."""
    context.obj = {"home": home}
    if version:
        print(__version__)
        raise typer.Exit(DONE)


run.register(app)
ingest.register(app)
extract.register(app)
ask.register(app)
state.register(app)
demo.register(app)
app.add_typer(graph.app, name="graph")


def main() -> None:
    """Run the command line; ends the process with one of the documented exit codes."""
    sys.exit(invoke(sys.argv[1:]))


def invoke(arguments: list[str]) -> int:
    """Run a command line and return its exit code; whatever goes wrong is one sentence on standard error."""
    try:
        result = app(arguments, standalone_mode=False)
        return result if isinstance(result, int) else DONE
    except typer.Exit as ended:
        return ended.exit_code
    except TyperException as error:
        message = error.format_message()
        err.print(escape(message if message.startswith("Usage:") else f"error: {message}"))
        return WRONG_USE
    except (KeyboardInterrupt, typer.Abort):
        err.print("stopped; what was stored is kept, run the command again to go on")
        return FAILED
    except BrokenPipeError:
        return DONE
    except _WRONG_USE as error:
        return _say(error, WRONG_USE)
    except LockedError as error:
        return _say(error, LOCKED)
    except GraphError as error:
        return _say(error, NO_GRAPH)
    except (LedgerError, ArchiveError, FetchError, OSError) as error:
        return _say(error, FAILED)
    except Exception as error:
        log = _log(error)
        err.print(f"error: {type(error).__name__}: {shown(error)}; the traceback is in {log}")
        return FAILED


def _say(error: Exception, code: int) -> int:
    err.print(f"error: {shown(error)}")
    return code


def _log(error: Exception) -> Path:
    import tempfile

    with tempfile.NamedTemporaryFile(
        "w", prefix="policygraph-", suffix=".log", delete=False, encoding="utf-8"
    ) as stream:
        traceback.print_exception(error, file=stream)
    return Path(stream.name)


if __name__ == "__main__":
    main()
