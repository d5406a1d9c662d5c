"""Crawling the sample site: incremental, the same everywhere, and safe against kill -9."""

from __future__ import annotations

import itertools
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from policygraph.archive import Archive
from policygraph.home import Home
from policygraph.ledger import Ledger, schema
from policygraph.ledger.captures import location_of
from policygraph_crawlers.sample.server import SampleServer
from policygraph_crawlers.sample.site import packaged_pages

HOST = "sample.policygraph.example"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    return Path(shutil.copytree(packaged_pages(), tmp_path / "pages"))


@pytest.fixture
def port(pages: Path) -> Iterator[int]:
    server = SampleServer(pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def _command(home: Path, port: int, run: str = "run:1") -> list[str]:
    program = [sys.executable, "-m", "policygraph_crawlers.run", "--home", str(home), "--run-id", run]
    return [*program, "--sample", "--proxy", f"{HOST}=127.0.0.1:{port}"]


def _crawl(home: Path, port: int, run: str = "run:1") -> dict:
    child = subprocess.run(_command(home, port, run), capture_output=True, text=True, timeout=120)
    assert child.returncode == 0, child.stderr
    return json.loads(child.stdout.splitlines()[-1])


def _captures(home: Path) -> dict[str, dict]:
    with Ledger(Home.at(home, {}).ledger_url).reading() as connection:
        return {row["id"]: dict(row) for row in connection.execute(select(schema.captures)).mappings()}


def _assert_archive_verifies(home: Path) -> None:
    place = Home.at(home, {})
    archive = Archive(place.archive)
    with Ledger(place.ledger_url).reading() as connection:
        for row in connection.execute(select(schema.captures)).mappings():
            archive.read(location_of(row), row["digest"])


def test_second_crawl_adds_nothing_and_an_edit_is_seen(tmp_path: Path, pages: Path, port: int) -> None:
    home = tmp_path / "home"
    first = _crawl(home, port)
    assert first["new"] == first["fetched"] >= 60
    assert first["issues"] == 0
    again = _crawl(home, port, "run:2")
    assert (again["new"], again["fetched"], again["not_modified"]) == (0, 0, first["fetched"])
    page = pages / "nvidia-h20-licence.md"
    page.write_text(page.read_text(encoding="utf-8").replace("H20", "H30"), encoding="utf-8")
    (pages / "new-page.md").write_text(
        "---\noutlet: harbour\ntitle: New\ndate: 2026-01-02\n---\nText.\n", encoding="utf-8"
    )
    edited = _crawl(home, port, "run:3")
    assert edited["new"] == 4  # the page, the new page, and the feeds that name them
    kinds = {row["kind"] for row in _captures(home).values()}
    assert kinds == {"feed", "listing", "page", "file", "robots"}
    _assert_archive_verifies(home)


def test_two_homes_have_the_same_captures(tmp_path: Path, pages: Path, port: int) -> None:
    _crawl(tmp_path / "one", port)
    other = SampleServer(pages)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    _crawl(tmp_path / "two", other.server_port)
    other.shutdown()
    other.server_close()
    one, two = _captures(tmp_path / "one"), _captures(tmp_path / "two")
    assert set(one) == set(two)
    assert {i: row["hints"] for i, row in one.items()} == {i: row["hints"] for i, row in two.items()}


@pytest.mark.parametrize("after", [1, 9, 30])
def test_a_killed_crawl_lost_nothing_that_it_told(tmp_path: Path, port: int, after: int) -> None:
    _crawl(tmp_path / "whole", port)
    home = tmp_path / "killed"
    told: list[str] = []
    with subprocess.Popen(_command(home, port), stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            told.append(json.loads(line)["url"])
            if len(told) == after:
                child.send_signal(signal.SIGKILL)
                break
    assert child.returncode == -signal.SIGKILL
    kept = {row["url"] for row in _captures(home).values()}
    assert kept >= set(told)
    # What a crash leaves behind the last record is cut off before the file is written to again.
    for file in (home / "archive").rglob("*.warc.gz"):
        with file.open("ab") as stream:
            stream.write(b"\x1f\x8b torn")
    resumed = _crawl(home, port, "run:2")
    assert resumed["not_modified"] >= after
    assert resumed["revisits"] == 0
    assert set(_captures(home)) == set(_captures(tmp_path / "whole"))
    _assert_archive_verifies(home)


def test_a_damaged_archive_is_an_issue_and_the_page_is_fetched_again(tmp_path: Path, port: int) -> None:
    home = tmp_path / "home"
    first = _crawl(home, port)
    row = next(r for r in _captures(home).values() if r["url"].endswith("shanghai-list-lingang.html"))
    file = home / "archive" / row["warc_file"]
    data = bytearray(file.read_bytes())
    data[row["warc_offset"] + row["warc_length"] // 2] ^= 0xFF
    file.write_bytes(data)
    again = _crawl(home, port, "run:2")
    assert again["issues"] == 1
    assert again["revisits"] == 1
    assert again["not_modified"] == first["fetched"] - 1


def test_a_crawl_that_cannot_write_fails_and_says_so(tmp_path: Path, port: int) -> None:
    home = Home.at(tmp_path / "home", {})
    home.create()
    (home.archive / "sample_journal").write_text("not a folder", encoding="utf-8")
    child = subprocess.run(_command(home.path, port), capture_output=True, text=True, timeout=60)
    assert child.returncode == 1
    assert "the ledger or the archive cannot be written" in child.stderr
    assert json.loads(child.stdout.splitlines()[-1])["event"] == "done"


class _Slow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.times.append((self.path, time.monotonic()))  # type: ignore[attr-defined]
        body = b"User-agent: policygraph\nCrawl-delay: 1\n" if self.path == "/robots.txt" else b"<p>A page.</p>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def test_crawl_delay_is_kept(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home", {})
    home.create()
    fields = {
        "id": "delayed", "title": "delayed", "publisher": {"name": "d", "domain": "d.example"}, "kind": "news",
        "jurisdiction": "XX", "language": "en", "spider": "page", "delay": 0, "verified": "live",
        "start": [f"http://d.example/{i}" for i in range(4)],
    }  # fmt: skip
    (home.sources / "delayed.yml").write_text(json.dumps(fields), encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    server.times = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = [sys.executable, "-m", "policygraph_crawlers.run", "--home", str(home.path), "--run-id", "run:1"]
    command += ["--source", "delayed", "--proxy", f"d.example=127.0.0.1:{server.server_port}"]
    child = subprocess.run(command, capture_output=True, text=True, timeout=60)
    server.shutdown()
    server.server_close()
    assert json.loads(child.stdout.splitlines()[-1])["new"] == 5
    times = [moment for _, moment in server.times]  # type: ignore[attr-defined]
    assert all(later - earlier > 0.9 for earlier, later in itertools.pairwise(times))
