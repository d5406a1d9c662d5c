"""The line: which of the statements that the trained reader proposes are shown as facts, and which stay candidates.

Nothing whose score is too low becomes a fact. Of what is scored high enough, doubt about how it is told, or a
contradiction within the document, makes a candidate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from policygraph.annotate.data import load
from policygraph.annotate.neural.reading import Said
from policygraph.annotate.neural.telling import Floats, Telling, telling_signals
from policygraph.model.ontology import load_ontology

_TELLING, _NO_CUE = "telling score", "no cue of its effect"  # doubts of how a reading is told


@dataclass(frozen=True, slots=True)
class Line:
    """The numbers and cues of ``patterns/line.yml``."""

    score: float
    told: float
    told_without_effect: float  # the least probability that what is left of a telling without its effect is right
    effect: float
    cues: Mapping[str, re.Pattern[str]]
    deals: frozenset[str]
    forbidding: re.Pattern[str]
    hearsay: re.Pattern[str]
    settled: frozenset[str]  # predicates that a sentence of hearsay mostly takes for granted
    needed: Mapping[str, re.Pattern[str]]  # what the evidence of some predicates must have
    guarded: bool = True  # without, the score alone decides: to measure what the guards gain

    def doubts(self, telling: Telling, told: float | None = None) -> str:
        """Why a reading is not shown as a fact; "" if it is.

        ``told`` is the probability that modality and effect are told right; where nobody gives one, as of a
        proposal, every cue in the words that the reading does not account for is a doubt.
        """
        said = telling.said
        if not self.scored(telling):
            return "score"
        if not self.guarded:
            return ""
        if unborne := self._unborne(telling):
            return unborne
        if told is not None:
            if told < self.told:
                return _TELLING
            if telling.agreed:  # the rules' own quote is shown, and it has the word that they read
                return ""
            side = load_ontology().side(telling.effect)
            return _NO_CUE if side and not self.cues[side].search(telling.words) else ""
        found = {name for name, pattern in self.cues.items() if pattern.search(telling.words)}
        if said.modality == "asserted" and found & {"denied", "planned", "possible"}:
            return "a cue of denial, plan or possibility"
        if said.modality == "denied" and "denied" not in found:
            return "no cue of denial"
        if telling.headline and said.modality == "asserted" and said.chance < (1 + self.score) / 2:
            return "headline"
        if said.predicate in self.deals and said.modality == "asserted" and self.forbidding.search(telling.words):
            return "the words may forbid it"
        return self._effect_doubt(said, telling.effect, found)

    def _unborne(self, telling: Telling) -> str:
        """Why the words do not bear out a reading, however it is told; "" if they may."""
        if telling.in_part:
            return "evidence in part"
        if self._rumoured(telling):
            return "hearsay of nobody"
        needed = self.needed.get(telling.said.predicate)
        if needed and not telling.agreed and not needed.search(telling.words):  # the rules' reading has their own quote
            return "no word for it"
        return ""

    def stands_without_effect(self, telling: Telling, doubt: str, told: float) -> bool:
        """Whether a reading that is in ``doubt`` for how it is told is a fact once its effect is left unknown.

        ``told`` is the probability that the rest of it is told right. Not so what is denied, which may be a burden or
        a relief that is not there, nor a lifting, which is the effect.
        """
        said = telling.said
        open_ = telling.effect != "none" and said.predicate != "lifts" and said.modality != "denied"
        return open_ and doubt in (_TELLING, _NO_CUE) and told >= self.told_without_effect

    def _rumoured(self, telling: Telling) -> bool:
        """Whether a sentence tells what somebody has heard, and the reading names nobody who says it."""
        said = telling.said
        return not said.speakers and said.predicate not in self.settled and bool(self.hearsay.search(telling.sentences))

    def scored(self, telling: Telling) -> bool:
        """Whether the score of a reading is high enough for a fact."""
        return telling.said.chance >= self.score

    def signals(self, telling: Telling) -> Floats:
        """The signals of how a reading is told."""
        return telling_signals(telling, self.cues, self.deals, self.forbidding)

    def _effect_doubt(self, said: Said, effect: str, found: set[str]) -> str:
        side = load_ontology().side(effect)
        if side is None:
            return ""
        if said.effect_score < self.effect:
            return "effect score"
        other = "burden" if side == "relief" else "relief"
        if side not in found:
            return _NO_CUE
        if other in found and said.effect_score < (1 + self.effect) / 2:
            return "cues of both sides"
        return ""


@cache
def load_line() -> Line:
    """The line as it is set in the data."""
    data = load("line")
    return Line(
        data["score"],
        data["told"],
        data["told_without_effect"],
        data["effect"],
        {name: re.compile(pattern, re.IGNORECASE) for name, pattern in data["cues"].items()},
        frozenset(data["deals"]),
        re.compile(data["forbidding"], re.IGNORECASE),
        re.compile(data["hearsay"], re.IGNORECASE),
        frozenset(data["settled"]),
        {name: re.compile(pattern, re.IGNORECASE) for name, pattern in data["needed"].items()},
    )


def contradicted(said: Sequence[Said]) -> set[int]:
    """Indexes of readings that another reading of the same pair in the document contradicts: told and denied."""
    told: dict[tuple[int, str, int], set[bool]] = {}
    for item in said:
        told.setdefault((item.subject, item.predicate, item.object), set()).add(item.modality == "denied")
    return {i for i, s in enumerate(said) if len(told[s.subject, s.predicate, s.object]) > 1}
