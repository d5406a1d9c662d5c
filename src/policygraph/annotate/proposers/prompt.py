"""The words of a question: the prompt of ``prompt.yml`` with the ontology in it, and a piece of a document as data."""

from __future__ import annotations

from functools import cache
from string import Template
from typing import Any

import yaml

from policygraph.annotate.proposers.schema import data_file
from policygraph.model.identity import text_hash
from policygraph.model.ontology import Ontology, load_ontology

MARK_LENGTH = 32  # hex digits: nobody can write a text that holds its own mark


@cache
def system_prompt() -> str:
    """What the model is told before each document."""
    return Template(_prompt()["system"]).substitute(_words(load_ontology()))


def user_prompt(text: str, published: str | None) -> str:
    """A piece of a document between two lines that it cannot contain, and the document's day."""
    mark = text_hash(text)[:MARK_LENGTH]
    return Template(_prompt()["user"]).substitute(published=published or "not known", mark=mark, text=text)


@cache
def _prompt() -> Any:
    return yaml.safe_load(data_file("prompt.yml"))


def _words(ontology: Ontology) -> dict[str, str]:
    relations = []
    for relation in ontology.relations.values():
        subject = "any type" if relation.subject >= ontology.entities.keys() else ", ".join(sorted(relation.subject))
        object_ = "the same type" if relation.same_type else ", ".join(sorted(relation.object))
        effect = " (with effect)" if relation.has_effect else ""
        relations.append(f"- {relation.name}{effect}: {subject} -> {object_}. {relation.description}")
    return {
        "entities": "\n".join(f"- {entity.name}: {entity.description}" for entity in ontology.entities.values()),
        "relations": "\n".join(relations),
        "effects": ", ".join(ontology.told_effects),
        "modalities": ", ".join(ontology.modalities),
        "lifecycles": ", ".join(ontology.lifecycles),
    }
