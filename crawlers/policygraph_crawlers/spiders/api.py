"""The spider ``api``: Official interfaces that answer in JSON."""

from __future__ import annotations

from typing import ClassVar

from policygraph_crawlers.spiders.base import SourceSpider


class ApiSpider(SourceSpider):
    """Official interfaces that answer in JSON."""

    name = "api"
    entrance_kind: ClassVar[str] = "listing"
