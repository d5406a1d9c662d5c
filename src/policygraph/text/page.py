"""What a reader of one format found, before it is known what the document is called and when it was published."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from policygraph.model.records import Issue
from policygraph.text.blocks import Unit


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a payload gave less than it should have: an issue without its source and URL."""

    code: str
    reason: str

    def issue(self, source_id: str, url: str) -> Issue:
        """The issue of the text stage that this is."""
        return Issue("text", self.code, self.reason, source_id, url)


@dataclass(frozen=True, slots=True)
class Page:
    """Units of text in reading order and what the format itself says of title, publisher, language and dates.

    ``dates`` are strings as written, most explicit first, with where they stood: ``meta`` or ``text``.
    """

    units: tuple[Unit, ...]
    title: str = ""
    publisher: str = ""
    language: str = ""
    dates: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


def to_json(page: Page) -> bytes:
    """The page as JSON, for the pipe between a child process and its parent."""
    return json.dumps(asdict(page), ensure_ascii=True).encode("ascii")


def from_json(data: bytes) -> Page:
    """The page of ``to_json``. Raises ValueError, TypeError or KeyError for anything else."""
    fields: dict[str, Any] = json.loads(data)
    return Page(
        tuple(Unit(**u) for u in fields["units"]),
        fields["title"],
        fields["publisher"],
        fields["language"],
        tuple((origin, raw) for origin, raw in fields["dates"]),
        tuple(Problem(**p) for p in fields["problems"]),
    )
