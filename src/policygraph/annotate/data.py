"""The stage's pattern files: read once, compiled, and part of the annotator's version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from policygraph.model.identity import digest

DIGEST_LENGTH = 12  # hex digits


def _folder() -> Traversable:
    return files("policygraph.annotate").joinpath("patterns")


@cache
def load(name: str) -> Any:
    """The content of ``patterns/<name>.yml``; for reading only."""
    return yaml.safe_load(_folder().joinpath(f"{name}.yml").read_text(encoding="utf-8"))


def words(text: str | Iterable[str]) -> frozenset[str]:
    """The words of a folded YAML scalar or of a list."""
    return frozenset(text.split() if isinstance(text, str) else text)


def any_of(phrases: Iterable[str]) -> str:
    """A regular expression for any of the phrases, longest first, spaces as they are."""
    return "(?:" + "|".join(re.escape(p).replace(r"\ ", " ") for p in sorted(phrases, key=lambda p: (-len(p), p))) + ")"


def digest_of_patterns() -> str:
    """A digest of all pattern files: other patterns, other annotations."""
    return digest(b"\x00".join(_contents(_folder(), ".yml")))[:DIGEST_LENGTH]


def digest_of_folder(folder: Traversable) -> str:
    """A digest of the CSV and YAML files of a folder."""
    return digest(b"\x00".join((*_contents(folder, ".csv"), *_contents(folder, ".yml"))))[:DIGEST_LENGTH]


def _contents(folder: Traversable, ending: str) -> Iterator[bytes]:
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(ending)), key=lambda f: f.name):
        yield file.name.encode("utf-8")
        yield file.read_bytes()
