"""Proposers of an operator's settings, ready to annotate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from policygraph.annotate.annotation import Annotator
from policygraph.annotate.line import load_line
from policygraph.annotate.proposers.annotator import ProposerAnnotator
from policygraph.annotate.proposers.cache import AnswerCache
from policygraph.annotate.proposers.doubts import Doubts
from policygraph.annotate.proposers.endpoint import EndpointProposer
from policygraph.annotate.proposers.gate import ProposalGate
from policygraph.annotate.proposers.pipeline import load_pipeline
from policygraph.annotate.proposers.settings import EndpointSettings, Settings, SettingsError


def proposer_annotators(
    settings: Sequence[Settings], base: Annotator, cache: Path
) -> Iterator[ProposerAnnotator | SettingsError]:
    """An annotator for each proposer, or why there is none; ``base`` is the reader, ``cache`` the folder of answers."""
    gate = ProposalGate(Doubts(load_line()))
    for one in settings:
        try:
            proposer = (
                EndpointProposer(one, AnswerCache(cache)) if isinstance(one, EndpointSettings) else load_pipeline(one)
            )
        except SettingsError as error:
            yield error
        else:
            yield ProposerAnnotator(proposer, base, gate)
