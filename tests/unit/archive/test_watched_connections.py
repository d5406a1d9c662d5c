"""Servers that send a byte now and then, over TLS: what is fetched or posted ends in time all the same."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from policygraph.annotate.proposers.transport import TransportError, post
from policygraph.archive.fetch import FetchError, fetch

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
WHOLE = HEAD + b"Content-Length: 5\r\n\r\nwhole"
SLOW_HEADERS = HEAD + b"X-Long: " + b"x" * 200
SLOW_CHUNK = HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + b"5;" + b"x" * 200


def certificate(folder: Path) -> Path:
    """A file with a key and a certificate for localhost that nobody else has."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "certificate.pem"
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


def trickle(listener: socket.socket, context: ssl.SSLContext, answer: bytes, stopped: threading.Event) -> None:
    """Answer one request: the first 100 bytes at once, the others one by one."""
    try:
        with listener.accept()[0] as plain, context.wrap_socket(plain, server_side=True) as stream:
            stream.recv(65536)
            stream.sendall(answer[:100])
            for index in range(100, len(answer)):
                if stopped.wait(0.05):
                    return
                stream.sendall(answer[index : index + 1])
    except OSError:
        pass  # the client has gone, which is what it should do


@pytest.fixture
def port(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    trusting = ssl.create_default_context(cafile=str(file))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    stopped = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=trickle, args=(listener, context, request.param, stopped))
        server.start()
        yield listener.getsockname()[1]
        stopped.set()
        server.join()


@pytest.mark.parametrize("port", [WHOLE], indirect=True)
def test_a_page_is_fetched_over_tls(port: int) -> None:
    assert fetch("https://localhost/page", allowed={"localhost": ("127.0.0.1", port)}).payload == b"whole"


@pytest.mark.parametrize("port", [WHOLE], indirect=True)
def test_an_answer_is_received_over_tls(port: int) -> None:
    assert post(f"https://localhost:{port}/ask", b"{}", {}, timeout=5, most_bytes=1000).body == b"whole"


@pytest.mark.parametrize("port", [SLOW_HEADERS, SLOW_CHUNK], indirect=True)
def test_a_page_that_trickles_is_left_in_time(port: int) -> None:
    started = time.monotonic()
    with pytest.raises(FetchError) as caught:
        fetch("https://localhost/page", allowed={"localhost": ("127.0.0.1", port)}, timeout=1.0)
    assert caught.value.code == "timeout"
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("port", [SLOW_HEADERS, SLOW_CHUNK], indirect=True)
def test_an_answer_that_trickles_is_left_in_time(port: int) -> None:
    started = time.monotonic()
    with pytest.raises(TransportError) as caught:
        post(f"https://localhost:{port}/ask", b"{}", {}, timeout=1.0, most_bytes=1000)
    assert caught.value.code == "timeout"
    assert time.monotonic() - started < 4
