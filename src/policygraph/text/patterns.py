"""The stage's patterns, read from the YAML files beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


def load(name: str) -> Any:
    """The content of ``patterns/<name>.yml``."""
    resource = files("policygraph.text").joinpath("patterns", f"{name}.yml")
    return yaml.safe_load(resource.read_text(encoding="utf-8"))


def alternatives(expressions: list[str]) -> re.Pattern[str]:
    """One pattern that matches where any of the expressions does, case ignored."""
    return re.compile("|".join(f"(?:{e})" for e in expressions), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RolePatterns:
    """What a block's first characters say of its role; see ``patterns/roles.yml``."""

    caption: re.Pattern[str]
    boilerplate: re.Pattern[str]
    related_heading: re.Pattern[str]
    headlines_heading: re.Pattern[str]
    small_words: frozenset[str]


@cache
def role_patterns() -> RolePatterns:
    """The patterns of ``patterns/roles.yml``."""
    data = load("roles")
    return RolePatterns(
        alternatives(data["caption"]),
        alternatives(data["boilerplate"]),
        alternatives(data["related_heading"]),
        alternatives(data["headlines_heading"]),
        frozenset(data["small_words"].split()),
    )


@dataclass(frozen=True, slots=True)
class NoticePatterns:
    """How a notice of the server gives itself away; see ``patterns/notices.yml``."""

    longest: int
    title: re.Pattern[str]
    text: re.Pattern[str]


@cache
def notice_patterns() -> NoticePatterns:
    """The patterns of ``patterns/notices.yml``."""
    data = load("notices")
    return NoticePatterns(int(data["longest"]), alternatives(data["title"]), alternatives(data["text"]))
