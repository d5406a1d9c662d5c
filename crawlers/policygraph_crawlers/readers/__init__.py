"""Readers: bytes of an answer in, entries out. They fetch nothing, so every saved page replays offline."""

from __future__ import annotations

from collections.abc import Callable

from policygraph_crawlers.entries import Reading
from policygraph_crawlers.readers.api import read_api
from policygraph_crawlers.readers.feed import read_feed
from policygraph_crawlers.readers.listing import read_listing
from policygraph_crawlers.readers.sitemap import read_sitemap
from policygraph_crawlers.source_file import Source

Reader = Callable[[Source, str, bytes, str], Reading]

READERS: dict[str, Reader] = {
    "api": read_api,
    "feed": read_feed,
    "listing": read_listing,
    "sitemap": read_sitemap,
}
