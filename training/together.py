"""Several training runs over one feed, each in a process of its own.

The feed is made once: forked processes share it. A run that has ended is not made again, one that was stopped goes on
from its last checkpoint, and one whose options or data have changed since begins anew.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import resource
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from training.feed import Feed
from training.partners import Partners
from training.train import Trainer

LOG = "training.txt"
NOT_OF_A_RUN = frozenset({"out", "workers", "device"})


class TrainingError(RuntimeError):
    """A run that did not end well."""


def device() -> str:
    """``cuda`` where there is a graphics card, else ``cpu``; asked so that forked processes can still use the card."""
    os.environ["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"
    return "cuda" if torch.cuda.is_available() else "cpu"


def train_together(
    feed: Callable[[], Feed], runs: Sequence[Namespace], at_once: int, partners: Partners | None = None
) -> None:
    """Train all runs, so many at once; each writes ``reader.pt`` and its log into its folder ``out``.

    The feed is made where a run is left to be made. On a processor each run takes one thread: two at once use two
    cores better than one on both. Runs with ``partners``, which all go at once, go on from the mean of their weights
    now and then. Raises TrainingError naming the runs that did not end well, after all have ended.
    """
    waiting = [(number, options) for number, options in enumerate(runs) if not prepared(options)]
    if not waiting:
        return
    for number in set(range(len(runs))) - {number for number, _ in waiting}:
        if partners:
            partners.leave(number)
    _open_files()
    made, failed = feed(), []
    for first in range(0, len(waiting), at_once):
        going = [
            (options, multiprocessing.get_context("fork").Process(target=_run, args=(options, made, partners, number)))
            for number, options in waiting[first : first + at_once]
        ]
        for _, process in going:
            process.start()
        for options, process in going:
            process.join()
            if process.exitcode:
                failed.append(f"{options.out} (see {LOG} in it)")
    if failed:
        raise TrainingError("did not end well: " + ", ".join(failed))


def prepared(options: Namespace) -> bool:
    """Whether a run has ended already; what another run has left in its folder is removed."""
    options.out.mkdir(parents=True, exist_ok=True)
    noted = options.out / "run.json"
    now = {"options": fingerprint(options)}
    if not noted.exists() or json.loads(noted.read_text()) != now:
        for name in ("checkpoint.pt", "reader.pt", LOG):
            (options.out / name).unlink(missing_ok=True)
        noted.write_text(json.dumps(now))
    return bool((options.out / "reader.pt").exists())


def fingerprint(options: Namespace) -> str:
    """A digest of what decides how a run ends: its options and the content of the files that they name."""
    made = hashlib.sha256()
    for name, value in sorted(vars(options).items()):
        if name not in NOT_OF_A_RUN:
            made.update(name.encode())
            for piece in _pieces(value):
                made.update(piece)
    return made.hexdigest()


def _pieces(value: Any) -> Iterator[bytes]:
    if isinstance(value, list):
        for item in value:
            yield from _pieces(item)
    elif isinstance(value, Path) and value.is_file():
        with value.open("rb") as file:
            yield hashlib.file_digest(file, "sha256").digest()
    else:
        yield repr(value).encode()


def _run(options: Namespace, feed: Feed, partners: Partners | None, number: int) -> None:
    with (options.out / LOG).open("ab") as log:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(log.fileno(), stream.fileno())
    torch.set_num_threads(1)
    try:
        Trainer(options, feed, partners, number).run()
    except BaseException:
        if partners:
            partners.leave(number)
        raise


def _open_files() -> None:
    """Take all open files that are allowed: each tensor that comes from a process that makes batches is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
