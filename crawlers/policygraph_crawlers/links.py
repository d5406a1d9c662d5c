"""Links as pages and feeds write them, made absolute."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

MAX_LENGTH = 2083
_CONTROL = dict.fromkeys((9, 10, 13))  # the URL standard drops tabs and line ends inside a URL
# Parameters that only tell the publisher which advertisement or mail a reader came from.
_TRACKING = ("utm_", "fbclid=", "gclid=", "mc_cid=", "mc_eid=")


def absolute_link(base: str, link: str) -> str | None:
    """The http or https URL that a link on page ``base`` leads to, without fragment and tracking parameters.

    None for anything else (``javascript:``, ``mailto:``, ``file:``, ``data:``, what is no URL, what is too long). Order
    and spelling of the remaining parameters are kept: they can mean something to the server.
    """
    try:
        joined = urljoin(base, link.strip().translate(_CONTROL).replace("\\", "/"))
        parts = urlsplit(joined)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            return None
        query = "&".join(p for p in parts.query.split("&") if not p.lower().startswith(_TRACKING))
        url = safe_url_string(urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", query, "")))
    except (ValueError, UnicodeError):
        return None
    return url if len(url) <= MAX_LENGTH else None
