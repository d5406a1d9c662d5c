"""Sitemaps as sitemaps.org describes them; the last change that they name is no day of publication."""

from __future__ import annotations

import re

from lxml import etree

from policygraph_crawlers.entries import Entry, Reading, crawl_issue, dated, plain_text
from policygraph_crawlers.links import absolute_link
from policygraph_crawlers.source_file import Source

MAX_ENTRIES = 50_000  # the most that the format allows


def read_sitemap(source: Source, url: str, body: bytes, content_type: str) -> Reading:
    """The pages of a sitemap whose URL matches the source's ``pattern``; news sitemaps also give title and date."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        reason = f"the sitemap ({content_type or 'no type'}) is not well-formed: {error}"
        return Reading((), (crawl_issue("sitemap_broken", reason, source.id, url),))
    pattern = re.compile(source.selectors.get("pattern", ""))
    entries: list[Entry] = []
    for node in root.xpath("//*[local-name()='url']")[:MAX_ENTRIES]:
        link = absolute_link(url, _text(node, "loc"))
        if link is None or not pattern.search(link):
            continue
        written, day, _ = dated(_text(node, "publication_date"), source.date_order)
        entries.append(Entry(link, plain_text(_text(node, "title")), written, day))
    return Reading(tuple(entries))


def _text(node: etree._Element, name: str) -> str:
    found = node.xpath(f".//*[local-name()='{name}']/text()")
    return str(found[0]).strip() if found else ""
