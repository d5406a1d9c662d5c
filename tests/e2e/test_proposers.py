"""Proposers from the command line: an endpoint that a home has switched on, beside the reader, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.command_line import CommandLine
from tests.proposer_server import Reply, Server, completion, serving

from policygraph.annotate.stage import load_first_pass
from policygraph.annotate.triage.decision import EXTRACTOR as TRIAGE
from policygraph.annotate.triage.decision import load_triage
from policygraph.ledger import Ledger, schema
from policygraph.ledger.statements import record_extraction
from policygraph.ledger.views import standing_documents

TEXT = """The European Commission fined TikTok EUR 500 million on 23 April 2025.

Velmont Chips supplies memory modules to Ostrava Motors.
"""
EMPTY = dict.fromkeys(("valid_from", "valid_to", "duration", "lifecycle", "action", "due", "item", "role"))
ANSWER = {
    "mentions": [
        {"quote": "Velmont Chips", "type": "Firm", "entity": "velmont"},
        {"quote": "Ostrava Motors", "type": "Firm", "entity": "ostrava"},
    ],
    "statements": [
        {
            "subject": "velmont",
            "predicate": "supplies",
            "object": "ostrava",
            "evidence": ["Velmont Chips supplies memory modules to Ostrava Motors"],
            "effect": "none",
            "modality": "asserted",
            "attribution": [],
        }
        | EMPTY
    ],
}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(completion(ANSWER)) as found:
        yield found


def at_home(command_line: CommandLine, tmp_path: Path) -> CommandLine:
    """The command line on a home of its own with answers and a key of its own."""
    environment = {
        **command_line.environment,
        "POLICYGRAPH_CACHE": str(tmp_path / "cache"),
        "POLICYGRAPH_ENDPOINT_KEY": "sk-secret",
    }
    one = CommandLine(command_line.home, environment)
    one.done("init", "--no-reference")
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    return one


def switch_on(one: CommandLine, server: Server, more: str = "") -> None:
    text = f"proposers:\n  - {{kind: endpoint, base_url: '{server.url}', model: sample-model{more}}}\n"
    one.place().proposers.write_text(text, encoding="utf-8")


def ingest(one: CommandLine, tmp_path: Path) -> Any:
    return one("ingest", str(tmp_path / "report.txt"), "--date", "2025-04-24")


def by_extractor(one: CommandLine) -> dict[str, set[str]]:
    with Ledger(one.place().ledger_url).reading() as connection:
        (item,) = standing_documents(connection)
    found: dict[str, set[str]] = {}
    for identity, statement, _ in item.statements:
        ends = {m.entity for m in item.mentions}
        assert {statement.subject, statement.object} <= ends
        found.setdefault(statement.extractor, set()).add(identity)
    places = [(m.start, m.end, m.type) for m in item.mentions]
    assert len(set(places)) == len(places)
    return found


def issues(one: CommandLine) -> list[str]:
    with Ledger(one.place().ledger_url).reading() as connection:
        return list(connection.execute(select(schema.issues.c.code)).scalars())


def test_off_by_default_then_on_beside_the_reader(command_line: CommandLine, server: Server, tmp_path: Path) -> None:
    one = at_home(command_line, tmp_path)
    assert ingest(one, tmp_path).code == 0
    assert server.asked == []
    before = by_extractor(one)
    assert before.keys() <= {"reader"}
    switch_on(one, server, ", key_variable: POLICYGRAPH_ENDPOINT_KEY, price: {prompt: 1.0, completion: 2.0}")
    result = one("run", "--no-crawl", "--no-reference")
    assert result.code == 0, result.err
    assert "1 proposed statements" in result.out
    assert "1400 proposer cost millionths" in result.out
    assert server.asked[0].headers["Authorization"] == "Bearer sk-secret"
    after = by_extractor(one)
    assert after.pop("endpoint:sample-model")
    assert after == before, "the reader finds what it found"
    again = one("run", "--no-crawl", "--no-reference")
    assert again.code == 0
    assert len(server.asked) == 1, "a document is proposed for once"
    found = one.done("claims", "--subject", "Velmont Chips", "--predicate", "supplies", "--json").out
    assert "Ostrava Motors" in found
    assert "candidate" in found
    kept = [file for folder in (one.home, tmp_path / "cache") for file in folder.rglob("*") if file.is_file()]
    assert kept
    assert not [file for file in kept if b"sk-secret" in file.read_bytes()]


def test_what_a_switched_off_proposer_has_found_leaves_the_view_and_comes_back_with_it(
    command_line: CommandLine, server: Server, tmp_path: Path
) -> None:
    one = at_home(command_line, tmp_path)
    switch_on(one, server)
    ingest(one, tmp_path)
    both = by_extractor(one)
    asked = ("claims", "--subject", "Velmont Chips", "--predicate", "supplies", "--json")
    (claim,) = (c for c in one.done(*asked).json if c["statement"] in both["endpoint:sample-model"])
    one.place().proposers.unlink()
    off = one("run", "--no-crawl", "--no-reference")
    assert off.code == 0
    assert "endpoint:sample-model is switched off" in off.err
    assert by_extractor(one) == {name: found for name, found in both.items() if name == "reader"}
    assert claim["statement"] not in {c["statement"] for c in one.done(*asked).json}
    assert one.done("evidence", claim["statement"], "--json").json["verified"] is True, "the ledger keeps it"
    one.done("graph", "rebuild")
    assert claim["statement"] not in {c["statement"] for c in one.done(*asked).json}
    again = one("run", "--no-crawl", "--no-reference")
    assert "switched off" not in again.err, "told once"
    switch_on(one, server, ", temprature: 1")
    assert one("run", "--no-crawl", "--no-reference").code == 3
    assert "endpoint:sample-model" not in by_extractor(one), "a file that is wrong switches nothing"
    switch_on(one, server)
    assert one("run", "--no-crawl", "--no-reference").code == 0
    assert by_extractor(one) == both
    assert len(server.asked) == 1, "what was asked is not asked again"
    switch_on(one, server, ", temprature: 1")
    one("run", "--no-crawl", "--no-reference")
    assert by_extractor(one) == both, "a file that is wrong switches nothing"


def test_a_document_that_could_not_be_proposed_for_is_asked_about_by_the_next_run(
    command_line: CommandLine, server: Server, tmp_path: Path
) -> None:
    one = at_home(command_line, tmp_path)
    server.replies = [Reply(500), completion(ANSWER)]
    switch_on(one, server, ", attempts: 1")
    failed = ingest(one, tmp_path)
    assert failed.code == 3
    assert "1 documents left" in failed.out
    assert issues(one) == ["endpoint_failed"]
    assert "endpoint:sample-model" not in by_extractor(one)
    assert one("run", "--no-crawl", "--no-reference").code == 0
    assert "endpoint:sample-model" in by_extractor(one)


def test_questions_that_are_refused_do_not_hold_up_the_others_for_good(
    command_line: CommandLine, server: Server, tmp_path: Path
) -> None:
    one = at_home(command_line, tmp_path)
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text(f"{TEXT}\nThis is report number {number}.\n", encoding="utf-8")
    files = [str(tmp_path / f"{number}.txt") for number in range(4)]
    server.answer = lambda asked: completion(ANSWER) if "report number 3" in asked.text else Reply(400)
    switch_on(one, server, ", failures: 3, pauses: 0")
    one("ingest", *files, "--date", "2025-04-24", "--no-triage")
    assert [any(f"number {n}" in a.text for a in server.asked) for n in range(4)] == [True, True, True, False]
    one("run", "--no-crawl", "--no-reference", "--no-triage")
    assert "report number 3" in server.asked[3].text, "what failed goes behind what was never asked"
    with Ledger(one.place().ledger_url).reading() as connection:
        read = {s.extractor for item in standing_documents(connection) for _, s, _ in item.statements}
    assert "endpoint:sample-model" in read


def test_what_the_first_pass_has_set_aside_is_not_asked_about(
    command_line: CommandLine, server: Server, tmp_path: Path
) -> None:
    one = at_home(command_line, tmp_path)
    ingest(one, tmp_path)
    version = load_first_pass(load_triage(one.place().watch_list).version).version
    ledger = Ledger(one.place().ledger_url)
    with ledger.transaction() as connection:
        (item,) = standing_documents(connection)
        record_extraction(connection, "run:test", item.document, TRIAGE, version, (), ())
    switch_on(one, server)
    assert one("run", "--no-crawl", "--no-reference").code == 0
    assert server.asked == []
    assert one("run", "--no-crawl", "--no-reference", "--no-triage").code == 0
    assert len(server.asked) == 1


def test_what_was_read_in_full_after_all_is_asked_about(
    command_line: CommandLine, server: Server, tmp_path: Path
) -> None:
    one = at_home(command_line, tmp_path)
    ingest(one, tmp_path)
    version = load_first_pass(load_triage(one.place().watch_list).version).version
    ledger = Ledger(one.place().ledger_url)
    with ledger.transaction() as connection:
        (item,) = standing_documents(connection)
        found = (item.mentions, tuple(statement for _, statement, _ in item.statements))
        record_extraction(connection, "run:test", item.document, TRIAGE, version, (), ())
        record_extraction(connection, "run:test", item.document, "reader", "later", *found)
    switch_on(one, server)
    assert one("run", "--no-crawl", "--no-reference").code == 0
    assert len(server.asked) == 1


def test_a_file_that_is_wrong_is_an_issue_and_the_reader_goes_on(
    command_line: CommandLine, server: Server, tmp_path: Path
) -> None:
    one = at_home(command_line, tmp_path)
    switch_on(one, server, ", temprature: 1")
    result = ingest(one, tmp_path)
    assert result.code == 3
    assert issues(one) == ["proposers_refused"]
    assert by_extractor(one).keys() == {"reader"}
    assert server.asked == []


def test_extract_adds_proposals_and_names_the_extractor(
    command_line: CommandLine, server: Server, tmp_path: Path
) -> None:
    one = at_home(command_line, tmp_path)
    switch_on(one, server)
    source, plain, both = (tmp_path / name for name in ("in.jsonl", "plain.jsonl", "both.jsonl"))
    source.write_text(json.dumps({"id": "a", "date": "2025-04-24", "title": "", "text": TEXT}) + "\n", encoding="utf-8")
    one.done("extract", str(source), str(plain))
    assert server.asked == []
    one.done("extract", str(source), str(both), "--proposers", str(one.place().proposers))
    before, after = (json.loads(path.read_text(encoding="utf-8")) for path in (plain, both))
    added = [row for row in after["statements"] if row not in before["statements"]]
    assert [(row["s"], row["p"], row["o"]) for row in added] == [("Velmont Chips", "supplies", "Ostrava Motors")]
    assert added[0]["extractor"].startswith("endpoint:sample-model 1-")
    assert all(row["extractor"].startswith("reader ") for row in before["statements"])
    with source.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"id": "b", "date": "2025-04-25", "title": "", "text": TEXT}) + "\n")
    server.replies = [Reply(401)]
    failed = one("extract", str(source), str(both), "--proposers", str(one.place().proposers))
    assert failed.code == 3, "a document that was not proposed for is no success"
    assert "endpoint_refuses" in failed.err
    missing = one("extract", str(source), str(both), "--proposers", str(tmp_path / "none.yml"))
    assert missing.code == 2
    (tmp_path / "bad.yml").write_text("proposers: [{kind: oracle}]", encoding="utf-8")
    wrong = one("extract", str(source), str(both), "--proposers", str(tmp_path / "bad.yml"))
    assert wrong.code == 2
    assert "field 'kind'" in wrong.err
