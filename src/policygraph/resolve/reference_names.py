"""The names of the reference data, as resolution asks for them."""

from __future__ import annotations

from policygraph.model.records import Entity
from policygraph.reference import Reference
from policygraph.resolve.names import fold

# Types of which the type alone is not enough to tell what an ambiguous name means: there are many Privacy Acts.
_NEED_CONTEXT = frozenset({"Rule", "Authority"})


class ReferenceIndex:
    """Finds reference entities by name and type."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def find(self, name: str, entity_type: str) -> Entity | None:
        """The reference entity of this type that bears the name, if one alone does or one alone is called just that."""
        found = self._reference.lookup(name, entity_type) or self._reference.lookup(fold(name), entity_type)
        if entity_type in _NEED_CONTEXT:
            found = tuple(entity for entity in found if not self._reference.needs_context(name, entity.id))
        if len(found) > 1:
            found = tuple(entity for entity in found if fold(entity.name) == fold(name))
        return found[0] if len(found) == 1 else None

    def get(self, identity: str) -> Entity | None:
        """The reference entity with this id, or None."""
        return self._reference.entities.get(identity)
