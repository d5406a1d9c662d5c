"""The spider ``listing``: Pages that list links."""

from __future__ import annotations

from typing import ClassVar

from policygraph_crawlers.spiders.base import SourceSpider


class ListingSpider(SourceSpider):
    """Pages that list links."""

    name = "listing"
    entrance_kind: ClassVar[str] = "listing"
