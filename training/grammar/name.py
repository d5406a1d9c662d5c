"""A name that fills a slot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """What fills a slot: type, words, entity; ``value`` of a date, amount or length; a short and an adjective form."""

    type: str
    text: str
    entity: str
    value: str | None = None
    short: str = ""
    adjective: str = ""
