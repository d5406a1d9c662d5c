"""Source files: everything that is known of a place to watch, as data, checked when it is read.

A file is ``<source id>.yml``. Its fields are those of ``Source``; CONTRIBUTING shows how to add one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import yaml

from policygraph.model.identity import digest
from policygraph.model.published import DateOrder

SPIDERS = ("api", "feed", "listing", "page", "sitemap")
KINDS = ("news", "official")
DOCUMENT_KINDS = ("news", "official", "headlines")
RECHECKS = ("always", "never")
VERIFIED = ("live", "published sample", "format specification", "from memory")
_SELECTORS = {
    "api": ("items", "link", "title", "date", "file"),
    "feed": (),
    "listing": ("item", "link", "title", "date", "date_pattern", "file"),
    "page": (),
    "sitemap": ("pattern",),
}
_NEEDED_SELECTORS = {"api": ("items", "link"), "listing": ("item", "link")}
_SAFE_ID = re.compile(r"[a-z0-9][a-z0-9_]{0,59}$")


class SourceError(Exception):
    """A source file that cannot be used; the message names the file and the field."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes a source: the name as it is shown, and the domain that identifies it."""

    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class Source:
    """A place to watch.

    ``start`` are the URLs that a night begins with. ``selectors`` say where the spider finds what (CSS, or XPath after
    ``xpath:``; dotted paths for ``api``). ``follow`` tells whether linked pages are fetched or the entries' own text is
    read. ``date_order`` is the order of dates made of numbers only. ``expected`` is the number of entries that a night
    brings, least and most. ``delay`` is seconds between two requests, ``timeout`` seconds of wall time a response.
    ``recheck`` tells whether a page that was fetched before is asked for again. ``document_kind`` says what its pages
    are, by default the kind of the source. ``verified`` says how its layout is known. ``digest`` is that of the file.
    """

    id: str
    title: str
    publisher: Publisher
    kind: str
    jurisdiction: str
    language: str
    spider: str
    start: tuple[str, ...]
    verified: str
    digest: str
    authority: str = ""
    selectors: Mapping[str, str] = field(default_factory=dict)
    follow: bool = True
    date_order: DateOrder | None = None
    expected: tuple[int, int] = (1, 1000)
    delay: float = 2.0
    timeout: float = 60.0
    recheck: str = "always"
    enabled: bool = True
    document_kind: str = ""


def load_source(path: Path) -> Source:
    """The source that a file describes. Raises SourceError naming the file and the field that is wrong."""
    try:
        raw = path.read_bytes()
        values = yaml.safe_load(raw.decode("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SourceError(f"{path}: cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict):
        raise SourceError(f"{path}: must be a mapping of fields")
    try:
        source = _build(values, digest(raw))
    except _FieldError as error:
        raise SourceError(f"{path}: field '{error.name}' {error}") from None
    if source.id != path.stem:
        raise SourceError(f"{path}: field 'id' must be the file's name, {path.stem!r}, is {source.id!r}")
    return source


def find_sources(folders: Iterable[Path]) -> tuple[dict[str, Source], list[SourceError]]:
    """The sources of all files ``*.yml`` under the folders in order of id, and the errors of those that are wrong.

    A second file with an id that is taken is an error.
    """
    sources: dict[str, Source] = {}
    errors: list[SourceError] = []
    for path in (path for folder in folders for path in sorted(folder.rglob("*.yml"))):
        try:
            source = load_source(path)
            if source.id in sources:
                raise SourceError(f"{path}: field 'id' is taken by another file: {source.id!r}")
            sources[source.id] = source
        except SourceError as error:
            errors.append(error)
    return dict(sorted(sources.items())), errors


def packaged_sources() -> Path:
    """Folder of the source files that come with the package."""
    return Path(__file__).parent / "sources"


def sample_sources() -> Path:
    """Folder of the source files of the sample site."""
    return Path(__file__).parent / "sample" / "sources"


class _FieldError(Exception):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


class _Fields:
    """Takes checked values out of a mapping and knows which were never asked for."""

    def __init__(self, values: dict[Any, Any], prefix: str = "") -> None:
        self._values = dict(values)
        self._prefix = prefix

    def take(self, name: str, kind: type, what: str, default: Any = None) -> Any:
        value = self._values.pop(name, default)
        full = self._prefix + name
        if value is None:
            raise _FieldError(full, "is missing")
        wrong_truth = isinstance(value, bool) and kind is not bool
        if wrong_truth or not isinstance(value, (int, float) if kind is float else kind):
            raise _FieldError(full, f"must be {what}, is {value!r}")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        value = str(self.take(name, str, "a text", default)).strip()
        if not value and default is None:
            raise _FieldError(self._prefix + name, "is empty")
        return value

    def choice(self, name: str, choices: Iterable[str], default: str | None = None) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise _FieldError(self._prefix + name, f"must be one of {', '.join(choices)}, is {value!r}")
        return value

    def number(self, name: str, default: float, least: float, most: float) -> float:
        value = float(self.take(name, float, "a number", default))
        if not least <= value <= most:
            raise _FieldError(self._prefix + name, f"must be between {least:g} and {most:g}, is {value:g}")
        return value

    def end(self) -> None:
        for name in self._values:
            raise _FieldError(f"{self._prefix}{name}", "is not a field of a source file")


def _build(values: dict[Any, Any], file_digest: str) -> Source:
    fields = _Fields(values)
    publisher = _Fields(fields.take("publisher", dict, "a mapping of name and domain"), "publisher.")
    spider = fields.choice("spider", SPIDERS)
    order = fields.choice("date_order", ("", *get_args(DateOrder)), "")
    source = Source(
        id=_identity(fields.text("id")),
        title=fields.text("title"),
        publisher=Publisher(publisher.text("name"), publisher.text("domain")),
        kind=(kind := fields.choice("kind", KINDS)),
        jurisdiction=fields.text("jurisdiction"),
        language=fields.text("language"),
        spider=spider,
        start=_start(fields.take("start", list, "a list of URLs")),
        verified=fields.choice("verified", VERIFIED),
        digest=file_digest,
        authority=fields.text("authority", ""),
        selectors=_selectors(fields.take("selectors", dict, "a mapping", {}), spider),
        follow=fields.take("follow", bool, "true or false", True),
        date_order=next((known for known in get_args(DateOrder) if known == order), None),
        expected=_expected(fields.take("expected", dict, "a mapping of min and max", {"min": 1, "max": 1000})),
        delay=fields.number("delay", 2.0, 0.0, 300.0),
        timeout=fields.number("timeout", 60.0, 0.1, 600.0),
        recheck=fields.choice("recheck", RECHECKS, "always"),
        enabled=fields.take("enabled", bool, "true or false", True),
        document_kind=fields.choice("document_kind", DOCUMENT_KINDS, kind),
    )
    publisher.end()
    fields.end()
    return source


def _identity(value: str) -> str:
    if not _SAFE_ID.match(value):
        raise _FieldError("id", f"must be made of a-z, 0-9 and _, is {value!r}")
    return value


def _start(urls: list[Any]) -> tuple[str, ...]:
    if not urls:
        raise _FieldError("start", "is empty")
    for url in urls:
        if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise _FieldError("start", f"must hold http or https URLs, holds {url!r}")
    return tuple(urls)


def _selectors(values: dict[Any, Any], spider: str) -> dict[str, str]:
    for name, value in values.items():
        if name not in _SELECTORS[spider]:
            raise _FieldError(f"selectors.{name}", f"is no selector of the spider {spider!r}")
        if not isinstance(value, str) or not value.strip():
            raise _FieldError(f"selectors.{name}", f"must be a text, is {value!r}")
    for name in _NEEDED_SELECTORS.get(spider, ()):
        if name not in values:
            raise _FieldError(f"selectors.{name}", "is missing")
    for name in ("date_pattern", "pattern"):
        try:
            re.compile(values.get(name, ""))
        except re.error as error:
            raise _FieldError(f"selectors.{name}", f"is no regular expression: {error}") from error
    return dict(values)


def _expected(values: dict[Any, Any]) -> tuple[int, int]:
    fields = _Fields(values, "expected.")
    least = fields.take("min", int, "a whole number")
    most = fields.take("max", int, "a whole number")
    fields.end()
    if not 0 <= least <= most:
        raise _FieldError("expected", f"must have 0 <= min <= max, has {least} and {most}")
    return least, most
