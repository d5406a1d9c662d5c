"""What the words before a verb make of it: asserted, planned, possible or denied; active or passive."""

from __future__ import annotations

import re
from functools import cache

from policygraph.annotate.data import any_of, load, words

_GROUPS = ("denied", "possible", "planned")


@cache
def auxiliary_pattern() -> str:
    """One auxiliary, negation or adverb of a verb group."""
    data = load("modality")
    return (
        "(?:"
        + any_of([*data["denied"], *data["possible"], *data["planned"], *data["neutral"]])
        + r"(?<!-)\b|[a-z]+ly\b)"
    )


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    data = load("modality")
    return tuple((group, re.compile(rf"(?:^|(?<=\s)){any_of(data[group])}(?=\s|$)")) for group in _GROUPS)


@cache
def _forbidding() -> re.Pattern[str]:
    return re.compile(rf"\b{any_of(load('modality')['forbidding'])}\b")


def modality_of(auxiliaries: str) -> str:
    """The modality of a verb group from the words before its verb; a bare infinitive tells what is still to be done."""
    if auxiliaries.split()[:1] == ["to"]:
        return "planned"
    for group, pattern in _patterns():
        if pattern.search(auxiliaries):
            return group
    return "asserted"


def forbids(auxiliaries: str) -> bool:
    """Whether the words before a verb forbid the act ("may not sell") rather than deny that it happened."""
    return bool(_forbidding().search(auxiliaries))


@cache
def _counter() -> re.Pattern[str]:
    return re.compile(rf"^(?:from |to )?(?:\w+ly )?{any_of(load('modality')['counter'])}\b")


def is_counter_act(act: str) -> bool:
    """Whether an act is itself against something: a ban on blocking a thing is no ban on the thing."""
    return bool(_counter().match(act))


def is_passive(auxiliaries: str, cue: str) -> bool:
    """Whether a participle stands behind a form of "be" (adverbs between them)."""
    plain = [
        w
        for w in auxiliaries.split()
        if not w.endswith("ly") and w not in ("not", "also", "already", "now", "still", "never")
    ]
    return bool(plain) and plain[-1] in words(load("modality")["be"]) and not cue.endswith("ing")


def is_loose_participle(auxiliaries: str, cue: str) -> bool:
    """Whether a form in -ing stands without an auxiliary that makes it a verb of its subject."""
    return cue.endswith("ing") and not auxiliaries.strip()
