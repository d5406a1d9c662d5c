"""What the sample site answers to a path, built from the page files as they are at that moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from policygraph_crawlers.sample import render
from policygraph_crawlers.sample.page_file import Outlet, Page, PageError, PageFolder
from policygraph_crawlers.sample.pdf import write_pdf
from policygraph_crawlers.sample.syndication import atom, rss

HTML = "text/html; charset=utf-8"
ROBOTS = "User-agent: *\nDisallow: /drafts/\n"
_RENDERERS: dict[str, Callable[[Page], str]] = {
    "rss": render.article,
    "atom": render.article,
    "journal": render.notice,
    "headlines": render.headlines,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Body, media type, and when it last changed."""

    body: bytes
    media_type: str
    modified: datetime


def packaged_pages() -> Path:
    """Folder of the page files that come with the package."""
    return Path(__file__).parent / "pages"


class SampleSite:
    """The site over a folder of page files; an edited or new file is seen at the next request."""

    def __init__(self, folder: Path) -> None:
        self._pages = PageFolder(folder)

    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages.load()[0])

    def errors(self) -> list[PageError]:
        """What is wrong with page files that are left out."""
        return self._pages.load()[1]

    def answer(self, path: str) -> Answer | None:
        """The answer to a path, or None where there is no such page."""
        pages, _ = self._pages.load()
        outlets = self._pages.outlets
        if path == "/robots.txt":
            return _answer(ROBOTS, "text/plain; charset=utf-8", pages)
        if path == "/":
            return _answer(render.front(outlets.values()), HTML, pages)
        for outlet in outlets.values():
            own = [page for page in pages if page.outlet.id == outlet.id]
            if path == f"/{outlet.id}/":
                return _answer(render.listing(outlet, own), HTML, own)
            if path == f"/{outlet.id}/feed.xml" and outlet.layout in ("rss", "atom"):
                return _feed(outlet, own)
        for page in pages:
            if path == page.path:
                return _answer(_RENDERERS[page.outlet.layout](page), HTML, [page])
            if page.outlet.layout == "journal" and path == page.path.removesuffix(".html") + ".pdf":
                return _pdf(page)
        return None


def _feed(outlet: Outlet, pages: list[Page]) -> Answer:
    if outlet.layout == "rss":
        return _answer(rss(outlet, pages), "application/rss+xml; charset=utf-8", pages)
    return _answer(atom(outlet, pages), "application/atom+xml; charset=utf-8", pages)


def _pdf(page: Page) -> Answer:
    day = f"{page.published.day} {page.published:%B %Y}"
    paragraphs = [line for block in page.blocks for line in block.lines]
    body = write_pdf(page.title, paragraphs, (page.number, f"Published on {day}"), (render.SAMPLE_MARK,))
    return Answer(body, "application/pdf", _moment([page]))


def _answer(text: str, media_type: str, pages: list[Page]) -> Answer:
    return Answer(text.encode("utf-8"), media_type, _moment(pages))


def _moment(pages: list[Page]) -> datetime:
    latest = max((page.published for page in pages), default=datetime(2024, 1, 1, tzinfo=UTC).date())
    return datetime.combine(latest, time(8), UTC)
