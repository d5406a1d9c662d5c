"""Values that Neo4j gives, as plain ones that JSON, CSV and a person can take."""

from __future__ import annotations

import math
from typing import Any

from neo4j.graph import Node, Path, Relationship
from neo4j.time import Date, DateTime, Duration, Time

_AS_IS = frozenset({str, int, bool, type(None)})  # most of what comes, told without looking at every other type


def plain(value: Any) -> Any:
    """A node or relationship as a dict with its labels or type, a path as a list of both in turn, a date as ISO text.

    Numbers that JSON cannot hold (NaN, infinities) become text.
    """
    if type(value) in _AS_IS:
        return value
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), "properties": plain(dict(value))}
    if isinstance(value, Relationship):
        ends = [None if node is None else node.get("id") for node in (value.start_node, value.end_node)]
        return {"type": value.type, "start": ends[0], "end": ends[1], "properties": plain(dict(value))}
    if isinstance(value, Path):
        return _path(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and not isinstance(value, Duration):
        return [plain(item) for item in value]
    if isinstance(value, (Date, DateTime, Time, Duration)):
        return value.iso_format()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _path(path: Path) -> list[Any]:
    steps: list[Any] = [plain(path.start_node)]
    for relationship, node in zip(path.relationships, path.nodes[1:], strict=True):
        steps += [plain(relationship), plain(node)]
    return steps
