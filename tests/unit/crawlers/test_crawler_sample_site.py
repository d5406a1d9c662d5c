"""The sample site is built from its page files at every request."""

from __future__ import annotations

import shutil
import threading
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pypdfium2
import pytest

from policygraph_crawlers.sample.pdf import write_pdf
from policygraph_crawlers.sample.render import SAMPLE_MARK
from policygraph_crawlers.sample.server import SampleServer
from policygraph_crawlers.sample.site import SampleSite, packaged_pages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(packaged_pages(), tmp_path / "pages"))


def test_enough_pages_and_none_is_wrong() -> None:
    site = SampleSite(packaged_pages())
    assert site.errors() == []
    assert site.count() >= 34


def test_every_page_is_marked_as_a_sample(folder: Path) -> None:
    site = SampleSite(folder)
    for path in (
        "/circuit/2024/05/shanghai-list-lingang.html",
        "/journal/lingang-general-data-list.html",
        "/headlines/",
    ):
        answer = site.answer(path)
        assert answer is not None
        assert SAMPLE_MARK in answer.body.decode()


def test_an_edited_and_a_new_page_are_seen(folder: Path) -> None:
    site = SampleSite(folder)
    feed = site.answer("/circuit/feed.xml")
    page = folder / "tesla-data-centre-plan.md"
    page.write_text(page.read_text(encoding="utf-8").replace("Tesla", "Rivian"), encoding="utf-8")
    (folder / "new-page.md").write_text(
        "---\noutlet: circuit\ntitle: A new page & more\ndate: 2026-01-02\n---\nSomething happened.\n", encoding="utf-8"
    )
    changed = site.answer("/circuit/feed.xml")
    assert feed is not None
    assert changed is not None
    assert feed.body != changed.body
    assert b"A new page &amp; more" in changed.body
    edited = site.answer("/circuit/2024/05/tesla-data-centre-plan.html")
    assert edited is not None
    assert b"Rivian plans to build a data centre" in edited.body


def test_a_wrong_page_is_left_out_and_named(folder: Path) -> None:
    (folder / "wrong.md").write_text("---\noutlet: circuit\ntitle: x\ndate: soon\n---\ny\n", encoding="utf-8")
    (folder / "none.md").write_text("no fields", encoding="utf-8")
    site = SampleSite(folder)
    assert ["none.md" in str(e) or "wrong.md" in str(e) for e in site.errors()] == [True, True]
    assert site.answer("/circuit/feed.xml") is not None


def test_pdf_reads_back_and_is_the_same_each_time() -> None:
    paragraphs = [f"Paragraph {i} says (with brackets) that 5 € is the price\\cost." for i in range(120)]
    data = write_pdf("A title", paragraphs)
    assert data == write_pdf("A title", paragraphs)
    document = pypdfium2.PdfDocument(data)
    text = "\n".join(document[i].get_textpage().get_text_range() for i in range(len(document)))
    assert len(document) > 3
    assert all(f"Paragraph {i} says (with brackets) that 5 € is the price\\cost." in text for i in (0, 60, 119))


def test_conditional_requests(folder: Path) -> None:
    server = SampleServer(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/journal/lingang-general-data-list.pdf"
        with urllib.request.urlopen(url) as answer:
            etag, modified = answer.headers["ETag"], answer.headers["Last-Modified"]
            assert answer.headers["Content-Type"] == "application/pdf"
        for header in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
            with pytest.raises(HTTPError) as caught:
                urllib.request.urlopen(urllib.request.Request(url, headers=header))
            assert caught.value.code == 304
        stale = {"If-None-Match": '"other"', "If-Modified-Since": modified}
        with urllib.request.urlopen(urllib.request.Request(url, headers=stale)) as answer:
            assert answer.status == 200
    finally:
        server.shutdown()
        server.server_close()
