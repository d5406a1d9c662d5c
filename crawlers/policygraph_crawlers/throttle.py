"""AutoThrottle that never goes faster than a host's robots.txt asks for."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response


class PoliteThrottle(AutoThrottle):
    """Adapts the delay to the server's speed, between the source's delay or the host's Crawl-delay and a minute."""

    def _response_downloaded(self, response: Response, request: Request, spider: Any) -> None:
        super()._response_downloaded(response, request, spider)
        key, slot = self._get_slot(request, spider)
        floor = spider.crawl_delays.get(key)
        if slot is not None and floor is not None:
            slot.delay = max(slot.delay, floor)
