"""What other processes are asked to do in the tests of ``policygraph.processes``."""

from __future__ import annotations

import multiprocessing
import os


def process_of(_: int) -> int:
    return os.getpid()


def die_of_three(number: int) -> int:
    if number == 3:
        die(number)
    return number


def die(_: object) -> None:
    assert multiprocessing.parent_process() is not None  # never the process of the tests
    os._exit(1)


def lost(_: int) -> int:
    return -1
