"""Why a request brought nothing: one short code and one sentence for each way to fail."""

from __future__ import annotations

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError

from policygraph_crawlers.guard import AddressRefusedError


class RedirectLoopError(IgnoreRequest):
    """A URL that redirects too often."""


class TooLargeError(IgnoreRequest):
    """A body that is larger than allowed, before or after decompression."""


class RobotsDisallowedError(IgnoreRequest):
    """A URL that robots.txt does not allow."""


class RobotsUnreachableError(IgnoreRequest):
    """A host whose robots.txt cannot be had; the issue was recorded once for the host."""


_CODES: tuple[tuple[type[BaseException], str], ...] = (
    (AddressRefusedError, "address_private"),
    (RedirectLoopError, "redirect_loop"),
    (TooLargeError, "too_large"),
    (RobotsDisallowedError, "robots_disallowed"),
    (RobotsUnreachableError, "robots_unreachable"),
    (DownloadTimeoutError, "timeout"),
    (DownloadCancelledError, "too_large"),
    (CannotResolveHostError, "host_unknown"),
    (DownloadConnectionRefusedError, "connection_refused"),
    (UnsupportedURLSchemeError, "scheme"),
    (HttpError, "http_status"),
)
_SENTENCES = {
    "timeout": "the answer did not come in full in the time allowed",
    "host_unknown": "the host is not known",
    "connection_refused": "the host refuses connections",
}


def describe(error: BaseException, request: Request) -> tuple[str, str]:
    """The code of an issue, and its reason, with the hops that led to the URL."""
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "download_failed")
    if isinstance(error, HttpError):
        reason = f"the server answered with status {error.response.status}"
    else:
        reason = _SENTENCES.get(code) or str(error) or type(error).__name__
    hops = request.meta.get("redirect_urls") or []
    return code, f"{reason} (redirected from {' → '.join(hops)})" if hops else reason
