"""Judge whether two described things of different documents are one, and say why.

Equal words alone never make two acts one. Two descriptions are judged the same only if they say the same words (two or
more that carry meaning), share a party (issuer, place of force, target, operator) and nothing that both state differs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from policygraph.model.identity import content_id
from policygraph.model.records import Judgement
from policygraph.resolve.names import content_words, fold

_RULE_PARTIES = ("issued_by", "holds_in", "applies_to", "enforced_against", "part_of", "lifts")
_TARGETS = frozenset({"applies_to", "enforced_against", "operates", "owns"})
MOST_DAYS = 366  # between two documents on one described act; next year's act of the same name is another
_EXCLUSIVE = ("issued_by", "valid_from", "amount")


@dataclass(frozen=True, slots=True)
class Description:
    """A described thing of a document with what the document says of it.

    ``parties`` are pairs of predicate and entity id; ``stated`` maps what can be had only once (issuer, first day,
    amount) to its values.
    """

    id: str
    type: str
    name: str
    document_id: str
    published: str | None
    parties: frozenset[tuple[str, str]]
    stated: Mapping[str, frozenset[str]]


def judge(descriptions: Iterable[Description]) -> list[Judgement]:
    """Judgements of kind ``same``; each names the later thing (left) and the thing that it is (right)."""
    groups: dict[tuple[str, frozenset[str]], list[Description]] = defaultdict(list)
    for description in descriptions:
        words = content_words(description.name)
        if len(words) >= 2:
            groups[description.type, words].append(description)
    found = []
    for group in groups.values():
        kept: list[Description] = []
        for candidate in sorted(group, key=lambda d: (d.document_id, d.id)):
            for earlier in kept:
                reasons = _reasons(earlier, candidate)
                if reasons:
                    identity = content_id("judgement", "same", candidate.id, earlier.id)
                    found.append(Judgement(identity, "same", candidate.id, earlier.id, "resolve.same", None, reasons))
                    break
            else:
                kept.append(candidate)
    return found


def _reasons(first: Description, second: Description) -> tuple[str, ...]:
    if first.document_id == second.document_id:
        return ()
    shared = sorted(first.parties & second.parties)
    # One shared party is little, as an authority makes many rules: a target is needed, or two parties of different
    # kinds.
    if not any(p in _TARGETS for p, _ in shared) and len({p for p, _ in shared}) < 2:
        return ()
    if _days_apart(first.published, second.published) > MOST_DAYS:
        return ()
    for what in _EXCLUSIVE:
        left, right = first.stated.get(what, frozenset()), second.stated.get(what, frozenset())
        if left and right and not left & right:
            return ()
    parties = ", ".join(f"{predicate} {identity}" for predicate, identity in shared[:5])
    return (f"both are called {fold(first.name)!r}", f"both have {parties}", "nothing that both state differs")


def _days_apart(first: str | None, second: str | None) -> int:
    if not first or not second:
        return 0
    return abs((date.fromisoformat(first) - date.fromisoformat(second)).days)


def party_predicates(entity_type: str) -> tuple[str, ...]:
    """Predicates whose other end is a party of a described thing of this type."""
    return _RULE_PARTIES if entity_type == "Rule" else ("operates", "owns")
