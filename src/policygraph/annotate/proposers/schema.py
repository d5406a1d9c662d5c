"""The schema of answers: filled from the ontology, sent with each question, and held against each answer."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from policygraph.model.ontology import Ontology, load_ontology

_KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "null": type(None),
}


def data_file(name: str) -> str:
    """The text of a data file of this package."""
    return files("policygraph.annotate.proposers").joinpath(name).read_text(encoding="utf-8")


@cache
def load_schema() -> dict[str, Any]:
    """The JSON schema of ``schema.yml`` with the ontology's names in it; for reading only."""
    ontology = load_ontology()
    filled: dict[str, Any] = _filled(yaml.safe_load(data_file("schema.yml")), _lists(ontology))
    return filled


def item_schema(kind: str) -> dict[str, Any]:
    """The schema of one of the ``mentions`` or ``statements``."""
    schema: dict[str, Any] = load_schema()["properties"][kind]["items"]
    return schema


def _lists(ontology: Ontology) -> dict[str, list[str | None]]:
    return {
        "$entities": list(ontology.entities),
        "$predicates": list(ontology.relations),
        "$effects": list(ontology.told_effects),
        "$modalities": list(ontology.modalities),
        "$lifecycles": [*ontology.lifecycles, None],
    }


def _filled(value: Any, lists: dict[str, list[str | None]]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(held, lists) for key, held in value.items()}
    if isinstance(value, list):
        return [_filled(held, lists) for held in value]
    return lists.get(value, value) if isinstance(value, str) else value


def fault(value: Any, schema: dict[str, Any], path: str = "") -> str:
    """The first way in which a value does not follow a schema, as a phrase; "" where it does.

    Knows the keywords that ``schema.yml`` uses: type, enum, properties, required, additionalProperties: false, items.
    """
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, _KINDS[kind]) for kind in kinds):
        return f"{path or 'it'} is not of type {' or '.join(kinds)}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{path} is {str(value)[:60]!r}, which is not one of its values"
    if isinstance(value, dict):
        return _object_fault(value, schema, path)
    if isinstance(value, list):
        found = (fault(held, schema["items"], f"{path}[{index}]") for index, held in enumerate(value))
        return next((f for f in found if f), "")
    return ""


def _object_fault(value: dict[str, Any], schema: dict[str, Any], path: str) -> str:
    properties = schema["properties"]
    prefix = f"{path}." if path else ""
    for name in schema["required"]:
        if name not in value:
            return f"{prefix}{name} is missing"
    for name, held in value.items():
        if name not in properties:
            return f"{prefix}{str(name)[:60]} is no field of it"
        if found := fault(held, properties[name], f"{prefix}{name}"):
            return found
    return ""
