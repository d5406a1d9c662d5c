"""Where a page writes when it was published: strings as they stand there, most explicit first, nothing completed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from lxml.etree import XPath, _Element

from policygraph.text.clean import one_line
from policygraph.text.dates import date_within
from policygraph.text.patterns import load

LONGEST_VALUE = 60
LONGEST_JSON_LD = 500_000
MOST_DATES = 12


@cache
def _patterns() -> dict[str, list[str]]:
    data: dict[str, list[str]] = load("metadata")
    return data


@cache
def _xpaths(name: str) -> tuple[XPath, ...]:
    return tuple(XPath(expression) for expression in _patterns()[name])


def page_dates(tree: _Element) -> tuple[tuple[str, str], ...]:
    """Pairs of origin (``meta``, ``text``) and date string of a parsed page; at most MOST_DATES, none twice."""
    found: dict[tuple[str, str], None] = {}
    for pair in _all_dates(tree):
        found.setdefault(pair)
        if len(found) >= MOST_DATES:
            break
    return tuple(found)


def _all_dates(tree: _Element) -> Iterator[tuple[str, str]]:
    for value in _json_ld_dates(tree):
        yield "meta", value
    for value in _meta_dates(tree):
        yield "meta", value
    for xpath in _xpaths("elements"):
        for value in xpath(tree)[:3]:
            if text := one_line(str(value))[:LONGEST_VALUE]:
                yield "meta", text
    for xpath in _xpaths("visible"):
        for element in xpath(tree)[:3]:
            text = one_line("".join(element.itertext())[:1000])
            if len(text) <= 2 * LONGEST_VALUE and (written := date_within(text)):
                yield "text", written


def _meta_dates(tree: _Element) -> Iterator[str]:
    values: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = one_line(element.get("content") or "")[:LONGEST_VALUE]
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()
            if name and content:
                values.setdefault(name, content)
    return (values[name] for name in _patterns()["meta"] if name in values)


def _json_ld_dates(tree: _Element) -> Iterator[str]:
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        text = script.text or ""
        if len(text) > LONGEST_JSON_LD:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):  # a page's broken JSON-LD only means that it says nothing
            continue
        yield from _dates_of(data)


def _dates_of(data: Any) -> Iterator[str]:
    """Dates of the first object that has one, objects that are no web site or breadcrumb first to last."""
    queue = [data]
    seen = 0
    while queue and seen < 1000:
        node = queue.pop(0)
        seen += 1
        if isinstance(node, list):
            queue.extend(node)
        elif isinstance(node, dict):
            for key in _patterns()["json_ld"]:
                if isinstance(value := node.get(key), str) and value.strip():
                    yield one_line(value)[:LONGEST_VALUE]
                    return
            queue.extend(v for k, v in node.items() if k in ("@graph", "mainEntity", "mainEntityOfPage"))
