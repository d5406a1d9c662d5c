"""Bad input at the crawl: a real server, a real child process; each fault is an issue and the run goes on."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from policygraph.home import Home
from policygraph.ledger import Ledger, schema

RUN = "run:test"
HOSTS = ("news.example", "busy.example", "limited.example", "markup.example", "slow.example")
PAGE = b"<html><body><article><h1>A page</h1><p>The ministry issued an order.</p></article></body></html>"
BOMB = gzip.compress(b"\0" * (40 * 1024 * 1024))
ITEM = "<item><title>{0}</title><link>{0}</link><pubDate>{1}</pubDate></item>"
LINKS = (
    "http://news.example/good",
    "http://news.example/empty",
    "http://news.example/loop-a",
    "http://news.example/forever",
    "http://news.example/to-mapped",
    "http://news.example/to-decimal",
    "http://news.example/to-metadata",
    "http://news.example/to-own-port",
    "http://news.example/to-file",
    "http://news.example/bomb",
    "http://news.example/gone",
    "http://news.example/broken-server",
    "http://news.example/secret/disallowed",
    "http://news.example/nested",
    "http://127.0.0.1/direct",
    "http://[fd00::8]/direct",
    "http://no-such-host.invalid/",
    "javascript:alert(1)",
    "file:///etc/hostname",
)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, str]] = []


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        host = (self.headers["Host"] or "").partition(":")[0]
        self.server.requests.append((host, self.path))
        handler = getattr(self, f"_{host.partition('.')[0]}", None)
        if handler is None:
            self._answer(200, b"this machine's own service")
        else:
            handler()

    def _busy(self) -> None:
        self._answer(503 if self.path == "/robots.txt" else 200, PAGE)

    def _limited(self) -> None:
        self._answer(429 if self.path == "/robots.txt" else 200, PAGE)

    def _markup(self) -> None:
        self._answer(200, b"<html>not rules</html>" if self.path == "/robots.txt" else PAGE)

    def _slow(self) -> None:
        if self.path == "/robots.txt":
            self._answer(404, b"")
            return
        self.send_response(200)
        self.end_headers()
        for _ in range(400):
            self.wfile.write(b"x")
            time.sleep(0.05)

    def _news(self) -> None:
        port = self.server.server_port
        redirects = {
            "/loop-a": "/loop-b",
            "/loop-b": "/loop-a",
            "/forever": "/forever",
            "/to-mapped": f"http://[::ffff:127.0.0.1]:{port}/own",
            "/to-decimal": f"http://2130706433:{port}/own",
            "/to-metadata": "http://169.254.169.254/latest/meta-data/",
            "/to-own-port": f"http://127.0.0.1:{port}/own",
            "/to-file": "file:///etc/hostname",
        }
        if self.path in redirects:
            self._answer(302, b"", Location=redirects[self.path])
        elif self.path == "/robots.txt":
            self._answer(200, b"User-agent: *\nDisallow: /secret/\n")
        elif self.path == "/feed":
            items = "".join(ITEM.format(link, "Fri, 17 May 2024 08:00:00 GMT") for link in LINKS)
            items += ITEM.format("http://news.example/undated", "2016/6/29 15:07:41")
            items += ITEM.format("http://news.example/tomorrow", "Wed, 01 Jan 2098 00:00:00 GMT")
            self._answer(200, f"<rss version='2.0'><channel>{items}</channel></rss>".encode())
        elif self.path == "/broken":
            self._answer(200, b"<rss version='2.0'><channel><item><title>half an")
        elif self.path == "/empty":
            self._answer(200, b" \n ")
        elif self.path == "/bomb":
            self._answer(200, BOMB, **{"Content-Encoding": "gzip"})
        elif self.path == "/nested":
            self._answer(200, b"<div>" * 1_000_000)
        else:
            self._answer({"/gone": 404, "/broken-server": 500}.get(self.path, 200), PAGE)

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@dataclass
class Crawl:
    """What a crawl left behind."""

    exit_code: int
    events: list[dict]
    issues: list[dict]
    captures: list[dict]
    requests: list[tuple[str, str]] = field(default_factory=list)

    def issue(self, code: str, url: str) -> dict:
        found = [i for i in self.issues if i["code"] == code and i["url"] == url]
        assert len(found) == 1, f"{code} of {url}: {[(i['code'], i['url'], i['reason']) for i in self.issues]}"
        return found[0]


def _source(home: Home, identity: str, start: str, **changes: object) -> None:
    fields = {
        "id": identity, "title": identity, "publisher": {"name": identity, "domain": "news.example"}, "kind": "news",
        "jurisdiction": "XX", "language": "en", "spider": "feed", "start": [start], "delay": 0, "timeout": 20,
        "verified": "live", "expected": {"min": 0, "max": 100}, **changes,
    }  # fmt: skip
    (home.sources / f"{identity}.yml").write_text(json.dumps(fields), encoding="utf-8")


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    home = Home.at(tmp_path_factory.mktemp("home"), {})
    home.create()
    _source(home, "faults", "http://news.example/feed")
    _source(home, "broken", "http://news.example/broken")
    _source(home, "few", "http://news.example/feed", follow=False, expected={"min": 50, "max": 100})
    _source(home, "busy", "http://busy.example/feed")
    _source(home, "limited", "http://limited.example/page", spider="page")
    _source(home, "markup", "http://markup.example/page", spider="page")
    _source(home, "slow", "http://slow.example/page", spider="page", timeout=0.7)
    server = _Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = [sys.executable, "-m", "policygraph_crawlers.run", "--home", str(home.path), "--run-id", RUN]
    for host in HOSTS:
        command += ["--proxy", f"{host}=127.0.0.1:{server.server_port}"]
    for path in home.sources.glob("*.yml"):
        command += ["--source", path.stem]
    child = subprocess.run(command, capture_output=True, text=True, timeout=120)
    with Ledger(home.ledger_url).reading() as connection:
        issues = [dict(row) for row in connection.execute(select(schema.issues)).mappings()]
        captures = [dict(row) for row in connection.execute(select(schema.captures)).mappings()]
    events = [json.loads(line) for line in child.stdout.splitlines()]
    yield Crawl(child.returncode, events, issues, captures, server.requests)
    server.shutdown()
    server.server_close()


def test_the_run_goes_on_and_tells_what_it_did(crawl: Crawl) -> None:
    assert crawl.exit_code == 0
    last = crawl.events[-1]
    assert last["event"] == "done"
    assert last["issues"] == len(crawl.issues) == sum(e["event"] == "issue" for e in crawl.events)
    assert last["new"] == len(crawl.captures)
    pages = {c["url"] for c in crawl.captures if c["source_id"] == "faults" and c["kind"] == "page"}
    assert pages == {f"http://news.example/{name}" for name in ("good", "empty", "nested", "undated", "tomorrow")}


def test_every_issue_names_source_url_and_reason(crawl: Crawl) -> None:
    assert all(i["source_id"] and i["url"] and len(i["reason"]) > 10 and i["stage"] == "crawl" for i in crawl.issues)


@pytest.mark.parametrize(
    ("code", "url", "words"),
    [
        ("feed_broken", "http://news.example/broken", "well-formed"),
        ("page_empty", "http://news.example/empty", "empty"),
        ("redirect_loop", "http://news.example/loop-b", "redirects"),
        ("redirect_loop", "http://news.example/forever", "redirects"),
        ("too_large", "http://news.example/bomb", "decompressed"),
        ("http_status", "http://news.example/gone", "404"),
        ("http_status", "http://news.example/broken-server", "500"),
        ("robots_disallowed", "http://news.example/secret/disallowed", "robots.txt"),
        ("robots_unreachable", "http://busy.example/robots.txt", "503"),
        ("robots_unreachable", "http://limited.example/robots.txt", "429"),
        ("robots_html", "http://markup.example/robots.txt", "markup"),
        ("timeout", "http://slow.example/page", "time"),
        ("volume_low", "http://news.example/feed", "50"),
        ("robots_unreachable", "http://no-such-host.invalid/robots.txt", "not known"),
        ("date_future", "http://news.example/tomorrow", "future"),
        ("http_status", "http://news.example/to-file", "302"),
    ],
)
def test_fault_is_an_issue(crawl: Crawl, code: str, url: str, words: str) -> None:
    assert words in crawl.issue(code, url)["reason"]


def test_private_addresses_are_refused_and_the_hop_is_named(crawl: Crawl) -> None:
    refused = [i for i in crawl.issues if i["code"] == "address_private"]
    hops = ("to-mapped", "to-decimal", "to-metadata", "to-own-port")
    for hop in hops:
        assert sum(f"http://news.example/{hop}" in i["reason"] for i in refused) == 1, hop
    assert {i["url"] for i in refused} >= {"http://127.0.0.1/direct", "http://[fd00::8]/direct"}
    assert len(refused) == len(hops) + 2
    assert {host for host, _ in crawl.requests} <= set(HOSTS)


def test_links_of_other_schemes_are_reported(crawl: Crawl) -> None:
    reasons = [i["reason"] for i in crawl.issues if i["code"] == "link_unusable" and i["source_id"] == "faults"]
    assert len(reasons) == 2
    assert any("javascript:" in reason for reason in reasons)
    assert any("file:" in reason for reason in reasons)


def test_nothing_is_fetched_where_robots_cannot_be_had(crawl: Crawl) -> None:
    fetched = [path for host, path in crawl.requests if host in ("busy.example", "limited.example")]
    assert set(fetched) == {"/robots.txt"}
    assert ("news.example", "/secret/disallowed") not in crawl.requests
    assert ("markup.example", "/page") in crawl.requests


def test_robots_bytes_are_kept(crawl: Crawl) -> None:
    assert {c["url"] for c in crawl.captures if c["kind"] == "robots"} == {
        "http://news.example/robots.txt",
        "http://markup.example/robots.txt",
    }


def test_dates_that_cannot_be_read_are_unknown(crawl: Crawl) -> None:
    hints = {c["url"]: json.loads(c["hints"]) for c in crawl.captures if c["source_id"] == "faults"}
    assert hints["http://news.example/undated"]["published"] == "2016/6/29 15:07:41"
    assert "published_day" not in hints["http://news.example/undated"]
    assert "published_day" not in hints["http://news.example/tomorrow"]
    assert hints["http://news.example/good"]["published_day"] == "2024-05-17"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--source", "nowhere"], "no source 'nowhere'"),
        (["--proxy", "a.example=8.8.8.8:80"], "HOST=127.0.0.1:PORT"),
        (["--proxy", "nonsense"], "HOST=127.0.0.1:PORT"),
    ],
)
def test_wrong_use(tmp_path: Path, arguments: list[str], words: str) -> None:
    command = [sys.executable, "-m", "policygraph_crawlers.run", "--home", str(tmp_path / "h"), "--run-id", RUN]
    child = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60)
    assert child.returncode == 2
    assert words in child.stderr
