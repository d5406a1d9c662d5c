"""A real HTTP server on this machine that speaks the chat completions API, well or badly, as a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """What the server answers: ``pause`` seconds before it, ``drip`` seconds between single bytes of the body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    drip: float = 0.0


@dataclass
class Asked:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def text(self) -> str:
        """The words of the user's message."""
        return str(self.body["messages"][1]["content"])


@dataclass
class Server:
    """The server: ``replies`` in their order (the last one again and again), or what ``answer`` makes of a request."""

    url: str
    replies: list[Reply] = field(default_factory=list)
    answer: Callable[[Asked], Reply] | None = None
    asked: list[Asked] = field(default_factory=list)

    def next(self, asked: Asked) -> Reply:
        """The reply to a request."""
        self.asked.append(asked)
        if self.answer is not None:
            return self.answer(asked)
        return self.replies[min(len(self.asked), len(self.replies)) - 1]


def completion(content: str | dict[str, Any], finish: str = "stop", tokens: tuple[int, int] = (1000, 200)) -> Reply:
    """A reply of the form of the API."""
    text = content if isinstance(content, str) else json.dumps(content)
    body = {
        "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": finish}],
        "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]},
    }
    return Reply(body=json.dumps(body).encode())


@contextmanager
def serving(*replies: Reply) -> Iterator[Server]:
    """A server for the time of a test."""
    server = Server("", list(replies))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = server.next(Asked(self.path, dict(self.headers.items()), body))
            time.sleep(reply.pause)
            try:
                self._send(reply)
            except OSError:
                return  # the client has gone, which is what some tests wait for

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            pieces = [reply.body[i : i + 1] for i in range(len(reply.body))] if reply.drip else [reply.body]
            for piece in pieces:
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(reply.drip)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
        thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
