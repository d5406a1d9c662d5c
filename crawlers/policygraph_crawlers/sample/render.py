"""HTML of the sample site, with what surrounds the text on real sites: navigation, cookie notices, other headlines."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from policygraph_crawlers.sample.page_file import Outlet, Page, TextBlock

SAMPLE_MARK = "Sample page of policygraph: a retelling of public facts in our own words, not a news report."


def article(page: Page) -> str:
    """A news article."""
    caption = f'<figure><div class="picture"></div><figcaption>{escape(page.caption)}</figcaption></figure>'
    body = (
        f'<article><p class="section">{escape(page.section)}</p><h1>{escape(page.title)}</h1>'
        f'<p class="byline">By {escape(page.author)} · {_time(page)}</p>'
        f"{''.join(_block(block) for block in page.blocks)}{caption if page.caption else ''}</article>"
        f"{_related(page.outlet)}{_SUBSCRIBE}"
    )
    return _document(page.outlet, page.title, body, page)


def notice(page: Page) -> str:
    """A notice of the official journal."""
    number = f'<p class="number">{escape(page.number)}</p>' if page.number else ""
    body = (
        f"<article><h1>{escape(page.title)}</h1>{number}<p class='byline'>Published on {_time(page)}</p>"
        f"{''.join(_block(block) for block in page.blocks)}</article>"
        f'<p class="download"><a href="{escape(page.id)}.pdf">Download this notice (PDF)</a></p>'
    )
    return _document(page.outlet, page.title, body, page)


def headlines(page: Page) -> str:
    """A day's headlines: each is a story of its own."""
    body = f"<article><h1>{escape(page.title)}</h1><p class='byline'>{_time(page)}</p>" + "".join(
        _block(block) for block in page.blocks
    )
    return _document(page.outlet, page.title, body + "</article>", page)


def listing(outlet: Outlet, pages: Iterable[Page]) -> str:
    """The list of an outlet's pages, with the PDF beside each where there is one."""
    rows = []
    for page in pages:
        file = f'<td><a class="file" href="{escape(page.id)}.pdf">PDF</a></td>' if outlet.layout == "journal" else ""
        rows.append(
            f'<tr class="entry"><td class="date">{_written_day(page)}</td><td class="number">{escape(page.number)}</td>'
            f'<td><a class="title" href="{escape(page.path)}">{escape(page.title)}</a></td>{file}</tr>'
        )
    return _document(outlet, outlet.tagline, f"<h1>{escape(outlet.tagline)}</h1><table>{''.join(rows)}</table>")


def front(outlets: Iterable[Outlet]) -> str:
    """The site's front page."""
    links = "".join(f'<li><a href="/{escape(o.id)}/">{escape(o.name)}: {escape(o.tagline)}</a></li>' for o in outlets)
    return _shell("Sample site", f"<h1>Sample site</h1><p>{SAMPLE_MARK}</p><ul>{links}</ul>", "")


def _document(outlet: Outlet, title: str, body: str, page: Page | None = None) -> str:
    navigation = "".join(f'<li><a href="/{escape(outlet.id)}/">{escape(item)}</a></li>' for item in outlet.navigation)
    head = ""
    if page is not None:
        head = (
            f'<meta property="article:published_time" content="{page.published.isoformat()}T08:00:00Z">'
            f'<meta property="og:title" content="{escape(title)}"><meta property="og:type" content="article">'
        )
    head += f'<meta property="og:site_name" content="{escape(outlet.name)}">'
    content = (
        f'<div class="cookie-banner" role="dialog"><p>We value your privacy. We and our partners store cookies on your '
        f"device.</p><button>Accept all</button> <button>Reject</button></div>"
        f'<header><p class="brand">{escape(outlet.name)}</p><p class="tagline">{escape(outlet.tagline)}</p>'
        f'<nav><ul>{navigation}</ul></nav><p class="sample-mark">{SAMPLE_MARK}</p></header>'
        f"<main>{body}</main>"
        f"<footer><p>© {escape(outlet.name)}. All rights reserved. Terms of use · Privacy policy · Imprint</p></footer>"
    )
    return _shell(f"{title} | {outlet.name}", content, head, page.language if page else "en")


def _shell(title: str, content: str, head: str, language: str = "en") -> str:
    return (
        f'<!DOCTYPE html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="robots" content="noindex">{head}</head><body>{content}</body></html>\n'
    )


def _block(block: TextBlock) -> str:
    if block.kind == "list":
        return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in block.lines) + "</ul>"
    tag = {"heading": "h2", "quotation": "blockquote"}.get(block.kind, "p")
    return f"<{tag}>{escape(' '.join(block.lines))}</{tag}>"


def _related(outlet: Outlet) -> str:
    items = "".join(f'<li><a href="/{escape(outlet.id)}/">{escape(line)}</a></li>' for line in outlet.related)
    return f'<aside class="related"><h3>More from {escape(outlet.name)}</h3><ul>{items}</ul></aside>' if items else ""


def _written_day(page: Page) -> str:
    return f"{page.published.day} {page.published:%B %Y}"


def _time(page: Page) -> str:
    return f'<time datetime="{page.published.isoformat()}">{_written_day(page)}</time>'


_SUBSCRIBE = (
    '<div class="newsletter"><h3>Never miss a story</h3><p>Sign up for our weekly letter. You can unsubscribe at any '
    'time.</p><form><input type="email" placeholder="Your email"><button>Sign up</button></form></div>'
)
