"""Answers for people: one statement is written in one way, whichever command shows it."""

from __future__ import annotations

from typing import Any

import pytest

from policygraph.cli import answers

WRITTEN = "Chip Rule applies_to Nvidia [prohibits] · "
SAID: dict[str, Any] = {
    "statement": "statement:1",
    "subject": "Chip Rule",
    "predicate": "applies_to",
    "object": "Nvidia",
    "effect": "prohibits",
    "modality": "asserted",
    "attribution": [],
    "origin": "extracted",
    "status": "asserted",
    "published": "2024-05-17",
    "quotes": ["the Chip Rule forbids Nvidia to export"],
    "subject_named": [],
    "object_named": [],
}
DOCUMENT = {"title": "", "publisher": "", "published": "", "url": "", "text_hash": "", "text_extractor": ""}
PROOF: dict[str, Any] = {"offsets": [], "context": [], "capture": {}, "verified": True, "problems": []}


def _printed(capsys: pytest.CaptureFixture[str], **changed: Any) -> dict[str, str]:
    """The same statement as three commands print it."""
    said = SAID | changed
    found = {}
    answers.show_claims([said | {"document": {}}])
    found["claims"] = capsys.readouterr().out
    answers.show_paths({"paths": [{"steps": [said], "conditional": False}], "from": "", "to": ""})
    found["trace"] = capsys.readouterr().out
    answers.show_evidence(said | PROOF | {"document": DOCUMENT, "quotes": []})
    found["evidence"] = capsys.readouterr().out
    return found


def test_an_effect_is_written_alike_by_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    for command, printed in _printed(capsys).items():
        assert WRITTEN in printed, command


def test_no_effect_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    for command, printed in _printed(capsys, effect="none").items():
        assert "Chip Rule applies_to Nvidia · " in printed, command


def test_names_from_the_web_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    for command, printed in _printed(capsys, object="[red]Nvidia[/red]").items():
        assert "applies_to [red]Nvidia[/red] [prohibits] · " in printed, command
