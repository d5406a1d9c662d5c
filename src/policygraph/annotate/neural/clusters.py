"""Which mentions of a document are one thing: same words, abbreviations, defined aliases, shortened names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_DEFINED = re.compile(r"\W{0,3}\((?:the |hereinafter |hereafter |together |also known as |or )*[\"“‘']?", re.IGNORECASE)
KEPT = 4096  # surfaces whose forms are remembered: every pair of mentions asks for them
_NAMED = frozenset({"Firm", "Authority", "Person", "Organisation", "Publisher", "Zone"})
_VALUES = frozenset({"Date", "Money", "Quantity"})
_GENERIC = re.compile(
    r"(?:final |interim |proposed |new |draft )?"
    r"(?:rules?|acts?|laws?|orders?|agreement|lists?|bans?|measures?|regulations?|"
    r"notice|guidelines?|decision|company|commission|ministry|bill|fine|department|agency|provisions|directive|ruling|"
    r"scheme|program(?:me)?|plan|proposal|restrictions?|sanctions?|curbs|tariffs?|duties|injunction|penalty|probe|"
    r"investigation|licen[cs]es?|exemptions?|court|board|council|bureau|authority)$",
    re.IGNORECASE,
)
_LEGAL_FORMS = re.compile(
    r"[, ]+(?:inc|corp|corporation|co|company|ltd|limited|plc|llc|ag|se|sa|nv|bv|gmbh|holdings?|group|technologies|"
    r"technology|electronics|platforms|systems|motors?)\.?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A mention that was found: words ``first`` to ``last`` (both included), type, characters and surface, and how sure
    it is."""

    first: int
    last: int
    type: str
    start: int
    end: int
    surface: str
    score: float = 1.0


@lru_cache(maxsize=KEPT)
def fold(surface: str) -> str:
    """Letters and digits of a surface in lower case, single spaces, without an article or possessive."""
    plain = re.sub(r"[^\w ]", "", surface.casefold().replace("’s", "").replace("'s", ""))
    return re.sub(r"^(?:the|a|an) ", "", " ".join(plain.split()))


@lru_cache(maxsize=KEPT)
def initials(surface: str) -> str:
    """First letters of the capitalised words."""
    return "".join(word[0] for word in re.findall(r"[A-Z]\w*", surface)).casefold()


def features(first: str, second: str) -> list[float]:
    """How two surfaces resemble each other, as numbers between 0 and 1."""
    a, b = fold(first), fold(second)
    words_a, words_b = a.split(), b.split()
    shared = len(set(words_a) & set(words_b))
    return [
        float(a == b),
        float(a != b and bool(a) and bool(b) and (a in b or b in a)),
        float(bool(words_a and words_b) and words_a[-1] == words_b[-1]),
        float(bool(words_a and words_b) and words_a[0] == words_b[0]),
        float(a.replace(" ", "") == initials(second) or b.replace(" ", "") == initials(first)),
        float(bool(_GENERIC.match(a))),
        float(bool(_GENERIC.match(b))),
        shared / max(1, min(len(words_a), len(words_b))),
    ]


@lru_cache(maxsize=KEPT)
def _base(surface: str) -> str:
    previous = None
    while previous != surface:
        previous, surface = surface, _LEGAL_FORMS.sub("", surface)
    return fold(surface)


def names_differ(first: str, second: str) -> bool:
    """Whether both surfaces hold capitalised words and share none: the duty on one firm is not the duty on another."""
    a, b = _capitalised(first), _capitalised(second)
    return bool(a) and bool(b) and not a & b


@lru_cache(maxsize=KEPT)
def _capitalised(surface: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<!^)\b[A-Z][\w’'-]*", surface))


def same_thing(first: Found, second: Found) -> bool:
    """Whether the words alone make two mentions of one type one thing."""
    if first.type != second.type or first.type in _VALUES:
        return False
    a, b = fold(first.surface), fold(second.surface)
    if not a or not b:
        return False
    if a == b:
        return True
    if first.type not in ("Rule", *_NAMED, "Technology"):
        return False
    if _abbreviates(a, second.surface) or _abbreviates(b, first.surface):
        return True
    if first.type == "Person":
        return a.split()[-1] == b.split()[-1] and 1 in (len(a.split()), len(b.split()))
    if first.type in ("Firm", "Publisher"):
        return _base(first.surface) == _base(second.surface) or _shortened(a, b)
    return first.type in ("Authority", "Organisation", "Zone") and _shortened(a, b)


def _abbreviates(folded: str, surface: str) -> bool:
    letters = folded.replace(" ", "")
    return len(letters) > 1 and letters == initials(surface)


def _shortened(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    if _GENERIC.match(short) or len(short) < 4:
        return False
    return long.startswith(short + " ")


def cluster(text: str, mentions: Sequence[Found], linked: Sequence[tuple[int, int]] = ()) -> list[int]:
    """A cluster number for each mention; ``linked`` are pairs that something else holds to be one."""
    root = list(range(len(mentions)))

    def find(index: int) -> int:
        while root[index] != index:
            root[index] = root[root[index]]
            index = root[index]
        return index

    def join(one: int, other: int) -> None:
        first, second = sorted((find(one), find(other)))
        root[second] = first

    for one, other in _same_things(mentions):
        join(one, other)
    for first in range(len(mentions) - 1):
        for second in range(first + 1, min(len(mentions), first + 3)):
            if mentions[first].type == mentions[second].type and _DEFINED.fullmatch(
                text[mentions[first].end : mentions[second].start]
            ):
                join(first, second)
    for one, other in linked:
        if mentions[one].type == mentions[other].type:
            join(one, other)
    return [find(index) for index in range(len(mentions))]


def _same_things(mentions: Sequence[Found]) -> Iterator[tuple[int, int]]:
    """Pairs of mentions that join all those that ``same_thing`` joins, found by what they share: a search through all
    pairs would take the square of their number."""
    folded: dict[tuple[str, str], int] = {}  # the first mention of each type and folded surface
    initial: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, mention in enumerate(mentions):
        if mention.type in _VALUES or not fold(mention.surface):
            continue
        earlier = folded.setdefault((mention.type, fold(mention.surface)), index)
        if earlier != index:
            yield earlier, index
        if mention.type in ("Rule", *_NAMED, "Technology") and len(initials(mention.surface)) > 1:
            initial[mention.type, initials(mention.surface)].append(index)
    for (kind, words), index in folded.items():
        for other in initial.get((kind, words.replace(" ", "")), ()):
            yield index, other
    yield from _shared_words(mentions, folded)


def _shared_words(mentions: Sequence[Found], folded: Mapping[tuple[str, str], int]) -> Iterator[tuple[int, int]]:
    """Persons by their last name, firms without their legal forms, names and what they are shortened to."""
    last_names: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (kind, words), index in folded.items():
        if kind == "Person":
            last_names[words.split()[-1]].append((words, index))
        if kind in ("Firm", "Publisher", "Authority", "Organisation", "Zone"):
            for place in (at for at, letter in enumerate(words) if letter == " "):
                short = folded.get((kind, words[:place]))
                if short is not None and _shortened(words[:place], words):
                    yield short, index
    for name, bearers in last_names.items():
        alone = next((index for words, index in bearers if words == name), None)
        if alone is not None:
            yield from ((alone, index) for _, index in bearers)
    bases: dict[tuple[str, str], int] = {}
    for index, mention in enumerate(mentions):
        if mention.type in ("Firm", "Publisher") and fold(mention.surface):
            yield bases.setdefault((mention.type, _base(mention.surface)), index), index


def entity_names(mentions: Sequence[Found], clusters: Sequence[int]) -> list[str]:
    """A name for each mention: the fullest surface of its cluster, told apart where two clusters share one."""
    members: dict[int, list[int]] = defaultdict(list)
    for index, number in enumerate(clusters):
        members[number].append(index)
    names: dict[int, str] = {}
    taken: dict[str, str] = {}
    serials: dict[tuple[str, str], int] = {}  # the next number of a name that many bear: dates, above all
    for number, indexes in members.items():
        best = max((mentions[i] for i in indexes), key=lambda m: (len(m.surface), -m.start))
        name = best.surface
        if name in taken:
            kind = best.type
            name = (
                f"{name} (government)" if kind == "Authority" and taken[name] == "Jurisdiction" else f"{name} ({kind})"
            )
            while name in taken:
                serial = serials.get((best.surface, kind), 2)
                name = f"{best.surface} ({kind} {serial})"
                serials[best.surface, kind] = serial + 1
        taken[name] = best.type
        names[number] = name
    return [names[number] for number in clusters]
