"""What a spider yields goes into the ledger and the archive at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policygraph.archive import Response
from policygraph.model.records import Issue


@dataclass(frozen=True, slots=True)
class Captured:
    """An answer to keep: what its bytes are for, and what the place that led to it said of it."""

    kind: str
    response: Response
    hints: dict[str, str]


class LedgerPipeline:
    """Records captures and issues, each in a transaction of its own."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> LedgerPipeline:
        """Built by Scrapy."""
        return cls(crawler)

    def process_item(self, item: Captured | Issue) -> Captured | Issue:
        """Record one item."""
        spider = self._crawler.spider
        if isinstance(item, Issue):
            spider.recorder.issue(item)
        else:
            spider.recorder.capture(spider.source.id, item.kind, item.response, item.hints)
        return item
