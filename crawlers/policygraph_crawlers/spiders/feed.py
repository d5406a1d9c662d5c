"""The spider ``feed``: RSS, Atom and RDF feeds."""

from __future__ import annotations

from typing import ClassVar

from policygraph_crawlers.spiders.base import SourceSpider


class FeedSpider(SourceSpider):
    """RSS, Atom and RDF feeds."""

    name = "feed"
    entrance_kind: ClassVar[str] = "feed"
