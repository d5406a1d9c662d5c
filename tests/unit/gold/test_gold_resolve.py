"""Strings to offsets; the resolver and the scorer give what the shared tool gives, where that is at hand."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from benchmarks.gold.documents import FOLDER, YARDSTICK, read_split
from benchmarks.gold.gold import read, score
from benchmarks.gold.resolve import main, occurrences, resolve
from gold_samples import TEXT, draft, statement

SHARED = Path(__file__).resolve().parents[4] / "shared" / "gold" / "gold.py"
# Of what the shared tool gives for the same documents, so that the check needs nothing outside the project.
SCORE_DIGEST = "3b2a18fb81a220a8623145d44d17850304c00f3c50884bd38a9cc08b17e4f9f8"


def as_draft(document: dict[str, Any]) -> dict[str, Any]:
    """A resolved document back to strings."""
    text = document["text"]
    mentions = []
    for mention in document["mentions"]:
        surface = text[mention["start"] : mention["end"]]
        kept = {key: mention[key] for key in ("type", "entity", "value") if key in mention}
        starts = occurrences(text, surface)
        if mention["start"] in starts:
            mentions.append({"text": surface, "n": [starts.index(mention["start"])], **kept})
    quoted = [{**s, "evidence": [text[a:b] for a, b in s["evidence"]]} for s in document["statements"]]
    return {**document, "mentions": mentions, "statements": quoted}


def shared() -> ModuleType | None:
    """The shared tool, where it is at hand."""
    if not SHARED.exists():
        return None
    spec = importlib.util.spec_from_file_location("shared_gold_tool", SHARED)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_mention_is_where_its_words_are() -> None:
    resolved, errors = resolve(draft())
    assert errors == []
    surfaces = [TEXT[m["start"] : m["end"]] for m in resolved["mentions"]]
    assert surfaces == ["17 May", "Shanghai", "banned", "H20 chips", "Acme Corp", "ban", "Borealis", "$5 million"]
    assert [TEXT[a:b] for a, b in resolved["statements"][0]["evidence"]] == ["Shanghai banned exports"]
    assert resolved["mentions"][0]["value"] == "2024-05-17"


def test_an_inner_occurrence_is_left_out_unless_it_is_picked() -> None:
    text = "Acme Corp and Acme"
    mentions = [
        {"text": "Acme Corp", "type": "Firm", "entity": "Acme Corp"},
        {"text": "Acme", "type": "Firm", "entity": "Acme Corp"},
    ]
    document = draft(text=text, mentions=mentions, statements=[])
    assert [m["start"] for m in resolve(document)[0]["mentions"]] == [0, 14]
    mentions[1]["n"] = [0]
    assert [m["start"] for m in resolve(document)[0]["mentions"]] == [0, 0]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda d: d["mentions"][0].update(text="18 May"), "mention not in text"),
        (lambda d: d["mentions"][0].update(n=[4]), "has 1 occurrences"),
        (lambda d: d["mentions"][0].update(type="Day"), "unknown type"),
        (lambda d: d["statements"][0].update(evidence=["never said"]), "evidence not in text"),
        (lambda d: d["statements"][0].update(o="Beijing"), "'Beijing' has no mention"),
        (lambda d: d["statements"][0].update(modality="sure"), "modality='sure' not allowed"),
    ],
)
def test_what_is_not_found_is_an_error(change: Callable[[dict[str, Any]], None], complaint: str) -> None:
    document = draft()
    change(document)
    assert any(complaint in error for error in resolve(document)[1])


def test_the_command_names_the_document_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    monkeypatch.setattr(sys, "argv", ["resolve", str(source), str(target)])
    source.write_text(json.dumps(draft()) + "\n", encoding="utf-8")
    assert main() == 0
    assert json.loads(target.read_text(encoding="utf-8"))["mentions"][1]["start"] == TEXT.index("Shanghai")
    source.write_text(
        json.dumps(draft(statements=[statement("Borealis", "makes", "H20 chips", "never said")])) + "\n",
        encoding="utf-8",
    )
    assert main() == 1
    assert "tiny-001: evidence not in text" in capsys.readouterr().err


def test_documents_as_strings_resolve_to_themselves_and_as_the_shared_tool_resolves_them() -> None:
    tool = shared()
    documents = [document for document in read_split("train") if "text" in document][::7]
    assert len(documents) > 60
    same = 0
    for document in documents:
        resolved, errors = resolve(as_draft(document))
        assert errors == []
        same += [m["start"] for m in resolved["mentions"]] == [m["start"] for m in document["mentions"]]
        assert tool is None or tool.resolve(as_draft(document)) == (resolved, errors)
    assert same > 0.95 * len(documents)  # the others have a mention at no word edge, which strings cannot pick


def test_the_scorer_gives_what_the_shared_tool_gives() -> None:
    gold = read(FOLDER / "dev" / f"{YARDSTICK}.jsonl")
    told = [{**d, "mentions": d["mentions"][::2], "statements": d["statements"][::2]} for d in gold[1:]]
    told[0] = {
        **told[0],
        "statements": [{**s, "effect": "exempts", "modality": "asserted"} for s in told[0]["statements"]],
    }
    result = score(gold, told)
    assert hashlib.sha256(json.dumps(result, sort_keys=True).encode()).hexdigest() == SCORE_DIGEST
    tool = shared()
    assert tool is None or tool.score(gold, told) == result
