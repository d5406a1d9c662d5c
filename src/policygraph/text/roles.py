"""What role each block of a text has: what the article says, what it is called, and what merely stands beside it.

A list of headlines is several documents in one place. Each of its items becomes a block of its own, so that nothing
that reads facts block by block can join two of them or join one to the article above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policygraph.model.records import Block, BlockKind
from policygraph.text.blocks import Unit
from policygraph.text.patterns import role_patterns

LONGEST_HEADLINE = 160  # characters
MOST_HEADLINE_WORDS = 25
LONGEST_CAPTION = 400  # characters; longer ones are paragraphs that begin like a caption
LONGEST_BOILERPLATE = 400
SHORTEST_RUN = 3  # headlines in a row that make a list of headlines
LINKED = 0.8  # share of characters in links from which an item is a link and not a sentence with a link

_BULLET = re.compile(r"(?:[•◦▪●■‣–—*·-]|\(?[a-z0-9ivx]{1,4}\))\s+\S", re.IGNORECASE)
_FINAL_STOP = re.compile(r"[.!;,:。！；，：…][\"'”’)\]]*$")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]\.){1,4}$|\b(?:Inc|Corp|Co|Ltd|Jr|Sr|No|vs)\.$")
_TABLE_ROW = re.compile(r"[^|\t]+(?:\t|\s\|\s?)[^|\t]+(?:\t|\s\|)|\|.+\|")
_LONE_DATE = re.compile(
    r"(?:[A-Z][a-z]+,?\s+)?(?:\d{1,2}\s+[A-Z][a-z]+|[A-Z][a-z]+\.?\s+\d{1,2}),?(?:\s+\d{4})?|\d{4}-\d\d-\d\d"
)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")


def plain_blocks(text: str, kind: str) -> tuple[Block, ...]:
    """Blocks of a plain text in which each line is a paragraph, heading, headline, caption or the like.

    ``kind`` is the document's kind; in a document of kind ``headlines`` every line is a headline unless it is a
    caption, a table row or boilerplate. The blocks lie in order, never overlap, and cover every character that is not
    white space.
    """
    spans = _line_spans(text)
    units = [Unit(text[start:end], "line") for start, end in spans]
    kinds = unit_kinds(units, "", only_headlines=kind == "headlines")
    return tuple(Block(start, end, role) for (start, end), role in zip(spans, kinds, strict=True))


def _line_spans(text: str) -> list[tuple[int, int]]:
    spans = []
    start = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            first = start + len(line) - len(line.lstrip())
            spans.append((first, first + len(stripped)))
        start += len(line)
    return spans


def unit_kinds(units: Sequence[Unit], title: str, only_headlines: bool = False) -> list[BlockKind]:
    """The role of each unit, in order. ``title`` is the document's title, "" where it is not known."""
    kinds = [_kind_alone(unit) for unit in units]
    if only_headlines:
        return ["headline" if kind in ("paragraph", "heading", "list_item") else kind for kind in kinds]
    _mark_announced_headlines(units, kinds)
    _mark_headline_runs(units, kinds)
    _mark_headings(units, kinds, title)
    _mark_related(units, kinds)
    return kinds


def _kind_alone(unit: Unit) -> BlockKind:
    """What a unit is by itself, whatever stands around it."""
    text = unit.text.strip()
    patterns = role_patterns()
    if unit.tag in ("caption", "boilerplate"):
        return "caption" if unit.tag == "caption" else "boilerplate"
    if len(text) <= LONGEST_CAPTION and patterns.caption.match(text):
        return "caption"
    if unit.tag != "title" and len(text) <= LONGEST_BOILERPLATE and patterns.boilerplate.match(text):
        return "boilerplate"
    if unit.tag in ("title", "heading"):
        return "heading"
    if unit.tag == "table" or (unit.tag == "line" and _TABLE_ROW.match(text)):
        return "table"
    if unit.tag == "quotation":
        return "quotation"
    if unit.tag == "list_item" or (unit.tag == "line" and _BULLET.match(text)):
        return "list_item"
    return "paragraph"


def _mark_announced_headlines(units: Sequence[Unit], kinds: list[BlockKind]) -> None:
    """Make list items headlines where a heading announces headlines, or where the document is nothing but a list."""
    items = [i for i, kind in enumerate(kinds) if kind == "list_item"]
    only_items = "paragraph" not in kinds and len(items) >= SHORTEST_RUN
    if only_items and all(headline_like(units[i].text, title_case=False) for i in items):
        for i in items:
            kinds[i] = "headline"
        return
    announced = False
    for i, unit in enumerate(units):
        if announced and kinds[i] == "list_item":
            kinds[i] = "headline"
        elif kinds[i] != "boilerplate":
            announced = bool(role_patterns().headlines_heading.match(unit.text.strip()))


def _mark_headline_runs(units: Sequence[Unit], kinds: list[BlockKind]) -> None:
    """Make every run of at least SHORTEST_RUN headline-like units a list of headlines."""
    first = 0
    while first < len(units):
        run = _headline_run(units, kinds, first, title_case=True)
        if len(run) < SHORTEST_RUN:
            run = _headline_run(units, kinds, first, title_case=False)
        if len(run) >= SHORTEST_RUN:
            for i in run:
                kinds[i] = "headline"
        first = max([first, *run]) + 1


def _headline_run(units: Sequence[Unit], kinds: Sequence[BlockKind], first: int, title_case: bool) -> list[int]:
    """Places of headline-like units from ``first`` on; site furniture and lone dates between two do not end the run."""
    run = []
    for i in range(first, len(units)):
        if _may_be_headline(units[i], kinds[i], title_case):
            run.append(i)
        elif not run or not (kinds[i] == "boilerplate" or _LONE_DATE.fullmatch(units[i].text.strip())):
            break
    return run


def _may_be_headline(unit: Unit, kind: BlockKind, title_case: bool) -> bool:
    """Whether a unit can be one of a list of headlines.

    Items of a list count only if they are links: a list of goods or sectors also has short items without a stop.
    """
    if kind == "list_item":
        return unit.linked >= LINKED and headline_like(unit.text, title_case=False)
    if kind not in ("paragraph", "heading") or unit.tag == "title":
        return False
    if unit.linked >= LINKED:
        return headline_like(unit.text, title_case=False)
    return headline_like(unit.text, title_case)


def headline_like(text: str, title_case: bool) -> bool:
    """Whether a line reads as a headline: four to 25 words, no final stop; with ``title_case``, mostly capitalised."""
    line = text.strip()
    words = _WORD.findall(line)
    if not 4 <= len(words) <= MOST_HEADLINE_WORDS or len(line) > LONGEST_HEADLINE or _ends_sentence(line):
        return False
    return not title_case or _is_title_case(words)


def heading_like(text: str) -> bool:
    """Whether a line reads as a heading: at most twelve words without a final stop, in title case or capitals."""
    line = text.strip()
    words = _WORD.findall(line)
    return 1 <= len(words) <= 12 and len(line) <= 100 and not _ends_sentence(line) and _is_title_case(words)


def _ends_sentence(line: str) -> bool:
    return bool(_FINAL_STOP.search(line)) and not _ABBREVIATION.search(line)


def _is_title_case(words: Sequence[str]) -> bool:
    """Whether at least seven in ten of the words that title case would raise are raised."""
    counted = [w for w in words if w.lower() not in role_patterns().small_words]
    raised = [w for w in counted if w[0].isupper() or any(c.isupper() for c in w[1:])]
    return bool(counted) and len(raised) >= 0.7 * len(counted)


def _mark_headings(units: Sequence[Unit], kinds: list[BlockKind], title: str) -> None:
    """Make the document's own headline a headline and short title-case lines between paragraphs headings."""
    wanted = _folded(title)
    for i, unit in enumerate(units):
        own = unit.tag == "title" or (bool(wanted) and _folded(unit.text) == wanted)
        if own and kinds[i] in ("paragraph", "heading"):
            kinds[i] = "headline"
        elif unit.tag == "line" and kinds[i] == "paragraph" and len(units) > 1:
            if i == 0 and headline_like(unit.text, title_case=True):
                kinds[i] = "headline"
            elif heading_like(unit.text):
                kinds[i] = "heading"


def _folded(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _mark_related(units: Sequence[Unit], kinds: list[BlockKind]) -> None:
    """Make a heading such as "Related articles" and the list below it boilerplate."""
    inside = False
    for i, unit in enumerate(units):
        text = unit.text.strip()
        if len(text) <= 80 and kinds[i] in ("heading", "paragraph", "boilerplate") and _is_related_heading(text):
            inside = _list_follows(units, kinds, i)
            if inside:
                kinds[i] = "boilerplate"
                continue
        if inside and kinds[i] in ("headline", "list_item", "caption", "boilerplate"):
            kinds[i] = "boilerplate"
        else:
            inside = False


def _is_related_heading(text: str) -> bool:
    return bool(role_patterns().related_heading.match(text))


def _list_follows(units: Sequence[Unit], kinds: Sequence[BlockKind], i: int) -> bool:
    if i + 1 >= len(units):
        return False
    following = units[i + 1]
    return kinds[i + 1] == "headline" or (kinds[i + 1] == "list_item" and following.linked >= LINKED)
