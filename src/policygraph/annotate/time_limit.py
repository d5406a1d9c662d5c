"""A limit on the time that one document may take."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN = 1.0  # seconds after which the alarm is raised once more, should something have caught the first


class OutOfTimeError(BaseException):
    """The time is over. No ``Exception``, so that no handler on the way takes it for a failure of its own."""


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise OutOfTimeError in the block once it has run for ``seconds``; None, for ever.

    By the alarm of POSIX systems, which reaches Python code between two steps and a regular expression on its way. In
    a thread that is not the main one, and on systems without the alarm, there is no limit.
    """
    if seconds is None or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(number: int, frame: FrameType | None) -> None:
    raise OutOfTimeError
