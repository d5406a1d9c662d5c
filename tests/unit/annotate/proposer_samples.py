"""A document and what a good model would say of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from annotate_samples import document
from tests.proposer_server import Server

from policygraph.annotate.annotation import Annotation
from policygraph.annotate.line import load_line
from policygraph.annotate.pipeline import load_rules
from policygraph.annotate.proposers.annotator import ProposerAnnotator
from policygraph.annotate.proposers.asking import Asker
from policygraph.annotate.proposers.cache import AnswerCache
from policygraph.annotate.proposers.doubts import Doubts
from policygraph.annotate.proposers.endpoint import EndpointProposer
from policygraph.annotate.proposers.gate import ProposalGate
from policygraph.annotate.proposers.protocol import Proposer
from policygraph.annotate.proposers.settings import EndpointSettings
from policygraph.model.records import Document

TEXT = (
    "The Commerce Department issued the Harbor Chip Rule on 17 May 2024. The Harbor Chip Rule prohibits Velmont Chips "
    "from exporting H20 chips to China.\n"
    "Velmont Chips supplies memory modules to Ostrava Motors. Velmont Chips might buy Quillon Labs, a person said.\n"
)


def statement(subject: str, predicate: str, object_: str, *evidence: str, **fields: Any) -> dict[str, Any]:
    """A row of an answer, as the schema wants it."""
    empty = dict.fromkeys(("valid_from", "valid_to", "duration", "lifecycle", "action", "due", "item", "role"))
    row = {"subject": subject, "predicate": predicate, "object": object_, "evidence": list(evidence)}
    return row | {"effect": "none", "modality": "asserted", "attribution": []} | empty | fields


def mention(quote: str, kind: str, entity: str = "") -> dict[str, Any]:
    return {"quote": quote, "type": kind, "entity": entity or quote}


MENTIONS = [
    mention("Commerce Department", "Authority"),
    mention("Harbor Chip Rule", "Rule"),
    mention("Velmont Chips", "Firm"),
    mention("Ostrava Motors", "Firm"),
    mention("Quillon Labs", "Firm"),
]
PROHIBITS = statement(
    "Harbor Chip Rule",
    "applies_to",
    "Velmont Chips",
    "The Harbor Chip Rule prohibits Velmont Chips from exporting H20 chips to China.",
    effect="prohibits",
    action="exporting H20 chips to China",
)
ISSUED = statement(
    "Harbor Chip Rule",
    "issued_by",
    "Commerce Department",
    "The Commerce Department issued the Harbor Chip Rule on 17 May 2024.",
    valid_from="2024-05-17",
)
SUPPLIES = statement(
    "Velmont Chips",
    "supplies",
    "Ostrava Motors",
    "Velmont Chips supplies memory modules to Ostrava Motors.",
    item="memory modules",
)
GOOD = {"mentions": MENTIONS, "statements": [PROHIBITS, ISSUED, SUPPLIES]}


def sample(text: str = TEXT) -> Document:
    return document(text, "2024-05-20")


def settings(server: Server, **changes: Any) -> EndpointSettings:
    """Settings for a server that tests can hurry."""
    plain = EndpointSettings(server.url, "sample-model", requests_a_minute=100_000.0, timeout=5.0)
    return replace(plain, **changes)


class Waits(list[float]):
    """Stands for ``time.sleep``: remembers for how long it was asked to wait, and does not."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def proposer(server: Server, folder: Path, waits: Waits | None = None, **changes: Any) -> EndpointProposer:
    chosen = settings(server, **changes)
    return EndpointProposer(chosen, AnswerCache(folder), Asker(chosen, waits if waits is not None else Waits()))


def annotator(one: Proposer) -> ProposerAnnotator:
    return ProposerAnnotator(one, load_rules(), ProposalGate(Doubts(load_line())))


def codes(annotation: Annotation) -> list[str]:
    return [issue.code for issue in annotation.issues]
