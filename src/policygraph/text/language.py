"""The language of a text, by its script and its most frequent words; deterministic and without a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from policygraph.text.patterns import load

SUPPORTED = "en"
SAMPLE = 20_000  # code points looked at
FEWEST_WORDS = 25  # below that, words say nothing and the declared language stands
SMALLEST_SHARE = 0.08  # of words that are among a language's frequent ones; running text has 0.2 to 0.45
SCRIPT_SHARE = 0.3  # of letters; names and quotations in another script stay below
# Kana are a part of Japanese text only, beside Han characters.
_SMALL_SCRIPT_SHARE = {"ja": 0.1}

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Languages:
    words: dict[str, frozenset[str]]
    scripts: dict[str, tuple[tuple[int, int], ...]]


@cache
def _languages() -> _Languages:
    data = load("languages")
    # YAML reads an unquoted `no` or `on` as a truth value; those are words here.
    words = {code: frozenset(_word(w) for w in listed) for code, listed in data["words"].items()}
    scripts = {code: tuple((first, last) for first, last in ranges) for code, ranges in data["scripts"].items()}
    return _Languages(words, scripts)


def _word(value: object) -> str:
    return {True: "on", False: "no"}[value] if isinstance(value, bool) else str(value)


def language_of(text: str, declared: str = "") -> str:
    """ISO 639-1 code of the language that most of a text is in.

    A text too short to tell is in the ``declared`` language, and in English if none is declared.
    """
    sample = text[:SAMPLE]
    letters = [ord(c) for c in sample if c.isalpha()]
    for code, ranges in _languages().scripts.items():
        inside = sum(1 for c in letters if any(first <= c <= last for first, last in ranges))
        if letters and inside > _SMALL_SCRIPT_SHARE.get(code, SCRIPT_SHARE) * len(letters):
            return code
    fallback = declared or SUPPORTED
    words = _WORD.findall(sample.lower())
    if len(words) < FEWEST_WORDS:
        return fallback
    shares = {
        code: sum(1 for w in words if w in frequent) / len(words) for code, frequent in _languages().words.items()
    }
    best = max(shares, key=lambda code: (shares[code], code == fallback, code))
    return best if shares[best] >= SMALLEST_SHARE else fallback
