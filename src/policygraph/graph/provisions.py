"""Group the statements of one rule into provisions: the same effect, and the same article or the same sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from policygraph.model.identity import content_id
from policygraph.model.records import Statement

SCOPE_PREDICATES = frozenset({"applies_to", "enforced_against"})
# A sentence ends at a stop followed by white space and no lower-case letter, or at a line's end.
_END = re.compile(r"(?<=[.!?。！？])[\"”’')\]]*\s+(?=[^\sa-z])|\n+")


@lru_cache(maxsize=256)
def sentence_starts(text: str) -> tuple[int, ...]:
    """Offsets at which sentences begin. A stop after an abbreviation splits too much, which only parts provisions."""
    return (0, *(match.end() for match in _END.finditer(text)))


def sentences_of(text: str, statement: Statement) -> frozenset[int]:
    """Indexes of the sentences that a statement's evidence lies in."""
    starts = sentence_starts(text)
    found = set()
    for span in statement.evidence:
        for index, start in enumerate(starts):
            end = starts[index + 1] if index + 1 < len(starts) else len(text)
            if start < span.end and span.start < end:
                found.add(index)
    return frozenset(found)


def provisions(text: str, statements: Sequence[tuple[str, Statement]]) -> Mapping[str, str]:
    """Statement id to provision id for the statements of one document that say whom or what a rule is about.

    Statements with the same rule, effect and article number, or that share an evidence sentence, belong to one
    provision. Other statements have none: they belong to all provisions of their rule.
    """
    scoped = [(identity, s) for identity, s in statements if s.predicate in SCOPE_PREDICATES]
    sentences = {identity: sentences_of(text, s) for identity, s in scoped}
    groups: list[list[tuple[str, Statement]]] = []
    for identity, statement in scoped:
        joined = [g for g in groups if any(_same(statement, sentences[identity], o, sentences[i]) for i, o in g)]
        merged = [(identity, statement)] + [member for group in joined for member in group]
        groups = [g for g in groups if g not in joined] + [merged]
    found = {}
    for group in groups:
        first = group[0][1]
        name = content_id("provision", first.document_id, first.subject, min(identity for identity, _ in group))
        found.update({identity: name for identity, _ in group})
    return found


def _same(one: Statement, one_at: frozenset[int], other: Statement, other_at: frozenset[int]) -> bool:
    if one.subject != other.subject or one.effect != other.effect:
        return False
    if one.provision or other.provision:
        return one.provision == other.provision
    return bool(one_at & other_at)
