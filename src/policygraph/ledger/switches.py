"""Proposers that were switched off: what they have found stays in the ledger and leaves the view.

A change is appended as a judgement, ``switch_off`` or ``switch_on``; ``right`` counts the changes of one proposer, so
that their order does not depend on the clock.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from policygraph.ledger import schema
from policygraph.ledger.store import append, now
from policygraph.model.identity import content_id

BY = "proposers.yml"
_KINDS = ("switch_off", "switch_on")


def switched_off(connection: Connection) -> frozenset[str]:
    """Extractors whose findings are not in the view."""
    return frozenset(name for name, (_, kind) in _last(connection).items() if kind == "switch_off")


def switch(connection: Connection, run_id: str, on: Collection[str]) -> dict[str, str]:
    """Record which extractors that add (``kind:name``) and have found something before are on now; returns ``on`` or
    ``off`` for each of which that has changed."""
    extractor = schema.extractions.c.extractor
    known = connection.execute(select(extractor).where(extractor.contains(":")).distinct()).scalars()
    last = _last(connection)
    changed = {}
    for name in sorted(known):
        number, kind = last.get(name, (0, "switch_on"))
        wanted = "switch_on" if name in on else "switch_off"
        if kind != wanted:
            append(connection, schema.judgements, [_row(name, wanted, number + 1, run_id)])
            changed[name] = wanted.removeprefix("switch_")
    return changed


def _last(connection: Connection) -> dict[str, tuple[int, str]]:
    """For each extractor that was ever switched, how often, and the last time to what."""
    table = schema.judgements
    rows = connection.execute(select(table.c.left, table.c.right, table.c.kind).where(table.c.kind.in_(_KINDS)))
    last: dict[str, tuple[int, str]] = {}
    for name, number, kind in rows:
        last[name] = max(last.get(name, (0, "")), (int(number), kind))
    return last


def _row(name: str, kind: str, number: int, run_id: str) -> dict[str, object]:
    return {
        "id": content_id("judgement", kind, name, number),
        "kind": kind,
        "left": name,
        "right": str(number),
        "by": BY,
        "score": None,
        "reasons": "[]",
        "recorded": now(),
        "run_id": run_id,
    }
