"""Ends a transaction that outlives its time: some queries (nested list predicates) never look at the timeout."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from types import TracebackType

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

TAG = "policygraph"

_GRACE_SECONDS = 2.0  # the engine's own timeout comes first
_END_SECONDS = 3.0  # what TERMINATE is given to work


class Watchdog:
    """Watches over the ``with`` block in which a tagged transaction runs.

    ``limit`` seconds and a grace after entry it terminates the transaction from a second connection; if the block still
    has not ended a while later, ``last_resort`` is called. ``fired`` tells that it had to do anything.
    """

    def __init__(self, driver: neo4j.Driver, tag: str, limit: float, last_resort: Callable[[], None]) -> None:
        self.fired = False
        self._driver = driver
        self._tag = tag
        self._last_resort = last_resort
        self._ended = threading.Event()
        self._timer = threading.Timer(limit + _GRACE_SECONDS, self._fire)
        self._timer.daemon = True

    def __enter__(self) -> Watchdog:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._timer.cancel()
        if self.fired:
            self._timer.join()

    def _fire(self) -> None:
        if self._ended.is_set():
            return
        self.fired = True
        # A server too busy to listen is what the last resort is for.
        with contextlib.suppress(DriverError, Neo4jError, OSError):
            terminate(self._driver, self._tag)
        if not self._ended.wait(_END_SECONDS):
            self._last_resort()


def terminate(driver: neo4j.Driver, tag: str) -> None:
    """Ask the engine to end the transactions that carry a tag."""
    with driver.session(database="system") as session:
        rows = session.run(
            "SHOW TRANSACTIONS YIELD transactionId, metaData WHERE metaData[$name] = $tag RETURN transactionId AS id",
            {"name": TAG, "tag": tag},
        )
        if found := [row["id"] for row in rows]:
            session.run("TERMINATE TRANSACTIONS $ids", {"ids": found}).consume()
