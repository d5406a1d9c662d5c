"""Short texts and the pages of the sample site, annotated by the rules."""

from __future__ import annotations

from importlib import resources

import yaml

from policygraph.annotate.annotation import Annotation
from policygraph.annotate.exchange import document_of_row
from policygraph.annotate.pipeline import load_rules
from policygraph.model.records import Document, Statement


def document(text: str, date: str | None = "2025-06-30", kind: str = "news", title: str = "") -> Document:
    return document_of_row({"id": "sample", "kind": kind, "date": date, "title": title, "text": text})


def annotated(text: str, date: str | None = "2025-06-30", kind: str = "news") -> Annotation:
    return load_rules().annotate(document(text, date, kind))


def triples(annotation: Annotation) -> set[tuple[str, str, str]]:
    return {(s.subject, s.predicate, s.object) for s in annotation.statements}


def find(annotation: Annotation, subject: str, predicate: str, object_: str) -> Statement:
    found = [s for s in annotation.statements if (s.subject, s.predicate, s.object) == (subject, predicate, object_)]
    assert found, f"{subject} {predicate} {object_} is not among {sorted(triples(annotation))}"
    return found[0]


def page(name: str) -> tuple[Document, Annotation]:
    """A page of the sample site as the text stage would give it: its title as headline, one paragraph a line."""
    file = resources.files("policygraph_crawlers") / "sample" / "pages" / f"{name}.md"
    _, head, body = file.read_text(encoding="utf-8").split("---\n", 2)
    fields = yaml.safe_load(head)
    text = "\n".join([fields["title"], *(line for line in body.split("\n") if line.strip())])
    row = {"id": name, "kind": "news", "date": str(fields["date"]), "title": fields["title"], "text": text}
    read = document_of_row(row)
    return read, load_rules().annotate(read)
