"""Which reader a payload needs, by its media type and, where that says nothing, by its first bytes."""

from __future__ import annotations

import re
from typing import Literal

Format = Literal["html", "pdf", "text", "feed"]

_HTML = frozenset(("text/html", "application/xhtml+xml"))
_FEEDS = frozenset(("application/rss+xml", "application/atom+xml", "application/rdf+xml"))
_VAGUE = frozenset(
    ("", "application/octet-stream", "binary/octet-stream", "application/xml", "text/xml", "application/x-download")
)
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_FEED_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<\?.{0,500}?\?>\s*|<!--.{0,2000}?-->\s*)*<(?:rss|feed|rdf:RDF)\b",
    re.I | re.S,
)


def format_of(media_type: str, payload: bytes) -> Format | None:
    """The format of a payload, or None where no reader takes it.

    A PDF is known by its first bytes whatever it is called, and what is called a PDF but begins as a page is a page.
    """
    name = media_type.partition(";")[0].strip().lower()
    head = payload[:5000]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if name in _HTML or (name == "application/pdf" and _HTML_START.match(head)):
        return "feed" if _FEED_START.match(head) else "html"
    if name in _FEEDS:
        return "feed"
    if name == "application/pdf":
        return "pdf"
    if name in _VAGUE:
        return _by_content(name, head)
    if name == "text/plain":
        return "html" if _HTML_START.match(head) else "text"
    return "text" if name == "text/markdown" else None


def _by_content(name: str, head: bytes) -> Format | None:
    if _FEED_START.match(head):
        return "feed"
    if _HTML_START.match(head):
        return "html"
    readable = b"\0" not in head and not head.lstrip().startswith((b"{", b"[", b"<"))
    return "text" if readable and not name.endswith("xml") else None
