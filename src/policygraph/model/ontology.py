"""The ontology as data: entity and relation types read from ``policygraph_graph/ontology``.

Everything that needs a list of types (labels in the graph, checks in the ledger, the annotator's schema, documentation)
takes it from here; adding a type adds one YAML file and touches no Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

UNKNOWN_EFFECT = "unknown"  # of a statement whose document may tell an effect that the reader is not sure of
_NAME = re.compile(r"[A-Z][A-Za-z]*$")
_PREDICATE = re.compile(r"[a-z]+(?:_[a-z]+)*$")


class OntologyError(ValueError):
    """A file of the ontology that does not follow the form."""


@dataclass(frozen=True, slots=True)
class EntityType:
    """A type of thing: its name (also its label in the graph), meaning, identifier scheme and whether it is a value."""

    name: str
    description: str
    identifier: str
    prefix: str
    is_value: bool


@dataclass(frozen=True, slots=True)
class RelationType:
    """A predicate: which types it joins, whether it carries an effect, and whether its direction has no meaning."""

    name: str
    description: str
    subject: frozenset[str]
    object: frozenset[str]
    same_type: bool
    has_effect: bool
    symmetric: bool

    @property
    def relationship(self) -> str:
        """The relationship type in the graph: ``applies_to`` is ``APPLIES_TO``."""
        return self.name.upper()

    def joins(self, subject_type: str, object_type: str) -> bool:
        """Whether the predicate may join a subject of one type to an object of the other."""
        if self.same_type:
            return subject_type == object_type and subject_type in self.subject
        return subject_type in self.subject and object_type in self.object


@dataclass(frozen=True, slots=True)
class Ontology:
    """All types and closed lists of values."""

    entities: dict[str, EntityType]
    relations: dict[str, RelationType]
    effects: tuple[str, ...]
    told_effects: tuple[str, ...]  # those that a document can tell: all but unknown
    relief: frozenset[str]
    burden: frozenset[str]
    modalities: tuple[str, ...]
    lifecycles: tuple[str, ...]
    actions: dict[str, tuple[str, ...]]

    def side(self, effect: str) -> str | None:
        """``relief`` or ``burden`` for the firm, or None for an effect that is neither."""
        return "relief" if effect in self.relief else "burden" if effect in self.burden else None


def _read(folder: str) -> list[dict[str, Any]]:
    root = resources.files("policygraph_graph") / "ontology" / folder
    files = sorted((f for f in root.iterdir() if f.name.endswith(".yml")), key=lambda f: f.name)
    return [yaml.safe_load(f.read_text(encoding="utf-8")) for f in files]


def _entity_type(row: dict[str, Any]) -> EntityType:
    if not _NAME.match(row["name"]):
        raise OntologyError(f"entity type {row['name']!r} is not a capitalised word")
    return EntityType(row["name"], row["description"], row["identifier"], row["prefix"], row.get("value", False))


def _relation_type(row: dict[str, Any], entities: dict[str, EntityType]) -> RelationType:
    if not _PREDICATE.match(row["name"]):
        raise OntologyError(f"predicate {row['name']!r} is not lower-case words joined by underscores")
    same_type = row["object"] == "same type"
    subject = frozenset(entities if row["subject"] == "any" else row["subject"])
    object_ = subject if same_type else frozenset(row["object"])
    unknown = (subject | object_) - entities.keys()
    if unknown:
        raise OntologyError(f"predicate {row['name']} joins unknown types: {sorted(unknown)}")
    return RelationType(
        row["name"],
        row["description"],
        subject,
        object_,
        same_type,
        row.get("effect", False),
        row.get("symmetric", False),
    )


@cache
def load_ontology() -> Ontology:
    """Read and check the ontology's files. Raises OntologyError for a file that does not follow the form."""
    entities = {row["name"]: _entity_type(row) for row in _read("entities")}
    relations = {row["name"]: _relation_type(row, entities) for row in _read("relations")}
    values = {row["name"]: row for row in _read("values")}
    effects = values["effect"]["values"]
    return Ontology(
        entities,
        relations,
        tuple(row["name"] for row in effects),
        tuple(row["name"] for row in effects if row.get("told", True)),
        frozenset(row["name"] for row in effects if row["side"] == "relief"),
        frozenset(row["name"] for row in effects if row["side"] == "burden"),
        tuple(row["name"] for row in values["modality"]["values"]),
        tuple(row["name"] for row in values["lifecycle"]["values"]),
        {row["name"]: tuple(row["words"]) for row in values["action"]["values"]},
    )
