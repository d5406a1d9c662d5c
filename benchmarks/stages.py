"""Documents a second in each stage, on the sample site and on abstracts of the Federal Register.

    python -m benchmarks.stages [FOLDER]

FOLDER holds ``fr_abstracts.jsonl.gz`` (lines of ``document_number``, ``title``, ``date``, ``abstract``); without it
only the sample site is measured. Ledger, archive and graph lie in temporary homes. Writes ``benchmarks/stages.md``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from policygraph.annotate.annotation import Annotation, Annotator
from policygraph.annotate.pipeline import load_annotator
from policygraph.archive import Archive, Response
from policygraph.graph import managed
from policygraph.graph.connection import open_graph
from policygraph.graph.loader import load
from policygraph.graph.projection import project
from policygraph.home import Home
from policygraph.ledger import Ledger
from policygraph.ledger.captures import record_response
from policygraph.ledger.documents import record_reading
from policygraph.ledger.runs import begin_run
from policygraph.ledger.statements import record_extraction
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Document
from policygraph.reference import load_reference
from policygraph.resolve.reference_names import ReferenceIndex
from policygraph.resolve.resolver import Resolver
from policygraph.text.reading import EXTRACTOR, VERSION, read_capture
from policygraph_crawlers.sample.page_file import PageFolder
from policygraph_crawlers.sample.site import SampleSite, packaged_pages

ABSTRACTS = 2_000
FETCHED = "2026-11-27T00:00:00Z"
STAGES = {
    "text": "bytes to documents (PDF in a child process of its own)",
    "annotate": "documents to mentions and statements",
    "ledger": "archive and ledger: captures, documents, mentions, statements",
    "projection": "resolution, and all that the graph should hold",
    "load": "into Neo4j",
}


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes to be read, and what the crawler would hand over with them."""

    response: Response
    kind: str
    hints: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Measured:
    """Seconds by stage, and what came of it."""

    name: str
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))
    documents: int = 0
    characters: int = 0
    statements: int = 0
    rows: int = 0

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time of a block to a stage."""
        began = time.perf_counter()
        yield
        self.seconds[stage] += time.perf_counter() - began


def sample_pages() -> Iterator[Page]:
    """The pages of the sample site, with the PDF beside each notice of its journal."""
    site = SampleSite(packaged_pages())
    for page in PageFolder(packaged_pages()).load()[0]:
        address = f"http://sample.policygraph.example{page.path}"
        for path, kind in ((page.path, "page"), (page.path.removesuffix(".html") + ".pdf", "file")):
            if answer := site.answer(path):
                url = address.removesuffix(page.path) + path
                yield Page(Response(url, answer.body, FETCHED, answer.media_type.partition(";")[0]), kind)


def abstracts(folder: Path) -> Iterator[Page]:
    """The first abstracts of the Federal Register, each as a page of plain text."""
    with gzip.open(folder / "fr_abstracts.jsonl.gz", "rt", encoding="utf-8") as stream:
        for line in islice((line for line in stream if json.loads(line).get("abstract")), ABSTRACTS):
            row = json.loads(line)
            url = f"https://abstracts.example/{row['document_number']}"
            hints = {"title": row["title"], "published": row["date"], "published_day": row["date"]}
            yield Page(Response(url, row["abstract"].encode(), FETCHED, "text/plain"), "page", hints)


def measure(name: str, pages: list[Page], annotator: Annotator, home: Home) -> Measured:
    """Every stage over the pages, timed apart."""
    home.create()
    found = Measured(name)
    ledger, archive = Ledger(home.ledger_url), Archive(home.archive)
    with ledger.transaction() as connection:
        run = begin_run(connection, "benchmark")
    documents = [document for page in pages for document in _read(found, ledger, archive, run, page)]
    for document in documents:
        with found.timed("annotate"):
            annotation = annotator.annotate(document)
        with found.timed("ledger"):
            _record(ledger, run, annotator, document, annotation)
        found.characters += len(document.text)
        found.statements += len(annotation.statements)
    found.documents = len(documents)
    resolver = Resolver(ReferenceIndex(load_reference()), load_ontology())
    with found.timed("projection"), ledger.reading() as connection:
        projection, _ = project(connection, resolver, load_ontology())
    found.rows = len(projection.nodes) + len(projection.relationships)
    try:
        with open_graph(home) as graph, found.timed("load"):
            load(graph, projection)
    finally:
        managed.stop(home)
    return found


def _read(found: Measured, ledger: Ledger, archive: Archive, run: str, page: Page) -> tuple[Document, ...]:
    with found.timed("ledger"), ledger.transaction() as connection:
        capture, _ = record_response(connection, archive, run, "benchmark", page.kind, page.response, page.hints)
    with found.timed("text"):
        reading = read_capture(capture, page.response.payload, FETCHED)
    with found.timed("ledger"), ledger.transaction() as connection:
        record_reading(connection, run, capture.id, EXTRACTOR, VERSION, reading.documents)
    return reading.documents


def _record(ledger: Ledger, run: str, annotator: Annotator, document: Document, annotation: Annotation) -> None:
    with ledger.transaction() as connection:
        record_extraction(
            connection,
            run,
            document,
            annotator.extractor,
            annotator.version,
            annotation.mentions,
            annotation.statements,
        )


def report(results: list[Measured], annotator: Annotator) -> str:
    """The figures as Markdown."""
    lines = [
        "# Stages",
        "",
        f"`python -m benchmarks.stages FOLDER`, annotator {annotator.extractor} {annotator.version}, Python "
        f"{platform.python_version()}, {os.cpu_count()} cores. Each stage alone, in one process, into an empty home on "
        "SQLite; the load includes making the constraints and indexes of an empty Neo4j, which takes some seconds.",
        "",
    ]
    for found in results:
        lines += [
            f"{found.name}: {found.documents} documents of {found.characters // max(found.documents, 1)} characters; "
            f"{found.statements} statements; {found.rows} nodes and relationships.",
            "",
            "| stage | what it does | seconds | documents a second |",
            "|---|---|---|---|",
            *(f"| {s} | {STAGES[s]} | {t:.1f} | {found.documents / t:,.0f} |" for s, t in found.seconds.items()),
            "",
        ]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Measure and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stages")
    parser.add_argument("folder", type=Path, nargs="?", help="folder with fr_abstracts.jsonl.gz")
    options = parser.parse_args(arguments)
    sets = {"Sample site": list(sample_pages())}
    if options.folder:
        sets["Abstracts of the Federal Register"] = list(abstracts(options.folder))
    annotator = load_annotator()
    results = []
    for name, pages in sets.items():
        with tempfile.TemporaryDirectory() as folder:
            results.append(measure(name, pages, annotator, Home.at(Path(folder), {})))
    text = report(results, annotator)
    if options.folder:
        Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
