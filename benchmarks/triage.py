"""The first pass, and the whole run with it, on the fixed mix of ``triage_mix.py``.

    python -m benchmarks.triage FOLDER [--runs 3] [--processes 2] [--compare]

FOLDER has ``bench/`` and ``gold/``; without it only the documents that the project holds are measured and nothing is
written. The whole run is what comes after the crawl: archived pages are read (``text``), judged and annotated, recorded
in the ledger, and resolved into the projection that the graph is loaded from; loading Neo4j is measured elsewhere.
``--compare`` also reads the mix in one process and in full, and says whether the statements are the same. Exits with 1
if the recall of relevant documents is below the goal. Writes ``benchmarks/triage.md``.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from benchmarks.triage_mix import Item, load, set_aside
from policygraph.annotate.exchange import document_of_row
from policygraph.annotate.stage import Reading, annotate_new_documents
from policygraph.annotate.triage.decision import Triage, load_triage
from policygraph.archive import Archive, Response
from policygraph.graph.projection import project
from policygraph.home import Home
from policygraph.ledger import Ledger, schema
from policygraph.ledger.captures import record_response
from policygraph.ledger.runs import begin_run
from policygraph.model.ontology import load_ontology
from policygraph.reference import load_reference
from policygraph.resolve.reference_names import ReferenceIndex
from policygraph.resolve.resolver import Resolver
from policygraph.text.stage import read_new_captures

GOAL = 0.99
CAUTION = (
    "How far to trust this. The relevant documents are written or chosen in the manner of the gold; on other people's",
    "news recall is likely lower. The set-aside pages are the only hint of it: one reader sorted them, with the scores",
    "in view, and they are no longer independent: earlier weights, trained on less gold, lost a report of an",
    "investigation among them, and the thresholds for long texts were lowered again after that. They were likelier to",
    "pass than other news, so the share of irrelevant documents that pass would be higher with them. No text of the",
    "others is longer than 8,000 characters; longer ones cost more.",
)
FETCHED = "2026-11-27T00:00:00Z"
PAGE = "<html><head><title>{0}</title></head><body><nav><a href='/'>Home</a></nav><article>{1}</article></body></html>"


@dataclass(slots=True)
class Share:
    """How many documents of a group pass."""

    passed: int = 0
    all: int = 0

    def add(self, passed: bool) -> None:
        """Count one document."""
        self.passed += passed
        self.all += 1

    @property
    def value(self) -> float:
        """The share; 0 where there are none."""
        return self.passed / self.all if self.all else 0.0

    def interval(self) -> tuple[float, float]:
        """The exact 95% interval (Clopper and Pearson) of the share."""
        from scipy.stats import beta  # at need: the processes that read import this module too

        low = beta.ppf(0.025, self.passed, self.all - self.passed + 1) if self.passed else 0.0
        high = beta.ppf(0.975, self.passed + 1, self.all - self.passed) if self.passed < self.all else 1.0
        return float(low), float(high)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.passed} of {self.all} ({self.value:.3f}; {low:.3f} to {high:.3f})"


@dataclass(slots=True)
class Judged:
    """What the first pass makes of the mix by the text alone, and how fast."""

    relevant: Share = field(default_factory=Share)
    any_statement: Share = field(default_factory=Share)
    irrelevant: Share = field(default_factory=Share)
    all: Share = field(default_factory=Share)
    parts: dict[tuple[str, bool], Share] = field(default_factory=dict)
    rates: list[float] = field(default_factory=list)


def judge(items: Sequence[Item], triage: Triage, runs: int) -> Judged:
    """Judge every document; each as ``news``, so that neither its kind nor its source speaks for it."""
    rows = ({"id": i.id, "kind": "news", "date": None, "title": i.title, "text": i.text} for i in items)
    documents = [document_of_row(row) for row in rows]
    found = Judged()
    verdicts = []
    for _ in range(runs):
        began = time.process_time()
        verdicts = [triage.judge(document).in_full for document in documents]
        found.rates.append(len(documents) / (time.process_time() - began))
    for item, passed in zip(items, verdicts, strict=True):
        found.all.add(passed)
        (found.relevant if item.relevant else found.irrelevant).add(passed)
        found.parts.setdefault((item.part, item.relevant), Share()).add(passed)
        if item.any_statement:
            found.any_statement.add(passed)
    return found


@dataclass(slots=True)
class Run:
    """One whole run: seconds by stage, seconds of processor time of all processes, counts, and a digest."""

    seconds: dict[str, float] = field(default_factory=dict)
    processor: float = 0.0
    documents: int = 0
    in_full: int = 0
    statements: int = 0
    digest: str = ""

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time of a block to a stage."""
        began = time.perf_counter()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - began

    @property
    def wall(self) -> float:
        """Seconds of all stages."""
        return sum(self.seconds.values())


def whole_run(items: Sequence[Item], triage: Triage | None, processes: int) -> Run:
    """Archive the pages (not timed), then run every stage up to the projection."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder), {})
        home.create()
        ledger, archive = Ledger(home.ledger_url), Archive(home.archive)
        with ledger.transaction() as connection:
            run_id = begin_run(connection, "benchmark")
            for number, item in enumerate(items):
                response = Response(f"https://mix.example/{number}", page_of(item), FETCHED, "text/html")
                hints = {"published": item.date, "published_day": item.date} if item.date else {}
                record_response(connection, archive, run_id, "mix", "page", response, hints)
        return _stages(ledger, archive, run_id, Reading(triage, processes))


def _stages(ledger: Ledger, archive: Archive, run_id: str, reading: Reading) -> Run:
    run = Run()
    before = _processor()
    with run.timed("text"):
        run.documents = read_new_captures(ledger, archive, run_id, processes=reading.processes)["documents"]
    with run.timed("triage, annotate, ledger"):
        counts = annotate_new_documents(ledger, run_id, lambda _: None, reading=reading)
    with run.timed("resolve, projection"), ledger.reading() as connection:
        projection, _ = project(
            connection, Resolver(ReferenceIndex(load_reference()), load_ontology()), load_ontology()
        )
    run.processor = _processor() - before
    run.in_full = counts.get("documents_read_in_full", run.documents)
    run.statements = counts["statements"]
    with ledger.reading() as connection:
        names = connection.execute(select(schema.statements.c.id).order_by(schema.statements.c.id)).scalars().all()
    links = sorted(link.id for link in projection.relationships)
    run.digest = hashlib.sha256("\n".join([*names, *links]).encode()).hexdigest()[:12]
    return run


def page_of(item: Item) -> bytes:
    """The page of a document: as it was published, or its text in plain markup."""
    if item.page:
        return item.page
    body = "".join(f"<p>{html.escape(line)}</p>" for line in item.text.split("\n") if line.strip())
    heading = f"<h1>{html.escape(item.title)}</h1>" if item.title else ""
    return PAGE.format(html.escape(item.title), heading + body).encode("utf-8")


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def report(
    judged: Judged, apart: Share, runs: Sequence[Run], others: dict[str, Run], triage: Triage, processes: int
) -> str:
    """The figures as Markdown; ``apart`` are the pages that were set aside."""
    middle = sorted(runs, key=lambda run: run.wall)[len(runs) // 2]
    busy = os.getloadavg()[0]
    lines = [
        "# The first pass, and the whole run",
        "",
        f"`python -m benchmarks.triage FOLDER --compare`, triage {triage.version}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {processes} processes; medians of {len(runs)}. Load average at the end {busy:.1f}: "
        "above the number of processes, other work shared the cores, and the seconds of processor time say more.",
        "",
        "What the mix is: `triage_mix.py`. Judged by text alone, as if nothing were known of kind and source; in a "
        "real run, documents of official sources are read in full whatever they say.",
        "",
        "| documents | pass (share; 95% interval) | goal |",
        "|---|---|---|",
        f"| relevant: a statement in which a Rule takes part | {judged.relevant} | at least {GOAL} |",
        f"| any statement in the gold | {judged.any_statement} | |",
        f"| irrelevant | {judged.irrelevant} | |",
        f"| all | {judged.all} | |",
        f"| news pages set aside: they tell of a rule, or may | {apart} | |",
        "",
        *CAUTION,
        "",
        "| part | relevant | pass |",
        "|---|---|---|",
        *(f"| {p} | {'yes' if r else 'no'} | {s.passed} of {s.all} |" for (p, r), s in sorted(judged.parts.items())),
        "",
        f"The first pass alone, one core: {statistics.median(judged.rates):,.0f} documents a second.",
        "",
        *_speed(middle, others, processes),
    ]
    return "\n".join(lines)


def _speed(middle: Run, others: dict[str, Run], processes: int) -> list[str]:
    return [
        "| run | documents | in full | statements | seconds | documents a second | processor seconds | digest |",
        "|---|---|---|---|---|---|---|---|",
        _line(f"triage, {processes} processes", middle),
        *(_line(name, run) for name, run in others.items()),
        "",
        "| stage | seconds | documents a second |",
        "|---|---|---|",
        *(f"| {name} | {t:.1f} | {middle.documents / t:,.0f} |" for name, t in middle.seconds.items()),
        "",
        f"{1000 * middle.processor / max(middle.documents, 1):.0f} ms of processor time a document, of all processes. "
        "The digest is of all statements and all relationships that the graph would hold.",
        "",
    ]


def _line(name: str, run: Run) -> str:
    return (
        f"| {name} | {run.documents} | {run.in_full} | {run.statements} | {run.wall:.1f} | "
        f"{run.documents / run.wall:.1f} | {run.processor:.1f} | {run.digest} |"
    )


def main(arguments: Sequence[str]) -> int:
    """Measure and write the report; 1 if recall is below the goal or the number of processes changes what is found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.triage")
    parser.add_argument("folder", type=Path, nargs="?", help="folder with bench/ and gold/")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--compare", action="store_true", help="also in one process, and without triage")
    options = parser.parse_args(arguments)
    items, triage = load(options.folder), load_triage()
    judged = judge(items, triage, max(options.runs, 1))
    runs = [whole_run(items, triage, options.processes) for _ in range(options.runs)]
    others: dict[str, Run] = {}
    if options.compare:
        others["triage, 1 process"] = whole_run(items, triage, 1)
        others[f"all in full, {options.processes} processes"] = whole_run(items, None, options.processes)
    if runs:
        apart = judge(set_aside(options.folder), triage, 1).all if options.folder else Share()
        text = report(judged, apart, runs, others, triage, options.processes)
        if options.folder:
            Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
        sys.stdout.write(text)
    return verdict(judged, [*runs, *(run for name, run in others.items() if name.startswith("triage"))])


def verdict(judged: Judged, runs: Sequence[Run]) -> int:
    """0 if enough relevant documents pass and all runs with triage found the same; else 1, and a sentence."""
    failed = 0
    if judged.relevant.value < GOAL:
        print(f"recall of relevant documents is {judged.relevant.value:.4f}, below {GOAL}", file=sys.stderr)
        failed = 1
    if len({run.digest for run in runs}) > 1:
        print("the runs did not find the same statements and relationships", file=sys.stderr)
        failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
