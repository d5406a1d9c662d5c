"""The spider ``sitemap``: Sitemaps."""

from __future__ import annotations

from typing import ClassVar

from policygraph_crawlers.spiders.base import SourceSpider


class SitemapSpider(SourceSpider):
    """Sitemaps."""

    name = "sitemap"
    entrance_kind: ClassVar[str] = "listing"
