"""The spider ``page``: pages that are documents themselves, watched for change."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from policygraph.model.records import Issue
from policygraph_crawlers.pipelines import Captured
from policygraph_crawlers.spiders.base import SourceSpider


class PageSpider(SourceSpider):
    """Each start URL is a document."""

    name = "page"

    def parse(self, response: Response) -> Iterator[Captured | Issue]:
        """Keep the page."""
        hints = {
            "publisher": self.source.publisher.name,
            "language": self.source.language,
            "document_kind": self.source.kind,
        }
        yield from self.parse_page(response, hints)
