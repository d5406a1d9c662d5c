from __future__ import annotations

from text_samples import codes, read

FEED_URL = "https://office.example/feed.xml"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Office of the Zone</title><language>en-us</language>
<item><guid>n-1</guid><title>Notice 1 of the office</title><link>/n/1</link>
<pubDate>Mon, 03 Nov 2025 10:00:00 GMT</pubDate>
<description>&lt;p&gt;The office permits transfers of listed data.&lt;/p&gt;
&lt;p&gt;The list applies for one year.&lt;/p&gt;
</description></item>
<item><guid>n-2</guid><title>Notice 2</title><link>javascript:alert(1)</link>
<pubDate>2026-02-30</pubDate>
<description>The office repeals Notice 1.</description></item>
<item><guid>n-3</guid><title>Notice 3</title><link>/n/3</link></item>
</channel></rss>"""


def test_entries_with_their_own_text_are_documents() -> None:
    reading = read(RSS, "application/rss+xml", "feed", FEED_URL, entries="documents", publisher="Office")
    first, second = reading.documents
    assert (first.part, first.url, first.title) == ("n-1", "https://office.example/n/1", "Notice 1 of the office")
    assert (first.published, first.published_from, first.publisher) == ("2025-11-03", "feed", "Office")
    assert first.text == "The office permits transfers of listed data.\nThe list applies for one year."
    assert len(first.blocks) == 2
    assert (second.part, second.url, second.published) == ("n-2", FEED_URL, None)
    assert sorted(codes(reading)) == ["date_unreadable", "feed_entry_empty"]
    assert first.id != second.id


def test_atom_content_is_read() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Office</title><entry><id>urn:1</id><title>Notice</title>
    <link href="https://office.example/1"/><published>2025-11-03T10:00:00Z</published><content type="html">
    &lt;h2&gt;Scope&lt;/h2&gt;&lt;ul&gt;&lt;li&gt;maps&lt;/li&gt;&lt;/ul&gt;</content></entry></feed>"""
    (document,) = read(atom, "application/xml", "feed", FEED_URL, entries="documents").documents
    assert [(b.kind, document.text[b.start : b.end]) for b in document.blocks] == [
        ("heading", "Scope"),
        ("list_item", "maps"),
    ]


def test_feed_makes_no_documents_unless_the_source_says_so() -> None:
    reading = read(RSS, "application/rss+xml", "feed", FEED_URL)
    assert (reading.documents, reading.issues) == ((), ())


def test_broken_feed_is_an_issue() -> None:
    for payload in ("<rss><channel><item><title>", "<rss version='2.0'><<<<", "<feed>" + "<a>" * 100_000):
        reading = read(payload, "application/rss+xml", "feed", FEED_URL, entries="documents")
        assert reading.documents == ()
        assert codes(reading)[0] in ("feed_broken", "feed_entry_empty")


def test_entities_are_not_expanded_and_no_file_is_opened() -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    payload = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<rss version='2.0'><channel><item><guid>1</guid><title>A notice</title><description>Text &l11; &f;"
        "</description></item></channel></rss>"
    )
    reading = read(payload, "application/rss+xml", "feed", FEED_URL, entries="documents")
    assert not any("root:" in d.text or len(d.text) > 10_000 for d in reading.documents)
    name = read(b"/etc/passwd", "application/rss+xml", "feed", FEED_URL, entries="documents")
    assert (name.documents, codes(name)) == ((), ["feed_broken"])
