"""Where a clause ends, and what stands in the rest of it: the act, a date, an amount, a duration, the basis."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policygraph.annotate.proposal import Proposal
from policygraph.annotate.skeleton import Skeleton

_END = re.compile(
    r"[;?!]|:(?!\d+>)|\.(?=\s|$|[\"'])|"
    r", (?:and|but|while|which|who|although|though|as|after|before|because|so|or|said|according|"
    r"citing|the|it|a|with|if|in|<)|"
    r" (?:unless|if|except|because|while|but|although|other than|according to|citing|after|when|where|as part|"
    r"and (?:prohibited|ordered|fined|required|is|are|was|has|will|would))\b"
)
_BARRIER = re.compile(r" (?:without|except|other than|unless|not|outside|nor)\b")
_EXPORT = re.compile(r"\b(?:to|in|into) (?:the |mainland )?(<Jurisdiction:\d+>)")
_WHEN = re.compile(r"(?:\b(?:on|in|since|from|of|starting)(?: early| late)? |^ ?|> )(<Date:\d+>)")
_DUE = re.compile(r"\b(?:by|before|until|within)(?: the)? (<(?:Date|Quantity):\d+>)")
_FOR = re.compile(r"\bfor (?:a (?:period|term) of |at least |up to |another )?(<Quantity:\d+>)")
_UNDER = re.compile(r"\b(?:under|pursuant to|based on)(?: the| its| a)? (<Rule:\d+>)")
_TRADE = frozenset({"export", "sell", "transfer", "import"})


@dataclass(frozen=True, slots=True)
class Trail:
    """The rest of a clause behind a match: positions in the skeleton, its words as the text has them."""

    skeleton: Skeleton
    start: int
    end: int

    @property
    def raw(self) -> str:
        """The stretch of the skeleton."""
        return self.skeleton.text[self.start : self.end]

    def words(self, text: str) -> str:
        """The stretch of the document."""
        return text[self.skeleton.place(self.start) : self.skeleton.place(self.end)].strip(" ,")

    def first(self, pattern: re.Pattern[str]) -> Proposal | None:
        """The mention that a pattern's first group marks."""
        match = pattern.search(self.raw)
        return next(self.skeleton.named(match[1]), None) if match else None

    def date(self) -> str | None:
        """The value of the date on which something was done."""
        found = self.first(_WHEN)
        return found.value if found else None

    def duration(self) -> str | None:
        """The value of "for …"."""
        found = self.first(_FOR)
        return found.value if found and (found.value or "").startswith("P") else None

    def due(self) -> str | None:
        """The value of "by …"."""
        found = self.first(_DUE)
        return found.value if found and found.type == "Date" else None

    def basis(self) -> Proposal | None:
        """The rule behind "under"."""
        return self.first(_UNDER)

    def amount(self) -> Proposal | None:
        """The first money."""
        match = re.search(r"(<Money:\d+>)", self.raw)
        return next(self.skeleton.named(match[1]), None) if match else None

    def governed(self) -> list[Proposal]:
        """Technologies and data of the act, up to an exception."""
        barrier = _BARRIER.search(self.raw)
        kept = self.raw[: barrier.start()] if barrier else self.raw
        return [m for m in self.skeleton.named(kept) if m.type in ("Technology", "DataCategory")]

    def destinations(self, verb: str | None) -> list[Proposal]:
        """Places to which the act moves something; only acts of trade have any."""
        if verb not in _TRADE:
            return []
        return [m for found in _EXPORT.finditer(self.raw) for m in self.skeleton.named(found[1])]


def trail(skeleton: Skeleton, start: int) -> Trail:
    """The rest of the clause from a position of the skeleton."""
    match = _END.search(skeleton.text, start)
    return Trail(skeleton, start, match.start() if match else len(skeleton.text))


def leading_date(skeleton: Skeleton) -> str | None:
    """The date with which a sentence begins."""
    match = re.match(r"(?:On|In|Since|From) (<Date:\d+>)", skeleton.text)
    return next((m.value for m in skeleton.named(match[1])), None) if match else None


def leading_duration(skeleton: Skeleton) -> str | None:
    """The duration with which a sentence begins ("For one year, …")."""
    match = re.match(r"For (<Quantity:\d+>)", skeleton.text)
    value = next((m.value for m in skeleton.named(match[1])), None) if match else None
    return value if (value or "").startswith("P") else None
