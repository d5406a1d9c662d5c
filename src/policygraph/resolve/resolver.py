"""Resolve the names of one document to entities.

A named thing takes its canonical identifier: that of a reference entity where the name is one of its names, else one
made of the name. A rule, facility or class that the text only describes takes an identifier of the document;
``same.py`` judges whether two of those are one thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from policygraph.model.identity import content_id, slug
from policygraph.model.ontology import Ontology
from policygraph.model.records import Entity, Mention, Statement
from policygraph.resolve.names import fold, is_act_name, is_proper

# Types whose lower-case names are descriptions ("most advanced processors") and so belong to their document.
_CLASS_TYPES = frozenset({"Sector", "DataCategory", "Technology"})
# "the company", "two Chinese chipmakers": bodies that a text only describes.
_BODY_TYPES = frozenset({"Firm", "Authority", "Organisation", "Person", "Publisher"})
_DESCRIBED_TYPES = frozenset({"Rule", "Facility"})
_SPEAKERS = ("Publisher", "Authority", "Firm", "Organisation", "Person", "Jurisdiction")


class ReferenceNames(Protocol):
    """The names of reference entities."""

    def find(self, name: str, entity_type: str) -> Entity | None:
        """The reference entity of this type that bears the name and alone bears it, or None."""

    def get(self, identity: str) -> Entity | None:
        """The reference entity with this id, or None."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one document's names refer to: ``(name, type)`` to entity."""

    entities: Mapping[tuple[str, str], Entity]

    def speaker(self, name: str) -> str:
        """The entity id of somebody to whom a statement is attributed; a word such as ``document`` stays itself."""
        for entity_type in _SPEAKERS:
            if entity := self.entities.get((name, entity_type)):
                return entity.id
        return name


class Resolver:
    """Resolves names by the reference data and by their form."""

    def __init__(self, reference: ReferenceNames, ontology: Ontology) -> None:
        self._reference = reference
        self._ontology = ontology

    def resolve(self, document_id: str, mentions: Iterable[Mention], statements: Iterable[Statement]) -> Resolved:
        """Entities of all names that the mentions and statements of a document use; values (dates, money) have none."""
        known: dict[tuple[str, str], Entity] = {}
        surfaces: dict[tuple[str, str], set[str]] = {}
        pinned: dict[tuple[str, str], str] = {}
        statement_list = list(statements)
        for mention in mentions:
            key = (mention.entity, mention.type)
            surfaces.setdefault(key, set())
            if mention.reference_id:
                pinned[key] = mention.reference_id
        for statement in statement_list:
            surfaces.setdefault((statement.subject, statement.subject_type), set())
            surfaces.setdefault((statement.object, statement.object_type), set())
            for speaker in statement.attribution:
                self._add_speaker(speaker, surfaces)
        for name, entity_type in sorted(surfaces):
            if entity_type in self._ontology.entities and not self._ontology.entities[entity_type].is_value:
                known[name, entity_type] = self._entity(document_id, name, entity_type, pinned.get((name, entity_type)))
        return Resolved(known)

    def _add_speaker(self, speaker: str, surfaces: dict[tuple[str, str], set[str]]) -> None:
        if any((speaker, entity_type) in surfaces for entity_type in _SPEAKERS):
            return
        for entity_type in _SPEAKERS:
            if self._reference.find(speaker, entity_type):
                surfaces[speaker, entity_type] = set()
                return

    def _entity(self, document_id: str, name: str, entity_type: str, pinned: str | None) -> Entity:
        if pinned and (entity := self._reference.get(pinned)):
            return entity
        if entity := self._reference.find(name, entity_type):
            return entity
        prefix = self._ontology.entities[entity_type].prefix
        if is_described(name, entity_type):
            return Entity(content_id(prefix, document_id, fold(name)), entity_type, name)
        identity = f"{prefix}:{slug(name) or content_id('name', name)}"
        # A name that makes the identifier of a reference entity is one of its names, whatever the table lists.
        return self._reference.get(identity) or Entity(identity, entity_type, name)


def is_described(name: str, entity_type: str) -> bool:
    """Whether a name is a description, whose thing is of its document, rather than a proper name."""
    if entity_type == "Rule":
        return not is_act_name(name)
    if entity_type in _DESCRIBED_TYPES:
        return True
    return entity_type in (_CLASS_TYPES | _BODY_TYPES) and not is_proper(name)
