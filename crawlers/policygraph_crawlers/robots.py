"""robots.txt by RFC 9309, stricter where a polite crawler is: an answer of 429 counts as unreachable."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from policygraph_crawlers.entries import crawl_issue
from policygraph_crawlers.errors import RobotsDisallowedError, RobotsUnreachableError, describe
from policygraph_crawlers.guard import AddressRefusedError
from policygraph_crawlers.middlewares import NOT_MODIFIED
from policygraph_crawlers.responses import archived

AGENT = "policygraph"
MAX_BYTES = 512 * 1024  # RFC 9309 asks for at least 500 kibibytes
MAX_CRAWL_DELAY = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a host's robots.txt says: rules, or why there are none. ``refused`` holds what makes every request fail."""

    rules: Protego | None = None
    refused: Exception | None = None


class RobotsMiddleware:
    """Lets a request pass only where robots.txt of its host could be had and allows it; keeps its bytes."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._verdicts: dict[str, asyncio.Future[Verdict]] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> RobotsMiddleware:
        """Built by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Pass, or raise RobotsDisallowedError, RobotsUnreachableError or AddressRefusedError."""
        if request.meta.get("robots"):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._verdicts:
            self._verdicts[origin] = asyncio.get_running_loop().create_future()
            try:
                verdict = await self._fetch(f"{origin}/robots.txt", request)
            except Exception as error:  # others wait for the verdict: whatever happened, they must get one
                verdict = Verdict(refused=error)
            self._verdicts[origin].set_result(verdict)
        verdict = await self._verdicts[origin]
        if verdict.refused is not None:
            raise verdict.refused
        if verdict.rules is not None and not verdict.rules.can_fetch(request.url, AGENT):
            raise RobotsDisallowedError(f"robots.txt of {origin} does not allow it")

    async def _fetch(self, url: str, cause: Request) -> Verdict:
        timeout = cause.meta.get("download_timeout", 60.0)
        meta = {"robots": True, "download_maxsize": 4 * MAX_BYTES, "download_timeout": timeout}
        request = Request(url, meta=meta, callback=NO_CALLBACK, priority=1000)
        try:
            response = await self._crawler.engine.download_async(request)
        except AddressRefusedError as error:
            hops = cause.meta.get("redirect_urls") or []
            return Verdict(refused=AddressRefusedError(str(error).replace("/robots.txt", "", 1)) if hops else error)
        except Exception as error:  # whatever went wrong, the file could not be had: nothing is fetched
            return self._unreachable(url, describe(error, request)[1])
        if response.status >= 500 or response.status == 429:
            return self._unreachable(url, f"it answered with status {response.status}")
        if not 200 <= response.status < 300:
            return Verdict()
        return self._read(url, response)

    def _unreachable(self, url: str, reason: str) -> Verdict:
        sentence = f"robots.txt cannot be had ({reason}): nothing of this host is fetched"
        self._issue("robots_unreachable", sentence, url)
        return Verdict(refused=RobotsUnreachableError(sentence))

    def _read(self, url: str, response: Response) -> Verdict:
        spider = self._crawler.spider
        if NOT_MODIFIED not in response.flags:
            spider.recorder.capture(spider.source.id, "robots", archived(response), {})
        body = response.body
        if body.lstrip()[:1] == b"<":
            self._issue("robots_html", "robots.txt is a page of markup: it states no rules", url)
            return Verdict()
        if len(body) > MAX_BYTES:
            self._issue("robots_too_long", f"robots.txt has {len(body)} bytes, of which {MAX_BYTES} are read", url)
        rules = Protego.parse(body[:MAX_BYTES].decode("utf-8-sig", "replace"))
        self._apply_delay(url, rules.crawl_delay(AGENT))
        return Verdict(rules)

    def _apply_delay(self, url: str, delay: float | None) -> None:
        if delay is None or delay <= 0:
            return
        if delay > MAX_CRAWL_DELAY:
            reason = f"robots.txt asks for {delay:g} seconds between requests, {MAX_CRAWL_DELAY:g} are kept"
            self._issue("crawl_delay_capped", reason, url)
        host = urlsplit(url).hostname or ""
        self._crawler.spider.crawl_delays[host] = min(delay, MAX_CRAWL_DELAY)
        slot = self._crawler.engine.downloader.slots.get(host)
        if slot is not None:
            slot.delay, slot.jitter = max(slot.delay, min(delay, MAX_CRAWL_DELAY)), 0.0

    def _issue(self, code: str, reason: str, url: str) -> None:
        spider = self._crawler.spider
        spider.recorder.issue(crawl_issue(code, reason, spider.source.id, url))
