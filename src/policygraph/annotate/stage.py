"""The annotate stage: documents that were not read by this version of the annotator yet, some in a transaction.

With a triage, only what it passes is read in full. The others are read by the rules and filed under the extractor
``triage``, so that a run without triage finds them again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy import Connection

from policygraph.annotate.annotation import Annotation, Annotator
from policygraph.annotate.triage.decision import EXTRACTOR as TRIAGE
from policygraph.annotate.triage.decision import Circumstances, FirstPass, Triage
from policygraph.annotate.workers import Task, annotate_tasks
from policygraph.ledger import Ledger
from policygraph.ledger.documents import documents_read_by, get_document, sources_of_kinds, unannotated
from policygraph.ledger.runs import add_issue
from policygraph.ledger.statements import record_extraction
from policygraph.model.records import Document

LANGUAGE = "en"
TOGETHER = 25  # documents recorded in one transaction
FEWEST_FOR_PROCESSES = 12  # documents below which starting processes takes longer than they save
TOLD_EVERY = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """How documents are read: the triage (None: all in full), the processes, and captures that a person brought."""

    triage: Triage | None = None
    processes: int = 1
    asked: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Counts:
    """What the stage has done so far."""

    annotated: int = 0
    left: int = 0
    statements: int = 0
    judged: Counter[bool] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, int]:
        found = {"documents_annotated": self.annotated, "statements": self.statements}
        if self.judged:
            found |= {"documents_read_in_full": self.judged[True], "documents_not_read_in_full": self.judged[False]}
        return found | ({"documents_left": self.left} if self.left else {})


def annotate_new_documents(
    ledger: Ledger,
    run_id: str,
    tell: Callable[[str], None],
    annotator: Annotator | None = None,
    reading: Reading = Reading(),  # noqa: B008 (frozen)
) -> dict[str, int]:
    """Annotate what is new; returns counts of ``documents_annotated`` and new ``statements``.

    With a triage also of ``documents_read_in_full`` and ``documents_not_read_in_full``; and of ``documents_left`` for
    the next run where there are any. A document in a language that the annotator does not read is recorded as annotated
    with nothing found; the text stage has recorded the issue. An annotator that is given is used in this process.
    """
    reader = annotator or _reader()
    triage = reading.triage
    first_pass = None if triage is None else _first_pass(triage.version)
    files = [reader] if first_pass is None else [reader, first_pass]
    with ledger.reading() as connection:
        pending = unannotated(connection, [(one.extractor, one.version) for one in files])
        beside = _circumstances(connection, reading, reader.extractor)
    counts = _Counts()
    makers: dict[str, Callable[[], Annotator]] = {reader.extractor: _reader if annotator is None else lambda: reader}
    if first_pass is not None:
        makers[TRIAGE] = partial(_first_pass, first_pass.version)
    processes = reading.processes if annotator is None and len(pending) >= FEWEST_FOR_PROCESSES else 1
    tasks = _tasks(ledger, pending, reader.extractor, triage, beside, counts)
    batch: list[tuple[Task, Annotation]] = []
    versions = {one.extractor: one.version for one in files}
    for number, done in enumerate(annotate_tasks(tasks, makers, processes), 1):
        batch.append(done)
        if len(batch) == TOGETHER or number == len(pending):
            _record(ledger, run_id, versions, batch, counts)
            batch = []
        if number % TOLD_EVERY == 0 or number == len(pending):
            tell(f"annotated {number} of {len(pending)} documents")
    _record(ledger, run_id, versions, batch, counts)
    return counts.as_dict()


def _reader() -> Annotator:
    # Loaded at need: spaCy and the reader take a second to import, which most commands never use.
    from policygraph.annotate.pipeline import load_annotator

    return load_annotator()


def _first_pass(version: str) -> Annotator:
    from policygraph.annotate.pipeline import load_rules

    rules = load_rules()
    return FirstPass(rules, f"{version}-{rules.version}")
