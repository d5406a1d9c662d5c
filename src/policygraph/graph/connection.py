"""One connection to the graph: reading that cannot write, writing for the loader, errors as sentences."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, TypeVar, cast

import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError, ServiceUnavailable, SessionExpired

from policygraph.graph import managed
from policygraph.graph.errors import GraphError, QueryError
from policygraph.graph.guard import check_plan
from policygraph.graph.progress import Progress, quiet
from policygraph.graph.values import plain
from policygraph.graph.watchdog import TAG, Watchdog
from policygraph.home import GraphAddress, Home
from policygraph.settings import GRAPH_SCHEMES

READ_SECONDS = 30.0
MAX_ROWS = 10_000

_WRITE_SECONDS = 600.0
_FETCH_ROWS = 2_000
_CHECKED_QUERIES = 1_000
_LOST = (ServiceUnavailable, SessionExpired, OSError)
_NOT_SENT = (ValueError, TypeError, OverflowError)  # the driver's words for a value that has no form in the protocol
_T = TypeVar("_T")


def open_graph(home: Home | None = None, progress: Progress = quiet) -> Graph:
    """Connect to the graph of a home (default: that of the environment), starting its managed server where it has one.

    Raises GraphError where no server answers.
    """
    chosen = home or Home.at()
    return Graph(chosen, progress)


class Graph:
    """The graph of one home; not to be shared by threads. A managed server that was killed is started again at need."""

    def __init__(self, home: Home, progress: Progress = quiet) -> None:
        self.home = home
        self._progress = progress
        self._checked: set[str] = set()  # what a query calls depends on its text only, so one look is enough
        self._connect()

    def __enter__(self) -> Graph:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; a managed server is left running."""
        self._driver.close()

    def read(
        self,
        cypher: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        timeout: float = READ_SECONDS,
        max_rows: int = MAX_ROWS,
    ) -> list[dict[str, Any]]:
        """The rows of a query that may come from anybody, as plain values.

        It runs in READ access mode within ``timeout`` seconds; one that ignores the limit is ended by a watchdog.
        Raises QueryError for a query that is wrong, refused, too long, too large or gives more than ``max_rows`` rows,
        and GraphError where the server cannot be reached.
        """
        values = dict(parameters or {})
        known = cypher in self._checked
        if not known:
            self._with_server(lambda: self._check(cypher, values, timeout))
        tag = uuid.uuid4().hex
        try:
            with Watchdog(self._driver, tag, timeout, self._break_off) as watchdog:
                return self._rows(cypher, values, timeout, tag, max_rows)
        except _LOST as error:
            reason = self._lost(watchdog, timeout)
            if known and not watchdog.fired:  # the server may have gone before the query came
                self._checked.discard(cypher)
                return self.read(cypher, values, timeout=timeout, max_rows=max_rows)
            raise reason from error
        except Neo4jError as error:
            raise _sentence(error, timeout) from error
        except QueryError:
            raise
        except _NOT_SENT as error:
            raise _not_sent(error) from error
        except DriverError as error:
            raise (_too_long(timeout) if watchdog.fired else GraphError(f"The graph failed: {error}.")) from error

    def fetch(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, *, timeout: float = READ_SECONDS
    ) -> list[dict[str, Any]]:
        """All rows of one of our own queries, in READ access mode, as plain values; without the checks of ``read``.

        It costs one message to the server. Raises QueryError for one that takes longer than ``timeout`` seconds, and
        GraphError for all else.
        """
        query, values = neo4j.Query(cypher, timeout=timeout), dict(parameters or {})

        def run() -> list[dict[str, Any]]:
            with self._session(neo4j.READ_ACCESS) as session:
                return [_plain_row(record) for record in session.run(query, values)]

        try:
            return self._with_server(run)
        except Neo4jError as error:
            found = _sentence(error, timeout)
            raise found if "TransactionTimedOut" in (error.code or "") else GraphError(str(found)) from error
        except DriverError as error:
            raise GraphError(f"The graph failed: {error}.") from error

    def scan(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Iterator[neo4j.Record]:
        """Stream the rows of one of our own queries, however many, in READ access mode. Raises GraphError."""
        self._with_server(lambda: self._driver.verify_connectivity())
        try:
            with self._session(neo4j.READ_ACCESS) as session, session.begin_transaction() as transaction:
                yield from transaction.run(cypher, dict(parameters or {}))
        except (Neo4jError, DriverError) as error:
            raise GraphError(f"The graph failed: {error}.") from error

    def write(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Run one of our own statements in a managed transaction, which the driver repeats when the server falters.

        So it must be one that may run twice. Raises GraphError.
        """

        @neo4j.unit_of_work(timeout=_WRITE_SECONDS)
        def work(transaction: neo4j.ManagedTransaction) -> list[dict[str, Any]]:
            return [record.data() for record in transaction.run(cypher, dict(parameters or {}))]

        def run() -> list[dict[str, Any]]:
            with self._session(neo4j.WRITE_ACCESS) as session:
                return session.execute_write(work)

        try:
            return self._with_server(run)
        except Neo4jError as error:
            raise GraphError(f"The graph refused a write: {error.message}") from error

    def change_schema(self, cypher: str) -> None:
        """Run one of our own schema commands, which want a transaction of their own."""
        try:
            with self._session(neo4j.WRITE_ACCESS) as session:
                session.run(cypher).consume()
        except (Neo4jError, DriverError) as error:
            raise GraphError(f"The graph refused a change of its schema: {error}") from error

    def _connect(self) -> None:
        log = logging.getLogger("neo4j")
        if not log.handlers:  # a lost connection is told by our own errors, not by lines on the terminal
            log.addHandler(logging.NullHandler())
        self._address: GraphAddress = self.home.graph or managed.start(self.home, self._progress)
        if not self._address.url.startswith(GRAPH_SCHEMES):
            raise GraphError(f"{self._address.url!r} is no address of a Neo4j; it begins with one of {GRAPH_SCHEMES}.")
        try:
            self._driver = neo4j.GraphDatabase.driver(
                self._address.url,
                auth=(self._address.user, self._address.password),
                notifications_min_severity="OFF",
                max_transaction_retry_time=5,
                connection_acquisition_timeout=30,
            )
            self._driver.verify_connectivity()
        except AuthError as error:
            raise GraphError(f"The graph at {self._address.url} refuses user {self._address.user!r}.") from error
        except (DriverError, Neo4jError, OSError, ValueError) as error:
            raise GraphError(f"The graph at {self._address.url} cannot be reached: {error}.") from error

    def _session(self, access: str) -> neo4j.Session:
        return self._driver.session(database=self._address.database, default_access_mode=access, fetch_size=_FETCH_ROWS)

    def _with_server(self, work: Callable[[], _T]) -> _T:
        """Do it, starting a managed server that was killed meanwhile and doing it again."""
        try:
            return work()
        except _LOST as error:
            if self.home.graph is not None:
                raise GraphError(f"The graph at {self._address.url} cannot be reached: {error}.") from error
            self._driver.close()
            self._connect()
        try:
            return work()
        except _LOST as error:
            raise GraphError(f"The graph at {self._address.url} went away twice: {error}.") from error

    def _check(self, cypher: str, values: dict[str, Any], timeout: float) -> None:
        """Let the engine plan the query and refuse what readers may not call."""
        try:
            with (
                self._session(neo4j.READ_ACCESS) as session,
                session.begin_transaction(timeout=timeout) as transaction,
            ):
                summary = transaction.run("EXPLAIN " + cypher, values).consume()
        except _LOST:
            raise
        except Neo4jError as error:
            raise _sentence(error, timeout) from error
        except (DriverError, *_NOT_SENT) as error:
            raise _not_sent(error) from error
        if summary.plan is None:
            raise QueryError("The engine makes no plan of this query, so it is refused.")
        check_plan(cast(dict[str, Any], summary.plan))
        if len(self._checked) >= _CHECKED_QUERIES:
            self._checked.clear()
        self._checked.add(cypher)

    def _rows(
        self, cypher: str, values: dict[str, Any], timeout: float, tag: str, max_rows: int
    ) -> list[dict[str, Any]]:
        with (
            self._session(neo4j.READ_ACCESS) as session,
            session.begin_transaction(timeout=timeout, metadata={TAG: tag}) as transaction,
        ):
            result = transaction.run(cypher, values)
            rows = [_plain_row(record) for record in result.fetch(max_rows + 1)]
        if len(rows) > max_rows:
            raise QueryError(f"The query gives more than {max_rows} rows; add a LIMIT or ask for less.")
        return rows

    def _break_off(self) -> None:
        if self.home.graph is None:
            managed.kill(self.home)
        else:
            self._driver.close()

    def _lost(self, watchdog: Watchdog, timeout: float) -> GraphError | QueryError:
        """Why the connection was lost in the middle of a query; the server is there again afterwards."""
        if self.home.graph is None:
            self._driver.close()
        self._connect()
        if watchdog.fired:
            return _too_long(timeout)
        return QueryError("The server ended while it worked on this query; it may need more memory than there is.")


def _not_sent(error: Exception) -> QueryError:
    return QueryError(f"A parameter cannot be sent: {error}.")


def _plain_row(record: neo4j.Record) -> dict[str, Any]:
    return dict(zip(record.keys(), map(plain, record.values()), strict=True))


def _too_long(timeout: float) -> QueryError:
    return QueryError(f"The query took longer than {timeout:g} seconds and was ended.")


def _sentence(error: Neo4jError, timeout: float) -> QueryError | GraphError:
    code, text = error.code or "", re.split(r"\n|\(line ", error.message or str(error))[0].strip()
    if "TransactionTimedOut" in code or "Terminated" in code:
        return _too_long(timeout)
    if "MemoryLimit" in code or "OutOfMemory" in code or "MemoryPool" in code:
        return QueryError("The query needs more memory than one query may have; ask for less at a time.")
    if "AccessMode" in code or "Forbidden" in code:
        return QueryError("The query writes or administers, and this is for reading only.")
    if "ParameterMissing" in code:
        return QueryError(f"A parameter is missing: {text}.")
    if code.startswith("Neo.ClientError"):
        return QueryError(f"The query cannot be run: {text.rstrip('.')}.")
    return GraphError(f"The graph failed: {text or code}.")
