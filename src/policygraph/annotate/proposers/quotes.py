"""Where a quote stands in a text: character for character, except that any white space matches any other."""

from __future__ import annotations

import re

from policygraph.model.records import Span

MOST_OCCURRENCES = 200


def find_quote(text: str, quote: str, start: int, end: int) -> list[Span]:
    """Spans of a quote between two characters of a text, as whole words, at most 200; the spans are exact.

    A quote of white space only has none.
    """
    words = quote.split()
    if not words:
        return []
    before = r"(?<!\w)" if words[0][0].isalnum() else ""
    after = r"(?!\w)" if words[-1][-1].isalnum() else ""
    pattern = re.compile(before + r"\s+".join(map(re.escape, words)) + after)
    found = []
    for match in pattern.finditer(text, start, end):
        found.append(Span(match.start(), match.end()))
        if len(found) == MOST_OCCURRENCES:
            break
    return found


def is_name(quote: str) -> bool:
    """Whether words read like a name: after an article, the first and the last begin with a capital or a digit.

    A name means the same wherever it stands in a text; "the company" and "Chinese carmaker" do not.
    """
    words = quote.split()
    rest = words[1:] if words and words[0].casefold() in ("the", "a", "an") else words
    return bool(rest) and all(word[0].isupper() or word[0].isdigit() for word in (rest[0], rest[-1]))
