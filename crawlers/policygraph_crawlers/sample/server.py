"""Serve the sample site on a loopback port, with validators and answers of 304 as real sites have them."""

from __future__ import annotations

import hashlib
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from policygraph_crawlers.sample.site import Answer, SampleSite


class SampleServer(ThreadingHTTPServer):
    """A server of the sample site on 127.0.0.1; port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.site = SampleSite(folder)
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "policygraph-sample"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        self._serve(with_body=True)

    def do_HEAD(self) -> None:
        self._serve(with_body=False)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the crawler tells what it fetched."""

    def _serve(self, with_body: bool) -> None:
        assert isinstance(self.server, SampleServer)
        answer = self.server.site.answer(unquote(urlsplit(self.path).path))
        if answer is None:
            self._send(HTTPStatus.NOT_FOUND, b"There is no such page.\n", {"Content-Type": "text/plain"}, with_body)
            return
        etag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Last-Modified": format_datetime(answer.modified, usegmt=True)}
        if self._unchanged(etag, answer):
            self._send(HTTPStatus.NOT_MODIFIED, b"", headers, with_body=False)
            return
        self._send(HTTPStatus.OK, answer.body, {**headers, "Content-Type": answer.media_type}, with_body)

    def _unchanged(self, etag: str, answer: Answer) -> bool:
        # RFC 9110, 13.2.2: where there is an entity tag, the date is not looked at.
        if (tags := self.headers.get("If-None-Match")) is not None:
            return etag in (tag.strip() for tag in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and answer.modified <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False

    def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str], with_body: bool) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)
