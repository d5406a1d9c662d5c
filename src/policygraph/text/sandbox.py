"""Readers of formats that attack their readers run in a child process that has limits and can be killed."""

from __future__ import annotations

import contextlib
import resource
import subprocess
import sys

from policygraph.text.page import Page, Problem, from_json

WALL_SECONDS = 60
CPU_SECONDS = 50
ADDRESS_SPACE = 3 * 1024**3  # bytes; libraries map much that they never touch
FEWEST_FILES = 16  # open file descriptors: the pipes and what the interpreter holds


def limit_this_process() -> None:
    """Bound CPU time and address space; no file can be written, no core left behind. For the child, before it reads.

    A limit that the system refuses is left as it is: the parent's wall time holds in any case.
    """
    limits = [
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, FEWEST_FILES),
    ]
    for name, value in limits:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (value, value))


def read_in_child(format_name: str, payload: bytes, media_type: str, wall_seconds: float = WALL_SECONDS) -> Page:
    """What the reader of a format finds, read in a child process.

    A child that takes too long gives a page without units and the problem ``pdf_too_long`` or ``page_too_complex``; one
    that fails gives ``pdf_broken`` or ``page_too_complex``.
    """
    slow, broken = ("pdf_too_long", "pdf_broken") if format_name == "pdf" else ("page_too_complex", "page_too_complex")
    command = [sys.executable, "-I", "-m", "policygraph.text.child", format_name, media_type[:200]]
    try:
        done = subprocess.run(command, input=payload, capture_output=True, timeout=wall_seconds, cwd="/", check=False)
    except subprocess.TimeoutExpired:
        return Page((), problems=(Problem(slow, f"reading it took longer than {wall_seconds:g} seconds"),))
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1][:200] if lines else f"the reader ended with status {done.returncode}"
        return Page((), problems=(Problem(broken, f"it cannot be read: {reason}"),))
    try:
        return from_json(done.stdout)
    except (ValueError, TypeError, KeyError):
        return Page((), problems=(Problem(broken, "the reader gave no answer that can be understood"),))
