"""One POST over HTTP: the whole exchange within a time, the answer within a size, redirects not followed.

The standard library's client is used because it takes a socket that a watchdog ends when the time is over.
"""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from policygraph.archive.watched import watched

_PIECE = 64 * 1024


class TransportError(Exception):
    """An exchange that did not end well: ``code`` is ``timeout``, ``too_large`` or ``unreachable``."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers by their names in lower case, and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float, most_bytes: int) -> Answer:
    """Send a body and return the answer, whatever its status.

    ``timeout`` is seconds of wall time in all, ``most_bytes`` bounds the answer's body. Raises TransportError.
    """
    parts = urlsplit(url)
    deadline = time.monotonic() + timeout
    try:
        return _exchanged(parts, body, headers, deadline, most_bytes)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
            raise TransportError("timeout", f"no whole answer within {timeout:g} seconds") from error
        raise TransportError("unreachable", f"no answer: {type(error).__name__}: {str(error)[:200]}") from error


def _exchanged(parts: SplitResult, body: bytes, headers: Mapping[str, str], deadline: float, most_bytes: int) -> Answer:
    host, is_secure = parts.hostname, parts.scheme == "https"
    assert host is not None
    port = parts.port or (443 if is_secure else 80)
    plain = socket.create_connection((host, port), timeout=max(0.001, deadline - time.monotonic()))
    with watched(plain, deadline) as line:
        if is_secure:
            line.secure(host)
        make = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
        connection = make(host, port)  # which leaves the port out of the name of the host where it is the usual one
        connection.sock = line.stream
        connection.request("POST", parts.path or "/", body, {**headers, "Accept-Encoding": "identity"})
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, _body(answer, most_bytes, deadline))


def _body(answer: http.client.HTTPResponse, most_bytes: int, deadline: float) -> bytes:
    body = bytearray()
    while piece := answer.read1(_PIECE):
        body += piece
        if len(body) > most_bytes:
            raise TransportError("too_large", f"the answer has more than {most_bytes} bytes")
        if time.monotonic() >= deadline:
            raise TimeoutError("the time allowed is over")
    if answer.length:
        raise ValueError("the answer ended early")
    if time.monotonic() >= deadline:
        raise TimeoutError("the time allowed is over")
    return bytes(body)
