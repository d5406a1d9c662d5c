"""No mention begins or ends with a quotation mark, a comma, a dash or a bracket that is not closed in it, or ends with
a word that must go on. None goes over the end of a line: the label above a headline is no part of its first name."""

from __future__ import annotations

from policygraph.annotate.neural.tokens import Encoded

_MARKS = frozenset(",;:•–—-…'’‘`)]}")  # at the front; at the end with the opening brackets
_OPENING = frozenset("([{")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_QUOTES = {'"': '"', "”": "“"}
_ENDINGS = frozenset({"re", "ll", "ve"})
# Words after which a phrase goes on. "On", "It" or "As" may end a name, so only these, and only in small letters.
_GOING_ON = frozenset({"of", "in", "to", "for", "by", "and", "or", "the", "from", "that", "which", "with"})


def trimmed(encoded: Encoded, first: int, last: int) -> tuple[int, int]:
    """The words of a mention (both included) without what is loose at its edges; last is before first if nothing is
    left."""
    while first < last and "\n" in encoded.text[encoded.words[first][1] : encoded.words[last][0]]:
        first += 1
    while first <= last and _loose(encoded, first, last, first):
        first += 1
    while first <= last and (_loose(encoded, first, last, last) or _goes_on(encoded, first, last)):
        last -= 1
    while first <= last and _within_a_word(encoded, last):
        last += 2
    return first, last


def _within_a_word(encoded: Encoded, last: int) -> bool:
    """Whether an apostrophe and the rest of one name follow without a space ("Xi'an"), not an ending ("Tesla's")."""
    if last + 2 >= len(encoded.words):
        return False
    end, (mark, stop), (start, rest) = encoded.words[last][1], encoded.words[last + 1], encoded.words[last + 2]
    inside, after = encoded.text[mark:stop], encoded.text[start:rest]
    return mark == end and stop == start and inside in ("'", "’") and len(after) > 1 and after not in _ENDINGS


def _goes_on(encoded: Encoded, first: int, last: int) -> bool:
    start, end = encoded.words[last]
    return first < last and encoded.text[start:end] in _GOING_ON


def _loose(encoded: Encoded, first: int, last: int, word: int) -> bool:
    start, end = encoded.words[word]
    mark = encoded.text[start:end]
    inside = encoded.text[encoded.words[first][0] : encoded.words[last][1]]
    if len(mark) != 1:
        return False
    if mark in _CLOSING and word == last:
        return inside.count(mark) > inside.count(_CLOSING[mark])
    if mark in _QUOTES or mark in _QUOTES.values():
        return inside.count(mark) == 1 and not any(m in inside for q in _QUOTES.items() for m in q if m != mark)
    return mark in _MARKS or (mark in _OPENING and word == last)
