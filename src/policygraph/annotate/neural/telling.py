"""How a reading is told - its modality and effect - and how likely that is to be what the document says.

That a statement stands in a document is one question (``neural/signals.py``); whether it stands there as done, planned,
possible or denied, as relief or as burden, is another, and the one that an analyst forgives least. The network's
probabilities, the cues in the evidence and in the rest of its sentences, what the bare words say (``wording.py``), and
what the rules read are signals; a logistic regression over them, fitted on held-out documents and on made-up pairs of
sentences that differ by a word or two (``training/telling.py``), gives the probability that the telling is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from re import Pattern

import numpy as np
from numpy.typing import NDArray

from policygraph.annotate.neural.reading import Said
from policygraph.annotate.neural.signals import logit
from policygraph.model.ontology import load_ontology

Floats = NDArray[np.float32]

_MODALITIES = ("planned", "possible", "denied")
_PLAIN = frozenset({"located_in", "holds_in", "part_of", "based_on", "heads"})
_VIEWS = frozenset({"supports", "challenges"})
TELLING_SIGNALS = (
    "modality", "effect", "side", "relief", "burden", *_MODALITIES,
    "denial unread", "plan unread", "possibility unread",
    "denied without cue", "planned without cue", "possible without cue", "effect without cue", "other side's cue",
    "denial beside effect", "denial near", "plan near", "possibility near", "headline", "agreed", "deal forbidden",
    "deal", "has effect", "contradicted", "chance", "length", "attributed", "view", "issued_by", "plain",
    "words for side", "words for modality", "weakest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Telling:
    """A reading with what shows how it is told: the words of its evidence, and its sentences whole."""

    said: Said
    effect: str
    words: str
    sentences: str
    headline: bool = False
    agreed: bool = False  # the rules read the same
    contradicted: bool = False  # another reading of the document tells the same triple the other way
    in_part: bool = False  # the quote is one stretch of the evidence, which may not be quoted whole
    wording: tuple[float, float] = (0.0, 0.0)  # what the bare words say for the side of the effect, for the modality


def telling_signals(
    telling: Telling, cues: Mapping[str, Pattern[str]], deals: frozenset[str], forbidding: Pattern[str]
) -> Floats:
    """The signals of a telling, in the order of ``TELLING_SIGNALS``."""
    said = telling.said
    modality, side = said.modality, load_ontology().side(telling.effect)
    other = {"relief": "burden", "burden": "relief"}.get(side or "", "")
    here = {name for name, pattern in cues.items() if pattern.search(telling.words)}
    near = {name for name, pattern in cues.items() if pattern.search(telling.sentences)} - here
    sure = np.array([said.modality_scores[modality], said.effect_score, said.chance, said.side_score], np.float32)
    odds = logit(sure)
    deal = said.predicate in deals
    values = (
        odds[0], odds[1] if side else 0.0, odds[3] if side else 0.0, side == "relief", side == "burden",
        *(modality == m for m in _MODALITIES),
        *(cue in here and modality != cue for cue in ("denied", "planned", "possible")),
        *(modality == cue and cue not in here for cue in ("denied", "planned", "possible")),
        bool(side) and side not in here, bool(side) and other in here, bool(side) and "denied" in here,
        *(cue in near and modality != cue for cue in ("denied", "planned", "possible")),
        telling.headline, telling.agreed, deal and bool(forbidding.search(telling.words)), deal, bool(side),
        telling.contradicted, odds[2], np.log1p(len(telling.words)), bool(said.speakers), said.predicate in _VIEWS,
        said.predicate == "issued_by", said.predicate in _PLAIN, *telling.wording,
        # One voice against is a doubt that the others do not outvote.
        min(odds[0], telling.wording[1], *((odds[3], telling.wording[0]) if side else ())),
    )  # fmt: skip
    return np.array(values, np.float32)
