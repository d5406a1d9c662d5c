"""Open the ledger, append to it in transactions, and lock a home so that one run writes at a time."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from policygraph.ledger.schema import metadata


class LedgerError(Exception):
    """The ledger cannot be opened or written."""


class LockedError(Exception):
    """Another run holds the lock of this home."""


def now() -> str:
    """The current time in UTC to the second, ISO 8601 with ``Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment() -> str:
    """The same to the microsecond, for what must be told apart within a second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def dumps(value: Any) -> str:
    """Canonical JSON text of a column's value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Ledger:
    """A ledger behind an SQLAlchemy URL: SQLite (in WAL mode) or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Open, and create the tables that are missing. Raises LedgerError with a sentence."""
        try:
            address = make_url(url)
            if address.get_backend_name() == "postgresql" and address.drivername == "postgresql":
                address = address.set(drivername="postgresql+psycopg")
            # SQLite moves its whole log into the file whenever the last connection closes: one is kept open.
            kept = QueuePool if address.get_backend_name() == "sqlite" else NullPool
            self.engine: Engine = create_engine(address, poolclass=kept)
            if self.engine.dialect.name not in ("sqlite", "postgresql"):
                raise LedgerError(f"a ledger on {self.engine.dialect.name} is not supported: SQLite or PostgreSQL")
            if self.engine.dialect.name == "sqlite":
                event.listen(self.engine, "connect", _prepare_sqlite)
                event.listen(self.engine, "begin", _begin_immediately)
            metadata.create_all(self.engine)
        except (SQLAlchemyError, ArgumentError, ModuleNotFoundError) as error:
            reason = str(error).splitlines()[0]
            raise LedgerError(f"the ledger cannot be opened: {reason}") from error

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection whose changes are kept together or not at all."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading one consistent state."""
        with self.engine.connect().execution_options(reading=True) as connection:
            yield connection


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN, not the driver's
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=60000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediately(connection: Connection) -> None:
    # A read that later writes would fail at once in WAL mode if another connection wrote in between.
    mode = "DEFERRED" if connection.get_execution_options().get("reading") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {mode}")


def append(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert the rows whose primary key is not there yet; returns how many were new."""
    pending = list(rows)
    if not pending:
        return 0
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # The drivers do not tell how many rows were new, so the rows that were tell it themselves. The rows are given
    # beside the statement, not in it, so that SQLAlchemy builds its words once and not for each number of rows.
    statement = insert(table).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return len(connection.execute(statement, pending).all())


def next_sequence(connection: Connection, table: Table) -> int:
    """One more than the largest ``sequence`` of a table: the order in which rows came, beyond the clock's precision."""
    return (connection.execute(select(func.max(table.c.sequence))).scalar() or 0) + 1


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the lock of a home; the kernel releases it when the process ends, however it ends.

    Raises LockedError naming the process that holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            stream.seek(0)
            holder = stream.read().strip() or "unknown"
            raise LockedError(f"another run holds the lock of {path.parent} (process {holder})") from error
        stream.seek(0)
        stream.truncate()
        stream.write(str(os.getpid()))
        stream.flush()
        yield
