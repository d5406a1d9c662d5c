"""Links as pages and feeds write them, made absolute."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import idna
from w3lib.url import safe_url_string

MAX_LENGTH = 2083
_CONTROL = dict.fromkeys((9, 10, 13))  # the URL standard drops tabs and line ends inside a URL
# Parameters that only tell the publisher which advertisement or mail a reader came from.
_TRACKING = ("utm_", "fbclid=", "gclid=", "mc_cid=", "mc_eid=")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$")
_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)$")
_PORTS = {"http": 80, "https": 443}


def absolute_link(base: str, link: str) -> str | None:
    """The http or https URL that a link on page ``base`` leads to, without fragment and tracking parameters.

    None for anything else: other schemes, what is no URL, what carries a user name, an address in an odd spelling
    (``2130706433``, ``0x7f.1``), what is too long. Order and spelling of the remaining parameters are kept: they can
    mean something to the server.
    """
    try:
        path, mark, query = link.strip().translate(_CONTROL).partition("?")
        path = re.sub(r"^/{2,}", "//", path.replace("\\", "/"))
        parts = urlsplit(urljoin(base, path + mark + query))
        if parts.scheme not in _PORTS or "@" in parts.netloc:
            return None
        authority = _authority(parts)
        if authority is None:
            return None
        kept = "&".join(p for p in parts.query.split("&") if not p.lower().startswith(_TRACKING))
        url = safe_url_string(urlunsplit((parts.scheme, authority, _without_dots(parts.path), kept, "")))
    except (ValueError, UnicodeError):
        return None
    return url if len(url) <= MAX_LENGTH else None


def _without_dots(path: str) -> str:
    # urljoin resolves "." and ".." only where the link does not name its host itself.
    if "/." not in path:
        return path or "/"
    return urlsplit(urljoin("http://host/", "/" + path.lstrip("/"))).path or "/"


def _authority(parts: SplitResult) -> str | None:
    host, port = (parts.hostname or "").lower(), parts.port
    if not host or port == 0:
        return None
    suffix = f":{port}" if port and port != _PORTS[parts.scheme] else ""
    if ":" in host and "%" not in host:
        return f"[{IPv6Address(host)}]{suffix}"
    if not host.isascii():
        host = idna.encode(host, uts46=True).decode("ascii")
    if not _HOST.match(host):
        return None
    if _NUMBER.match(host.rstrip(".").rpartition(".")[2]):
        try:
            host = str(IPv4Address(host))
        except AddressValueError:
            return None
    return host + suffix
