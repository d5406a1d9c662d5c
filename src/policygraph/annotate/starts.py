"""The day since when something holds, where one sentence tells it of several things at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from policygraph.annotate.neural.telling import Telling
from policygraph.annotate.page import Page
from policygraph.model.records import Span

Quoted = tuple[Telling, tuple[Span, ...]]


def shared_starts(page: Page, readings: Sequence[Quoted]) -> list[Quoted]:
    """Readings of one subject and predicate in the same sentences, all with the start that some of them have, where
    it is one day only."""
    starts: dict[object, dict[str, int]] = defaultdict(dict)
    keys = [(t.said.subject, t.said.predicate, tuple(page.sentences(spans))) for t, spans in readings]
    for key, (telling, _) in zip(keys, readings, strict=True):
        start = telling.said.valid_from
        if start is not None and (value := page.value(start)):
            starts[key].setdefault(value, start)
    return [
        (_since(telling, starts[key]), spans) for key, (telling, spans) in zip(keys, readings, strict=True)
    ]  # fmt: skip


def _since(telling: Telling, starts: dict[str, int]) -> Telling:
    said, only = telling.said, next(iter(starts.values()), None)
    if said.valid_from is not None or len(starts) != 1 or only == said.valid_to:
        return telling
    return replace(telling, said=replace(said, valid_from=only))
