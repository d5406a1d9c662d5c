"""Plain text to units: one unit a paragraph, lines that were only wrapped put together again."""

from __future__ import annotations

import re

from policygraph.text.blocks import Unit
from policygraph.text.clean import one_line, visible
from policygraph.text.decode import decode
from policygraph.text.page import Page, Problem

LONGEST_TEXT = 2_000_000  # code points
WIDEST_WRAP = 100  # characters; longer lines were not wrapped to fit a page
_BLANK = re.compile(r"\n[^\S\n]*\n")


def read_plain(payload: bytes, media_type: str) -> Page:
    """Units of a plain text. A text without a visible character gives none and the problem ``page_empty``."""
    text = visible(decode(payload, media_type)).replace("\r\n", "\n").replace("\r", "\n")
    problems = [Problem("text_cut", f"only the first {LONGEST_TEXT} characters were read")] * (len(text) > LONGEST_TEXT)
    paragraphs = [p for p in _BLANK.split(text[:LONGEST_TEXT]) if p.strip()]
    wrapped = _is_wrapped(paragraphs)
    units: list[Unit] = []
    for paragraph in paragraphs:
        pieces = [paragraph] if wrapped else paragraph.split("\n")
        units.extend(Unit(line, "line") for piece in pieces if (line := one_line(piece)))
    if not units:
        problems.append(Problem("page_empty", "the text holds no visible character"))
    return Page(tuple(units), problems=tuple(problems))


def _is_wrapped(paragraphs: list[str]) -> bool:
    """Whether lines end because the page was full: those before the last of their paragraph have nearly one length."""
    inner = [line.rstrip() for p in paragraphs for line in p.strip("\n").split("\n")[:-1]]
    if len(paragraphs) < 2 or len(inner) < 3:
        return False
    widest = max(len(line) for line in inner)
    full = sum(1 for line in inner if len(line) >= 0.75 * widest)
    return 40 <= widest <= WIDEST_WRAP and full >= 0.8 * len(inner)
