"""``extract``: mentions and statements of documents in a file, without a home, a ledger or a graph."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from policygraph.annotate.annotation import Annotator
from policygraph.annotate.exchange import annotation_row, document_of_row
from policygraph.annotate.proposers.settings import SettingsError, load_settings
from policygraph.annotate.workers import FAILED, OUT_OF_TIME, annotated
from policygraph.cli.common import DONE, WITH_ISSUES, err, shown
from policygraph.cli.ingest import IngestError
from policygraph.home import Home


def extract(
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="Lines of {id, kind, date, title, text}.")],
    target: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="The same with mentions and statements.")],
    proposers: Annotated[
        Path | None, typer.Option("--proposers", help="A proposers.yml: what it switches on adds to what is read.")
    ] = None,
) -> int:
    """Extract mentions and statements, in the resolved form of the gold format."""
    if not source.is_file():
        raise IngestError(f"there is no file {str(source)!r}")
    if target.exists() and target.resolve() == source.resolve():
        raise IngestError("the output would overwrite the input: name another file")
    annotator = _annotator(proposers)
    seconds = Home.at().document_seconds if proposers is None else None  # proposers bound their own questions
    failed = 0
    with (
        source.open(encoding="utf-8", errors="surrogateescape") as lines,
        target.open("w", encoding="utf-8") as out,
    ):
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                line.encode("utf-8")  # an invalid byte came in as half of a surrogate pair
                row: dict[str, Any] = json.loads(line)
                json.dumps(row, ensure_ascii=False).encode("utf-8")
                document = document_of_row(row)
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                failed += 1
                err.print(f"line {number}: not taken: {shown(error)}")
                continue
            annotation = annotated(annotator, document, seconds)
            failed += not annotation.complete or any(i.code in (FAILED, OUT_OF_TIME) for i in annotation.issues)
            for issue in annotation.issues:
                err.print(f"{shown(row['id'])}: {issue.code}: {shown(issue.reason)}", style="dim")
            out.write(json.dumps(annotation_row(row, annotation), ensure_ascii=False) + "\n")
    return WITH_ISSUES if failed else DONE


def _annotator(proposers: Path | None) -> Annotator:
    # Loaded at need: other commands start a second sooner.
    from policygraph.annotate.pipeline import load_annotator

    reader = load_annotator()
    if proposers is None:
        return reader
    from policygraph.annotate.proposers.annotator import AnnotatorWithProposers
    from policygraph.annotate.proposers.build import proposer_annotators

    if not proposers.is_file():
        raise IngestError(f"there is no file {str(proposers)!r}")
    home = Home.at()
    added = []
    for one in proposer_annotators(load_settings(proposers, home.endpoint_keys), reader, home.proposals):
        if isinstance(one, SettingsError):
            raise one
        added.append(one)
    return AnnotatorWithProposers(reader, added)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("extract")(extract)
