"""The stages in their order, each thin: what is new goes in, counts come out, issues are recorded on the way."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from policygraph.annotate.proposers.asking import FAILURES
from policygraph.annotate.proposers.settings import Settings, SettingsError, load_settings
from policygraph.annotate.stage import Reading, annotate_new_documents
from policygraph.annotate.triage.decision import EXTRACTOR as TRIAGE
from policygraph.annotate.triage.decision import load_triage
from policygraph.archive import Archive
from policygraph.cli.common import module_command, quiet_environment
from policygraph.graph.connection import Graph
from policygraph.graph.loader import LoadCounts, load, rebuild
from policygraph.graph.projection import project
from policygraph.home import Home
from policygraph.ledger import Ledger, schema
from policygraph.ledger.documents import last_read_by
from policygraph.ledger.runs import add_issue, begin_run, count_issues, finish_run, issues_of_documents
from policygraph.ledger.store import append, now
from policygraph.ledger.switches import switch
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Issue
from policygraph.reference import load_reference, record_reference
from policygraph.resolve.reference_names import ReferenceIndex
from policygraph.resolve.resolver import Resolver
from policygraph.text.stage import read_new_captures

Tell = Callable[[str], None]


class UnknownSourceError(LookupError):
    """A source that no source file describes."""


@dataclass(slots=True)
class Run:
    """A run under way: where it writes, and what it has counted."""

    home: Home
    ledger: Ledger
    archive: Archive
    id: str
    tell: Tell
    counts: dict[str, int] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)  # captures that a person named one by one

    def count(self, **numbers: int) -> None:
        """Add to the counts."""
        for name, number in numbers.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def issue(self, issue: Issue) -> None:
        """Record a problem."""
        with self.ledger.transaction() as connection:
            add_issue(connection, self.id, issue)

    @property
    def issues(self) -> int:
        """How many problems this run has recorded, those left out that point to no fault."""
        with self.ledger.reading() as connection:
            return count_issues(connection, self.id)


@contextmanager
def running(home: Home, ledger: Ledger, archive: Archive, command: str, tell: Tell) -> Iterator[Run]:
    """A run from its beginning to its recorded end."""
    with ledger.transaction() as connection:
        run = Run(home, ledger, archive, begin_run(connection, command), tell)
    status = "failed"
    try:
        yield run
        status = "issues" if run.issues else "done"
    finally:
        with ledger.transaction() as connection:
            finish_run(connection, run.id, status, run.counts)


def reference_stage(run: Run) -> None:
    """Bring the reference data into the ledger; nothing if it is there already."""
    with run.ledger.transaction() as connection:
        added = record_reference(connection, run.archive, run.id)
    run.count(reference_statements=added)


def crawl_stage(run: Run, sources: Sequence[str], options: Sequence[str] = ()) -> None:
    """Crawl in a child process, which writes captures and issues as they come.

    The child is the only part that imports Scrapy. One that dies is an issue, and what it had captured is kept.
    """
    command = module_command("policygraph_crawlers.run", "--home", str(run.home.path), "--run-id", run.id)
    for source in sources:
        command += ["--source", source]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, text=True, encoding="utf-8", env=quiet_environment()
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            _crawl_event(run, line)
    if child.returncode == 2 and sources:
        raise UnknownSourceError(f"there is no source file for one of {', '.join(sources)}")
    if child.returncode not in (0, 3):
        reason = f"the crawler ended with exit code {child.returncode}; what it had captured is kept"
        run.issue(Issue("crawl", "crawler_failed", reason))


def _crawl_event(run: Run, line: str) -> None:
    try:
        event = json.loads(line)
    except ValueError:
        run.tell(line.rstrip())
        return
    if event.get("event") == "done":
        run.count(
            fetched=event.get("fetched", 0),
            new_captures=event.get("new", 0),
            not_modified=event.get("not_modified", 0),
            revisits=event.get("revisits", 0),
        )
    elif event.get("event") == "capture" and event.get("new"):
        run.tell(f"captured {event.get('url', '')}")
    elif event.get("event") == "issue":
        run.tell(f"issue: {event.get('code', '')} {event.get('url', '')}")


def text_stage(run: Run) -> None:
    """Read the captures that were not read yet."""
    run.count(**read_new_captures(run.ledger, run.archive, run.id, run.tell, run.home.processes))


def annotate_stage(run: Run, triage: bool | None = None) -> None:
    """Annotate the documents that were not annotated yet, then ask the proposers that the home has switched on.

    ``triage`` is whether a first pass chooses what is read in full; None leaves it to the home. Without it, what an
    earlier first pass left is read too.
    """
    chosen = load_triage(run.home.watch_list) if (run.home.triage if triage is None else triage) else None
    asked, seconds = frozenset(run.asked), float(run.home.document_seconds)
    reading = Reading(chosen, run.home.processes, asked, seconds=seconds)
    run.count(**annotate_new_documents(run.ledger, run.id, run.tell, reading=reading))
    try:
        proposers = load_settings(run.home.proposers, run.home.endpoint_keys)
    except SettingsError as error:  # nothing is switched by a file that cannot be read
        run.issue(Issue("annotate", "proposers_refused", str(error)))
        return
    with run.ledger.transaction() as connection:
        switched = switch(connection, run.id, {proposer.name for proposer in proposers})
        # What the first pass has set aside is not asked about: questions cost.
        left_out = last_read_by(connection, TRIAGE) if chosen and proposers else frozenset()
        failed = issues_of_documents(connection, FAILURES)
    for name, state in switched.items():
        run.tell(f"{name} is switched {state}: what it found {'is back in' if state == 'on' else 'leaves'} the view")
    if proposers:
        _propose(run, proposers, Reading(left_out=left_out, failed=failed))


def _propose(run: Run, settings: Sequence[Settings], reading: Reading) -> None:
    # Loaded at need, like the reader.
    from policygraph.annotate.pipeline import load_annotator
    from policygraph.annotate.proposers.build import proposer_annotators

    # Without a limit on the time: a proposer bounds its own questions, and what it has asked for is paid for.
    for annotator in proposer_annotators(settings, load_annotator(), run.home.proposals):
        if isinstance(annotator, SettingsError):
            run.issue(Issue("annotate", "proposers_refused", str(annotator)))
            continue
        run.tell(f"asking {annotator.extractor}")
        counts = annotate_new_documents(run.ledger, run.id, run.tell, annotator, reading)
        names = {"documents_annotated": "documents_proposed_for", "statements": "proposed_statements"}
        run.count(**{names.get(name, name): number for name, number in counts.items()}, **annotator.spent())


def graph_stage(run: Run, graph: Graph, *, anew: bool = False) -> LoadCounts:
    """Bring the graph in line with the ledger; ``anew`` drops it first."""
    resolver = Resolver(ReferenceIndex(load_reference()), load_ontology())
    with run.ledger.reading() as connection:
        projection, judgements = project(connection, resolver, load_ontology())
    with run.ledger.transaction() as connection:
        rows = [
            {
                "id": judgement.id,
                "kind": judgement.kind,
                "left": judgement.left,
                "right": judgement.right,
                "by": judgement.by,
                "score": judgement.score,
                "reasons": json.dumps(judgement.reasons, ensure_ascii=False),
                "recorded": now(),
                "run_id": run.id,
            }
            for judgement in judgements
        ]
        append(connection, schema.judgements, rows)
    run.tell(f"loading {len(projection.nodes)} nodes and {len(projection.relationships)} relationships into Neo4j")
    counts = rebuild(graph, projection) if anew else load(graph, projection)
    run.count(
        nodes_written=counts.nodes_written,
        nodes_removed=counts.nodes_removed,
        relationships_written=counts.relationships_written,
        relationships_removed=counts.relationships_removed,
    )
    return counts
