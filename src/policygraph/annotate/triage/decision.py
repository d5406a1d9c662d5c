"""Which documents are read in full, and why.

Relevant is a document with a statement in which a Rule takes part. The others (launches, earnings, sport) may have
statements too; of those only what the rules read is kept, as candidates under the extractor ``triage``, until somebody
asks for more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Literal

import yaml

from policygraph.annotate.annotation import Annotation, Annotator
from policygraph.annotate.triage.scorer import Scorer, load_scorer
from policygraph.annotate.triage.watch import NONE, digest_of_names, pattern_of, read_watch_list, watched_names
from policygraph.model.identity import digest
from policygraph.model.records import Document

EXTRACTOR = "triage"
VERSION = "2"

Reason = Literal["kind", "source", "asked", "read_before", "watched", "score", "below"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a document is read in full, for which reason, and by how much its score exceeds what it needs.

    ``margin`` is None where the score was not asked: ``kind`` and ``source`` are those of ``settings.yml``, ``asked``
    was brought by hand, ``read_before`` was read in full by an earlier version, ``watched`` names a watched firm.
    """

    in_full: bool
    reason: Reason
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides beside the text: ids of official sources, captures brought by hand, documents read before."""

    sources: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    read_before: frozenset[str] = frozenset()


class Triage:
    """Judges documents. ``version`` changes with the weights, the settings and the watch list."""

    def __init__(
        self, scorer: Scorer, kinds: Iterable[str], source_kinds: Iterable[str], watched: frozenset[str]
    ) -> None:
        self._scorer = scorer
        self._kinds = frozenset(kinds)
        self._watched: re.Pattern[str] = pattern_of(watched) if watched else NONE
        self.source_kinds = frozenset(source_kinds)
        settings = digest("\n".join([*sorted(self._kinds), "", *sorted(self.source_kinds)]).encode("utf-8"))[:12]
        parts = (VERSION, scorer.version, settings, digest_of_names(watched))
        self.version = "-".join(part for part in parts if part)

    def judge(self, document: Document, beside: Circumstances = Circumstances()) -> Verdict:
        """The verdict on a document: pure, a fraction of a millisecond."""
        if document.kind in self._kinds:
            return Verdict(True, "kind")
        if document.source_id in beside.sources:
            return Verdict(True, "source")
        if document.capture_id in beside.asked:
            return Verdict(True, "asked")
        if document.id in beside.read_before:
            return Verdict(True, "read_before")
        text = with_title(document)
        if self._watched.search(text):
            return Verdict(True, "watched")
        score, sentences = self._scorer.score(text)
        margin = score - self._scorer.threshold(sentences)
        return Verdict(margin >= 0, "score" if margin >= 0 else "below", round(margin, 4))


def with_title(document: Document) -> str:
    """The text, under its title where it does not begin with it."""
    title = document.title.strip()
    return document.text if not title or document.text.startswith(title) else f"{title}\n{document.text}"


class FirstPass:
    """The annotator of what is not read in full: the rules alone, filed under the name of the triage.

    ``version`` is that under which the stage files what it finds.
    """

    extractor = EXTRACTOR

    def __init__(self, rules: Annotator, version: str) -> None:
        self._rules = rules
        self.version = version

    def annotate(self, document: Document) -> Annotation:
        """Mentions and plain statements of a document, as the rules read them: candidates."""
        found = self._rules.annotate(document)
        # Here as in a document that is read in full, what only the rules read is no fact.
        filed = (
            replace(s, extractor=EXTRACTOR, extractor_version=self.version, standing="candidate")
            for s in found.statements
        )
        return replace(found, statements=tuple(filed))


def load_triage(watch_list: Path | None = None) -> Triage:
    """The triage that comes with the package, with a watch list if there is such a file."""
    content = resources.files("policygraph.annotate.triage").joinpath("settings.yml").read_text(encoding="utf-8")
    settings = yaml.safe_load(content)
    names = read_watch_list(watch_list) if watch_list else ()
    watched: frozenset[str] = frozenset()
    if names:
        from policygraph.reference import load_reference  # at need: it takes a moment

        watched = watched_names(names, load_reference())
    return Triage(load_scorer(), settings["kinds"], settings["source_kinds"], watched)
