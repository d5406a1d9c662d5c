"""A connection that ends at a given moment, however slowly the other side sends.

A socket's own time-out begins anew with every byte that comes, so a server that sends one now and then never runs into
it: a watchdog shuts the socket down.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator


class WatchedSocket:
    """A connected socket (``stream``), plain until secured, that is shut down at ``deadline`` (monotonic time)."""

    def __init__(self, stream: socket.socket, deadline: float) -> None:
        self.stream = stream
        self._deadline = deadline
        self._watchdog = threading.Timer(max(0.0, deadline - time.monotonic()), self._shut)
        self._watchdog.daemon = True
        self._watchdog.start()

    def secure(self, host: str) -> None:
        """Speak TLS from here on, with a server that proves to be ``host``. Raises OSError or ValueError."""
        # Wrapping takes the descriptor away from the plain socket: from then on only the wrapped one can be shut down.
        context = ssl.create_default_context()
        self.stream = context.wrap_socket(self.stream, server_hostname=host, do_handshake_on_connect=False)
        self.stream.do_handshake()
        if time.monotonic() >= self._deadline:  # the watchdog may have come while the descriptor changed hands
            raise TimeoutError("the time allowed is over")

    def close(self) -> None:
        """End the connection and the watch over it."""
        self._watchdog.cancel()
        self.stream.close()

    def _shut(self) -> None:
        # Not the method of a TLS socket, which would take its state away while another thread reads from it.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.stream, socket.SHUT_RDWR)


@contextlib.contextmanager
def watched(stream: socket.socket, deadline: float) -> Iterator[WatchedSocket]:
    """The socket under watch; closed at the end of the block."""
    connection = WatchedSocket(stream, deadline)
    try:
        yield connection
    finally:
        connection.close()
