"""Questions as a notebook puts them: by names, with days that default to today."""

from __future__ import annotations

from typing import Any

from policygraph.trace.answers import Answer
from policygraph.trace.ask import ask_applies, today
from policygraph.trace.claims import ask_claims
from policygraph.trace.exposure import Exposure, ask_exposure
from policygraph.trace.facts import Known
from policygraph.trace.fetch import Reader


def exposure(graph: Reader, firm: str, *, as_of: str | None = None, known_at: str | None = None) -> Exposure:
    """All rules that touch a firm on a day (``YYYY-MM-DD``), by what was known on another.

    Raises DateError, UnknownNameError, AmbiguousNameError.
    """
    return ask_exposure(graph, firm, as_of=as_of or today(), known=Known(known_at or today()))


def applies(graph: Reader, rule: str, firm: str, *, as_of: str | None = None, known_at: str | None = None) -> Answer:
    """Whether a rule reaches a firm. Raises DateError, UnknownNameError, AmbiguousNameError."""
    return ask_applies(graph, rule, firm, as_of=as_of or today(), known=Known(known_at or today()))


def claims(
    graph: Reader,
    *,
    subject: str | None = None,
    predicate: str | None = None,
    object_: str | None = None,
    as_of: str | None = None,
    known_at: str | None = None,
) -> list[dict[str, Any]]:
    """Who says what, the oldest first.

    Raises DateError, UnknownNameError, AmbiguousNameError, UnknownPredicateError.
    """
    known = Known(known_at or today())
    return ask_claims(graph, subject=subject, predicate=predicate, object_=object_, as_of=as_of or today(), known=known)
