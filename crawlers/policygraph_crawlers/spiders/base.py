"""What all spiders share: fetch the start URLs, keep them, read their entries, fetch what they name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response

from policygraph.model.records import Issue
from policygraph_crawlers.entries import Entry, crawl_issue
from policygraph_crawlers.errors import RobotsUnreachableError, describe
from policygraph_crawlers.middlewares import NOT_MODIFIED
from policygraph_crawlers.pipelines import Captured
from policygraph_crawlers.readers import READERS
from policygraph_crawlers.recorder import Recorder
from policygraph_crawlers.responses import archived, content_type
from policygraph_crawlers.source_file import Source

FUTURE_DAYS = 2  # a zone ahead of ours and a day of slack; a date beyond is a mistake


class SourceSpider(Spider):
    """Reads one source. ``entrance_kind`` is the kind of capture of its start URLs."""

    entrance_kind: ClassVar[str] = "listing"

    def __init__(self, source: Source | None = None, recorder: Recorder | None = None, **keywords: Any) -> None:
        super().__init__(**keywords)
        if source is None or recorder is None:
            raise ValueError("spiders are started by 'policygraph crawl', which gives them a source and a ledger")
        self.source = source
        self.recorder = recorder
        self.crawl_delays: dict[str, float] = {}
        self._seen: set[str] = set()
        self._entries = 0
        self._entrances_read = 0

    async def start(self) -> AsyncIterator[Request]:
        """Requests of the start URLs."""
        for url in self.source.start:
            yield self.request(url, self.parse)

    def request(self, url: str, callback: Any, **arguments: Any) -> Request:
        """A request with the source's bounds. Scrapy's own filter is off: it would drop redirects in silence."""
        meta: dict[str, Any] = {"download_timeout": self.source.timeout}
        if urlsplit(url).path.lower().endswith(".pdf"):
            meta["download_maxsize"] = self.settings.getint("FILE_MAXSIZE")
        return Request(url, callback, meta=meta, errback=self.failed, dont_filter=True, cb_kwargs=arguments)

    def parse(self, response: Response) -> Iterator[Captured | Issue | Request]:
        """Keep a start URL's answer and go on to what it names."""
        if NOT_MODIFIED not in response.flags:
            yield Captured(self.entrance_kind, archived(response), self.entrance_hints(response))
        reading = READERS[self.source.spider](self.source, response.url, response.body, content_type(response))
        yield from reading.issues
        self._entries += len(reading.entries)
        self._entrances_read += 1
        if self._entrances_read == len(self.source.start):
            yield from self.check_volume(response.url)
        if self.source.follow:
            for entry in reading.entries:
                yield from self.follow(entry, response)

    def entrance_hints(self, response: Response) -> dict[str, str]:
        """What the text stage needs to know of a start URL's answer."""
        entries = "" if self.source.follow else "documents"
        return {**self.source_hints(), "content_type": content_type(response), "entries": entries}

    def source_hints(self) -> dict[str, str]:
        """What the source file says of every document of the source."""
        return {
            "publisher": self.source.publisher.name,
            "language": self.source.language,
            "date_order": self.source.date_order or "",
            "document_kind": self.source.document_kind,
        }

    def check_volume(self, url: str) -> Iterator[Issue]:
        """An issue where a night brought fewer or more entries than the source file expects."""
        least, most = self.source.expected
        if not least <= self._entries <= most:
            code = "volume_low" if self._entries < least else "volume_high"
            reason = f"{self._entries} entries were read, {least} to {most} are expected"
            yield crawl_issue(code, reason, self.source.id, url)

    def follow(self, entry: Entry, response: Response) -> Iterator[Issue | Request]:
        """Requests of an entry's page and file, each URL once."""
        hints = {
            "title": entry.title,
            "published": entry.published,
            "published_day": entry.published_day,
            "publisher": self.source.publisher.name,
            "language": self.source.language,
            "date_order": self.source.date_order or "",
            "feed": response.url,
            "published_from": "feed" if self.source.spider == "feed" else "listing",
            "document_kind": self.source.kind,
        }
        if entry.published_day and _in_future(entry.published_day):
            hints["published_day"] = ""
            reason = f"{entry.published!r} lies in the future: the day of publication is unknown"
            yield crawl_issue("date_future", reason, self.source.id, entry.url)
        for url in (entry.url, entry.file):
            if url and url not in self._seen:
                self._seen.add(url)
                if self.source.recheck == "always" or self.recorder.last_visit(self.source.id, url) is None:
                    yield self.request(url, self.parse_page, hints=hints)

    def parse_page(self, response: Response, hints: dict[str, str]) -> Iterator[Captured | Issue]:
        """Keep a page or a file."""
        if NOT_MODIFIED in response.flags:
            return
        answer = archived(response)
        is_file = answer.media_type == "application/pdf" or response.body[:5] == b"%PDF-"
        yield Captured("file" if is_file else "page", answer, {**hints, "content_type": content_type(response)})
        if not response.body.strip():
            yield crawl_issue("page_empty", "the page is empty", self.source.id, response.url)

    def failed(self, failure: Any) -> Iterator[Issue]:
        """Record why a request brought nothing."""
        if failure.check(RobotsUnreachableError):
            return  # recorded once for the host
        code, reason = describe(failure.value, failure.request)
        yield crawl_issue(code, reason, self.source.id, failure.request.url)


def _in_future(day: str) -> bool:
    return date.fromisoformat(day) > datetime.now(UTC).date() + timedelta(days=FUTURE_DAYS)
