"""Characters of hostile or careless origin are removed before anything is measured in a text."""

from __future__ import annotations

import re
import unicodedata

# Controls (NUL among them), soft hyphens, zero-width marks, direction marks and overrides, byte order marks,
# non-characters and lone surrogates: invisible, and they would hide or reorder the words of a quote.
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc\ufffe\uffff\ud800-\udfff]"
)
_SPACE = re.compile(r"\s+")


def visible(text: str) -> str:
    """The text without invisible and broken characters, in normal form NFC; line breaks are kept."""
    return unicodedata.normalize("NFC", _REMOVED.sub("", text))


def one_line(text: str) -> str:
    """Visible text with every run of white space made one space, stripped."""
    return _SPACE.sub(" ", visible(text)).strip()
