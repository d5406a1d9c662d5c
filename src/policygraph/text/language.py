"""The language of a text, by its script and its most frequent words; deterministic and without a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from policygraph.text.patterns import load

SUPPORTED = "en"
SAMPLE = 5_000  # code points looked at
FEWEST_WORDS = 25  # below that, words say nothing and the declared language stands
SMALLEST_SHARE = 0.08  # of words that are among a language's frequent ones; running text has 0.2 to 0.45
SCRIPT_SHARE = 0.3  # of letters; names and quotations in another script stay below
# Kana are a part of Japanese text only, beside Han characters.
_SMALL_SCRIPT_SHARE = {"ja": 0.1}

_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Languages:
    words: dict[str, frozenset[str]]
    scripts: dict[str, re.Pattern[str]]


@cache
def _languages() -> _Languages:
    data = load("languages")
    words = {code: frozenset(listed) for code, listed in data["words"].items()}
    scripts = {code: _characters(ranges) for code, ranges in data["scripts"].items()}
    return _Languages(words, scripts)


def _characters(ranges: list[list[int]]) -> re.Pattern[str]:
    return re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges) + "]")


def language_of(text: str, declared: str = "") -> str:
    """ISO 639-1 code of the language that most of a text is in.

    A text too short to tell is in the ``declared`` language, and in English if none is declared.
    """
    sample = text[:SAMPLE]
    letters = len(_LETTER.findall(sample))
    for code, characters in _languages().scripts.items():
        if letters and len(characters.findall(sample)) > _SMALL_SCRIPT_SHARE.get(code, SCRIPT_SHARE) * letters:
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
