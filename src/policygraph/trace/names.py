"""Find the thing that a name means, and near names when there is none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from policygraph.resolve.names import fold
from policygraph.trace.facts import Thing
from policygraph.trace.fetch import Reader

_EXACT = """
MATCH (e:Entity) WHERE e.id IN $names OR e.name IN $names
RETURN e.id AS id, e.name AS name, e.type AS type, e.aliases AS aliases,
       EXISTS { (e)<-[:SUBJECT|OBJECT]-(s:Statement) WHERE s.known_to IS NULL } AS stands LIMIT 100
"""
_SEARCH = """
CALL db.index.fulltext.queryNodes('entity_names', $search, {limit: 60}) YIELD node, score
RETURN node.id AS id, node.name AS name, node.type AS type, node.aliases AS aliases,
       EXISTS { (node)<-[:SUBJECT|OBJECT]-(s:Statement) WHERE s.known_to IS NULL } AS stands
"""
_OTHERS = ("Organisation", "Person", "Authority", "Technology", "Facility")
Rows = list[dict[str, Any]]
_SPECIAL = re.compile(r"[^\w\s]+")


class UnknownNameError(LookupError):
    """No thing bears the name; ``near`` are the names that come closest."""

    def __init__(self, name: str, near: Sequence[str], wanted: str) -> None:
        hint = f": did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"the graph has no {wanted} called {name!r}{hint}")
        self.name = name
        self.near = tuple(near)


class AmbiguousNameError(LookupError):
    """Several things bear the name; ``things`` are they."""

    def __init__(self, name: str, things: Sequence[Thing]) -> None:
        listed = "; ".join(f"{thing.id} ({thing.type})" for thing in things)
        super().__init__(f"{name!r} is the name of {len(things)} things, say which by its id: {listed}")
        self.things = tuple(things)


def bearers(graph: Reader, *names: str) -> Rows:
    """All things whose id or name is exactly one of these, found with one message to the server."""
    return graph.fetch(_EXACT, {"names": list(names)})


def find_thing(graph: Reader, name: str, types: Sequence[str] = (), known: Rows | None = None) -> Thing:
    """The one thing with this id, name or alias (in this order, then loosely), of one of the types if any are given.

    ``known`` are the ``bearers`` of this and other names, if they were looked up already. Raises UnknownNameError with
    near names, or AmbiguousNameError.
    """
    wanted = " or ".join(types).lower() if types else "thing"
    exact = bearers(graph, name) if known is None else known
    rows = [row for row in exact if name in (row["id"], row["name"]) and (not types or row["type"] in types)]
    if not rows:  # whatever else a name may mean, the thing that bears exactly it comes first
        rows = [row for row in _search(graph, name) if not types or row["type"] in types]
    folded = fold(name)
    for matches in (
        [row for row in rows if row["id"] == name],
        [row for row in rows if row["name"] == name],
        [row for row in rows if fold(row["name"]) == folded],
        [row for row in rows if folded in {fold(alias) for alias in row["aliases"] or ()}],
        [row for row in rows if _loose(name) in {_loose(alias) for alias in (row["name"], *(row["aliases"] or ()))}],
    ):
        # What only a replaced version of a document speaks of gives way to what stands.
        standing = [row for row in matches if row["stands"]] or matches
        things = sorted({Thing(row["id"], row["name"], row["type"]) for row in standing}, key=lambda t: t.id)
        if len(things) == 1:
            return things[0]
        if things:
            raise AmbiguousNameError(name, things)
    raise UnknownNameError(name, near_names(name, rows), wanted)


def _loose(name: object) -> str:
    """A name without what people leave out: the stops of abbreviations and an article before it."""
    return fold(str(name)).replace(".", "").removeprefix("the ")


def find_firm(graph: Reader, name: str, known: Rows | None = None) -> Thing:
    """The firm with this name, else something else that rules name or bind: an organisation, a person, a product.

    Raises UnknownNameError, AmbiguousNameError.
    """
    try:
        return find_thing(graph, name, ("Firm",), known)
    except UnknownNameError:
        with suppress(UnknownNameError):
            return find_thing(graph, name, _OTHERS, known)
        raise


def near_names(name: str, rows: Rows) -> list[str]:
    """Up to three names or aliases of the rows that come closest to a name."""
    aliases = sorted({alias for row in rows for alias in _strings(row["aliases"])})
    # A name is shown rather than an alias that differs from it in case only.
    by_folded = {fold(word): word for word in (*aliases, *sorted({str(row["name"]) for row in rows}))}
    close = difflib.get_close_matches(fold(name), by_folded, n=3, cutoff=0.6)
    return [by_folded[match] for match in close]


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _search(graph: Reader, name: str) -> Rows:
    words = _SPECIAL.sub(" ", name).split()[:12]
    if not words:
        return []
    search = " ".join(f"{word} {word}~" if len(word) > 3 else word for word in words)
    return graph.fetch(_SEARCH, {"search": search})
