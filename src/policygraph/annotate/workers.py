"""Documents annotated by several processes, in their order: the same results whatever the number of processes.

The document of which a process died becomes an issue. So does one that takes longer than the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from policygraph.annotate.annotation import Annotation, Annotator
from policygraph.annotate.time_limit import OutOfTimeError, time_limit
from policygraph.model.records import Document, Issue
from policygraph.processes import Work, in_processes

LANGUAGES = ("en", "")
FAILED = "annotation_failed"  # the code of the issue of a document that the annotator, or its process, failed on
OUT_OF_TIME = "annotation_out_of_time"  # of a document that took longer than the limit

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
        yield from in_processes(iter(tasks), Work(partial(_read, makers, seconds), _died), processes)


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


def _read(makers: Makers, seconds: float | None, task: Task) -> Annotation:
    # The makers keep what they have made, so each process loads its annotators once.
    return annotated(makers[task.extractor](), task.document, seconds)


def _died(_: Task) -> Annotation:
    return Annotation((), (), (Issue("annotate", FAILED, "the process that read this document died"),))
