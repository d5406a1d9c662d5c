"""Proposers that were switched off: recorded once a change, told apart by their order, the same on both stores."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from policygraph.ledger import Ledger, schema
from policygraph.ledger.store import append
from policygraph.ledger.switches import switch, switched_off


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    sqlite = request.param == "sqlite"
    return Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}" if sqlite else request.getfixturevalue("postgresql_url"))


def test_only_what_has_found_something_is_switched_and_only_when_it_changes(ledger: Ledger) -> None:
    row = {"document_id": "document:1", "extractor_version": "1", "recorded": "", "run_id": "run:0"}
    names = ("reader", "endpoint:a", "endpoint:b")
    with ledger.transaction() as connection:
        append(connection, schema.extractions, [row | {"extractor": n, "sequence": i} for i, n in enumerate(names)])
    steps = [
        ({"endpoint:a", "endpoint:b", "endpoint:new"}, {}, set()),
        ({"endpoint:a"}, {"endpoint:b": "off"}, {"endpoint:b"}),
        ({"endpoint:a"}, {}, {"endpoint:b"}),
        (set(), {"endpoint:a": "off"}, {"endpoint:a", "endpoint:b"}),
        ({"endpoint:b"}, {"endpoint:b": "on"}, {"endpoint:a"}),
        (set(), {"endpoint:b": "off"}, {"endpoint:a", "endpoint:b"}),
    ]
    for number, (on, changed, off) in enumerate(steps):
        with ledger.transaction() as connection:
            assert switch(connection, f"run:{number}", on) == changed
            assert switched_off(connection) == off
    with ledger.reading() as connection:
        rows = connection.execute(select(schema.judgements.c.id, schema.judgements.c.kind)).all()
    assert sorted(kind for _, kind in rows) == ["switch_off"] * 3 + ["switch_on"]
