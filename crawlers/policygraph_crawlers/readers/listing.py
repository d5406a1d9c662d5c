"""Pages that list links, read by the selectors of the source file."""

from __future__ import annotations

import re

from cssselect import SelectorError
from parsel import Selector, SelectorList
from scrapy.http import HtmlResponse

from policygraph.model.records import Issue
from policygraph_crawlers.entries import Entry, Reading, crawl_issue, dated, plain_text
from policygraph_crawlers.links import absolute_link
from policygraph_crawlers.source_file import Source


def read_listing(source: Source, url: str, body: bytes, content_type: str) -> Reading:
    """The items of a listing, each with its link, title and date, and its file if the source names one."""
    if not body.strip():
        return Reading((), (crawl_issue("page_empty", "the listing is empty", source.id, url),))
    page = HtmlResponse(url, body=body, headers={"Content-Type": content_type or "text/html"})
    try:
        items = _select(page.selector, source.selectors["item"])
        entries: list[Entry] = []
        issues: list[Issue] = []
        for position, item in enumerate(items, start=1):
            _read_item(source, url, item, position, entries, issues)
    except (ValueError, SelectorError) as error:  # what parsel raises for a selector that is none
        return Reading((), (crawl_issue("selector_invalid", f"a selector cannot be used: {error}", source.id, url),))
    return Reading(tuple(entries), tuple(issues))


def _read_item(
    source: Source, url: str, item: Selector, position: int, entries: list[Entry], issues: list[Issue]
) -> None:
    title = _first(item, source.selectors.get("title"))
    raw_link = _first(item, source.selectors["link"])
    link = absolute_link(url, raw_link) if raw_link else None
    if link is None:
        reason = f"item {position} ({title[:80]!r}) has no link that can be fetched: {raw_link[:200]!r}"
        issues.append(crawl_issue("link_unusable", reason, source.id, url))
        return
    written, day, reason = dated(_date(item, source), source.date_order)
    if source.selectors.get("date") and not day:
        issues.append(crawl_issue("date_unknown", f"item {position} ({title[:80]!r}): {reason}", source.id, url))
    raw_file = _first(item, source.selectors.get("file"))
    file = absolute_link(url, raw_file) if raw_file else None
    entries.append(Entry(link, title, written, day, file or ""))


def _date(item: Selector, source: Source) -> str:
    text = _first(item, source.selectors.get("date"))
    pattern = source.selectors.get("date_pattern")
    if not pattern:
        return text
    match = re.search(pattern, text[:1000])
    return match.group(1 if match.re.groups else 0) if match else ""


def _first(item: Selector, selector: str | None) -> str:
    if not selector:
        return ""
    return plain_text(" ".join(_select(item, selector).getall()[:1]))


def _select(node: Selector, selector: str) -> SelectorList[Selector]:
    if selector.startswith("xpath:"):
        return node.xpath(selector.removeprefix("xpath:").strip())
    return node.css(selector)
