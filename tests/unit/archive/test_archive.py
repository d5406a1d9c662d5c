"""WARC files: written, read back, cut after a crash, and refused when a byte was edited."""

from __future__ import annotations

from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from policygraph.archive import Archive, ArchiveError, Location, Response
from policygraph.archive.fetch import FetchError, fetch, user_agent
from policygraph.model.identity import digest

DAY = "2024-05-17T08:00:00Z"
HEADERS = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Set-Cookie", "a=b"), ("X-Line", "a\r\nb"))


def page(payload: bytes = b"<p>A list.</p>", url: str = "https://news.example/list") -> Response:
    return Response(url, payload, DAY, "text/html", 200, HEADERS)


def test_what_is_stored_reads_back(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    payloads = [b"", b"one", b"\x00\xff" * 5000, "清单".encode()]
    places = [archive.store("press", page(payload, f"https://news.example/{i}")) for i, payload in enumerate(payloads)]
    assert {place.file for place in places} == {"press/press-2024-05-17.warc.gz"}
    assert [archive.read(place, digest(p)) for place, p in zip(places, payloads, strict=True)] == payloads


def test_other_readers_read_it_and_transfer_headers_are_left_out(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    place = archive.store("press", page())
    archive.store_revisit("press", page(), "https://news.example/list", DAY)
    file = Response("file:notice.pdf", b"%PDF", DAY, "application/pdf", is_http=False, truncated="length")
    archive.store("press", file)
    with archive.path_of(place.file).open("rb") as stream:
        found = ArchiveIterator(stream)
        records = [(r.rec_type, r.http_headers, r.rec_headers, r.content_stream().read()) for r in found]
    assert [record[0] for record in records] == ["response", "revisit", "resource"]
    http = records[0][1]
    assert http.get_header("Content-Type") == "text/html"
    assert http.get_header("X-Line") == "a b"
    assert http.get_header("Content-Encoding") is None
    assert http.get_header("Set-Cookie") is None
    assert records[1][2].get_header("WARC-Refers-To-Target-URI") == "https://news.example/list"
    assert records[1][3] == b""
    assert records[2][2].get_header("WARC-Truncated") == "length"


def test_every_edited_byte_is_found(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    place = archive.store("press", page())
    path = archive.path_of(place.file)
    whole = path.read_bytes()
    unnoticed, reasons = [], []
    for index in range(len(whole)):
        path.write_bytes(whole[:index] + bytes([whole[index] ^ 0x10]) + whole[index + 1 :])
        try:
            assert archive.read(place, digest(page().payload)) == page().payload
            unnoticed.append(index)
        except ArchiveError as error:
            reasons.append(str(error))
    assert all(place.file in reason for reason in reasons)
    # Some header bytes may change without changing what was captured; the payload itself never does.
    assert len(unnoticed) < len(whole) // 2


@pytest.mark.parametrize(
    "place", [Location("press/none.warc.gz", 0, 10), Location("press/press-2024-05-17.warc.gz", 3, 40),
              Location("press/press-2024-05-17.warc.gz", 100_000, 40),
        Location("press/press-2024-05-17.warc.gz", 0, 20)],
)  # fmt: skip
def test_a_wrong_place_is_a_sentence(tmp_path: Path, place: Location) -> None:
    archive = Archive(tmp_path)
    archive.store("press", page())
    with pytest.raises(ArchiveError, match=r"cannot be read|is damaged|no longer have"):
        archive.read(place, digest(page().payload))


@pytest.mark.parametrize("name", ["../press", "a/b", "", ".hidden", "A", "x" * 101, "a\n"])
def test_a_source_id_never_leads_out_of_the_archive(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveError, match="safe file name"):
        Archive(tmp_path / "archive").store(name, page())
    assert not (tmp_path / "archive").exists()


def test_a_path_never_leads_out_of_the_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="leads out"):
        Archive(tmp_path / "archive").path_of("../../etc/passwd")


def test_what_a_crash_left_is_cut(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    place = archive.store("press", page())
    path = archive.path_of(place.file)
    with path.open("ab") as stream:
        stream.write(b"\x1f\x8b torn")
    assert archive.cut(place.file, place.offset + place.length) == 7
    assert archive.cut(place.file, place.offset + place.length) == 0
    assert archive.cut("press/none.warc.gz", 0) == 0
    assert archive.read(place, digest(page().payload)) == page().payload


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://news.example/x", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("http://", "url_invalid"),
        ("http://[::1", "url_invalid"),
        ("http://127.0.0.1/", "address_private"),
        ("http://[::ffff:10.0.0.1]/", "address_private"),
        ("http://0x7f000001/", "address_private"),
    ],
)
def test_what_is_not_fetched_has_a_code_and_a_reason(url: str, code: str) -> None:
    with pytest.raises(FetchError) as raised:
        fetch(url, timeout=5)
    assert raised.value.code == code
    assert raised.value.reason


def test_the_agent_names_itself() -> None:
    assert user_agent("https://here.example/bot").startswith("policygraph/")
    assert "(+https://here.example/bot)" in user_agent("https://here.example/bot")
