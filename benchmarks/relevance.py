"""What makes a gold document relevant: a statement in which a Rule takes part."""

from __future__ import annotations

from benchmarks.gold.gold import Row


def rule_mentions(document: Row) -> list[tuple[int, int]]:
    """Characters of the mentions of rules."""
    return [(m["start"], m["end"]) for m in document["mentions"] if m["type"] == "Rule"]


def rule_statements(document: Row) -> list[Row]:
    """Statements with a Rule as subject or object."""
    rules = {m["entity"] for m in document["mentions"] if m["type"] == "Rule"}
    return [s for s in document["statements"] if s["s"] in rules or s["o"] in rules]


def proofs(document: Row) -> list[tuple[int, int]]:
    """Characters of the quotes that prove statements about rules."""
    return [(start, end) for statement in rule_statements(document) for start, end in statement["evidence"]]
