"""Guards: data that can only lower a statement: assert less, make a fact a candidate, or drop it with an issue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from policygraph.annotate.data import load
from policygraph.annotate.proposal import Draft, Sentence
from policygraph.model.records import Issue

_ORDER = {"asserted": 0, "planned": 1, "possible": 2, "denied": 3}
_LEAD = 24  # characters before an end in which a negation or exception governs it
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_TITLE_SHARE = 0.7  # share of raised words from which a headline tells nothing about names


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: where it looks, what it looks for, what it does, and for which predicates."""

    name: str
    where: str
    pattern: re.Pattern[str]
    action: str
    only: frozenset[str]
    never: frozenset[str]
    frame: str


def load_guards() -> tuple[Guard, ...]:
    """The guards of ``patterns/guards.yml``."""
    data = load("guards")
    return tuple(
        Guard(
            row["name"],
            row["where"],
            re.compile(row["match"], re.IGNORECASE),
            row["do"],
            frozenset(data[row["only"]]) if "only" in row else frozenset(),
            frozenset(data[row["not"]]) if "not" in row else frozenset(),
            row.get("frame", ""),
        )
        for row in data["guards"]
    )


class Guards:
    """Lowers the drafts of ``doc._.drafts``; what is dropped becomes an issue ``guard_…``."""

    def __init__(self) -> None:
        self._guards = load_guards()

    def __call__(self, doc: Doc) -> Doc:
        """Look at every draft of ``doc``."""
        kept: list[Draft] = []
        for draft in doc._.drafts:
            for guard in matching(self._guards, doc._.document.text, draft):
                lower(draft, guard)
            if is_doubtful(doc._.document.text, draft.sentence):
                draft.standing = "candidate"
            if draft.refused:
                doc._.issues.append(_issue(doc, draft))
            else:
                kept.append(draft)
        doc._.drafts = kept
        _spread(kept)
        return doc


def matching(guards: Iterable[Guard], text: str, draft: Draft) -> Iterator[Guard]:
    """Guards that concern a draft and whose words stand where they look."""
    for guard in guards:
        if guard.pattern.search(_piece(text, draft, guard.where)) and _concerns(guard, draft):
            yield guard


def is_doubtful(text: str, sentence: Sentence) -> bool:
    """Whether a sentence gives no facts by its kind: a quotation, or a headline in which every word is raised."""
    title = sentence.kind == "headline" and _is_title_case(text[sentence.start : sentence.end])
    return title or sentence.kind == "quotation"


def _spread(drafts: list[Draft]) -> None:
    """A rule that is only planned or considered where it is described is so wherever the same description stands."""
    described = [d for d in drafts if d.frame.startswith("structure") and d.subject.type == "Rule"]
    lowest: dict[str, Draft] = {}
    for draft in described:
        known = lowest.setdefault(draft.subject.entity, draft)
        if _ORDER[draft.modality] > _ORDER[known.modality]:
            lowest[draft.subject.entity] = draft
    for draft in described:
        low = lowest[draft.subject.entity]
        if low.modality != "denied" and _ORDER[low.modality] > _ORDER[draft.modality]:
            draft.modality = low.modality
        if low.standing == "candidate":
            draft.standing = "candidate"


def _concerns(guard: Guard, draft: Draft) -> bool:
    if not draft.frame.startswith(guard.frame):
        return False
    return (not guard.only or draft.predicate in guard.only) and draft.predicate not in guard.never


def _piece(text: str, draft: Draft, where: str) -> str:
    """The piece of the sentence that a guard looks at."""
    sentence, first, last = (
        draft.sentence,
        min(draft.subject.start, draft.object.start),
        max(draft.subject.end, draft.object.end),
    )
    if where == "before":
        return text[sentence.start : max(draft.cue, sentence.start)]
    if where == "lead":
        return text[max(sentence.start, draft.subject.start - _LEAD) : max(sentence.start, draft.subject.start)]
    if where == "object":
        return text[max(sentence.start, draft.object.start - _LEAD) : max(sentence.start, draft.object.start)]
    if where == "within":
        return text[max(first, sentence.start) : min(last, sentence.end)]
    if where == "after":
        return text[last : sentence.end]
    return text[sentence.start : sentence.end]


def lower(draft: Draft, guard: Guard) -> None:
    """Apply a guard's action; nothing is ever raised."""
    draft.notes.append(guard.name)
    if guard.action == "drop":
        draft.refused = guard.name
    elif guard.action == "candidate":
        draft.standing = "candidate"
    else:
        if _ORDER[guard.action] > _ORDER[draft.modality]:
            draft.modality = guard.action
        if guard.action == "possible":
            draft.standing = "candidate"


def _is_title_case(line: str) -> bool:
    words = [w for w in _WORD.findall(line) if len(w) > 3]
    return len(words) > 3 and sum(w[0].isupper() for w in words) >= _TITLE_SHARE * len(words)


def _issue(doc: Doc, draft: Draft) -> Issue:
    what = f"{draft.subject.entity} {draft.predicate} {draft.object.entity}"
    reason = f"{what} at character {draft.cue} is not taken: {draft.refused}"
    return Issue("annotate", f"guard_{draft.refused}", reason, document_id=doc._.document.id)
