"""Work on things in several processes, the results in the order of the things: the same whatever the number of
processes.

A process works with one thread of its own, so that as many processes as cores keep every core busy and none waits. One
that dies (of a thing that exhausts memory, say) is replaced; the caller says what becomes of the thing it died of.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

AHEAD = 16  # things handed out for each process before the first comes back: a long one holds up none
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Thing = TypeVar("Thing")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Work(Generic[Thing, Result]):
    """What is to be done with each thing: ``do`` in another process, to which it and the thing are pickled; ``died``
    here, for a thing of which the process died."""

    do: Callable[[Thing], Result]
    died: Callable[[Thing], Result]


def in_processes(things: Iterator[Thing], work: Work[Thing, Result], processes: int) -> Iterator[tuple[Thing, Result]]:
    """Each thing with its result, in the order of the things. What ``do`` raises is raised in the thing's turn.

    Raises BrokenProcessPool where no process can be started at all: that is no matter of the thing.
    """
    pool = _pool(processes)
    waiting: deque[tuple[Thing, Future[Result]]] = deque()
    try:
        while True:
            for thing in islice(things, processes * AHEAD - len(waiting)):
                waiting.append((thing, _submit(pool, work, thing)))
            if not waiting:
                return
            thing, future = waiting.popleft()
            try:
                result = future.result()
            except BrokenProcessPool:
                pool.shutdown(wait=False, cancel_futures=True)
                result = _alone(work, thing)
                pool = _pool(processes)
                waiting = deque(
                    (other, asked if _has_result(asked) else _submit(pool, work, other)) for other, asked in waiting
                )
            yield thing, result
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _has_result(future: Future[Result]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _alone(work: Work[Thing, Result], thing: Thing) -> Result:
    """A thing in a process of its own: which it was that a process died of is seen only so."""
    with _pool(1) as pool:
        # Asked first, so that a process that cannot even start is not held against the thing.
        _submit(pool, Work(_nothing, _nothing), None).result()
        try:
            return _submit(pool, work, thing).result()
        except BrokenProcessPool:
            return work.died(thing)


def _nothing(_: None) -> None:
    """The least that a process can do."""


def _pool(processes: int) -> ProcessPoolExecutor:
    # Not forked: the threads of the libraries that are loaded already would not be there in the child.
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))


def _submit(pool: ProcessPoolExecutor, work: Work[Thing, Result], thing: Thing) -> Future[Result]:
    try:
        with _environment(ONE_THREAD):  # a process is started when there is work for it, and inherits this
            return pool.submit(work.do, thing)
    except BrokenProcessPool as error:  # one has died since the last result: told in the turn of this thing
        broken: Future[Result] = Future()
        broken.set_exception(error)
        return broken


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
