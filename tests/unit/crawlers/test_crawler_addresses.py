"""Only public addresses are connected to, however they are spelled."""

from __future__ import annotations

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from policygraph.archive import fetch as fetch_module
from policygraph.archive.fetch import FetchError, fetch, public_addresses
from policygraph.model.addresses import is_public

REFUSED = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fd00::8",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::",
    "2001::1", "::127.0.0.1", "fec0::1", "ff02::1", "2001:db8::1", "no address", "", "2130706433",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_refused(address) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "151.101.1.1"])
def test_public(address) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "0x7f000001", "017700000001", "localhost", "::1"]
)
def test_hosts_in_odd_spellings_are_refused(host) -> None:
    with pytest.raises(FetchError) as caught:
        public_addresses(host, 80)
    assert caught.value.code in ("address_private", "host_unknown")


def test_mixed_answers_leave_only_the_public_address(monkeypatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("127.0.0.1", "8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(fetch_module.socket, "getaddrinfo", lambda *a, **k: answers)
    assert public_addresses("rebinding.example", 80) == ["8.8.8.8"]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/to-private":
            self._answer(302, b"", {"Location": "http://[::ffff:127.0.0.1]/"})
        elif self.path == "/loop":
            self._answer(302, b"", {"Location": "/loop"})
        elif self.path == "/file":
            self._answer(302, b"", {"Location": "file:///etc/hostname"})
        elif self.path == "/trickle":
            self.send_response(200)
            self.end_headers()
            for _ in range(200):
                self.wfile.write(b"x")
                time.sleep(0.05)
        elif self.path == "/large":
            self._answer(200, b"x" * 5000, {})
        elif self.path == "/missing":
            self._answer(404, b"no", {})
        else:
            self._answer(200, b"<p>hello</p>", {"Content-Type": "text/html; charset=utf-8"})

    def _answer(self, status, body, headers) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments) -> None:
        pass


@pytest.fixture
def allowed():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {"pages.example": ("127.0.0.1", server.server_port)}
    server.shutdown()
    server.server_close()


def test_fetch_of_an_allowed_host(allowed) -> None:
    response = fetch("http://pages.example/page", allowed=allowed)
    assert (response.payload, response.media_type, response.status) == (b"<p>hello</p>", "text/html", 200)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/to-private", "address_private"),
        ("/loop", "redirect_loop"),
        ("/file", "scheme"),
        ("/large", "too_large"),
        ("/missing", "http_status"),
        ("/trickle", "timeout"),
    ],
)
def test_fetch_refuses(allowed, path, code) -> None:
    started = time.monotonic()
    with pytest.raises(FetchError) as caught:
        fetch(f"http://pages.example{path}", allowed=allowed, max_bytes=1000, timeout=1.0)
    assert caught.value.code == code
    assert "http" in caught.value.reason or "::ffff" in caught.value.reason
    assert time.monotonic() - started < 5


def test_fetch_reaches_no_loopback_without_allowance(allowed) -> None:
    port = allowed["pages.example"][1]
    with pytest.raises(FetchError) as caught:
        fetch(f"http://127.0.0.1:{port}/page")
    assert caught.value.code == "address_private"


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://e.example/", "javascript:alert(1)", "http://", "http://[::1"]
)
def test_fetch_of_other_schemes(url) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(url)
    assert caught.value.code in ("scheme", "url_invalid")
