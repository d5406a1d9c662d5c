"""What the graph holds, as rows: the projection of the ledger that the loader writes to Neo4j."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Property = str | int | float | bool | list[str] | None


@dataclass(frozen=True, slots=True)
class Node:
    """A node with a unique ``id``; ``label`` is Entity, Statement, Document or Source, ``type`` an entity type or
    empty.

    An Entity node carries the label of its type beside ``Entity``.
    """

    id: str
    label: str
    type: str = ""
    properties: dict[str, Property] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship with a unique ``id`` between two nodes, which are named by label and id."""

    id: str
    type: str
    start_label: str
    start: str
    end_label: str
    end: str
    properties: dict[str, Property] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Projection:
    """Everything that the graph should hold."""

    nodes: Sequence[Node]
    relationships: Sequence[Relationship]
