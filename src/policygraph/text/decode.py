"""Which encoding bytes are in: byte order mark, the server's word, the page's own, else what they look like."""

from __future__ import annotations

from charset_normalizer import from_bytes
from w3lib.encoding import html_to_unicode

SAMPLE = 65536  # bytes looked at to guess an encoding


def decode(payload: bytes, media_type: str) -> str:
    """Text of a payload; bytes that its encoding does not have become U+FFFD. ``media_type`` may name a charset."""
    _, text = html_to_unicode(media_type or None, payload, auto_detect_fun=_guess)
    return text


def _guess(payload: bytes) -> str | None:
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > SAMPLE:  # a long UTF-8 text with one broken place is still UTF-8
            return "utf-8"
        best = from_bytes(payload[:SAMPLE]).best()
        return None if best is None else best.encoding
    return "utf-8"
