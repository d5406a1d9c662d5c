"""Readers and links survive whatever comes, and say what they did not understand."""

from __future__ import annotations

import json
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from policygraph_crawlers.links import absolute_link
from policygraph_crawlers.readers import READERS
from policygraph_crawlers.readers.feed import read_feed
from policygraph_crawlers.readers.listing import read_listing
from policygraph_crawlers.source_file import find_sources, load_source, packaged_sources, sample_sources

FEED = load_source(sample_sources() / "sample_circuit.yml")
LISTING = load_source(sample_sources() / "sample_journal.yml")
URL = "http://sample.policygraph.example/feed"
SHARED = Path(__file__).parents[4] / "shared" / "bench"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "feed_broken"),
        (b"   \n", "feed_broken"),
        (b"<html><body>Not here</body></html>", "feed_broken"),
        (b"<rss><channel><item><title>x</title><link>http://e.example/</link></item>", "feed_broken"),
        (b"\x00\xff\xfe" * 100, "feed_broken"),
        (b"/etc/hostname", "feed_broken"),
        (b"http://127.0.0.1:1/", "feed_broken"),
        (b"<rss version='2.0'><channel><item><title>x</title><link>javascript:alert(1)</link></item></channel></rss>",
         "link_unusable"),
        (b"<rss version='2.0'><channel><item><title>x</title><link>file:///etc/passwd</link></item></channel></rss>",
         "link_unusable"),
    ],
)  # fmt: skip
def test_broken_feed_is_an_issue(body, code) -> None:
    reading = read_feed(FEED, URL, body, "application/rss+xml")
    assert code in [issue.code for issue in reading.issues]
    assert all(entry.url.startswith("http") for entry in reading.entries)


def test_entities_are_not_expanded() -> None:
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{levels}<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    bomb += (
        "<rss version='2.0'><channel><item><title>&l9;&x;</title><link>http://e.example/</link></item></channel></rss>"
    )
    for name, reader in READERS.items():
        source = LISTING if name == "listing" else replace(FEED, selectors={"items": "a", "link": "b"})
        if name == "sitemap":
            source = replace(FEED, selectors={})
        reading = reader(source, URL, bomb.encode(), "text/xml")
        assert sum(len(entry.title) for entry in reading.entries) < 10_000


def test_entry_text_source_needs_no_link() -> None:
    body = b"<rss version='2.0'><channel><item><title>x</title><description>y</description></item></channel></rss>"
    reading = read_feed(replace(FEED, follow=False), URL, body, "text/xml")
    assert [(e.url, e.title) for e in reading.entries] == [(URL, "x")]
    assert not reading.issues


def test_empty_listing_and_wrong_selector_are_issues() -> None:
    assert [i.code for i in read_listing(LISTING, URL, b"", "text/html").issues] == ["page_empty"]
    wrong = replace(LISTING, selectors={"item": "li[", "link": "a::attr(href)"})
    assert [i.code for i in read_listing(wrong, URL, b"<li><a href='/x'>x</a></li>", "").issues] == ["selector_invalid"]


def test_deeply_nested_listing_ends() -> None:
    body = b"<div>" * 1_000_000
    assert read_listing(LISTING, URL, body, "text/html").entries == ()


def test_sitemap() -> None:
    body = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
      xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
      <url><loc>http://e.example/news/a</loc><news:news><news:publication_date>2024-05-17</news:publication_date>
      <news:title>A &amp; B</news:title></news:news></url><url><loc>http://e.example/shop/b</loc></url></urlset>"""
    source = replace(FEED, spider="sitemap", selectors={"pattern": "/news/"})
    reading = READERS["sitemap"](source, URL, body, "text/xml")
    assert [(e.url, e.title, e.published_day) for e in reading.entries] == [
        ("http://e.example/news/a", "A & B", "2024-05-17")
    ]
    assert [i.code for i in READERS["sitemap"](source, URL, b"<urlset>", "").issues] == ["sitemap_broken"]


def test_broken_json_is_an_issue() -> None:
    source = find_sources([packaged_sources()])[0]["us_bis"]
    for body in (b"", b"<html>", b"[" * 100_000, b'{"results": 3}'):
        assert [i.code for i in READERS["api"](source, URL, body, "").issues] == ["json_broken"]


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/a?b=2&a=1#c", "http://e.example/a?b=2&a=1"),
        ("b.html?utm_source=rss&id=7", "http://e.example/x/b.html?id=7"),
        ("//f.example/z", "http://f.example/z"),
        ("HTTP://F.Example:80/A/../b", "http://f.example/b"),
        (" \n/a\tb ", "http://e.example/ab"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("mailto:a@b.example", None),
        ("http://user:word@f.example/", None),
        ("http://2130706433/", None),
        ("http://0x7f.1/", None),
        ("http://[::1", None),
        ("http://a b/", None),
        ("/" + "x" * 3000, None),
    ],
)
def test_absolute_link(link, url) -> None:
    assert absolute_link("http://e.example/x/y", link) == url


def test_every_feed_of_the_collection_is_read_or_reported() -> None:
    archive = SHARED / "feeds" / "feedparser-tests.tar.gz"
    if not archive.exists():
        # The collection is no part of the project; the cases above are.
        return
    count = 0
    with tarfile.open(archive) as files:
        for member in files:
            if member.isfile() and member.name.endswith(".xml"):
                stream = files.extractfile(member)
                assert stream is not None
                reading = read_feed(FEED, URL, stream.read(), "application/xml")
                assert reading.entries or reading.issues or b"<item" not in member.name.encode()
                assert all(issue.reason and issue.url == URL for issue in reading.issues)
                count += 1
    assert count >= 1850


def test_links_keep_their_meaning() -> None:
    cases = SHARED / "urls" / "urltestdata.json"
    if not cases.exists():
        return
    other = 0
    for case in (c for c in json.loads(cases.read_text(encoding="utf-8")) if isinstance(c, dict)):
        got = absolute_link(case["base"] or "", case["input"])
        expected = None if case.get("failure") else case["href"].partition("#")[0]
        other += got is not None and got != expected
    # Trailing spaces, encoded dots, an empty query, malformed punycode: no server tells them apart, or it fails.
    assert other <= 20
