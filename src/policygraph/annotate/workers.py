"""Documents annotated by several processes, in their order: the same results whatever the number of processes.

A process reads with one thread of its own, so that as many processes as cores keep every core busy and none waits. One
that dies (a text that exhausts memory) is replaced; the document that it died of becomes an issue. So does one that
takes longer than the limit.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass

from policygraph.annotate.annotation import Annotation, Annotator
from policygraph.annotate.time_limit import OutOfTimeError, time_limit
from policygraph.model.records import Document, Issue

LANGUAGES = ("en", "")
FAILED = "annotation_failed"  # the code of the issue of a document that the annotator, or its process, failed on
OUT_OF_TIME = "annotation_out_of_time"  # of a document that took longer than the limit
AHEAD = 16  # documents handed out for each process before the first comes back: a long one holds up none
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Makers = Mapping[str, Callable[[], Annotator]]
"""Annotators by extractor name, each made at need; the functions must be importable by name."""


@dataclass(frozen=True, slots=True)
class Task:
    """A document, and the name of the annotator that is to read it."""

    document: Document
    extractor: str


def annotate_tasks(
    tasks: Iterable[Task], makers: Makers, processes: int, seconds: float | None = None
) -> Iterator[tuple[Task, Annotation]]:
    """Annotate each task, in this process where ``processes`` is 0. An annotator that fails, or takes longer than
    ``seconds`` (None: no limit), gives an issue."""
    if processes < 1:
        made: dict[str, Annotator] = {}
        for task in tasks:
            if task.extractor not in made:
                made[task.extractor] = makers[task.extractor]()
            yield task, annotated(made[task.extractor], task.document, seconds)
    else:
        yield from _in_processes(iter(tasks), _Reading(makers, seconds), processes)


def readable(document: Document) -> bool:
    """Whether a document is in the language that is read, or in none that is known."""
    return document.language in LANGUAGES


def annotated(reader: Annotator, document: Document, seconds: float | None = None) -> Annotation:
    """The annotation of a document; one that the annotator fails on, or is not done with after ``seconds``, is an
    issue, and the others go on.

    Such a document counts as read by this annotator: the next run would end no better. A document in another language
    has no annotation: the text stage has recorded the issue.
    """
    if not readable(document):
        return Annotation((), ())
    try:
        with time_limit(seconds):
            return reader.annotate(document)
    except OutOfTimeError:
        reason = (
            f"the annotator was not done with the {len(document.text):,} characters of this document after "
            f"{seconds:g} seconds; nothing was read from it"
        )
        return Annotation((), (), (Issue("annotate", OUT_OF_TIME, reason, document_id=document.id),))
    except Exception as error:  # whatever a text does to an annotator, it must not stop the night
        reason = f"the annotator failed on this document: {type(error).__name__}: {error}"
        return Annotation((), (), (Issue("annotate", FAILED, reason),))


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the processes read."""

    makers: Makers
    seconds: float | None


def _in_processes(tasks: Iterator[Task], reading: _Reading, processes: int) -> Iterator[tuple[Task, Annotation]]:
    pool = _pool(processes)
    waiting: deque[tuple[Task, Future[Annotation]]] = deque()
    try:
        while True:
            while len(waiting) < processes * AHEAD and (task := next(tasks, None)) is not None:
                waiting.append((task, _submit(pool, reading, task)))
            if not waiting:
                return
            task, future = waiting.popleft()
            try:
                found = future.result()
            except BrokenProcessPool:
                pool.shutdown(wait=False, cancel_futures=True)
                found = _alone(reading, task)
                pool = _pool(processes)
                waiting = deque((other, _submit(pool, reading, other)) for other, _ in waiting)
            yield task, found
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _alone(reading: _Reading, task: Task) -> Annotation:
    """A task in a process of its own: which document it was that a process died of is seen only so."""
    with _pool(1) as pool:
        try:
            return _submit(pool, reading, task).result()
        except BrokenProcessPool:
            reason = "the process that read this document died"
            return Annotation((), (), (Issue("annotate", FAILED, reason),))


def _pool(processes: int) -> ProcessPoolExecutor:
    # Not forked: the threads of the libraries that are loaded already would not be there in the child.
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))


def _submit(pool: ProcessPoolExecutor, reading: _Reading, task: Task) -> Future[Annotation]:
    try:
        with _environment(ONE_THREAD):  # a process is started when there is work for it, and inherits this
            return pool.submit(_read, reading.makers[task.extractor], task.document, reading.seconds)
    except BrokenProcessPool as error:  # one has died since the last result: told in the turn of this document
        broken: Future[Annotation] = Future()
        broken.set_exception(error)
        return broken


def _read(make: Callable[[], Annotator], document: Document, seconds: float | None) -> Annotation:
    # The makers keep what they have made, so each process loads its annotators once.
    return annotated(make(), document, seconds)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Variables set while a block runs; the environment of this process is afterwards as it was."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
