"""A tiny document as an annotator writes it."""

from __future__ import annotations

from typing import Any

TEXT = (
    "On 17 May Shanghai banned exports of H20 chips by Acme Corp. The ban does not apply to Borealis. "
    "Fines reach $5 million."
)


def statement(subject: str, predicate: str, object_: str, quote: str, **fields: Any) -> dict[str, Any]:
    """A statement with everything else empty."""
    empty = {"effect": "none", "modality": "asserted", "attribution": [], "valid_from": None, "valid_to": None}
    rest = {"duration": None, "lifecycle": None, "evidence": [quote], "detail": None}
    return {"s": subject, "p": predicate, "o": object_, **empty, **rest, **fields}


def draft(**changed: Any) -> dict[str, Any]:
    """A document with strings in place of offsets."""
    mentions = [
        {"text": "17 May", "type": "Date", "entity": "17 May", "value": "2024-05-17"},
        {"text": "Shanghai", "type": "Authority", "entity": "Shanghai (government)"},
        {"text": "banned", "type": "Rule", "entity": "export ban"},
        {"text": "ban", "type": "Rule", "entity": "export ban"},
        {"text": "H20 chips", "type": "Technology", "entity": "H20 chips"},
        {"text": "Acme Corp", "type": "Firm", "entity": "Acme Corp"},
        {"text": "Borealis", "type": "Firm", "entity": "Borealis"},
        {"text": "$5 million", "type": "Money", "entity": "$5 million", "value": "USD 5000000"},
    ]
    in_force = {"lifecycle": "in_force"}
    statements = [
        statement("export ban", "issued_by", "Shanghai (government)", "Shanghai banned exports", **in_force),
        statement(
            "export ban", "applies_to", "Acme Corp", "exports of H20 chips by Acme Corp", effect="prohibits", **in_force
        ),
        statement("export ban", "applies_to", "Borealis", "does not apply to Borealis", effect="exempts", **in_force),
        statement("Acme Corp", "makes", "H20 chips", "H20 chips by Acme Corp"),
    ]
    head = {"id": "tiny-001", "kind": "news", "date": "2024-05-20", "title": "Shanghai bans exports", "text": TEXT}
    return {**head, "mentions": mentions, "statements": statements, **changed}
