"""JSON answers of official interfaces, read by dotted paths of the source file."""

from __future__ import annotations

import json
from typing import Any

from policygraph.model.records import Issue
from policygraph_crawlers.entries import Entry, Reading, crawl_issue, dated, plain_text
from policygraph_crawlers.links import absolute_link
from policygraph_crawlers.source_file import Source


def read_api(source: Source, url: str, body: bytes, content_type: str) -> Reading:
    """The items of a JSON answer, each with its link, title and date, and its file if the source names one."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Reading((), (crawl_issue("json_broken", f"the answer is no JSON: {error}", source.id, url),))
    items = _at(answer, source.selectors["items"])
    if not isinstance(items, list):
        reason = f"the answer ({content_type or 'no type'}) has no list at {source.selectors['items']!r}"
        return Reading((), (crawl_issue("json_broken", reason, source.id, url),))
    entries: list[Entry] = []
    issues: list[Issue] = []
    for position, item in enumerate(items, start=1):
        title = plain_text(_text(item, source, "title"))
        name = f"item {position} ({title[:80]!r})"
        link = absolute_link(url, _text(item, source, "link")) if _text(item, source, "link") else None
        if link is None:
            issues.append(crawl_issue("link_unusable", f"{name} has no link that can be fetched", source.id, url))
            continue
        written, day, reason = dated(_text(item, source, "date"), source.date_order)
        if source.selectors.get("date") and not day:
            issues.append(crawl_issue("date_unknown", f"{name}: {reason}", source.id, url))
        raw_file = _text(item, source, "file")
        entries.append(Entry(link, title, written, day, (absolute_link(url, raw_file) or "") if raw_file else ""))
    return Reading(tuple(entries), tuple(issues))


def _text(item: Any, source: Source, name: str) -> str:
    path = source.selectors.get(name)
    value = _at(item, path) if path else None
    return value if isinstance(value, str) else ""


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return None
    return value
