"""What the rules read, put beside what the trained reader reads of the same document.

Two readers that know nothing of each other and read alike are stronger than each: then a lower score is enough for a
fact, and the rules' word on how it is told is kept. What the rules alone read is a candidate, and where the two read
one triple differently the reader's word is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from policygraph.annotate.annotation import Annotation
from policygraph.model.ontology import UNKNOWN_EFFECT, load_ontology
from policygraph.model.records import Mention, Statement

_VALUES = frozenset({"Date", "Money", "Quantity"})

Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class RuleReadings:
    """The rules' statements under the reader's names, and the mentions of both; ``facts`` by triple."""

    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    facts: Mapping[Triple, Sequence[Statement]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        facts: dict[Triple, list[Statement]] = defaultdict(list)
        for statement in self.statements:
            if statement.standing == "fact":
                facts[triple_of(statement)].append(statement)
        object.__setattr__(self, "facts", dict(facts))

    def agree(self, subject: str, predicate: str, object_: str, modality: str, effect: str) -> bool:
        """Whether the rules read the same as a fact: triple, modality, and relief or burden."""
        side = load_ontology().side
        facts = self.facts.get((subject, predicate, object_), ())
        return any(s.modality == modality and side(s.effect) == side(effect) for s in facts)

    def beside(self, read: Sequence[Statement], in_part: frozenset[Triple] = frozenset()) -> tuple[Statement, ...]:
        """The reader's statements, those that are facts and read alike in the rules' words, then what only the rules
        read, or the reader has ``in_part`` only, as candidates."""
        held = {triple_of(s) for s in read} - in_part
        found = [self._in_rules_words(s) for s in read]
        found += [replace(s, standing="candidate") for s in self.statements if triple_of(s) not in held]
        return tuple(dict.fromkeys(found))

    def _in_rules_words(self, read: Statement) -> Statement:
        if read.standing != "fact":
            return read
        found = next((own for own in self.facts.get(triple_of(read), ()) if _alike(own, read)), None)
        return replace(found, score=read.score) if found else read


def _alike(own: Statement, read: Statement) -> bool:
    side = load_ontology().side
    if read.effect == UNKNOWN_EFFECT:  # that the rules read none does not make it known
        return False
    return own.modality == read.modality and side(own.effect) == side(read.effect)


def triple_of(statement: Statement) -> Triple:
    """Subject, predicate and object of a statement, by name."""
    return statement.subject, statement.predicate, statement.object


def rule_readings(read: Sequence[Mention], base: Annotation, extractor: str, version: str) -> RuleReadings:
    """The rules' annotation under the names of the reader's mentions; what was read together is filed together."""
    names: dict[tuple[str, str], str] = {}
    near = _Near(read)
    for mention in base.mentions:
        same = max(near(mention), key=lambda m: _shared(m, mention), default=None)
        if same is not None and _shared(same, mention) > 0:
            names.setdefault((mention.entity, mention.type), same.entity)
    statements = tuple(
        replace(
            s,
            extractor=extractor,
            extractor_version=version,
            subject=names.get((s.subject, s.subject_type), s.subject),
            object=names.get((s.object, s.object_type), s.object),
        )
        for s in base.statements
    )
    both = [*read, *_added(near, base, names)]
    unique = {(m.start, m.end, m.type): m for m in sorted(both, key=lambda m: (m.start, -m.end, m.type))}
    return RuleReadings(tuple(unique.values()), statements)


class _Near:
    """Mentions by where they lie, so that each is compared with its neighbours only."""

    _SIZE = 64  # characters of a place

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self._mentions = mentions
        self._at: dict[int, list[int]] = defaultdict(list)
        for index, mention in enumerate(mentions):
            for place in self._places(mention):
                self._at[place].append(index)

    def __call__(self, mention: Mention) -> Iterator[Mention]:
        """Those that may overlap a mention, in their order."""
        found = {index for place in self._places(mention) for index in self._at.get(place, ())}
        return (self._mentions[index] for index in sorted(found))

    def _places(self, mention: Mention) -> range:
        return range(mention.start // self._SIZE, mention.end // self._SIZE + 1)


def _added(near: _Near, base: Annotation, names: dict[tuple[str, str], str]) -> list[Mention]:
    """The rules' mentions that their statements need, and values where the reader has no mention."""
    needed = {(s.subject, s.subject_type) for s in base.statements}
    needed |= {(s.object, s.object_type) for s in base.statements}
    return [
        mention
        for mention in base.mentions
        if (mention.entity, mention.type) not in names
        and (
            (mention.entity, mention.type) in needed
            or (mention.type in _VALUES and not any(_overlap(m, mention) for m in near(mention)))
        )
    ]


def _shared(one: Mention, other: Mention) -> int:
    if one.type != other.type:
        return 0
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end
