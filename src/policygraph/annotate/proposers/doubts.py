"""Why a proposed statement is not shown as a fact: the line's cues and the guards of the rules, which only lower."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

from policygraph.annotate.guards import is_doubtful, load_guards, matching
from policygraph.annotate.line import Line
from policygraph.annotate.neural.reading import Said
from policygraph.annotate.neural.telling import Telling
from policygraph.annotate.proposal import Draft, Proposal, Sentence
from policygraph.annotate.proposers.protocol import ProposedStatement
from policygraph.annotate.proposers.schema import data_file
from policygraph.model.records import Span

_ORDER = {"asserted": 0, "planned": 1, "possible": 2, "denied": 3}


class Doubts:
    """Looks at a statement that has passed the gate."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._guards = load_guards()
        patterns = yaml.safe_load(data_file("instructions.yml"))["patterns"]
        self._instructions = [re.compile(pattern, re.IGNORECASE | re.MULTILINE) for pattern in patterns]

    def instructions(self, text: str) -> str:
        """Words by which a document speaks to a machine that reads it; "" where there are none."""
        found = (pattern.search(text) for pattern in self._instructions)
        return next((match.group() for match in found if match), "")

    def doubt(
        self,
        proposed: ProposedStatement,
        text: str,
        evidence: Sequence[Span],
        ends: tuple[tuple[str, Span], tuple[str, Span]],
        sentences: Sequence[Sentence],
    ) -> str:
        """The first doubt, "" if there is none.

        ``text`` may have other characters where dates stand. ``ends`` are type and mention of subject and object in
        the evidence, ``sentences`` those that the evidence reaches into.
        """
        words = " … ".join(text[span.start : span.end] for span in evidence)
        headline = any(sentence.kind == "headline" for sentence in sentences)
        return (
            self._line.doubts(Telling(self._said(proposed), proposed.effect, words, words, headline))
            or ("the kind of the sentence" if any(is_doubtful(text, sentence) for sentence in sentences) else "")
            or self._guarded(proposed, text, ends, sentences)
        )

    def _said(self, proposed: ProposedStatement) -> Said:
        """The proposal as the line knows readings: where it has no score it counts as standing just on the line, so
        that every doubt which a high score could outweigh holds."""
        score = self._line.score if proposed.score is None else proposed.score
        return Said(
            subject=0,
            predicate=proposed.predicate,
            object=1,
            score=score,
            effect=proposed.effect,
            effect_score=self._line.effect,
            modality=proposed.modality,
            modality_scores={proposed.modality: 1.0},
            lifecycle=None,
            speakers=(),
            valid_from=None,
            valid_to=None,
            duration=None,
            evidence=(),
            near_subject=0,
            near_object=1,
            chance=score,
        )

    def _guarded(
        self,
        proposed: ProposedStatement,
        text: str,
        ends: tuple[tuple[str, Span], tuple[str, Span]],
        sentences: Sequence[Sentence],
    ) -> str:
        subject, object_ = (Proposal(span.start, span.end, kind) for kind, span in ends)
        for sentence in sentences:
            draft = Draft(subject, proposed.predicate, object_, sentence, (), "proposal")
            # The rules know the verb that they read a statement from; here what precedes the second end comes nearest.
            draft.cue = min(max(subject.start, object_.start), sentence.end)
            for guard in matching(self._guards, text, draft):
                told = _ORDER.get(guard.action)
                if told is None or _ORDER[proposed.modality] < told:
                    return f"guard {guard.name}"
        return ""
