"""RSS 2.0 and Atom (RFC 4287) feeds of the sample site's outlets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from policygraph_crawlers.sample.page_file import Outlet, Page

SITE = "http://sample.policygraph.example"


def rss(outlet: Outlet, pages: Sequence[Page]) -> str:
    """An RSS feed, newest first."""
    items = "".join(
        f"<item><title>{escape(page.title)}</title><link>{escape(SITE + page.path)}</link>"
        f'<guid isPermaLink="true">{escape(SITE + page.path)}</guid><category>{escape(page.section)}</category>'
        f"<pubDate>{format_datetime(_moment(page))}</pubDate><description>{escape(page.summary)}</description></item>\n"
        for page in pages
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{SITE}/{escape(outlet.id)}/</link>"
        f"<description>{escape(outlet.tagline)} (sample)</description>\n{items}</channel></rss>\n"
    )


def atom(outlet: Outlet, pages: Sequence[Page]) -> str:
    """An Atom feed, newest first."""
    updated = _moment(pages[0]).isoformat() if pages else "2024-01-01T00:00:00+00:00"
    entries = "".join(
        f"<entry><id>{escape(SITE + page.path)}</id><title>{escape(page.title)}</title>"
        f'<link rel="alternate" href={quoteattr(SITE + page.path)}/><published>{_moment(page).isoformat()}</published>'
        f"<updated>{_moment(page).isoformat()}</updated><summary>{escape(page.summary)}</summary></entry>\n"
        for page in pages
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{SITE}/{escape(outlet.id)}/</id><title>{escape(outlet.name)}</title><updated>{updated}</updated>"
        f"<author><name>{escape(outlet.name)}</name></author>\n{entries}</feed>\n"
    )


def _moment(page: Page) -> datetime:
    return datetime.combine(page.published, time(8), UTC)
