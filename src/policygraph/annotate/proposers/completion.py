"""Quotes that do not name an end, completed from their own sentence, or from a sentence shortly before."""

from __future__ import annotations

from collections.abc import Sequence

from policygraph.annotate.data import load
from policygraph.annotate.gate import touched
from policygraph.annotate.proposal import Sentence
from policygraph.annotate.proposers.entities import Thing
from policygraph.model.records import Span


def completed(
    evidence: tuple[Span, ...], ends: tuple[Thing, Thing], sentences: Sequence[Sentence]
) -> tuple[tuple[Span, ...], bool]:
    """The quotes, widened so that they name both ends where that can be done, and whether a sentence was added.

    A mention in a sentence that a quote stands in is reached by a longer quote. Where there is none ("the company"
    stands there), the sentence that names the thing last, at most as far back as the rules look for what such words
    stand for, becomes a quote of its own; whether the words do stand for it is only the proposer's word.
    """
    spans = list(evidence)
    added = False
    for thing in ends:
        if thing.within(spans) is not None:
            continue
        reached = touched(spans, sentences)
        if not _widen(spans, thing, [sentences[i] for i in sorted(reached)]) and len(reached) == 1:
            added = _add(spans, thing, sentences, min(reached)) or added
    return tuple(sorted(spans)), added


def _widen(spans: list[Span], thing: Thing, reached: Sequence[Sentence]) -> bool:
    """Lengthen a quote to the nearest mention in its own sentence."""
    best: tuple[int, int, Span] | None = None
    for index, span in enumerate(spans):
        own = [Span(s.start, s.end) for s in reached if s.start < span.end and span.start < s.end]
        for mention in thing.inside(own):
            away = max(0, span.start - mention.end, mention.start - span.end)
            wider = Span(min(span.start, mention.start), max(span.end, mention.end))
            if best is None or (away, index) < best[:2]:
                best = (away, index, wider)
    if best is None:
        return False
    spans[best[1]] = best[2]
    return True


def _add(spans: list[Span], thing: Thing, sentences: Sequence[Sentence], at: int) -> bool:
    """Add the last of the sentences shortly before that names a thing."""
    for index in range(at - 1, max(-1, at - 1 - int(load("anaphors")["reach"])), -1):
        whole = Span(sentences[index].start, sentences[index].end)
        if thing.inside([whole]) and sentences[index].kind != "headline":
            spans.append(whole)
            return True
    return False
