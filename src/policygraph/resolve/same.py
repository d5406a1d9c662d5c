"""Judge whether two described things of different documents are one, and say why.

Equal words alone never make two acts one. Two descriptions are judged the same only if they say the same words (two or
more that carry meaning), share a party (issuer, place of force, target, operator) and nothing that both state differs.
In two renditions of one notice one may say more: it begins with the other's words, and goes on with "of", "by" or the
like, so that it is headed by the same noun; or it ends with them, after a word that does not set it apart. And
what both say in the same words they say of the same thing, whatever each takes for its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from policygraph.model.identity import content_id
from policygraph.model.records import Judgement
from policygraph.resolve.names import content_words, fold, goes_on, says_more_before

_RULE_PARTIES = ("issued_by", "holds_in", "applies_to", "enforced_against", "part_of", "lifts")
TARGETS = frozenset({"applies_to", "enforced_against", "operates", "owns"})
MOST_DAYS = 366  # between two documents on one described act; next year's act of the same name is another
_EXCLUSIVE = ("issued_by", "valid_from", "amount")


@dataclass(frozen=True, slots=True)
class Description:
    """A described thing of a document, or of the renditions of one notice, with what is said of it there.

    ``notice`` is the id of the notice, "" where the document is the only one of its text. ``parties`` are pairs of
    predicate and entity id; ``stated`` maps what can be had only once (issuer, first day, amount) to its values;
    ``words`` are the statements that name a target, with the words that say so.
    """

    id: str
    type: str
    name: str
    document_ids: frozenset[str]
    published: str | None
    parties: frozenset[tuple[str, str]]
    stated: Mapping[str, frozenset[str]]
    notice: str = ""
    words: frozenset[tuple[str, ...]] = frozenset()


def judge(descriptions: Iterable[Description]) -> list[Judgement]:
    """Judgements of kind ``same``; each names the later or shorter thing (left) and the thing that it is (right), which
    may itself be another thing by a further judgement: see ``joined``."""
    groups: dict[tuple[str, frozenset[str]], list[Description]] = defaultdict(list)
    for description in descriptions:
        words = content_words(description.name)
        if len(words) >= 2:
            groups[description.type, words].append(description)
    found: list[Judgement] = []
    left: list[Description] = []
    for group in groups.values():
        kept: list[Description] = []
        for candidate in sorted(group, key=_place):
            for earlier in kept:
                if agreed := _agreed(earlier, candidate):
                    found.append(_same(candidate, earlier, (f"both are called {fold(earlier.name)!r}", *agreed)))
                    break
            else:
                kept.append(candidate)
        left += kept
    return [*found, *_of_notices(left)]


def _of_notices(descriptions: Iterable[Description]) -> Iterator[Judgement]:
    """Judgements between descriptions in one notice of which one says more, or of which the same words tell.

    No two things of one document become one by them, not even by way of a third.
    """
    groups: dict[tuple[str, str], list[Description]] = defaultdict(list)
    for description in descriptions:
        if description.notice:
            groups[description.type, description.notice].append(description)
    for group in groups.values():
        ordered = sorted(group, key=lambda d: (-len(fold(d.name)), _place(d)))
        held = {d.id: set(d.document_ids) for d in ordered}  # the documents of what has become one with each
        gone: set[str] = set()
        for find in (_says_more, _same_words):
            for number, shorter in enumerate(ordered):
                for longer in ordered[:number]:
                    if gone & {shorter.id, longer.id} or held[shorter.id] & held[longer.id]:
                        continue
                    how = find(shorter, longer)
                    if how and (agreed := _agreed(longer, shorter)):
                        held[longer.id] |= held[shorter.id]
                        gone.add(shorter.id)
                        yield _same(shorter, longer, (f"in one notice {how}", *agreed))
                        break


def _says_more(shorter: Description, longer: Description) -> str:
    """How the longer of two names of one thing says more; "" where they may be two things."""
    short, long = fold(shorter.name), fold(longer.name)
    if goes_on(short, long):
        return f"{long!r} begins with {short!r}"
    return f"{long!r} ends with {short!r}" if says_more_before(short, long) else ""


def _same_words(shorter: Description, longer: Description) -> str:
    """Which words tell the same of both; "" where there are none."""
    shared = min(shorter.words & longer.words, default=None)
    return f"the words {shared[-1]!r} are said of {fold(longer.name)!r} and of {fold(shorter.name)!r}" if shared else ""


def _place(description: Description) -> tuple[str, str]:
    return min(description.document_ids), description.id


def _same(left: Description, right: Description, reasons: tuple[str, ...]) -> Judgement:
    identity = content_id("judgement", "same", left.id, right.id)
    return Judgement(identity, "same", left.id, right.id, "resolve.same", None, reasons)


def joined(judgements: Iterable[Judgement]) -> dict[str, str]:
    """For each thing that is another, the one that it is in the end."""
    right = {judgement.left: judgement.right for judgement in judgements}
    found = {}
    for left, end in right.items():
        while end in right:
            end = right[end]
        found[left] = end
    return found


def _agreed(first: Description, second: Description) -> tuple[str, ...]:
    """What two descriptions have in common; nothing where it is too little, or something that both state differs."""
    if first.document_ids & second.document_ids:
        return ()
    shared = sorted(first.parties & second.parties)
    # One shared party is little, as an authority makes many rules: a target is needed, or two parties of different
    # kinds.
    if not any(p in TARGETS for p, _ in shared) and len({p for p, _ in shared}) < 2:
        return ()
    if _days_apart(first.published, second.published) > MOST_DAYS:
        return ()
    for what in _EXCLUSIVE:
        left, right = first.stated.get(what, frozenset()), second.stated.get(what, frozenset())
        if left and right and not left & right:
            return ()
    parties = ", ".join(f"{predicate} {identity}" for predicate, identity in shared[:5])
    return (f"both have {parties}", "nothing that both state differs")


def _days_apart(first: str | None, second: str | None) -> int:
    if not first or not second:
        return 0
    return abs((date.fromisoformat(first) - date.fromisoformat(second)).days)


def party_predicates(entity_type: str) -> tuple[str, ...]:
    """Predicates whose other end is a party of a described thing of this type."""
    return _RULE_PARTIES if entity_type == "Rule" else ("operates", "owns")
