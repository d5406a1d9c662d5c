"""HTML to units of text. trafilatura decides what belongs to the article; the markup says what each piece is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element
from lxml.html import fromstring
from trafilatura import bare_extraction, load_html
from trafilatura.metadata import extract_metadata
from trafilatura.settings import Document as Extracted

from policygraph.text.blocks import Unit
from policygraph.text.clean import one_line, visible
from policygraph.text.decode import decode
from policygraph.text.html_dates import page_dates
from policygraph.text.page import Page, Problem

MOST_UNITS = 20_000
LONGEST_TEXT = 2_000_000  # code points of all units together
# htmldate's own search is bounded by a fixed day instead of today's, and its result is not used: it completes a year to
# its first of January. The dates of a page are read strictly in html_dates.
_DATE_SETTINGS = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
# Tags of trafilatura's tree and of plain HTML (feed entries).
_TAGS = {
    **dict.fromkeys(("p", "code", "pre", "dd", "dt", "td", "th", "cell"), "paragraph"),
    **dict.fromkeys(("head", "h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("item", "li"), "list_item"),
    **dict.fromkeys(("quote", "blockquote"), "quotation"),
    "figcaption": "caption",
}
_CONTAINERS = frozenset(
    ("body", "list", "ul", "ol", "dl", "table", "div", "main", "section", "article", "figure", "hr")
)
_ROWS = ("row", "tr")
_LINE_BREAKS = ("lb", "br")
_UNREAD = ("script", "style", "template", "noscript")
_OPEN_END = re.compile(r"[\w,;'’\"”)-]$")


@dataclass(frozen=True, slots=True)
class _Markup:
    """Texts that the page's own markup gives a role, wherever the extractor puts them."""

    titles: frozenset[str]
    links: frozenset[str]
    captions: frozenset[str]


def read_html(payload: bytes, media_type: str) -> Page:
    """Units and metadata of an HTML page. A page without any text gives no units and the problem ``page_empty``."""
    source = decode(payload, media_type)
    tree = load_html(source) if source.strip() else None
    if tree is None:
        return Page((), problems=(Problem("page_empty", "the page holds no markup that can be read"),))
    return read_tree(tree)


def read_tree(tree: _Element) -> Page:
    """Units and metadata of a parsed page."""
    metadata = extract_metadata(tree, date_config=dict(_DATE_SETTINGS), extensive=False)
    markup = _markup(tree)
    language = one_line(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    dates = page_dates(tree)
    extracted = bare_extraction(tree, include_comments=False, include_tables=True, include_images=False)
    body = extracted.body if isinstance(extracted, Extracted) else None
    units = () if body is None else _bounded(_units(body, markup))
    problems = []
    if not units:
        problems.append(Problem("page_empty", "the page holds no text of a document"))
    elif len(units) >= MOST_UNITS or sum(len(u.text) for u in units) >= LONGEST_TEXT:
        problems.append(Problem("text_cut", f"only the first {sum(len(u.text) for u in units)} characters were read"))
    title = one_line(metadata.title or "")
    return Page(units, title, one_line(metadata.sitename or ""), language[:2].lower(), dates, tuple(problems))


def _markup(tree: _Element) -> _Markup:
    def texts(path: str) -> frozenset[str]:
        return frozenset(one_line("".join(e.itertext())) for e in tree.xpath(path)) - {""}

    return _Markup(texts("//h1"), texts("//a[@href]"), texts("//figcaption|//caption[not(ancestor::table)]"))


def _bounded(units: Iterator[Unit]) -> tuple[Unit, ...]:
    kept: list[Unit] = []
    length = 0
    for unit in units:
        if len(kept) >= MOST_UNITS or length >= LONGEST_TEXT:
            break
        kept.append(unit)
        length += len(unit.text)
    return tuple(kept)


def _units(body: _Element, markup: _Markup) -> Iterator[Unit]:
    """Units of a tree in reading order, their role by what the page's own markup calls the same text."""
    for tag, text in _joined(_pieces(body)):
        line = one_line(text)
        if not line:
            continue
        if line in markup.captions:
            yield Unit(line, "caption")
        elif line in markup.titles and tag in ("heading", "paragraph"):
            yield Unit(line, "title")
        else:
            yield Unit(line, tag, 1.0 if line in markup.links else 0.0)


def _joined(pieces: Iterator[tuple[str, str, bool]]) -> Iterator[tuple[str, str]]:
    """Pieces with those put together again that a line break cut within a sentence."""
    held: tuple[str, str, bool] | None = None
    for tag, text, broken in pieces:
        if not text.strip():
            if held is not None and not broken:
                held = (held[0], held[1], False)
            continue
        following = text.lstrip()
        if held is not None and held[2] and _OPEN_END.search(held[1].rstrip()) and following[0].islower():
            held = (held[0], f"{held[1]} {text}", broken)
            continue
        if held is not None:
            yield held[0], held[1]
        held = (tag, text, broken)
    if held is not None:
        yield held[0], held[1]


def _pieces(body: _Element) -> Iterator[tuple[str, str, bool]]:
    """Triples of tag, raw text and whether a line break ended it; a table row is one piece, its cells side by side.

    The walk keeps its own stack, so the depth of a page is not bounded by Python's.
    """
    pending: list[str] = []
    stack: list[tuple[_Element, str, bool]] = [(body, "paragraph", False)]
    current = "paragraph"
    while stack:
        element, outer, closing = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        breaks = tag in _TAGS or tag in _CONTAINERS
        if closing:
            if breaks:
                yield current, "".join(pending), False
                pending, current = [], outer
            pending.append(element.tail or "")
        elif tag in _ROWS or tag in _UNREAD or not tag:
            if tag in _ROWS:
                yield current, "".join(pending), False
                yield "table", _row(element), False
                pending = []
            pending.append(element.tail or "")
        else:
            if breaks or tag in _LINE_BREAKS:
                yield current, "".join(pending), tag in _LINE_BREAKS
                pending = []
            if tag in _TAGS:
                current = _inner(_TAGS[tag], outer)
            pending.append(element.text or "")
            stack.append((element, outer, True))
            stack.extend((child, current, False) for child in reversed(element))
    yield current, "".join(pending), False


def _row(element: _Element) -> str:
    cells = (one_line("".join(cell.itertext())) for cell in element)
    return " | ".join(cell for cell in cells if cell)


def _inner(tag: str, outer: str) -> str:
    """A paragraph within a quotation or a list item is that quotation or item."""
    return outer if tag == "paragraph" and outer in ("quotation", "list_item", "caption") else tag


def read_fragment(markup: str) -> tuple[Unit, ...]:
    """Units of a piece of HTML that is all content, such as the text of a feed's entry."""
    if not markup.strip():
        return ()
    tree = fromstring(f"<html><body><div>{visible(markup)}</div></body></html>")
    return _bounded(_units(tree, _markup(tree)))
