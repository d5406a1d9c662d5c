"""Dates, durations, percentages and money as mentions with their values."""

from __future__ import annotations

from datetime import date

from spacy.tokens import Doc

from policygraph.annotate.amounts import find_money, find_percentages
from policygraph.annotate.dates import find_dates, find_durations
from policygraph.annotate.proposal import Proposal
from policygraph.model.records import Document
from policygraph.model.time import parse_day

RANK = 40


class ValueFinder:
    """Adds values to ``doc._.proposals``; relative dates are resolved against the document's day."""

    def __call__(self, doc: Doc) -> Doc:
        """Propose the values of ``doc._.document.text``."""
        document: Document = doc._.document
        today: date | None = parse_day(document.published) if document.published else None
        found = [("Date", f) for f in find_dates(doc._.document.text, today)]
        found += [
            ("Quantity", f) for f in (*find_durations(doc._.document.text), *find_percentages(doc._.document.text))
        ]
        found += [("Money", f) for f in find_money(doc._.document.text)]
        doc._.proposals.extend(Proposal(f.start, f.end, kind, RANK, f.value) for kind, f in found)
        return doc
