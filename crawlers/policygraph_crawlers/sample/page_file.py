"""Page files: YAML between two lines of ``---``, then text with ``## headings``, ``- list items`` and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*\n(.*)\Z", re.DOTALL)
_SAFE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,99}$")


class PageError(Exception):
    """A page file that cannot be served; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One of the sample site's outlets, as ``outlets.yml`` describes it."""

    id: str
    name: str
    layout: str
    tagline: str
    navigation: tuple[str, ...]
    related: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A piece of a page's text: ``kind`` is ``heading``, ``paragraph``, ``quotation`` or ``list`` (a line an item)."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the sample site."""

    id: str
    outlet: Outlet
    title: str
    published: date
    blocks: tuple[TextBlock, ...]
    section: str = "News"
    author: str = "Sample desk"
    caption: str = ""
    number: str = ""
    language: str = "en"

    @property
    def path(self) -> str:
        """Path of the page's URL."""
        if self.outlet.layout == "rss" or self.outlet.layout == "atom":
            return f"/{self.outlet.id}/{self.published:%Y/%m}/{self.id}.html"
        return f"/{self.outlet.id}/{self.id}.html"

    @property
    def summary(self) -> str:
        """The first paragraph."""
        return next((" ".join(b.lines) for b in self.blocks if b.kind == "paragraph"), "")


def load_outlets() -> dict[str, Outlet]:
    """The outlets, by id."""
    rows = yaml.safe_load((Path(__file__).parent / "outlets.yml").read_text(encoding="utf-8"))
    outlets = (
        Outlet(r["id"], r["name"], r["layout"], r["tagline"], tuple(r["navigation"]), tuple(r["related"])) for r in rows
    )
    return {outlet.id: outlet for outlet in outlets}


def load_page(path: Path, outlets: dict[str, Outlet]) -> Page:
    """The page that a file describes. Raises PageError."""
    try:
        match = _FRONT_MATTER.match(path.read_text(encoding="utf-8").replace("\r\n", "\n"))
        values: Any = yaml.safe_load(match.group(1)) if match else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PageError(f"{path.name}: cannot be read: {' '.join(str(error).split())}") from error
    if match is None or not isinstance(values, dict):
        raise PageError(f"{path.name}: must begin with fields between two lines of ---")
    outlet = outlets.get(str(values.get("outlet")))
    if outlet is None:
        raise PageError(f"{path.name}: field 'outlet' must be one of {', '.join(outlets)}")
    identity = str(values.get("id") or path.stem)
    if not _SAFE_ID.match(identity):
        raise PageError(f"{path.name}: field 'id' must be made of a-z, 0-9 and -")
    if not isinstance(values.get("title"), str):
        raise PageError(f"{path.name}: field 'title' must be a text")
    return Page(
        id=identity,
        outlet=outlet,
        title=" ".join(values["title"].split()),
        published=_day(path, values.get("date")),
        blocks=tuple(split_blocks(match.group(2))),
        section=str(values.get("section") or "News"),
        author=str(values.get("author") or "Sample desk"),
        caption=str(values.get("caption") or ""),
        number=str(values.get("number") or ""),
        language=str(values.get("language") or "en"),
    )


class PageFolder:
    """The pages of a folder; a file is read again when its size or time changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._outlets = load_outlets()
        self._read: dict[Path, tuple[tuple[int, int], Page | PageError]] = {}

    @property
    def outlets(self) -> dict[str, Outlet]:
        """The outlets, by id."""
        return self._outlets

    def load(self) -> tuple[list[Page], list[PageError]]:
        """All pages, newest first, and the errors of files that are wrong or take an id that is taken."""
        pages: dict[tuple[str, str], Page] = {}
        errors: list[PageError] = []
        for path in sorted(self._folder.glob("*.md")):
            page = self._page(path)
            if isinstance(page, PageError):
                errors.append(page)
            elif (page.outlet.id, page.id) in pages:
                errors.append(PageError(f"{path.name}: field 'id' is taken by another file: {page.id}"))
            else:
                pages[page.outlet.id, page.id] = page
        return sorted(pages.values(), key=lambda page: (-page.published.toordinal(), page.id)), errors

    def _page(self, path: Path) -> Page | PageError:
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            known = self._read.get(path)
            if known is not None and known[0] == stamp:
                return known[1]
            page: Page | PageError = load_page(path, self._outlets)
        except OSError as error:
            return PageError(f"{path.name}: cannot be read: {error.strerror}")
        except PageError as error:
            page = error
        self._read[path] = (stamp, page)
        return page


def split_blocks(text: str) -> Iterator[TextBlock]:
    """Blocks of a text: they are parted by empty lines, and a list's items may follow each other without."""
    for part in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        if not lines:
            continue
        if lines[0].startswith("## "):
            yield TextBlock("heading", (lines[0][3:],))
            lines = lines[1:]
        if lines and all(line.startswith("- ") for line in lines):
            yield TextBlock("list", tuple(line[2:] for line in lines))
        elif lines and all(line.startswith(">") for line in lines):
            yield TextBlock("quotation", (" ".join(line.lstrip("> ") for line in lines),))
        elif lines:
            yield TextBlock("paragraph", (" ".join(lines),))


def _day(path: Path, value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise PageError(f"{path.name}: field 'date' must be a day of the form YYYY-MM-DD, is {value!r}") from None
