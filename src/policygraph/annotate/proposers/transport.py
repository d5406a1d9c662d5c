"""One POST over HTTP: the whole exchange within a time, the answer within a size, redirects not followed.

The standard library's client is used because a socket's own time-out begins anew with every byte that a slow server
sends; a watchdog on the socket ends the exchange when its time is over.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

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
    assert parts.hostname is not None
    deadline = time.monotonic() + timeout
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=timeout, context=context
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    watchdog = threading.Timer(timeout, _shut, (connection,))
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request("POST", parts.path or "/", body, {**headers, "Accept-Encoding": "identity"})
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, _body(answer, most_bytes, deadline))
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
            raise TransportError("timeout", f"no whole answer within {timeout:g} seconds") from error
        raise TransportError("unreachable", f"no answer: {type(error).__name__}: {str(error)[:200]}") from error
    finally:
        watchdog.cancel()
        connection.close()


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


def _shut(connection: http.client.HTTPConnection) -> None:
    with contextlib.suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
