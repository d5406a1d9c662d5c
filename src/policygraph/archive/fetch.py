"""Fetch one URL that a person named, with the same guard as the crawlers: public addresses only, bounded, timed."""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from policygraph import __version__
from policygraph.archive.warc import Response
from policygraph.archive.watched import WatchedSocket, watched
from policygraph.model.addresses import is_public

AGENT_NAME = "policygraph"
DEFAULT_CONTACT = "https://policygraph.example/crawler"
MAX_BYTES = 32 * 1024 * 1024
TIMEOUT = 60.0  # seconds of wall time for all hops together
MAX_REDIRECTS = 5
_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class FetchError(Exception):
    """A URL that was not fetched: ``code`` is a short fixed word, ``reason`` a sentence that names the hop."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def user_agent(contact: str = DEFAULT_CONTACT) -> str:
    """How we call ourselves to servers, with a place where their owners can read about us or reach us."""
    return f"{AGENT_NAME}/{__version__} (+{contact})"


def fetch(
    url: str,
    *,
    max_bytes: int = MAX_BYTES,
    timeout: float = TIMEOUT,
    allowed: Mapping[str, tuple[str, int]] | None = None,
) -> Response:
    """The response that a URL leads to, after at most five redirects, each of them checked.

    ``max_bytes`` bounds the decoded body, ``timeout`` is seconds of wall time in all. ``allowed`` maps a host name to
    the address and port that it is reached at, without the check (a sample site on this machine). Raises FetchError.
    """
    deadline = time.monotonic() + timeout
    hops = [url]
    while True:
        status, headers, body = _fetch_hop(hops[-1], max_bytes, deadline, allowed or {})
        location = next((value for key, value in headers if key.lower() == "location"), None)
        if status not in _REDIRECTS or not location:
            break
        if len(hops) > MAX_REDIRECTS:
            raise FetchError("redirect_loop", f"{url} redirects more than {MAX_REDIRECTS} times")
        hops.append(urljoin(hops[-1], location))
    if status != 200:
        raise FetchError("http_status", f"{hops[-1]} answered with status {status}")
    media_type = next((v for k, v in headers if k.lower() == "content-type"), "").partition(";")[0].strip().lower()
    fetched_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Response(hops[-1], body, fetched_at, media_type or "application/octet-stream", status, headers)


def public_addresses(host: str, port: int) -> list[str]:
    """The public addresses of a host, in the resolver's order. Raises FetchError if it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError("host_unknown", f"the host {host!r} is not known") from error
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    public = [address for address in addresses if is_public(address)]
    if not public:
        raise FetchError("address_private", f"{host} leads to {addresses[0]}, which is not a public address")
    return public


def _fetch_hop(
    url: str, max_bytes: int, deadline: float, allowed: Mapping[str, tuple[str, int]]
) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    parts, host, port = _split(url)
    addresses = [allowed[host]] if host in allowed else [(a, port) for a in public_addresses(host, port)]
    with _connected(addresses, deadline, url) as line:
        try:
            if parts.scheme == "https":
                line.secure(host)
            connection = http.client.HTTPConnection(host, port)
            connection.sock = line.stream
            target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
            connection.request("GET", target, headers={"User-Agent": user_agent(), "Accept-Encoding": "gzip, identity"})
            answer = connection.getresponse()
            return answer.status, tuple(answer.getheaders()), _read_body(answer, url, max_bytes, deadline)
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            if time.monotonic() >= deadline:
                raise FetchError("timeout", f"{url} did not answer in full in the time allowed") from error
            raise FetchError("download_failed", f"{url} could not be fetched: {error}") from error


def _split(url: str) -> tuple[SplitResult, str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError("url_invalid", f"{url!r} is not a URL: {error}") from error
    if parts.scheme not in ("http", "https"):
        raise FetchError("scheme", f"{url!r} is not fetched: only http and https are")
    if not host:
        raise FetchError("url_invalid", f"{url!r} names no host")
    return parts, host, port or (443 if parts.scheme == "https" else 80)


@contextlib.contextmanager
def _connected(addresses: list[tuple[str, int]], deadline: float, url: str) -> Iterator[WatchedSocket]:
    # Only addresses that were checked are connected to, so a second answer of the name server changes nothing.
    failure: OSError | None = None
    for address in addresses:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise FetchError("timeout", f"{url} did not answer in full in the time allowed")
        try:
            stream = socket.create_connection(address, timeout=remaining)
        except OSError as error:
            failure = error
            continue
        with watched(stream, deadline) as line:
            yield line
        return
    raise FetchError("download_failed", f"{url} could not be fetched: {failure}")


def _read_body(answer: http.client.HTTPResponse, url: str, max_bytes: int, deadline: float) -> bytes:
    coding = (answer.getheader("Content-Encoding") or "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip"):
        raise FetchError("encoding", f"{url} came in the encoding {coding!r}, which was not asked for")
    inflater = zlib.decompressobj(wbits=31) if coding != "identity" else None
    body = bytearray()
    while chunk := answer.read1(_CHUNK):
        body += inflater.decompress(chunk, max_bytes + 1 - len(body)) if inflater else chunk
        if len(body) > max_bytes:
            raise FetchError("too_large", f"{url} is larger than {max_bytes} bytes")
        if time.monotonic() >= deadline:
            raise TimeoutError("the time allowed is over")
    if time.monotonic() >= deadline:
        raise TimeoutError("the time allowed is over")
    if inflater and not inflater.eof:
        raise FetchError("download_failed", f"{url} ended in the middle of its compressed body")
    return bytes(body)
