from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from text_samples import FETCHED, PARAGRAPHS, article, capture, codes, read, roles

from policygraph.model.identity import text_hash
from policygraph.text import sandbox
from policygraph.text.reading import EXTRACTOR, VERSION, re_made, read_capture

GERMAN = (
    "Das Ministerium hat am Montag eine Liste der Daten veröffentlicht, die Firmen ohne Prüfung ins Ausland senden "
    "dürfen. Sie gilt für ein Jahr und nur in der Zone, wie aus dem Dokument hervorgeht."
)


def _meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def test_document_of_a_page() -> None:
    head = _meta("article:published_time", "2025-11-03T22:30:00-05:00") + _meta("og:site_name", "The Sample Post")
    (document,) = read(article(PARAGRAPHS, head=head)).documents
    assert document.title == "Zone opens a list for data transfers"
    assert (document.published, document.published_from) == ("2025-11-03", "meta")
    assert (document.publisher, document.language) == ("The Sample Post", "en")
    assert document.text_hash == text_hash(document.text)
    assert (document.extractor, document.extractor_version) == (EXTRACTOR, VERSION)
    assert "trafilatura" in VERSION


def test_hints_go_before_what_the_page_says() -> None:
    page = article(PARAGRAPHS, head=_meta("article:published_time", "2025-11-03"))
    hints = {"title": "A title from the feed", "published": "Tue, 04 Nov 2025 08:00:00 GMT", "published_from": "feed"}
    (document,) = read(page, publisher="Feed Post", document_kind="official", **hints).documents
    assert (document.title, document.publisher, document.kind) == ("A title from the feed", "Feed Post", "official")
    assert (document.published, document.published_from) == ("2025-11-04", "feed")


@pytest.mark.parametrize(
    ("head", "body", "url", "expected"),
    [
        (
            '<script type="application/ld+json">{"@graph":[{"datePublished":"2025-02-01"}]}</script>',
            "",
            "",
            ("2025-02-01", "meta"),
        ),
        ("", "<time datetime='2025-02-02T10:00:00Z'>yesterday</time>", "", ("2025-02-02", "meta")),
        ("", "", "https://news.example/2025/02/03/story.html", ("2025-02-03", "url")),
        ("", "", "https://office.example/zwgk/t20250204_12345.html", ("2025-02-04", "url")),
        ("", "<p class='byline'>By Ana Lind | 5 February 2025</p>", "", ("2025-02-05", "text")),
        ("", "<span id='pubtime'>2025年2月6日 19:00</span>", "", ("2025-02-06", "text")),
        ("", "", "", (None, None)),
    ],
)
def test_where_the_day_is_read(head: str, body: str, url: str, expected: tuple[str | None, str | None]) -> None:
    (document,) = read(article(body, PARAGRAPHS, head=head), url=url or "https://news.example/story").documents
    assert (document.published, document.published_from) == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2026-01-13", "date_future"),
        ("2999-01-01T00:00:00Z", "date_unreadable"),
        ("2025-02-30", "date_unreadable"),
        ("03/04/2025", "date_unreadable"),
        ("2025", "date_unreadable"),
        ("2016/6/29 15:07:41", "date_unreadable"),
        ("1970-01-01T00:00:00Z", "date_unreadable"),
        ("yesterday", "date_unreadable"),
    ],
)
def test_date_that_is_none_stays_unknown(written: str, code: str) -> None:
    reading = read(article(PARAGRAPHS, head=_meta("article:published_time", written)))
    assert reading.documents[0].published is None
    assert codes(reading) == [code]
    assert read(article(PARAGRAPHS), published=written).documents[0].published is None


def test_date_of_two_days_ahead_is_a_time_zone() -> None:
    assert read(article(PARAGRAPHS), published="2026-01-12").documents[0].published == "2026-01-12"


def test_numbers_have_a_day_where_the_source_declares_their_order() -> None:
    assert read(article(PARAGRAPHS), published="03/04/2025", date_order="dmy").documents[0].published == "2025-04-03"


def test_day_of_the_clock_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    page = article("<p>Updated June 29, 15:07</p>", PARAGRAPHS, head=_meta("date", "29 June"))
    first = read(page)
    import htmldate.core as htmldate
    import trafilatura.settings as settings

    class Later(settings.datetime):  # type: ignore[name-defined, misc]
        @classmethod
        def now(cls, tz: object = None) -> object:
            return cls(2031, 3, 4, 5, 6, 7)

    monkeypatch.setattr(settings, "datetime", Later)
    monkeypatch.setattr(htmldate, "datetime", Later)
    assert read(page) == first
    assert first.documents[0].published is None


def test_same_bytes_make_the_same_document() -> None:
    page = article(PARAGRAPHS)
    (document,) = read(page).documents
    assert read(page).documents == (document,)
    assert re_made(capture(), page.encode(), FETCHED, document)
    assert not re_made(capture(), page.replace("Monday", "Tuesday").encode(), FETCHED, document)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", ""), ("utf-16", ""), ("gb18030", "gb2312"), ("windows-1252", "iso-8859-1"), ("shift_jis", "shift_jis")],
)
def test_encodings(encoding: str, declared: str) -> None:
    word = {"gb18030": "临港新片区", "shift_jis": "経済産業省"}.get(encoding, "Commission européenne")
    meta = f'<meta charset="{declared}">' if declared else ""
    page = article(
        f"<p>{word} said that the list of data applies in the zone from Monday on, for one year.</p>", head=meta
    )
    (document,) = read(page.encode(encoding)).documents
    assert word in document.text


def test_charset_of_the_server_is_taken() -> None:
    page = article("<p>Das Amt für Außenwirtschaft hat die Liste veröffentlicht, die ab Montag für ein Jahr gilt.</p>")
    (document,) = read(page.encode("latin-1"), content_type="text/html; charset=iso-8859-1").documents
    assert "Außenwirtschaft" in document.text


def test_invisible_characters_and_lone_surrogates_are_removed() -> None:
    text = "The list\x00 app\u00adlies\u202e in the \u200bzone\udcff from Monday on.".encode("utf-8", "surrogatepass")
    (document,) = read(text, "text/plain").documents
    assert document.text == "The list applies in the zone" + "\ufffd" * 3 + " from Monday on."
    assert read(article("<p>A list &#xD800;of &#0;data that applies in the zone from Monday on.</p>")).documents


@pytest.mark.parametrize(
    ("payload", "media_type", "code"),
    [
        ("", "text/html", "page_empty"),
        (" \n ", "text/plain", "page_empty"),
        ("<html><body></body></html>", "text/html", "page_empty"),
        ("<html><head><script>var a = 1;</script></head><body><div></div></body></html>", "text/html", "page_empty"),
        ('{"title": "a list"}', "application/json", "unsupported_media_type"),
        ("GIF89a", "image/gif", "unsupported_media_type"),
        (b"\x00\x01\x02", "application/octet-stream", "unsupported_media_type"),
        ("<rss version='2.0'><channel></channel></rss>", "application/rss+xml", "feed_not_read"),
        (
            "<html><title>404 Not Found</title><body><p>The page you asked for does not exist.</p></body></html>",
            "text/html",
            "page_is_notice",
        ),
        (
            "<html><title>Just a moment...</title><body><p>Checking your browser before access.</p></body></html>",
            "text/html",
            "page_is_notice",
        ),
    ],
)
def test_payloads_without_a_document_are_issues(payload: str | bytes, media_type: str, code: str) -> None:
    reading = read(payload, media_type)
    assert reading.documents == ()
    assert codes(reading) == [code]
    (issue,) = reading.issues
    assert (issue.stage, issue.source_id, issue.url) == ("text", "sample", "https://news.example/story")
    assert len(issue.reason) > 10


def test_text_about_a_missing_page_is_no_notice() -> None:
    assert read(article(PARAGRAPHS, "<p>The page was not found in the archive, the ministry said.</p>")).documents


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (GERMAN, "de"),
        ("上海市发布数据跨境流动一般数据清单，企业可以在一年内向境外提供清单内的数据。", "zh"),
        ("経済産業省は輸出管理の対象となる製品のリストを公表した。", "ja"),
    ],
)
def test_other_languages_are_kept_and_told(text: str, language: str) -> None:
    reading = read(text, "text/plain", language="en")
    assert reading.documents[0].language == language
    assert codes(reading) == ["language_unsupported"]


def test_english_with_foreign_names_is_english() -> None:
    text = "The Cyberspace Administration of China (国家互联网信息办公室) said that the list of data applies there."
    reading = read(text, "text/plain")
    assert (reading.documents[0].language, codes(reading)) == ("en", [])


def test_plain_text_keeps_lines_and_joins_wrapped_ones() -> None:
    assert [t for _, t in roles(read("One paragraph here.\nAnother paragraph there.", "text/plain"))] == [
        "One paragraph here.",
        "Another paragraph there.",
    ]
    wrapped = (
        "The administration of the zone published a list of data that firms\n"
        "there may send abroad for one year without a security assessment,\n"
        "and said that it applies from Monday on.\n\n"
        "A car maker whose factory stands in the zone did not answer the\n"
        "questions that were put to it.\n"
    )
    assert len(roles(read(wrapped, "text/plain"))) == 2


@pytest.mark.parametrize(
    "payload",
    [
        "<html><body>" + "<div>" * 100_000 + "deep" + "</div>" * 100_000,
        "<html><body><p>Text of a page.</p>" + "<b><i><a href='/x'>" * 300_000,
        article(PARAGRAPHS, "<table>" + "<tr><td>" * 50_000),
        "<" * 2_000_000,
        "<p " + "a=b " * 500_000 + ">",
    ],
    ids=["nested", "5 MB", "table", "brackets", "attributes"],
)
def test_complex_pages_are_read_in_bounded_time(payload: str) -> None:
    began = time.monotonic()
    reading = read(payload)
    assert time.monotonic() - began < 40
    assert reading.documents or codes(reading)[0] in ("page_empty", "page_too_complex")


def test_child_that_takes_too_long_is_ended() -> None:
    page = article(*(f"<p>Paragraph {i} says that the list applies.</p>" for i in range(60_000))).encode()
    began = time.monotonic()
    found = sandbox.read_in_child("html", page, "text/html", wall_seconds=0.5)
    assert time.monotonic() - began < 10
    assert [p.code for p in found.problems] == ["page_too_complex"]


def test_error_in_a_parser_is_an_issue(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> Callable[[], None]:
        raise RecursionError("too deep")

    monkeypatch.setattr("policygraph.text.reading.read_html", fails)
    reading = read_capture(capture(), b"<p>Text</p>", FETCHED)
    assert codes(reading) == ["page_unreadable"]
