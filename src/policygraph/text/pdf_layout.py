"""From the lines of a PDF's pages to paragraphs, page headers and footers apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from statistics import median

from policygraph.text.blocks import Unit
from policygraph.text.roles import heading_like

LINE_END_HYPHEN = "\ufffe"  # as PDFium marks a hyphen that cuts a word at the end of a line
EDGE_LINES = 3  # lines at the top and at the bottom of a page that can be its header and footer

_MARKER = re.compile(
    r"(?:[•◦▪●■‣–—*·]\s|\(?[a-z]{1,2}\)\s|\(?[ivx]{1,5}\)\s|\(?\d{1,3}[.)]\s|\d{1,3}(?:\.\d{1,3})+\.?\s"
    r"|(?:article|section|chapter|part|annex|schedule|rule)\s+[\divxlc]+\b|§\s?\d)",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?;:。！？；：][\"'”’)\]]*$")
_DIGITS = re.compile(r"\d+")
_IDEOGRAPH = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: its edges in points from the page's lower left corner, and the size of its font."""

    text: str
    left: float
    right: float
    bottom: float
    size: float


@dataclass(frozen=True, slots=True)
class _Measure:
    left: float
    right: float
    pitch: float


def units_of_pages(pages: Sequence[Sequence[Line]]) -> tuple[Unit, ...]:
    """Paragraphs in reading order, then each page header and footer once as boilerplate.

    Headers and footers stand at the end, so that a sentence that runs over a page's end stays one sentence.
    """
    furniture = _furniture(pages)
    bodies = [[line for line in page if line not in furniture[i]] for i, page in enumerate(pages)]
    lines = [line for page in bodies for line in page]
    if not lines and not any(pages):
        return ()
    words = Counter(word for line in lines for word in re.findall(r"[\w-]+", line.text.lower()))
    units = [Unit(_joined(paragraph, words), "line") for paragraph in _paragraphs(bodies, lines)]
    repeated = dict.fromkeys(line.text for page in furniture for line in page)
    return tuple(units + [Unit(text.rstrip(LINE_END_HYPHEN), "boilerplate") for text in repeated])


def _furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Of each page, the lines at its edges that stand on at least half of the pages, their numbers aside."""
    if len(pages) < 2:
        return [[] for _ in pages]
    edges = [_edges(page) for page in pages]
    seen = Counter(key for top, foot in edges for key in {_key(line) for line in [*top, *foot]})
    needed = max(2, (len(pages) + 1) // 2)
    return [
        [line for side in page for line in takewhile(lambda line: seen[_key(line)] >= needed, side)] for page in edges
    ]


def _edges(page: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The first lines of a page from its top and from its foot; one each where the page is short."""
    by_height = sorted(page, key=lambda line: -line.bottom)
    count = EDGE_LINES if len(page) > 3 * EDGE_LINES else 1
    return by_height[:count], by_height[count:][::-1][:count]


def _key(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text), round(line.bottom / 20)


def _paragraphs(pages: Sequence[Sequence[Line]], lines: Sequence[Line]) -> Iterator[list[Line]]:
    measure = _measure(pages, lines)
    paragraph: list[Line] = []
    for page in pages:
        for line in page:
            if paragraph and _begins(paragraph, line, measure, turned=line is page[0]):
                yield paragraph
                paragraph = []
            paragraph.append(line)
    if paragraph:
        yield paragraph


def _measure(pages: Sequence[Sequence[Line]], lines: Sequence[Line]) -> _Measure:
    if not lines:
        return _Measure(0, 0, 1)
    drops = [a.bottom - b.bottom for page in pages for a, b in pairwise(page)]
    pitches = [d for d in drops if d > 1]
    lefts = Counter(round(line.left / 5) * 5 for line in lines)
    rights = sorted(line.right for line in lines)
    return _Measure(
        lefts.most_common(1)[0][0], rights[int(0.9 * (len(rights) - 1))], median(pitches) if pitches else 12
    )


def _begins(paragraph: Sequence[Line], line: Line, measure: _Measure, turned: bool) -> bool:
    """Whether ``line`` begins a paragraph after the lines of ``paragraph``; ``turned`` where a page lies between."""
    last = paragraph[-1]
    if last.text.endswith(LINE_END_HYPHEN):
        return False
    if _MARKER.match(line.text) or abs(line.size - last.size) > 0.2 * last.size:
        return True
    drop = last.bottom - line.bottom
    if turned or drop < -measure.pitch:  # a new page or a new column
        return bool(_STOP.search(last.text)) or not line.text[0].islower()
    if drop > 1.4 * measure.pitch:
        return True
    indented = line.left - measure.left > 8 and line.left - paragraph[0].left > 8
    if indented and not _MARKER.match(paragraph[0].text) and len(paragraph) > 1:
        return True
    short = last.right < measure.right - 0.15 * max(measure.right - measure.left, 1)
    if not short or line.text[0].islower():
        return False
    return bool(_STOP.search(last.text)) or (len(paragraph) == 1 and heading_like(last.text))


def _joined(paragraph: Sequence[Line], words: Counter[str]) -> str:
    """The lines of a paragraph as one; a word that a line's end cuts is put together again."""
    text = ""
    for line in paragraph:
        if not text:
            text = line.text
        elif text.endswith(LINE_END_HYPHEN):
            text = _unhyphenated(text[: -len(LINE_END_HYPHEN)], line.text, words)
        elif _IDEOGRAPH.match(text[-1]) and _IDEOGRAPH.match(line.text):
            text += line.text
        else:
            text += " " + line.text
    return text[:-1] + "-" if text.endswith(LINE_END_HYPHEN) else text


def _unhyphenated(text: str, following: str, words: Counter[str]) -> str:
    """Keep the hyphen where the document writes the word with it elsewhere, or where a capital or digit follows."""
    head = re.search(r"[\w-]*$", text)
    tail = re.match(r"[\w-]+", following)
    if head is None or tail is None:
        return f"{text}- {following}"
    whole, parted = head.group() + tail.group(), f"{head.group()}-{tail.group()}"
    keep = not following[0].islower() or words[parted.lower()] > words[whole.lower()]
    return f"{text}{'-' if keep else ''}{following}"
