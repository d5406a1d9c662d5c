"""The command line as a whole, on a real ledger, archive and Neo4j."""

from __future__ import annotations

import csv
import io
import json
import random
import socket
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.command_line import CommandLine

from policygraph.archive import Archive, Response
from policygraph.ledger import Ledger, lock, schema

RETOLD = Path(__file__).parents[1] / "acceptance" / "retold.jsonl"
LIST = "list of ordinary data for Lingang"
PAGE = """<!doctype html><html><head><title>Notes of the day</title>
<meta property="article:published_time" content="2024-03-05T08:00:00Z"></head><body><article>
<h1>Notes of the day</h1>
<p>The European Commission fined TikTok EUR 500 million on 23 April 2025.</p>
<p>The company said that it would appeal, and lawyers expect the case to take some years before a court decides.</p>
</article></body></html>"""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, neo4j_environment: dict[str, str]) -> CommandLine:
    """A home that holds the retold story and whose graph the session's Neo4j holds when a test of it begins."""
    command_line = CommandLine(tmp_path_factory.mktemp("story") / "home", neo4j_environment)
    command_line.done("init", "--no-reference")
    command_line.done("ingest", "--no-graph", "--annotated", str(RETOLD))
    return command_line


@pytest.fixture
def loaded(story: CommandLine) -> CommandLine:
    story.done("ingest", "--annotated", str(RETOLD))
    return story


def _statement_ids(command_line: CommandLine) -> list[str]:
    with Ledger(command_line.place().ledger_url).reading() as connection:
        return sorted(connection.execute(select(schema.statements.c.id)).scalars())


def test_init_records_the_reference_data_once(command_line: CommandLine) -> None:
    first = command_line.done("init")
    assert "reference statements recorded" in first.out
    assert not first.out.startswith("0 ")
    assert command_line.done("init").out.startswith("0 reference statements recorded")
    found = command_line.done("status", "--json").json
    assert found["counts"]["statements"] > 1000
    assert [run["status"] for run in found["runs"]] == ["done", "done"]
    assert "statements" in command_line.done("status").out


def test_doctor_says_what_it_looked_at(command_line: CommandLine) -> None:
    result = command_line("doctor", "--json")
    checks = {check["check"]: check for check in result.json}
    assert {"Python", "SQLite", "expat", "free disk", "Java for Neo4j"} <= checks.keys()
    assert all(check["found"] for check in checks.values())
    assert result.code == (0 if all(check["ok"] is not False for check in checks.values()) else 1)


def test_a_home_that_is_not_there_is_said_to_be_missing(command_line: CommandLine) -> None:
    result = command_line.child("status")
    assert result.code == 2
    assert "policygraph init" in result.err
    assert result.out == ""
    assert not command_line.home.exists()


def test_ingest_a_file(command_line: CommandLine, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    command_line.done("init", "--no-reference")
    command_line.done("ingest", str(page), "--date", "2025-04-24", "--title", "A fine")
    asked = ("query", "--cypher", "MATCH (d:Document) RETURN d.title AS title, d.published AS published", "--json")
    assert command_line.done(*asked).json == [{"title": "A fine", "published": "2025-04-24"}]
    assert command_line.done("status", "--json").json["counts"]["mentions"] > 0
    again = command_line.done("ingest", str(page), "--date", "2025-04-24", "--title", "A fine")
    assert "0 new captures" in again.out
    assert "0 statements" in again.out
    assert "0 relationships written" in again.out


def test_ingest_a_warc_file(command_line: CommandLine, tmp_path: Path) -> None:
    answer = Response("https://news.example/fine", PAGE.encode(), "2025-04-24T08:00:00Z", "text/html")
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    response = Response(answer.url, answer.payload, answer.fetched_at, answer.media_type, 200, headers)
    broken = Response("https://news.example/gone", b"<p>gone</p>", "2025-04-24T08:00:01Z", "text/html", 404, headers)
    archive = Archive(tmp_path / "other")
    file = archive.path_of(archive.store("other", response).file)
    archive.store("other", broken)
    command_line.done("init", "--no-reference")
    assert "1 new captures" in command_line.done("ingest", "--no-graph", str(file)).out
    with Ledger(command_line.place().ledger_url).reading() as connection:
        assert connection.execute(select(schema.captures.c.url)).scalars().all() == ["https://news.example/fine"]
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(file.read_bytes()[:200])
    result = command_line("ingest", "--no-graph", str(cut))
    assert result.code == 3
    assert [issue["code"] for issue in command_line.done("status", "--json").json["issues"]] == ["warc_broken"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://localhost/x", "http://[::1]/", "http://169.254.169.254/latest"]
)
def test_a_private_address_is_refused(command_line: CommandLine, url: str) -> None:
    command_line.done("init", "--no-reference")
    result = command_line("ingest", "--no-graph", url)
    assert result.code == 3
    (issue,) = command_line.done("status", "--json").json["issues"]
    assert (issue["code"], issue["url"], issue["source_id"]) == ("address_private", url, "ingest")
    assert "not a public address" in issue["reason"]


def test_a_broken_line_is_an_issue_and_the_others_are_taken(command_line: CommandLine, tmp_path: Path) -> None:
    lines = RETOLD.read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[1])
    row["statements"][0]["evidence"] = [[0, len(row["text"]) + 1]]
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join([lines[0], "{broken", json.dumps(row), lines[2]]), encoding="utf-8")
    command_line.done("init", "--no-reference")
    result = command_line.child("ingest", "--no-graph", "--annotated", str(file))
    assert result.code == 3
    assert "2 new captures" in result.out
    issues = command_line.done("status", "--json").json["issues"]
    assert [issue["code"] for issue in issues] == ["annotation_refused"] * 2
    assert sorted(issue["reason"].partition(":")[0] for issue in issues) == ["line 2", "line 3"]


def test_extract_needs_no_home(command_line: CommandLine, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in RETOLD.read_text(encoding="utf-8").splitlines()]
    texts = tmp_path / "in.jsonl"
    kept = [{key: row[key] for key in ("id", "kind", "date", "title", "text")} for row in rows]
    texts.write_text("\n".join([json.dumps(row) for row in kept] + ["[]", ""]), encoding="utf-8")
    result = command_line.child("extract", str(texts), str(tmp_path / "out.jsonl"))
    assert result.code == 3
    assert f"line {len(rows) + 1}" in result.err
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in found] == [row["id"] for row in rows]
    assert any(row["statements"] for row in found)
    for row in found:
        assert all(row["text"][start:end] for s in row["statements"] for start, end in s["evidence"])
        assert all(s[end]["start"] < s[end]["end"] for s in row["statements"] for end in ("s_named", "o_named"))
    assert not command_line.home.exists()
    assert command_line("extract", str(tmp_path / "none.jsonl"), str(tmp_path / "out.jsonl")).code == 2


def test_nothing_comes_of_a_photo_credit_and_headlines_stay_apart(command_line: CommandLine, tmp_path: Path) -> None:
    text = (
        "Tesla operates a factory in Shanghai.\nU.S. sanctions prohibit Nvidia from selling its most advanced "
        "processors in China.\nPhoto: Mara Lind/Stockhouse\n"
        "Google Search Order Mostly Stands After Ruling by Higher Court\n"
        "Cisco Close to $3 Billion Purchase of Northwind in Security Drive\n"
        "Oracle Looks at Harbour Systems as It Adds Cloud Sites\n"
    )
    row = {"id": "a", "kind": "news", "date": "2024-05-17", "title": "Tesla in Shanghai", "text": text}
    (tmp_path / "in.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert command_line("extract", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")).code == 0
    found = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    credit = text.index("Photo:"), text.index("Google Search")
    assert found["statements"]
    for statement in found["statements"]:
        assert not any(start < credit[1] and credit[0] < end for start, end in statement["evidence"])
        ends = {statement["s"], statement["o"]}
        assert not ("Tesla" in ends and ends & {"Cisco", "Northwind", "Oracle", "Harbour Systems", "Google", "Nvidia"})


def test_run_without_a_crawl_again_adds_nothing(command_line: CommandLine, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    command_line.done("init", "--no-reference")
    command_line.done("ingest", "--no-graph", str(page))
    command_line.done("run", "--no-crawl", "--no-reference")
    before = command_line.done("graph", "hash").out
    again = command_line.done("run", "--no-crawl", "--no-reference").out
    for nothing in ("0 captures", "0 documents", "0 statements", "0 nodes written", "0 nodes removed"):
        assert nothing in again, again
    assert command_line.done("graph", "hash").out == before
    command_line.done("graph", "rebuild")
    assert command_line.done("graph", "hash", "--json").json == {"hash": before.strip()}


def test_the_questions_answer_in_words_and_in_json(loaded: CommandLine) -> None:
    day = ("--as-of", "2024-06-01", "--known-at", "2025-12-11")
    answer = loaded.done("applies", LIST, "Tesla", *day, "--json").json
    assert answer["status"] == "unknown"
    assert "unknown" in loaded.done("applies", LIST, "Tesla", *day).out
    carmaker = (
        "--assume",
        "Tesla active_in intelligent and connected vehicles",
        "--assume",
        "Tesla handles general data",
    )
    assert loaded.done("applies", LIST, "Tesla", *day, *carmaker, "--json").json["status"] == "yes"
    only = ("--only", "Tesla located_in Beijing")
    assert loaded.done("applies", LIST, "Tesla", *day, *carmaker, *only, "--json").json["status"] == "no"
    exposure = loaded.done("exposure", "Nvidia", *day, "--json").json
    assert exposure["burden"] == ["US sanctions"]
    assert "US sanctions" in loaded.done("exposure", "Nvidia", *day).out
    claims = loaded.done("claims", "--subject", "Tesla", "--predicate", "operates", *day, "--json").json
    assert {
        "statement",
        "subject",
        "predicate",
        "object",
        "effect",
        "modality",
        "attribution",
        "origin",
        "document",
    } <= claims[0].keys()
    assert "claims" in loaded.done("claims", "--subject", "Tesla", *day).out
    paths = loaded.done("trace", "Tesla", "US sanctions", "--known-at", "2025-12-11", "--json").json["paths"]
    assert paths[0]["steps"]
    assert "Nvidia" in loaded.done("trace", "Tesla", "US sanctions", "--known-at", "2025-12-11").out


def test_known_at_by_the_day_of_record(loaded: CommandLine) -> None:
    answer = loaded.done(
        "applies", LIST, "Tesla", "--as-of", "2024-06-01", "--known-at", "2024-06-01", "--recorded", "--json"
    )
    assert answer.json["status"] == "not_known_yet"
    assert answer.json["known_by"] == "recorded"


def test_twenty_random_statements_verify(loaded: CommandLine) -> None:
    for statement in random.Random(7).sample(_statement_ids(loaded), 20):
        found = loaded.done("evidence", statement, "--json").json
        assert found["verified"] is True
        assert found["problems"] == []
        assert found["quotes"]
        assert all(quote in context for quote, context in zip(found["quotes"], found["context"], strict=True))
    assert "verified" in loaded.done("evidence", statement.removeprefix("statement:")).out


def test_every_end_of_a_statement_is_marked_where_it_is_said(loaded: CommandLine) -> None:
    (claim,) = loaded.done(
        "claims", "--subject", LIST, "--predicate", "holds_in", "--object", "Lingang Area", "--json"
    ).json
    found = loaded.done("evidence", claim["statement"], "--json").json
    for end in ("subject", "object"):
        assert found[f"{end}_named"] == claim[f"{end}_named"]
        start, stop = found[f"{end}_named"]["offsets"]
        assert stop - start == len(found[f"{end}_named"]["words"])
    assert found["object_named"]["how"] in ("name", "alias")
    said = found["subject_named"]
    assert said["how"] in ("description", "elsewhere")
    inside = any(a <= said["offsets"][0] and said["offsets"][1] <= b for a, b in found["offsets"])
    assert inside == (said["how"] != "elsewhere")
    shown = loaded.done("evidence", claim["statement"]).out
    assert f"“{said['words'][:20]}" in shown
    assert f"(= {found['subject']})" in shown or f"{found['subject']} is named elsewhere" in shown


def test_an_edited_byte_is_found(command_line: CommandLine) -> None:
    command_line.done("init", "--no-reference")
    command_line.done("ingest", "--no-graph", "--annotated", str(RETOLD))
    with Ledger(command_line.place().ledger_url).reading() as connection:
        query = (
            select(schema.captures, schema.statements.c.id.label("statement_id"))
            .join(schema.documents, schema.documents.c.capture_id == schema.captures.c.id)
            .join(schema.statements, schema.statements.c.document_id == schema.documents.c.id)
        )
        rows = connection.execute(query.order_by(schema.statements.c.id)).mappings().all()
    hit = rows[0]
    file = command_line.place().archive / hit["warc_file"]
    data = bytearray(file.read_bytes())
    data[hit["warc_offset"] + hit["warc_length"] // 2] ^= 0x01
    file.write_bytes(data)
    for row in rows:
        result = command_line("evidence", row["statement_id"], "--json")
        damaged = row["id"] == hit["id"]
        assert result.code == (1 if damaged else 0)
        assert result.json["verified"] is not damaged
        assert any(hit["id"] in problem for problem in result.json["problems"]) == damaged
    result = command_line.child("evidence", hit["statement_id"])
    assert result.code == 1
    assert f"capture {hit['id']} no longer verifies" in result.out


def test_query_catalogue_and_cypher(loaded: CommandLine) -> None:
    listed = {query["name"] for query in loaded.done("query", "--list", "--json").json}
    assert len(listed) >= 12
    assert "list_burdens" in loaded.done("query", "--list").out
    asked = ("query", "list_burdens", "-p", "firm=Nvidia", "-p", "as_of=2025-12-11")
    rows = loaded.done(*asked, "--json").json
    assert rows
    assert loaded.done(*asked, "--format", "json").json == rows
    table = list(csv.DictReader(io.StringIO(loaded.done(*asked, "--format", "csv").out)))
    assert len(table) == len(rows)
    assert list(table[0]) == list(rows[0])
    assert "Nvidia" in loaded.done("query", "--cypher", "MATCH (f:Firm) RETURN f.name AS name").out
    count = loaded.done(
        "query", "--cypher", "MATCH (f:Firm {name: $name}) RETURN count(f) AS n", "-p", "name=Tesla", "--json"
    )
    assert count.json == [{"n": 1}]


def test_csv_never_starts_a_formula(loaded: CommandLine) -> None:
    out = loaded.done("query", "--cypher", "RETURN '=1+1' AS a, '@x' AS b", "--format", "csv").out
    assert list(csv.reader(io.StringIO(out)))[1] == ["'=1+1", "'@x"]


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown name": (("applies", LIST, "Teslla"), "did you mean Tesla?"),
    "unknown rule": (("applies", "lisst of ordinary data for Lingang", "Tesla"), f"did you mean {LIST}?"),
    "unknown thing": (("trace", "Tesla", "Nvidai"), "did you mean Nvidia"),
    "no date": (("exposure", "Tesla", "--as-of", "yesterday"), "'yesterday' is not a day"),
    "no day of the calendar": (("exposure", "Tesla", "--as-of", "2025-02-30"), "2025-02-30"),
    "no date of knowledge": (("claims", "--known-at", "12/11/2025"), "12/11/2025"),
    "ambiguous name": (("applies", "data export security assessment", "Tesla"), "is the name of 2 things"),
    "unknown predicate": (("claims", "--predicate", "eats"), "no predicate 'eats'"),
    "wrong assumption": (("applies", LIST, "Tesla", "--assume", "Tesla is big"), "'Tesla is big' is not of the form"),
    "assumption of wrong types": (("applies", LIST, "Tesla", "--assume", "Tesla heads Nvidia"), "heads cannot join"),
    "unknown statement": (("evidence", "statement:none"), "no statement 'statement:none'"),
    "unknown query": (("query", "list_burden", "-p", "firm=Tesla"), "list_burdens"),
    "unknown parameter": (("query", "list_burdens", "-p", "frim=Tesla"), "frim"),
    "missing parameter": (("query", "list_burdens"), "firm"),
    "parameter that is no date": (("query", "list_burdens", "-p", "firm=Tesla", "-p", "as_of=soon"), "soon"),
    "parameter without a value": (("query", "list_burdens", "-p", "firm"), "name=value"),
    "wrong Cypher": (("query", "--cypher", "MATCH (n RETURN n"), "cannot be run"),
    "missing Cypher parameter": (("query", "--cypher", "RETURN $x"), "x"),
    "Cypher that writes": (("query", "--cypher", "CREATE (n) RETURN n"), "reading only"),
    "no query at all": (("query",), "--list"),
    "unknown format": (("query", "--list", "--format", "xml"), "xml"),
    "nothing to ingest": (("ingest",), "say what to ingest"),
    "no such file": (("ingest", "none.html"), "none.html"),
    "no such option": (("applies", "--colour", "red"), "--colour"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_use_is_one_sentence_and_exit_code_2(loaded: CommandLine, case: str) -> None:
    arguments, words = WRONG[case]
    result = loaded(*arguments)
    assert result.code == 2, result.err
    assert words in result.err
    assert result.out == ""
    assert "Traceback" not in result.err


def test_one_sentence_on_standard_error(loaded: CommandLine) -> None:
    result = loaded.child("exposure", "Teslla")
    assert result.code == 2
    assert result.out == ""
    assert result.err.splitlines() == ["error: the graph has no firm called 'Teslla': did you mean Tesla?"]


def test_a_held_lock_is_exit_code_4(command_line: CommandLine) -> None:
    command_line.done("init", "--no-reference")
    with lock(command_line.place().lock_file):
        for arguments in (("init",), ("ingest", "--annotated", str(RETOLD)), ("run",), ("graph", "rebuild"), ("demo",)):
            result = command_line(*arguments)
            assert result.code == 4, arguments
            assert "another run holds the lock" in result.err
        assert command_line.child("ingest", "--annotated", str(RETOLD)).code == 4
        assert command_line("status").code == 0


def test_a_graph_that_does_not_answer_is_exit_code_5(command_line: CommandLine) -> None:
    command_line.done("init", "--no-reference")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    nowhere = CommandLine(command_line.home, {"POLICYGRAPH_NEO4J_URL": f"bolt://127.0.0.1:{port}"})
    for arguments in (("exposure", "Tesla"), ("graph", "status"), ("graph", "hash"), ("query", "--cypher", "RETURN 1")):
        result = nowhere(*arguments)
        assert result.code == 5, arguments
        assert f"127.0.0.1:{port}" in result.err
        assert "Traceback" not in result.err
    result = nowhere("ingest", "--annotated", str(RETOLD))
    assert result.code == 5
    # What was taken in is kept; the graph follows when it is there again.
    assert len(_statement_ids(command_line)) == sum(
        len(json.loads(line)["statements"]) for line in RETOLD.read_text(encoding="utf-8").splitlines()
    )


def test_a_ledger_that_cannot_be_opened_is_exit_code_1(command_line: CommandLine) -> None:
    command_line.done("init", "--no-reference")
    url = "postgresql://nobody@127.0.0.1:9/x"
    result = CommandLine(command_line.home, {"POLICYGRAPH_LEDGER_URL": url})("status")
    assert result.code == 1
    assert "ledger" in result.err


def test_version_and_help(command_line: CommandLine) -> None:
    assert command_line.child("--version").out.strip()
    text = command_line.child("--help").out
    assert "Exit codes" in text
    for name in (
        "init",
        "doctor",
        "crawl",
        "ingest",
        "run",
        "status",
        "demo",
        "extract",
        "applies",
        "exposure",
        "claims",
        "trace",
        "evidence",
        "query",
        "graph",
    ):
        assert name in text


def test_two_homes_never_touch(tmp_path: Path, loaded: CommandLine, neo4j_environment: dict[str, str]) -> None:
    """Two homes with a Neo4j of their own each (the second is started here) hold what was brought to them, no more."""
    cache = {"POLICYGRAPH_CACHE": neo4j_environment["POLICYGRAPH_CACHE"], "POLICYGRAPH_NEO4J_HEAP": "256"}
    other = CommandLine(tmp_path / "other", cache)
    before = loaded.done("graph", "hash").out
    other.done("init", "--no-reference")
    try:
        row = json.loads(RETOLD.read_text(encoding="utf-8").splitlines()[3])
        (tmp_path / "one.jsonl").write_text(json.dumps(row), encoding="utf-8")
        other.done("ingest", "--annotated", str(tmp_path / "one.jsonl"))
        assert other.done("status", "--json").json["counts"]["documents"] == 1
        assert other.done("graph", "status", "--json").json["running"] is True
        assert other("exposure", "Intel").code == 2
        assert other.done("exposure", "Nvidia", "--as-of", "2024-06-01", "--json").json["burden"] == ["US sanctions"]
        assert other.done("graph", "hash").out != before
        assert loaded.done("graph", "hash").out == before
    finally:
        other.done("graph", "stop")
    assert other("graph", "status").code == 5
    assert not [path for path in tmp_path.iterdir() if path.name not in ("other", "one.jsonl")]
