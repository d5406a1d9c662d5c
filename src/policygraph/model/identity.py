"""Identifiers made of content: the same input has the same identifier on every machine and on every run."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata

JsonValue = None | bool | int | float | str | list["JsonValue"] | tuple["JsonValue", ...] | dict[str, "JsonValue"]

ID_LENGTH = 24  # hex digits: 96 bits, no collision expected below 10^14 records


def digest(data: bytes) -> str:
    """SHA-256 of bytes as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8 (lone surrogates kept as they are), as 64 hex digits."""
    return digest(text.encode("utf-8", "surrogatepass"))


def content_id(kind: str, *parts: JsonValue) -> str:
    """An identifier such as ``statement:9f2c…`` made of the canonical JSON of its parts.

    ``kind`` is the prefix; ``parts`` is everything that makes two things of this kind the same thing.
    """
    canonical = json.dumps(parts, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return f"{kind}:{digest(canonical.encode('ascii'))[:ID_LENGTH]}"


def slug(name: str) -> str:
    """A readable identifier part: ASCII letters and digits in lower case, joined by hyphens.

    Letters without an ASCII base (Chinese, Arabic, …) are kept, so that two such names never become one.
    """
    spelled = name.replace("+", " plus ").replace("#", " sharp ")  # C, C++ and C# are three things
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", spelled).casefold())
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", kept).strip("-")
