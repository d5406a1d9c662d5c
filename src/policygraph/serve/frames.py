"""Answers as pandas frames, a row for each rule's provision or for each claim. Needs the extra ``notebook``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from policygraph.trace.answers import effect_words, step_json
from policygraph.trace.exposure import Entry, Exposure
from policygraph.trace.facts import Fact
from policygraph.trace.named import named_in_words

if TYPE_CHECKING:
    import pandas as pd

EXPOSURE_COLUMNS = (
    "rule", "standing", "side", "effect", "action", "status", "conditional", "reach", "through", "valid_from",
    "valid_to", "issued_by", "why", "would_settle", "last_stated", "path", "quotes", "named",
    "statements",
)  # fmt: skip
CLAIM_COLUMNS = (
    "published", "subject", "predicate", "effect", "object", "status", "modality", "attribution", "publisher", "title",
    "url", "origin", "valid_from", "valid_to", "action", "quotes", "named", "statement",
)  # fmt: skip


def exposure_frame(exposure: Exposure) -> pd.DataFrame:
    """An exposure as a frame, the strongest first.

    ``valid_from`` is the first day of validity and ``valid_to`` the first day after it; ``path`` has a line for each
    statement behind the answer, ``quotes`` its exact words, ``named`` what words there stand for that are no names
    ("the list"), ``statements`` the ids that ``policygraph evidence`` takes.
    """
    import pandas as pd

    return pd.DataFrame([_entry_row(entry) for entry in exposure.entries], columns=list(EXPOSURE_COLUMNS))


def claims_frame(claims: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Claims, as ``claims`` gives them, as a frame, the oldest first."""
    import pandas as pd

    return pd.DataFrame([_claim_row(claim) for claim in claims], columns=list(CLAIM_COLUMNS))


def _entry_row(entry: Entry) -> dict[str, Any]:
    interval = entry.interval.as_json()
    return {
        "rule": entry.rule.name,
        "standing": entry.standing,
        "side": entry.side,
        "effect": entry.effect,
        "action": entry.action,
        "status": entry.status,
        "conditional": entry.conditional,
        "reach": entry.reach,
        "through": entry.through.name if entry.through else None,
        "valid_from": interval["from"],
        "valid_to": interval["to"],
        "issued_by": "; ".join(dict.fromkeys(f.object.name for f in entry.issued_by if f.modality != "denied")),
        "why": entry.why,
        "would_settle": "; ".join(entry.would_settle),
        "last_stated": entry.last_stated.known_from if entry.last_stated else None,
        "path": "\n".join(_sentence(fact) for fact in entry.path),
        "quotes": "\n".join(quote for fact in entry.path if fact.origin != "reference" for quote in fact.quotes),
        "named": "\n".join(dict.fromkeys(phrase for fact in entry.path for phrase in named_in_words(step_json(fact)))),
        "statements": [fact.id for fact in entry.path],
    }


def _sentence(fact: Fact) -> str:
    effect = "" if fact.effect == "none" else f" [{effect_words(fact.effect)}]"
    said = f" (says {', '.join(fact.attribution)})" if fact.attribution else ""
    modality = "" if fact.modality == "asserted" else f" ({fact.modality})"
    return f"{fact.subject.name} {fact.predicate} {fact.object.name}{effect}{modality}{said}"


def _claim_row(claim: Mapping[str, Any]) -> dict[str, Any]:
    document = claim["document"]
    row = {name: claim.get(name) for name in CLAIM_COLUMNS}
    row |= {name: document.get(name) for name in ("publisher", "title", "url")}
    row |= {"attribution": ", ".join(claim["attribution"]), "quotes": "\n".join(claim["quotes"])}
    row["named"] = "\n".join(named_in_words(claim))
    return row
