"""Who a sentence puts its statements on: nearest first, by name, as ``document`` or as ``anonymous`` with how many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from policygraph.annotate.data import any_of, load
from policygraph.annotate.skeleton import Skeleton


@dataclass(frozen=True, slots=True)
class Source:
    """Speakers, and the stretch of the document's text for which they speak."""

    names: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Patterns:
    according: re.Pattern[str]
    ahead: re.Pattern[str]
    behind: re.Pattern[str]
    citing: re.Pattern[str]
    hearsay: re.Pattern[str]
    through: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    data = load("attribution")
    number = any_of([*data["numbers"], *(n.capitalize() for n in data["numbers"])])
    somebody = any_of([*data["anonymous"], *(a.capitalize() for a in data["anonymous"])])
    unnamed = rf"(?:(?P<count>{number}) )?(?:[\w-]+ ){{0,2}}(?P<anonymous>{somebody})"
    paper = rf"(?:[Tt]he |a |an )?(?:<\w+:\d+>'?s? |[\w-]+ ){{0,3}}?(?P<document>{any_of(data['document'])})"
    named = rf"(?:[Tt]he )?(?P<named><(?:{'|'.join(data['speakers'])}):\d+>)"
    who = f"(?:{named}|{paper}|{unnamed})"
    verb = any_of(data["verbs"])
    clause = r"(?:[^.;]{0,80}?)"
    said = rf"(?: have| has| had| also)? (?:{verb})(?: (?:on|in) <Date:\d+>| <Date:\d+>)?"
    return _Patterns(
        re.compile(rf"[Aa]ccording to {who}"),
        re.compile(
            rf"^(?:On <Date:\d+>,? )?{who}(?:, [^,;]{{1,80}},| (?:with|who|familiar)[^,;.<]{{1,90}}?)?{said}"
            r"(?: that| in [\w ]+ that)?(?= [<a-z])"
        ),
        re.compile(rf",[\"']? {who}(?P<rest>{clause}){said}(?P<tail>[^;]*)$"),
        re.compile(rf"citing {who}"),
        re.compile(any_of([*data["hearsay"], *(h.capitalize() for h in data["hearsay"])])),
        re.compile(
            r"(?: and)?(?: \w+)? (?:obtained|seen|reviewed|published) by "
            r"(?P<named><(?:Publisher|Firm|Organisation):\d+>)"
        ),
    )


def sources(skeleton: Skeleton) -> list[Source]:
    """The speakers of a sentence, the most specific first."""
    return [Source(s.names, skeleton.place(s.start), skeleton.place(s.end)) for s in _found(skeleton)]


def _found(skeleton: Skeleton) -> list[Source]:
    """The speakers with the stretches of the skeleton."""
    text, patterns = skeleton.text, _patterns()
    found: list[Source] = []
    if match := patterns.according.search(text):
        found.append(Source(_chain(match, skeleton), 0, len(text)))
    citing = patterns.citing.search(text)
    cited = _names(citing, skeleton) if citing else ()
    if match := patterns.behind.search(text):
        found.append(Source(_unique((*_chain(match, skeleton), *cited)), 0, match.start()))
    if not found and (match := patterns.ahead.match(text)):
        found.append(Source(_unique((*_names(match, skeleton), *cited)), match.end(), len(text)))
    if not found and citing:
        found.append(Source(cited, 0, len(text)))
    if not found and patterns.hearsay.search(text):
        found.append(Source(("anonymous",), 0, len(text)))
    return found


def attribution_at(found: Iterable[Source], position: int) -> tuple[str, ...]:
    """Who speaks at a place of the text."""
    return next((s.names for s in found if s.start <= position < s.end), ())


def borne_out(speakers: Iterable[str], ends: tuple[str, str], words: str) -> tuple[str, ...]:
    """The speakers of a reading; without its own ``ends`` where none of its ``words`` is one of saying: a firm that
    fights a rule is not thereby the one who says that it does."""
    heard = _saying().search(words)
    return tuple(name for name in speakers if heard or name not in ends)


@cache
def _saying() -> re.Pattern[str]:
    return re.compile(rf"\b{any_of(load('attribution')['saying'])}\b", re.IGNORECASE)


def _chain(match: re.Match[str], skeleton: Skeleton) -> tuple[str, ...]:
    """Speakers of a match; "a document seen by X" is X and the document."""
    names = _names(match, skeleton)
    if "document" in names and (through := _patterns().through.match(skeleton.text, match.end("document"))):
        return _unique((*(m.entity for m in skeleton.named(through["named"])), *names))
    return names


def _names(match: re.Match[str], skeleton: Skeleton) -> tuple[str, ...]:
    groups = match.groupdict()
    if groups.get("named"):
        return tuple(m.entity for m in skeleton.named(groups["named"]))
    if groups.get("document"):
        return ("document",)
    count = load("attribution")["numbers"].get((groups.get("count") or "").casefold())
    return (f"anonymous:{count}" if count else "anonymous",)


def _unique(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
