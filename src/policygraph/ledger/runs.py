"""Runs and issues: what was done when, and what went wrong on the way."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, func, select, update

from policygraph import __version__
from policygraph.ledger import schema
from policygraph.ledger.store import append, dumps, moment, now
from policygraph.model.identity import content_id
from policygraph.model.records import Issue

MAX_REASON = 500
# Issues that point to no fault: recorded and shown like all others, but a run that has no others is done.
ORDINARY = frozenset({"doubted_readings_refused"})


def begin_run(connection: Connection, command: str) -> str:
    """Record that a run began; returns its id."""
    run_id = f"run:{uuid.uuid4().hex[:16]}"
    append(
        connection,
        schema.runs,
        [{"id": run_id, "command": command, "version": __version__, "started": moment(), "status": "running"}],
    )
    return run_id


def finish_run(connection: Connection, run_id: str, status: str, counts: Mapping[str, int]) -> None:
    """Record how a run ended: ``done``, ``issues`` or ``failed``."""
    connection.execute(
        update(schema.runs)
        .where(schema.runs.c.id == run_id)
        .values(finished=now(), status=status, counts=dumps(dict(counts)))
    )


def add_issue(connection: Connection, run_id: str, issue: Issue) -> None:
    """Record a problem once a run, its text bounded and without control characters."""
    identity = content_id(
        "issue", run_id, issue.stage, issue.code, issue.reason, issue.source_id, issue.url, issue.document_id
    )
    append(
        connection,
        schema.issues,
        [
            {
                "id": identity,
                "run_id": run_id,
                "stage": issue.stage,
                "code": issue.code,
                "reason": plain(issue.reason)[:MAX_REASON],
                "source_id": issue.source_id,
                "url": plain(issue.url)[:2000],
                "document_id": issue.document_id,
                "recorded": now(),
            }
        ],
    )


def plain(text: str) -> str:
    """Text on one line without control characters and lone surrogates: safe in a terminal and in any database."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return kept.encode("utf-8", "replace").decode("utf-8")


def issues_of_run(connection: Connection, run_id: str) -> list[dict[str, Any]]:
    """Issue rows of a run in the order in which they were recorded."""
    rows = connection.execute(
        select(schema.issues).where(schema.issues.c.run_id == run_id).order_by(schema.issues.c.recorded)
    )
    return [dict(row) for row in rows.mappings()]


def count_issues(connection: Connection, run_id: str) -> int:
    """How many issues a run has, those left out that point to no fault (``ORDINARY``)."""
    table = schema.issues
    query = select(func.count()).select_from(table).where(table.c.run_id == run_id, table.c.code.not_in(ORDINARY))
    return int(connection.execute(query).scalar_one())


def issues_of_documents(connection: Connection, codes: Collection[str]) -> dict[str, int]:
    """How many issues with one of these codes each document has had, in all runs."""
    table = schema.issues
    query = select(table.c.document_id, func.count()).where(table.c.code.in_(codes)).group_by(table.c.document_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def latest_runs(connection: Connection, limit: int = 10) -> list[dict[str, Any]]:
    """The last runs, newest first."""
    rows = connection.execute(select(schema.runs).order_by(schema.runs.c.started.desc()).limit(limit))
    return [dict(row) for row in rows.mappings()]
