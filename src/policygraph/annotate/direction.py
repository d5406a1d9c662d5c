"""Whether a clause speaks of the past or of the future: which "March" a month without a year is."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

from policygraph.annotate.data import any_of, load

_NEAR = 160  # characters of a clause that are looked at, on either side
_REACH = r"(?:[\w'’-]+ ){0,3}"  # words between an auxiliary and its verb: "will be formally adopted"


class Direction(Enum):
    """The way from the document's day to a date that has no year."""

    PAST = "past"
    FUTURE = "future"
    AHEAD = "ahead"  # "until", "by": rather the future
    OPEN = "open"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = load("tenses")
    past = rf"(?:{any_of(data['past'].split())}|(?!(?:{any_of(data['not_past'].split())})\b)[\w-]{{2,}}ed)"
    state = rf"(?:{data['present_passive']}) (?!(?:{data['future']})\b){_REACH}{past}\b"
    tenses = (
        rf"(?P<neither>(?:{data['future_in_past']})|{state})"
        rf"|(?P<future>(?:{data['future']})(?: {_REACH}{past})?\b|(?:{data['present']})\b)"
        rf"|(?P<past>{past}\b)"
    )
    return {
        "ends": re.compile(data["ends"]),
        "opening": re.compile(rf"(?:in|on|since|(?:{data['ahead']})) (?:the )?(?=\S)", re.IGNORECASE),
        "past_before": re.compile(rf"(?:{data['past_before']})\Z", re.IGNORECASE),
        "ahead": re.compile(rf"(?:{data['ahead']}) (?:the )?(?:\w+ )?\Z", re.IGNORECASE),
        "tenses": re.compile(rf"(?<![\w'’-])(?:{tenses})", re.IGNORECASE),
    }


def direction(text: str, start: int, end: int) -> Direction:
    """The direction that the words around a date give it.

    A preposition at the beginning of the span counts among the words before it. "Since" and "the order of" lead back.
    Else the nearest verb before the date in its clause decides, then the first after it: a past tense tells of what has
    been; an auxiliary, "due", "planned" or the present tense of an end or a beginning of what is to come. "Until" and
    "by" lead ahead where no verb says so.
    """
    patterns = _patterns()
    if opening := patterns["opening"].match(text, start, end):
        start = opening.end()
    before, after = _clause(text, start, end)
    if patterns["past_before"].search(before):
        return Direction.PAST
    tense = _tense(before, last=True)
    if tense is None:
        tense = _tense(after, last=False)
    if patterns["ahead"].search(before) and tense is not Direction.FUTURE:
        return Direction.AHEAD
    return tense or Direction.OPEN


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    ends = _patterns()["ends"]
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if breaks := list(ends.finditer(before)):
        before = before[breaks[-1].end() :]
    if stop := ends.search(after):
        after = after[: stop.start()]
    return before, after


def _tense(words: str, *, last: bool) -> Direction | None:
    """The tense of the last or first verb; None where there is none."""
    found = list(_patterns()["tenses"].finditer(words))
    if not found:
        return None
    match = found[-1 if last else 0]
    if match["neither"]:
        return Direction.OPEN
    return Direction.FUTURE if match["future"] else Direction.PAST
