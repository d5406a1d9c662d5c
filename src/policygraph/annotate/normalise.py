"""The values of mentions whose spans and types are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from policygraph.annotate.amounts import money_of_span
from policygraph.annotate.dates import date_of_span, single_day
from policygraph.annotate.quantities import quantity_of_span
from policygraph.model.records import Document
from policygraph.model.time import parse_day


def value_of(kind: str, text: str, start: int, end: int, today: date | None, earlier: date | None = None) -> str | None:
    """The value of a Date (EDTF), Money (``CUR amount``) or Quantity (ISO 8601 duration or number with unit).

    ``text`` is the document's, ``start`` and ``end`` the characters of the mention in it, ``today`` the document's day
    and ``earlier`` the day of the date before the mention. None where the span has no value of its type.
    """
    if kind == "Date":
        return date_of_span(text, start, end, today, earlier)
    readers: dict[str, Callable[[str, int, int], str | None]] = {"Money": money_of_span, "Quantity": quantity_of_span}
    return readers[kind](text, start, end) if kind in readers else None


def values_of(document: Document, spans: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int, int], str]:
    """The values of those spans (type, start, end) that have one, each date read after the dates before it."""
    today = parse_day(document.published) if document.published else None
    earlier: date | None = None
    values = {}
    for kind, start, end in sorted(spans, key=lambda span: span[1:]):
        value = value_of(kind, document.text, start, end, today, earlier)
        if value is not None:
            values[kind, start, end] = value
        if kind == "Date":
            earlier = single_day(value) or earlier
    return values
