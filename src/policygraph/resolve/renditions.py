"""Documents that are renditions of one notice, such as its page and its PDF file: what they describe is told twice.

A title proves little: many acts are called "Decision" or "Notice of penalty". Two documents are renditions of one
notice only if they have the same title, publisher and day, and each line of one is in the other, whole and in the same
order: so every name and number is the same, and the other adds no more than what a page or a file has around its text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policygraph.model.identity import content_id
from policygraph.model.records import Document, Entity, Judgement
from policygraph.resolve.names import fold
from policygraph.resolve.resolver import is_described

FEWEST_WORDS = 30  # in less there is too little that could differ
MOST_WORDS = 1.5  # of the longer for each of the shorter: headers, footers and notes are no more on a page of text
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Rendition:
    """A document that may be a rendition, and the entities that it describes or names."""

    document: Document
    entities: Sequence[Entity]


def notices(renditions: Iterable[Rendition]) -> list[list[Rendition]]:
    """Renditions of one notice, each with its others; a document that is alone is in none of them."""
    alike: dict[tuple[str, str, str], list[Rendition]] = defaultdict(list)
    for rendition in renditions:
        document = rendition.document
        if document.title and document.publisher and document.published:
            alike[fold(document.title), document.publisher, document.published].append(rendition)
    return [group for found in alike.values() if len(found) > 1 for group in _of_one_text(found) if len(group) > 1]


def _of_one_text(renditions: Iterable[Rendition]) -> list[list[Rendition]]:
    groups: list[list[Rendition]] = []
    for rendition in sorted(renditions, key=lambda r: r.document.id):
        text = rendition.document.text
        joined = next((g for g in groups if all(one_text(text, r.document.text) for r in g)), None)
        if joined is None:
            groups.append([rendition])
        else:
            joined.append(rendition)
    return groups


def one_text(one: str, other: str) -> bool:
    """Whether each line of one text is in the other, in order, and this adds little. Only words count."""
    shorter, longer = sorted((_lines(one), _lines(other)), key=_length)
    if _length(shorter) < FEWEST_WORDS or _length(longer) > MOST_WORDS * _length(shorter):
        return False
    whole, place = f" {' '.join(longer)} ", 0
    for line in shorter:
        found = whole.find(f" {line} ", place)
        if found < 0:
            return False
        place = found + len(line) + 1  # the space behind a line is also that before the next
    return True


def _lines(text: str) -> list[str]:
    """The words of each line that has some."""
    lines = (_WORD.findall(fold(line)) for line in text.splitlines())
    return [" ".join(words) for words in lines if words]


def _length(lines: Sequence[str]) -> int:
    return sum(line.count(" ") + 1 for line in lines)


def told_twice(notices: Iterable[Sequence[Rendition]]) -> list[Judgement]:
    """Judgements of kind ``same``: what renditions of one notice call by one name is one thing, as it is within each.

    Each names a thing of a later rendition (left) and that of the first which has it (right).
    """
    found = []
    for group in notices:
        first: dict[tuple[str, str], str] = {}
        for rendition in group:
            for key, identity in sorted(_described(rendition).items()):
                earlier = first.setdefault(key, identity)
                if earlier != identity:
                    found.append(_same(identity, earlier, key[1], rendition.document))
    return found


def _described(rendition: Rendition) -> Mapping[tuple[str, str], str]:
    """Entities that are of their document, by type and name."""
    return {
        (entity.type, fold(entity.name)): entity.id
        for entity in rendition.entities
        if entity.origin == "document" and is_described(entity.name, entity.type)
    }


def _same(left: str, right: str, name: str, document: Document) -> Judgement:
    reasons = (
        f"both are called {name!r}",
        f"both are in one notice: {fold(document.title)!r} of {document.publisher}, {document.published}",
        "each line of one text is in the other",
    )
    return Judgement(
        content_id("judgement", "same", left, right), "same", left, right, "resolve.renditions", None, reasons
    )
