"""docs/proposers.md: the file that it tells people to write can be read, and its code runs."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from policygraph.annotate.proposers.pipeline import STATEMENTS
from policygraph.annotate.proposers.settings import EndpointSettings, SpacySettings, load_settings

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "proposers.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_file_of_the_page_can_be_read(tmp_path: Path) -> None:
    (text,) = blocks("yaml")
    path = tmp_path / "proposers.yml"
    path.write_text(text, encoding="utf-8")
    endpoint, pipeline = load_settings(path, {"POLICYGRAPH_ENDPOINT_KEY": "sk"})
    assert isinstance(endpoint, EndpointSettings)
    assert isinstance(pipeline, SpacySettings)


def test_every_setting_is_on_the_page() -> None:
    names = {f.name for f in fields(EndpointSettings)} - {"key", "prompt_price", "completion_price", "currency"}
    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_the_code_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    component, reader = blocks("python")
    try:
        exec(component, {})
        nlp = spacy.blank("en")
        nlp.add_pipe("my_statements")
        assert nlp("Words.")._.policygraph_statements[0]["predicate"] == "supplies"
    finally:
        Doc.remove_extension(STATEMENTS)
    exec(reader, {})
    assert "('Didi', 'Firm', 'firm:didi')" in capsys.readouterr().out
