"""Checked values of a settings file: of the right kind, within bounds, and none that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

LONGEST = 200  # characters of a name


class FieldError(ValueError):
    """A field that is wrong: ``name`` is its path, the message says why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


class Fields:
    """Takes values out of a mapping and knows which were never asked for. Every method raises FieldError."""

    def __init__(self, values: Mapping[Any, Any], prefix: str = "") -> None:
        self._values = dict(values)
        self._prefix = prefix

    def has(self, name: str) -> bool:
        """Whether the field is given and not null."""
        return self._values.get(name) is not None

    def take(self, name: str, kind: type, what: str, default: Any = None) -> Any:
        """The value of a field, of a kind that ``what`` describes."""
        value = self._values.pop(name, None)
        value = default if value is None else value
        if value is None:
            raise FieldError(self._prefix + name, "is missing")
        wrong_truth = isinstance(value, bool) and kind is not bool
        if wrong_truth or not isinstance(value, (int, float) if kind is float else kind):
            raise FieldError(self._prefix + name, f"must be {what}, is {str(value)[:60]!r}")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A text; empty only where that is the default."""
        value = str(self.take(name, str, "a text", default)).strip()
        if not value and default != "":
            raise FieldError(self._prefix + name, "is empty")
        return value

    def line(self, name: str, default: str | None = None) -> str:
        """A text of one line, fit to be shown and to be a name."""
        value = self.text(name, default)
        if not value.isprintable() or len(value) > LONGEST:
            raise FieldError(self._prefix + name, f"must be one line of at most {LONGEST} characters")
        return value

    def choice(self, name: str, choices: Iterable[str]) -> str:
        """One of some words."""
        value = self.text(name)
        if value not in choices:
            raise FieldError(self._prefix + name, f"must be one of {', '.join(choices)}, is {value[:60]!r}")
        return value

    def truth(self, name: str, default: bool) -> bool:
        """True or false."""
        return bool(self.take(name, bool, "true or false", default))

    def number(self, name: str, default: float, least: float, most: float) -> float:
        """A number within bounds."""
        value = float(self.take(name, float, "a number", default))
        if not least <= value <= most:
            raise FieldError(self._prefix + name, f"must be between {least:g} and {most:g}, is {value:g}")
        return value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = int(self.take(name, int, "a whole number", default))
        if not least <= value <= most:
            raise FieldError(self._prefix + name, f"must be between {least} and {most}, is {value}")
        return value

    def end(self) -> None:
        """Refuse what was never asked for."""
        for name in self._values:
            raise FieldError(f"{self._prefix}{str(name)[:60]}", "is not known")


def endpoint_address(url: str) -> tuple[str, bool]:
    """An endpoint's address without the slash at its end, and whether a key may be sent there: by https, or on this
    machine. The address is the operator's own, so it may lead anywhere. Raises FieldError.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise FieldError("base_url", f"is not a URL: {error}") from None
    if parts.scheme not in ("http", "https") or not host or not url.isascii() or not url.isprintable() or " " in url:
        raise FieldError("base_url", "must be the URL of an http or https server")
    if parts.username is not None or parts.query or parts.fragment:
        raise FieldError("base_url", "must have no user, query or fragment")
    return url.rstrip("/"), parts.scheme == "https" or _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
