"""Downloader middlewares: conditional requests, and Scrapy's own where their refusals need a name."""

from __future__ import annotations

from typing import Any

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from policygraph_crawlers.errors import RedirectLoopError, TooLargeError

NOT_MODIFIED = "not_modified"  # flag of a response whose bytes came from the archive


class ConditionalRequestMiddleware:
    """Asks a server whether a URL changed since the last visit; if not, the answer is what the archive holds."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> ConditionalRequestMiddleware:
        """Built by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Add the validators of the last visit whose bytes are still at hand."""
        request.headers.pop("If-None-Match", None)
        request.headers.pop("If-Modified-Since", None)
        request.meta.pop("known", None)
        spider = self._crawler.spider
        visit = spider.recorder.last_visit(spider.source.id, request.url)
        if visit is None or not (visit.etag or visit.last_modified):
            return
        captured = spider.recorder.captured(visit)
        if captured is None:
            return
        if visit.etag:
            request.headers["If-None-Match"] = visit.etag
        if visit.last_modified:
            request.headers["If-Modified-Since"] = visit.last_modified
        request.meta["known"] = (visit, *captured)

    def process_response(self, request: Request, response: Response) -> Response:
        """Put the archived bytes in the place of an empty 304."""
        known = request.meta.pop("known", None)
        if response.status != 304 or known is None:
            return response
        visit, capture, payload = known
        spider = self._crawler.spider
        spider.recorder.not_modified(spider.source.id, visit)
        headers = {"Content-Type": capture.hints.get("content_type") or capture.media_type}
        kind: type[Response] = responsetypes.from_args(
            headers={b"Content-Type": headers["Content-Type"].encode("latin-1", "replace")},
            url=request.url,
            body=payload,
        )
        return kind(request.url, status=200, headers=headers, body=payload, flags=[NOT_MODIFIED], request=request)


class NamedRedirectMiddleware(RedirectMiddleware):
    """Follows redirects; one too many is a RedirectLoopError. No referrer is ever sent."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Follow, pass on, or refuse."""
        try:
            followed: Request | Response = super().process_response(request, response)
        except IgnoreRequest as error:
            limit = self.max_redirect_times
            raise RedirectLoopError(f"{request.url} redirects again after {limit} redirects") from error
        return followed

    def handle_referer(self, request: Request, response: Response) -> None:
        """Send no referrer, whatever the server wishes."""
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """There is no referrer middleware to look for."""


class NamedCompressionMiddleware(HttpCompressionMiddleware):
    """Decompresses up to the size allowed; more is a TooLargeError."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Decompress."""
        try:
            decoded: Request | Response = super().process_response(request, response)
        except IgnoreRequest as error:
            limit = request.meta.get("download_maxsize", self._max_size)
            raise TooLargeError(f"the body is larger than {limit} bytes when decompressed") from error
        return decoded
