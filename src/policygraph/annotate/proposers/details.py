"""What a proposed statement says beside its triple: kept only where the text has it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from policygraph.annotate.proposers.entities import Thing
from policygraph.annotate.proposers.protocol import ProposedStatement
from policygraph.annotate.proposers.quotes import find_quote
from policygraph.model.records import Document, Mention, Span

LONGEST_DETAIL = 300  # characters
MOST_SPEAKERS = 5
_SPEAKERS = frozenset({"Publisher", "Firm", "Authority", "Person", "Organisation"})
_UNNAMED = re.compile(r"document|anonymous(?::[1-9]\d{0,3})?")
_WITH_AMOUNT = frozenset({"enforced_against", "acquires", "invests_in", "owns", "supplies"})


@dataclass(frozen=True, slots=True)
class Kept:
    """Fields that the text bears out; None where it does not, or where nothing was proposed."""

    valid_from: str | None = None
    valid_to: str | None = None
    due: str | None = None
    duration: str | None = None
    action: str | None = None
    item: str | None = None
    role: str | None = None


class Details:
    """The values of a document, as the rules read them, against which proposals are held."""

    def __init__(self, document: Document, known: Sequence[Mention]) -> None:
        self._text = document.text
        self._money = [m for m in known if m.type == "Money" and m.value]
        dates = {m.value for m in known if m.type == "Date" and m.value} | {document.published or ""}
        self._dates = dates | {bound for value in dates for bound in value.split("/")}
        self._durations = {m.value for m in known if m.type == "Quantity" and m.value}

    def grounded(self, proposed: ProposedStatement, evidence: Sequence[Span]) -> tuple[Kept, list[str]]:
        """The fields that hold, and why others do not. A date must be one that the document gives, a detail must be
        words of the evidence; else the field is dropped, and the statement says less than was meant.
        """
        kept: dict[str, str] = {}
        dropped = []
        for name in (f.name for f in fields(Kept)):
            value = getattr(proposed, name)
            if value is None:
                continue
            if self._holds(name, value, evidence):
                kept[name] = " ".join(value.split())
            else:
                dropped.append(f"{name} {value[:60]!r} is not in the text")
        return Kept(**kept), dropped

    def amount(self, predicate: str, evidence: Sequence[Span]) -> str | None:
        """The sum in the evidence of a fine or deal; None where there is none or more than one."""
        inside = {m.value for m in self._money if any(s.start <= m.start and m.end <= s.end for s in evidence)}
        return inside.pop() if predicate in _WITH_AMOUNT and len(inside) == 1 else None

    def _holds(self, name: str, value: str, evidence: Sequence[Span]) -> bool:
        if name in ("valid_from", "valid_to", "due"):
            exact = value.rstrip("~?%")  # a day that is given may be called uncertain, or its month or year told
            return any(date.rstrip("~?%") == exact or date.startswith(f"{exact}-") for date in self._dates)
        if name == "duration":
            return value in self._durations
        if len(value) > LONGEST_DETAIL:
            return False
        return any(find_quote(self._text, value, span.start, span.end) for span in evidence)


def speakers(proposed: ProposedStatement, things: dict[str, Thing]) -> tuple[str, ...] | None:
    """Who says so, by the names of the document; None where one of them is not a speaker whom the text mentions.

    To drop a speaker would make the document itself say it, which is more than was proposed.
    """
    if len(proposed.attribution) > MOST_SPEAKERS:
        return None
    found = []
    for label in proposed.attribution:
        if _UNNAMED.fullmatch(label):
            found.append(label)
        elif label in things and things[label].type in _SPEAKERS:
            found.append(things[label].name)
        else:
            return None
    return tuple(found)
