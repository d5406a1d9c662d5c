"""Checks of documents in the resolved form of the gold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from policygraph.model.ontology import load_ontology
from policygraph.model.time import is_edtf

_WITH_EFFECT = ("applies_to", "enforced_against", "lifts")


def problems(document: dict[str, Any]) -> list[str]:
    """What is wrong with a document, as sentences; empty where nothing is."""
    return [*_mentions(document), *_statements(document)]


def _mentions(document: dict[str, Any]) -> Iterator[str]:
    text = document["text"]
    spans = Counter((m["start"], m["end"], m["type"]) for m in document["mentions"])
    yield from (f"mention {span} occurs twice" for span, count in spans.items() if count > 1)
    for m in document["mentions"]:
        words = text[m["start"] : m["end"]]
        if not words or words != words.strip():
            yield f"mention {words!r} at {m['start']} is empty or has white space at an edge"
        before, after = text[: m["start"]][-1:], text[m["end"] :][:1]
        if (before.isalnum() and words[:1].isalnum()) or (after.isalnum() and words[-1:].isalnum()):
            yield f"mention {words!r} at {m['start']} does not end at word edges"
    for one in document["mentions"]:
        for other in document["mentions"]:
            if one["start"] < other["start"] < one["end"] < other["end"]:
                yield f"mentions at {one['start']} and {other['start']} cross"


def _statements(document: dict[str, Any]) -> Iterator[str]:
    ontology = load_ontology()
    types: defaultdict[str, set[str]] = defaultdict(set)
    for m in document["mentions"]:
        types[m["entity"]].add(m["type"])
    for st in document["statements"]:
        label = f"{st['s']} {st['p']} {st['o']}"
        if not types[st["s"]] or not types[st["o"]]:
            yield f"{label}: an end has no mention"
            continue
        relation = ontology.relations[st["p"]]
        if not any(relation.joins(a, b) for a in types[st["s"]] for b in types[st["o"]]):
            yield f"{label}: {types[st['s']]} and {types[st['o']]} are not joined by it"
        yield from (f"{label}: {sentence}" for sentence in _fields(st, "Rule" in types[st["s"]]))
        yield from (f"{label}: {sentence}" for sentence in _evidence(st, document))


def _fields(st: dict[str, Any], of_rule: bool) -> Iterator[str]:
    ontology = load_ontology()
    allowed = {
        "effect": ontology.told_effects,
        "modality": ontology.modalities,
        "lifecycle": (None, *ontology.lifecycles),
    }
    yield from (f"{name} {st[name]}" for name, values in allowed.items() if st[name] not in values)
    if (st["p"] in _WITH_EFFECT) != (st["effect"] != "none"):
        yield f"effect {st['effect']}"
    if st["lifecycle"] and not (of_rule or st["p"] in ("challenges", "supports")):
        yield f"lifecycle {st['lifecycle']} without a rule"
    for name in ("valid_from", "valid_to"):
        if st[name] and not is_edtf(st[name]):
            yield f"{name} {st[name]} is no EDTF"
    if st["duration"] and st["valid_to"]:
        yield "both a duration and an end"


def _evidence(st: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    if not st["evidence"]:
        yield "no evidence"
    for start, end in st["evidence"]:
        quote = document["text"][start:end]
        if not quote or quote != quote.strip() or "\n" in quote:
            yield f"evidence {quote!r} is empty or has white space at an edge"
    for name in (st["s"], st["o"]):
        inside = any(
            a <= m["start"] and m["end"] <= b
            for m in document["mentions"]
            if m["entity"] == name
            for a, b in st["evidence"]
        )
        if not inside:
            yield f"no quote names {name}"
