"""How a statement's end is named where the statement is said: by its name, by an alias, by a description, or not there.

Derived from what is stored (mentions with the names of their entities, and the spans of the evidence), so it holds for
every statement that was ever recorded and changes no identifier.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from policygraph.model.records import Mention, Span

How = Literal["name", "alias", "description", "elsewhere"]

_PLAINEST: tuple[How, ...] = ("name", "alias", "description")
_DETERMINERS = frozenset(
    ("the", "a", "an", "this", "that", "these", "those", "such", "its", "their", "his", "her", "our", "my", "your")
)
_JOINTS = frozenset(
    ("of", "and", "or", "for", "in", "on", "to", "at", "by", "de", "la", "le", "du", "der", "die", "das", "van", "von")
)
_TOLD_APART = re.compile(r" \([^()]+\)$")  # what annotators add where two things of a document share a name
_LONGER_BEFORE = re.compile(r"\b[A-Z][\w.&-]*(?: of| &)? $")
_LONGER_AFTER = re.compile(r"(?: of| &)? [A-Z]")
# From the first sign of a run of them only: a search from each of ten thousand dots would take the square of them.
_WORD = re.compile(r"(?<![\w&.-])[\w&.-]*\w")
_POSSESSIVE = re.compile(r"[’'](?:s\b|(?!\w))")


class Naming(NamedTuple):
    """The words that stand for an end of a statement, and where they are: characters of the document's text.

    ``how``: ``name`` (the entity's own name), ``alias`` (another name or a short form), ``description`` (words that
    were resolved to it: "the list", or the verb of an act), each within the evidence; ``elsewhere`` where the evidence
    holds no mention of it, and the words are those of its nearest name, else of its nearest mention.
    """

    how: How
    words: str
    start: int
    end: int


class Namings:
    """The mentions of a document by what they refer to; ``mentions`` are those of one extractor."""

    def __init__(self, text: str, mentions: Iterable[Mention]) -> None:
        self._text = text
        self._spans: dict[tuple[str, str], set[Span]] = defaultdict(set)
        self._known: dict[tuple[str, str], list[Naming]] = {}
        for mention in mentions:
            self._spans[mention.entity, mention.type].add(Span(mention.start, mention.end))

    def of(self, entity: str, kind: str, evidence: Sequence[Span]) -> Naming | None:
        """How the end ``entity`` of type ``kind`` is named in the evidence; None where no mention of it is known.

        Of several mentions there the plainest is given (a name before an alias before a description), of those the
        first.
        """
        found = self._all(entity, kind)
        inside = [n for n in found if any(s.start <= n.start and n.end <= s.end for s in evidence)]
        if inside:
            return min(inside, key=lambda n: _PLAINEST.index(n.how))
        if found and (unmarked := self._unmarked(_TOLD_APART.sub("", entity), evidence)):
            return unmarked
        names = [n for n in found if n.how == "name"]
        nearest = min(names or found, key=lambda n: _away(n, evidence), default=None)
        return nearest and nearest._replace(how="elsewhere")

    def _unmarked(self, name: str, evidence: Sequence[Span]) -> Naming | None:
        """The name where it stands in the evidence and is no mention of its own, as in a description of something
        else; a part of a longer name is none."""
        if not all(_is_name(word, self._text) for word in _content(name)):
            return None
        for span in sorted(evidence):
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", self._text[span.start : span.end]):
                start, end = match.start() + span.start, match.end() + span.start
                longer = _LONGER_BEFORE.search(self._text[max(0, start - 80) : start]) or _LONGER_AFTER.match(
                    self._text, end
                )
                if not longer:
                    return Naming("name", match.group(), start, end)
        return None

    def _all(self, entity: str, kind: str) -> list[Naming]:
        if (entity, kind) not in self._known:
            found = []
            for start, end in sorted(self._spans.get((entity, kind), ())):
                words = self._text[start:end]
                found.append(Naming(_how(words, entity, kind, self._text), words, start, end))
            self._known[entity, kind] = found
        return self._known[entity, kind]


def _away(found: Naming, evidence: Sequence[Span]) -> int:
    return min((max(0, s.start - found.end, found.start - s.end) for s in evidence), default=0)


def _how(words: str, entity: str, kind: str, text: str) -> How:
    own = f" {_plain(words)} "
    if any(f" {_plain(name)} " in own for name in (entity, _TOLD_APART.sub("", entity)) if _plain(name)):
        return "name"
    content = [word for word in _content(words) if word.casefold() not in _JOINTS]
    if kind == "Rule" and len(content) == 1 and content[0][1:].islower():
        # The verb of an act has a capital in a headline, and nowhere a form without it.
        return "alias" if content[0] in _content(entity) and content[0].istitle() else "description"
    return "alias" if content and all(_is_name(word, text) for word in content) else "description"


def _plain(words: str) -> str:
    """Words as they are compared: in lower case, without determiner, possessive and the ending of a plural."""
    return " ".join(_stem(word.casefold()) for word in _content(words))


def _content(words: str) -> list[str]:
    found = _WORD.findall(_POSSESSIVE.sub("", words))
    while len(found) > 1 and found[0].casefold() in _DETERMINERS:
        found = found[1:]
    return found


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word


def _is_name(word: str, text: str) -> bool:
    """Whether a word has a digit, a capital that it does not have only here (as in headlines and at the start of a
    sentence), or is of a script that has no capitals."""
    if word.lower() == word:
        return any(c.isdigit() for c in word) or word.upper() == word
    return word[1:].lower() != word[1:] or _stem(word.lower()) not in _common(text)


@lru_cache(maxsize=8)
def _common(text: str) -> frozenset[str]:
    """Words that the text has in lower case."""
    return frozenset(_stem(word) for word in _WORD.findall(_POSSESSIVE.sub("", text)) if word.lower() == word)
