"""Whatever a text or a payload is: its blocks are well formed, and reading it ends without an error."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policygraph.model.identity import text_hash
from policygraph.model.records import Block, Capture
from policygraph.text.clean import one_line, visible
from policygraph.text.reading import read_capture
from policygraph.text.roles import plain_blocks

FETCHED = "2026-01-10T06:00:00Z"
MEDIA_TYPES = [
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "application/rss+xml",
    "",
    "application/json",
    "text/html; charset=x",
]
WORDS = [
    "Photo:",
    "Related articles",
    "Share",
    "The List Of Data Applies",
    "the list applies.",
    "- item",
    "a | b | c",
    "\t",
    "•",
    "：",
    "(Photo: x)",
]
MARKUP = [
    "<p>",
    "</p>",
    "<li>",
    "<ul>",
    "<table><tr><td>",
    "</table>",
    "<h1>",
    "<br>",
    "<blockquote>",
    "<a href='/x'>",
    "</a>",
    "<article>",
    "&#0;",
    "&#xD800;",
    "<!--",
    "<script>",
    "<time datetime='2025'>",
    "<rss><channel><item><title>",
    "text of a page",
]
lines = st.lists(st.one_of(st.text(max_size=60), st.sampled_from(WORDS)), max_size=20)


def _check(text: str, blocks: tuple[Block, ...]) -> None:
    position = 0
    for block in blocks:
        assert text[position : block.start].strip() == ""
        assert position <= block.start < block.end <= len(text)
        assert text[block.start : block.end].strip() == text[block.start : block.end] != ""
        position = block.end
    assert text[position:].strip() == ""


@given(lines, st.sampled_from(["news", "headlines", "official"]))
def test_plain_blocks_cover_the_text_in_order(parts: list[str], kind: str) -> None:
    text = "\n".join(parts)
    _check(text, plain_blocks(text, kind))


@given(st.text())
def test_visible_text_is_stable_and_can_be_stored(text: str) -> None:
    once = one_line(text)
    assert one_line(once) == once
    assert "\0" not in visible(text)
    visible(text).encode("utf-8")


def _read(payload: bytes, media_type: str) -> None:
    hints = {"entries": "documents"}
    capture = Capture("capture:1", "sample", "https://a.example/[", "0" * 64, media_type, "feed", 200, 0, hints)
    reading = read_capture(capture, payload, FETCHED)
    assert reading.documents or reading.issues
    for document in reading.documents:
        _check(document.text, document.blocks)
        assert document.text_hash == text_hash(document.text)
        document.text.encode("utf-8")
        document.title.encode("utf-8")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.sampled_from(MEDIA_TYPES))
def test_any_bytes_are_read_without_an_error(payload: bytes, media_type: str) -> None:
    _read(payload, media_type)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.sampled_from(MARKUP), st.text(max_size=20)), max_size=30), st.sampled_from(MEDIA_TYPES))
def test_any_markup_is_read_without_an_error(parts: list[str], media_type: str) -> None:
    _read("".join(parts).encode("utf-8", "surrogatepass"), media_type)


@settings(max_examples=8, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_called_pdf_are_read_without_an_error(payload: bytes) -> None:
    _read(b"%PDF-1.7\n" + payload, "application/pdf")
