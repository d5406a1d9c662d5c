"""Proposed mentions found in the text, and the names of the things they refer to.

No label of a proposer is ever kept: a thing is named as the reader names it where both see it, else by its first quote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from policygraph.annotate.data import load
from policygraph.annotate.proposers.protocol import Piece, ProposedMention
from policygraph.annotate.proposers.quotes import find_quote, is_name
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Mention, Span

LONGEST_MENTION = 200  # characters
_SAME_SHARE = 0.5  # share of the longer of two mentions that both must cover to be taken for one


@dataclass(slots=True)
class Thing:
    """What one label of a piece refers to. ``sure`` spans stand for it; ``near`` ones only within a statement's quote,
    because the same words may mean another thing elsewhere.
    """

    label: str
    type: str
    sure: list[Span] = field(default_factory=list)
    near: list[Span] = field(default_factory=list)
    name: str = ""
    reference_id: str | None = None

    def within(self, spans: Sequence[Span]) -> Span | None:
        """Its first mention inside one of the spans."""
        return min(self.inside(spans), default=None)

    def inside(self, spans: Iterable[Span]) -> list[Span]:
        """Its mentions inside the spans."""
        held = tuple(spans)
        return [m for m in (*self.sure, *self.near) if any(s.start <= m.start and m.end <= s.end for s in held)]


def things_of_piece(text: str, piece: Piece, known: Sequence[Mention]) -> tuple[dict[str, Thing], list[str]]:
    """The things of a piece by label, and why mentions were refused. ``known`` are the mentions of the reader."""
    things: dict[str, Thing] = {}
    owners: dict[tuple[str, str], str] = {}
    refused = []
    for mention in piece.mentions:
        reason = _refusal(mention, things, owners) or _place(text, piece, mention, things)
        if reason:
            refused.append(f"mention {mention.quote[:80]!r}: {reason}")
        else:
            owners.setdefault((" ".join(mention.quote.split()), mention.type), mention.entity)
    taken: dict[tuple[str, str], str] = {}
    for thing in list(things.values()):
        _name(text, thing, known)
        if taken.setdefault((thing.name, thing.type), thing.label) != thing.label:
            refused.append(f"{thing.name[:80]!r} is given as two things; the second is not taken")
            del things[thing.label]
    return things, refused


def mentions_of_thing(thing: Thing, used: Sequence[Span]) -> Iterator[Mention]:
    """Its sure mentions, and those that a statement rests on."""
    for span in sorted({*thing.sure, *(s for s in thing.near if s in used)}):
        yield Mention(span.start, span.end, thing.type, thing.name, None, thing.reference_id)


def _refusal(mention: ProposedMention, things: dict[str, Thing], owners: dict[tuple[str, str], str]) -> str:
    if mention.type not in load_ontology().entities:
        return f"{mention.type[:60]!r} is no type of the ontology"
    if not mention.entity.strip():
        return "it has no label"
    if len(mention.quote) > LONGEST_MENTION:
        return f"the quote has more than {LONGEST_MENTION} characters"
    words = " ".join(mention.quote.split())
    if words.casefold() in _anaphors():
        return "it only stands for something named before"
    held = things.get(mention.entity)
    if held is not None and held.type != mention.type:
        return f"its label is that of a {held.type}, not of a {mention.type}"
    owner = owners.get((words, mention.type), mention.entity)
    return "" if owner == mention.entity else "the same words are given as two things"


@cache
def _anaphors() -> frozenset[str]:
    data = load("anaphors")
    return frozenset(phrase for kind in ("Firm", "Authority", "Person", "any") for phrase in data[kind])


def _place(text: str, piece: Piece, mention: ProposedMention, things: dict[str, Thing]) -> str:
    """Put a mention's spans into its thing; returns why it cannot be, or ""."""
    if mention.start is not None:
        end = mention.start + len(mention.quote)
        if not piece.start <= mention.start < end <= piece.end or text[mention.start : end] != mention.quote:
            return "the text does not have these words there"
        spans = [Span(mention.start, end)]
    else:
        spans = find_quote(text, mention.quote, piece.start, piece.end)
    if not spans:
        return "the text does not have these words"
    thing = things.setdefault(mention.entity, Thing(mention.entity, mention.type))
    (thing.sure if len(spans) == 1 or is_name(mention.quote) else thing.near).extend(spans)
    return ""


def _name(text: str, thing: Thing, known: Sequence[Mention]) -> None:
    votes: Counter[tuple[str, str | None]] = Counter()
    for span in thing.sure or thing.near:
        for mention in known:
            if mention.type == thing.type and _is_same(span, mention):
                votes[mention.entity, mention.reference_id] += 1
    if votes:
        best = min(votes, key=lambda key: (-votes[key], key[0], key[1] or ""))
        thing.name, thing.reference_id = best
    else:
        first = (thing.sure or thing.near)[0]  # in the order in which the proposer gave them
        thing.name = " ".join(text[first.start : first.end].split())


def _is_same(span: Span, mention: Mention) -> bool:
    shared = min(span.end, mention.end) - max(span.start, mention.start)
    return shared > 0 and shared >= _SAME_SHARE * max(span.end - span.start, mention.end - mention.start)
