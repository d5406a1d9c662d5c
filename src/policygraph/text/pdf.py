"""PDF to lines by pypdfium2, and lines to units. Runs in the child process of ``sandbox``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pypdfium2
from pypdfium2 import raw

from policygraph.text.clean import one_line
from policygraph.text.page import Page, Problem
from policygraph.text.pdf_layout import LINE_END_HYPHEN, Line, units_of_pages

MOST_PAGES = 400
MOST_CHARACTERS = 2_000_000  # of a document
_HYPHENS = frozenset((0x02, 0xFFFE))  # what PDFium gives for a hyphen that cuts a word at the end of a line
_LINE_ENDS = _HYPHENS | {0x0A, 0x0D}
_NO_TITLES = (".doc", ".pdf", ".indd", ".qxd", "microsoft word", "untitled")


def read_pdf(payload: bytes) -> Page:
    """Units of a PDF. Problems: ``pdf_broken``, ``pdf_without_text`` (pictures of text), ``pdf_too_long`` (cut)."""
    try:
        document = pypdfium2.PdfDocument(payload)
    except pypdfium2.PdfiumError as error:
        return Page((), problems=(Problem("pdf_broken", f"it cannot be read: {error}"),))
    problems = []
    if len(document) > MOST_PAGES:
        problems.append(Problem("pdf_too_long", f"only the first {MOST_PAGES} of {len(document)} pages were read"))
    pages: list[list[Line]] = []
    characters = 0
    for number in range(min(len(document), MOST_PAGES)):
        try:
            lines = list(_lines(document[number]))
        except pypdfium2.PdfiumError as error:
            problems.append(Problem("pdf_page_broken", f"page {number + 1} cannot be read: {error}"))
            continue
        pages.append(lines)
        characters += sum(len(line.text) for line in lines)
        if characters > MOST_CHARACTERS:
            problems.append(Problem("pdf_too_long", f"only the first {number + 1} pages were read"))
            break
    units = units_of_pages(pages)
    if not units:
        problems.append(Problem("pdf_without_text", "its pages are pictures or empty: there is no text to read"))
    return Page(units, _title(document), problems=tuple(problems))


def _title(document: pypdfium2.PdfDocument) -> str:
    title = one_line(str(document.get_metadata_dict().get("Title", "")))
    return "" if " " not in title or any(word in title.lower() for word in _NO_TITLES) else title


def _lines(page: Any) -> Iterator[Line]:
    """Lines of a page in the order in which the file has them, with where they stand in points from the lower left."""
    text_page = page.get_textpage()
    try:
        start = 0
        codes = [raw.FPDFText_GetUnicode(text_page, i) for i in range(text_page.count_chars())]
        for end, code in enumerate([*codes, 0x0A]):
            # After a hyphen that cuts a word PDFium gives no line break.
            if code in _LINE_ENDS:
                if line := _line(text_page, codes[:end], start, code in _HYPHENS):
                    yield line
                start = end + 1
    finally:
        text_page.close()


def _line(text_page: Any, codes: list[int], start: int, cut: bool) -> Line | None:
    """The line of the characters from ``start`` on; ``cut`` where a hyphen that stands behind it cuts its last word."""
    shown = [i for i in range(start, len(codes)) if codes[i] > 0x20]
    text = one_line("".join(chr(c) for c in codes[start:] if c <= 0x10FFFF))
    if not shown or not text:
        return None
    left, bottom, _, _ = text_page.get_charbox(shown[0], loose=True)
    _, _, right, _ = text_page.get_charbox(shown[-1], loose=True)
    size = float(raw.FPDFText_GetFontSize(text_page, shown[0]))
    return Line(text + (LINE_END_HYPHEN if cut else ""), left, right, bottom, max(size, 1.0))
