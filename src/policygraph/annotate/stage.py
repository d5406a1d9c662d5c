"""The annotate stage: documents that were not read by this version of the annotator yet, some in a transaction.

With a triage, only what it passes is read in full. The others are read by the rules and filed under the extractor
``triage``, so that a run without triage finds them again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from sqlalchemy import Connection

from policygraph.annotate.annotation import Annotation, Annotator
from policygraph.annotate.triage.decision import EXTRACTOR as TRIAGE
from policygraph.annotate.triage.decision import Circumstances, FirstPass, Triage
from policygraph.annotate.versions import READER, default_reader_version, first_pass_version
from policygraph.annotate.workers import Makers, Task, annotate_tasks, readable
from policygraph.ledger import Ledger
from policygraph.ledger.documents import get_documents, read_before, sources_of_kinds, unannotated
from policygraph.ledger.runs import add_issue
from policygraph.ledger.statements import record_extraction
from policygraph.model.records import Document, Issue

TOGETHER = 25  # documents recorded in one transaction
FEWEST_FOR_PROCESSES = 12  # documents below which starting processes takes longer than they save
TOLD_EVERY = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """How documents are read: the triage (None: all in full), the processes, captures that a person brought, and the
    seconds that one document may take (None: no limit).

    One process beside this one is faster than none: its libraries use one thread and do not wait for each other.
    Documents whose ids are in ``left_out`` are not read; those in ``failed`` (how often, by id) after all others, so
    that what always fails never holds up the rest.
    """

    triage: Triage | None = None
    processes: int = 1
    asked: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    failed: Mapping[str, int] = field(default_factory=dict)
    seconds: float | None = None


def annotate_new_documents(
    ledger: Ledger,
    run_id: str,
    tell: Callable[[str], None],
    annotator: Annotator | None = None,
    reading: Reading = Reading(),
) -> dict[str, int]:
    """Annotate what is new; returns counts of ``documents_annotated`` and new ``statements``.

    With a triage also of ``documents_read_in_full`` and ``documents_not_read_in_full``; and of ``documents_left`` for
    the next run where there are any. A document in a language that the annotator does not read is recorded as annotated
    with nothing found; the text stage has recorded the issue. An annotator that is given reads in this process.
    """
    stage = _Stage(ledger, run_id, reading, annotator)
    pending = stage.pending()
    processes = reading.processes if annotator is None and len(pending) >= FEWEST_FOR_PROCESSES else 0
    batch: list[tuple[Task, Annotation]] = []
    results = annotate_tasks(stage.tasks(pending), stage.makers(), processes, reading.seconds)
    for number, done in enumerate(results, 1):
        batch.append(done)
        if len(batch) == TOGETHER:
            stage.record(batch)
            batch = []
        if number % TOLD_EVERY == 0 or number == len(pending):
            tell(f"annotated {number} of {len(pending)} documents")
    stage.record(batch)
    return stage.counts()


@dataclass(slots=True)
class _Stage:
    """The stage under way: what it reads with, and what it has counted."""

    ledger: Ledger
    run_id: str
    reading: Reading
    given: Annotator | None
    annotated: int = 0
    left: int = 0
    statements: int = 0
    judged: Counter[bool] = field(default_factory=Counter)

    @property
    def extractor(self) -> str:
        """The extractor of what is read in full."""
        return self.given.extractor if self.given else READER

    def versions(self) -> dict[str, str]:
        """Extractors under which documents are filed, and their versions. Nothing is loaded for it."""
        found = {self.extractor: self.given.version if self.given else default_reader_version()}
        if self.reading.triage is not None:
            found[TRIAGE] = first_pass_version(self.reading.triage.version)
        return found

    def makers(self) -> Makers:
        """How the annotators are made, here or in another process."""
        given = self.given
        found: dict[str, Callable[[], Annotator]] = {self.extractor: load_reader if given is None else lambda: given}
        if self.reading.triage is not None:
            found[TRIAGE] = partial(load_first_pass, self.reading.triage.version)
        return found

    def pending(self) -> Sequence[str]:
        """Ids of documents that none of these versions has read; what is asked for is read though a triage left it."""
        reader = (self.extractor, self.versions()[self.extractor])
        with self.ledger.reading() as connection:
            asked = unannotated(connection, (reader,), self.reading.asked) if self.reading.asked else ()
            new = unannotated(connection, tuple(self.versions().items()))
        found = [i for i in dict.fromkeys((*asked, *new)) if i not in self.reading.left_out]
        return sorted(found, key=lambda identity: self.reading.failed.get(identity, 0))

    def tasks(self, pending: Sequence[str]) -> Iterator[Task]:
        """The documents, each with the extractor that it goes to."""
        for first in range(0, len(pending), TOGETHER):
            identities = pending[first : first + TOGETHER]
            with self.ledger.reading() as connection:
                documents = get_documents(connection, identities)
                beside = self._circumstances(connection, identities)
            for document in documents:
                yield Task(document, self._extractor(document, beside))

    def _extractor(self, document: Document, beside: Circumstances) -> str:
        if self.reading.triage is None or not readable(document):
            return self.extractor
        verdict = self.reading.triage.judge(document, beside)
        self.judged[verdict.in_full] += 1
        return self.extractor if verdict.in_full else TRIAGE

    def _circumstances(self, connection: Connection, identities: Sequence[str]) -> Circumstances:
        if self.reading.triage is None:
            return Circumstances()
        sources = sources_of_kinds(connection, self.reading.triage.source_kinds)
        return Circumstances(sources, self.reading.asked, read_before(connection, self.extractor, identities))

    def record(self, batch: Sequence[tuple[Task, Annotation]]) -> None:
        """File what was read, all of it or nothing."""
        versions = self.versions()
        with self.ledger.transaction() as connection:
            for task, found_now in batch:
                document = task.document
                annotation = _of_version(found_now, versions[task.extractor])
                for issue in annotation.issues:
                    placed = replace(issue, source_id=document.source_id, url=document.url, document_id=document.id)
                    add_issue(connection, self.run_id, placed)
                if not annotation.complete:  # nothing is filed, so that the next run reads the document again
                    self.left += 1
                    continue
                version = versions[task.extractor]
                found = (annotation.mentions, annotation.statements)
                self.statements += record_extraction(connection, self.run_id, document, task.extractor, version, *found)
                self.annotated += 1

    def counts(self) -> dict[str, int]:
        """The counts of the stage."""
        found = {"documents_annotated": self.annotated, "statements": self.statements}
        if self.reading.triage is not None:
            found |= {"documents_read_in_full": self.judged[True], "documents_not_read_in_full": self.judged[False]}
        return found | ({"documents_left": self.left} if self.left else {})


def _of_version(annotation: Annotation, version: str) -> Annotation:
    """The annotation, or none if another version made it: filed under this one, its statements would never be seen."""
    others = sorted({s.extractor_version for s in annotation.statements} - {version})
    if not others:
        return annotation
    reason = (
        f"the annotator was replaced while the run was under way ({others[0]} read, not {version}): read again next"
    )
    return Annotation((), (), (Issue("annotate", "annotator_changed", reason),), complete=False)


def load_reader() -> Annotator:
    """The annotator of the default run."""
    # Loaded at need: spaCy and the reader take a second to import, which most commands never use.
    from policygraph.annotate.pipeline import load_annotator

    return load_annotator()


@cache
def load_first_pass(version: str) -> FirstPass:
    """The annotator of what a triage of this version does not pass."""
    from policygraph.annotate.pipeline import load_rules

    return FirstPass(load_rules(), first_pass_version(version))
