"""Official texts come back from a folder that has them, and a changed text is an error that names the document."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks.gold.documents import FOLDER, without_text
from benchmarks.gold.rebuild import ABSTRACTS, ACTS, RebuildError, main, rebuild
from benchmarks.gold.resolve import resolve
from gold_samples import draft

ABSTRACT = resolve(draft(id="tiny-fr", kind="federal_register", ref="FR 2024-00001"))[0]
FRAGMENT = resolve(draft(id="tiny-eu", kind="official", ref="EU SA.0.1", text=draft()["text"] + " So it is."))[0]


def in_order(document: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(document.items())


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    root = tmp_path / "shared"
    for path in (ABSTRACTS, ACTS):
        (root / path).parent.mkdir(parents=True)
    row = {
        "document_number": "2024-00001",
        "title": ABSTRACT["title"],
        "date": "2024-05-20",
        "abstract": ABSTRACT["text"],
    }
    with gzip.open(root / ABSTRACTS, "wt", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    write_acts(root, FRAGMENT["text"])
    return root


def write_acts(root: Path, text: str) -> None:
    # The same fragment number in two acts, as in the collection: the digest tells them apart.
    acts = [
        {"title": title, "books": [{"titles": [{"paragraphs": [{"fragment_id": "SA.0.1", "original_text": words}]}]}]}
        for title, words in (("Another act", "Other."), (FRAGMENT["title"], text))
    ]
    with gzip.open(root / ACTS, "wt", encoding="utf-8") as file:
        json.dump({"parts": acts}, file)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    folder = tmp_path / "gold"
    for split, document in (("train", ABSTRACT), ("dev", FRAGMENT)):
        (folder / split).mkdir(parents=True)
        line = json.dumps(without_text(document)) + "\n"
        (folder / split / "official.annotations.jsonl").write_text(line, encoding="utf-8")
        (folder / split / "written.jsonl").write_text("", encoding="utf-8")
    return folder


def test_the_documents_come_back_whole(shared: Path, gold: Path, tmp_path: Path) -> None:
    written = rebuild(shared, tmp_path / "out", gold)
    assert [path.relative_to(tmp_path / "out").as_posix() for path in written] == [
        "train/official.jsonl",
        "dev/official.jsonl",
    ]
    found = [json.loads(path.read_text(encoding="utf-8")) for path in written]
    assert [in_order(document) for document in found] == [in_order(ABSTRACT), in_order(FRAGMENT)]


def test_another_text_is_an_error_that_names_the_document(shared: Path, gold: Path, tmp_path: Path) -> None:
    write_acts(shared, FRAGMENT["text"] + " Not any more.")
    with pytest.raises(RebuildError, match=r"tiny-eu \(EU SA\.0\.1\).*digest differs"):
        rebuild(shared, tmp_path / "out", gold)


def test_a_missing_text_is_an_error_that_names_the_document(shared: Path, gold: Path, tmp_path: Path) -> None:
    with gzip.open(shared / ABSTRACTS, "wt", encoding="utf-8") as file:
        file.write("")
    with pytest.raises(RebuildError, match=r"tiny-fr .*not found"):
        rebuild(shared, tmp_path / "out", gold)


def test_the_command_fails_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["rebuild", "--shared", str(tmp_path), "--to", str(tmp_path / "out")])
    assert main() == 1
    assert "fr_abstracts" in capsys.readouterr().err


def test_no_official_text_is_in_the_project() -> None:
    for path in FOLDER.glob("*/*.annotations.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert {"text", "title"}.isdisjoint(json.loads(line))
