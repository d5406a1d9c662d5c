"""The parts of the gold: what is held out, that the splits share nothing, that every file is in resolved form."""

from __future__ import annotations

import hashlib
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from benchmarks.gold import agreement
from benchmarks.gold.documents import (
    FOLDER,
    YARDSTICK,
    digest,
    held_out,
    part_files,
    part_name,
    read_split,
    with_text,
    without_text,
)  # fmt: skip
from benchmarks.gold.gold import TYPES, read
from benchmarks.gold.resolve import resolve
from benchmarks.gold.statistics import chains, main, statement_values, table, targets
from gold_samples import draft

YARDSTICK_DIGEST = "c2484e4c79684827a80abdaaeed25c4a1c9f9a959cfc95113953286be783836d"


def test_the_splits_share_no_document_and_no_text() -> None:
    train, dev = read_split("train"), read_split("dev")
    assert len(train) == 5888
    assert len(dev) == 110
    ids = [document["id"] for document in train + dev]
    texts = [document.get("sha256") or digest(document["text"]) for document in train + dev]
    assert len(set(ids)) == len(ids)
    assert len(set(texts)) == len(texts)


def test_dev_is_the_tenth_with_the_smallest_digests() -> None:
    """Of the parts that dev was drawn from; written-q to v, x to z, fr4 to fr6 and eu3 came later, for training."""
    drawn = re.compile("gold-(?!q|r|s|t|u|v|x|y|z|fr[456]-|eu3-)")
    new = {split: {d["id"] for d in read_split(split) if drawn.match(d["id"])} for split in ("train", "dev")}
    drafted = Counter(name.rsplit("-", 1)[0] for name in new["train"] | new["dev"])
    for stem, size in drafted.items():
        ids = [f"{stem}-{number:03d}" for number in range(1, size + 1)]
        assert {name for name in new["dev"] if name.startswith(f"{stem}-")} == held_out(ids)


@pytest.mark.parametrize("path", [p for paths in part_files().values() for p in paths], ids=lambda p: p.name)
def test_every_file_is_in_resolved_form(path: Path) -> None:
    annotations_only = path.name.endswith(".annotations.jsonl")
    for document in read(path):
        assert ("text" in document) != annotations_only
        assert ("title" in document) != annotations_only
        assert ("sha256" in document) == annotations_only
        length = len(document.get("text", "")) or sys.maxsize
        for mention in document["mentions"]:
            assert mention["type"] in TYPES
            assert 0 <= mention["start"] < mention["end"] <= length
        for statement in document["statements"]:
            assert all(0 <= start < end <= length for start, end in statement["evidence"])


def test_the_yardstick_is_as_it_was() -> None:
    path = FOLDER / "dev" / f"{YARDSTICK}.jsonl"
    assert part_name(path) == YARDSTICK
    assert hashlib.sha256(path.read_bytes()).hexdigest() == YARDSTICK_DIGEST


def test_text_and_title_leave_and_come_back() -> None:
    document = resolve(draft())[0]
    for row in document["mentions"]:
        row["entity"] = row["entity"].replace("export ban", document["title"])
    for row in document["statements"]:
        row["s"] = row["s"].replace("export ban", document["title"])
    kept = without_text(document)
    assert document["title"] not in str(kept)
    assert document["text"] not in str(kept)
    assert with_text(kept, document["text"], document["title"]) == document


def test_statistics_of_a_tiny_set() -> None:
    document = resolve(draft())[0]
    assert statement_values([document], "p") == {"issued_by": 1, "applies_to": 2, "makes": 1}
    assert statement_values([document], "lifecycle") == {"in_force": 3, "none": 1}
    assert chains([document]) == {"0": 4}
    reached = {target.name: (target.wanted, target.reached) for target in targets([document])}
    assert reached["predicate applies_to"] == (150, 2)
    assert reached["effect exempts"] == (80, 1)
    assert reached["mentions of DataCategory"] == (400, 0)
    assert "effect none" not in reached
    assert table("size", {"train": Counter(a=1), "dev": Counter(b=2)}).split("\n")[1:] == [
        "b          0       2",
        "a          1       0",
    ]


def test_train_reaches_what_is_demanded() -> None:
    assert [target for target in targets(read_split("train")) if target.reached < target.wanted] == []


def test_the_statistics_command_prints_every_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["statistics"])
    assert main() == 0
    told = capsys.readouterr().out
    assert "statements by lifecycle" in told
    assert "missed" not in told


def test_agreement_is_of_the_same_documents_and_as_the_datasheet_says(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = agreement.pair()
    assert [d["id"] for d in first] == [d["id"] for d in second]
    assert {d["id"] for d in first} <= {d["id"] for split in ("train", "dev") for d in read_split(split)}
    assert all(a.get("sha256") == b.get("sha256") for a, b in zip(first, second, strict=True))
    assert agreement.main() == 0
    told = capsys.readouterr().out
    datasheet = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name, wanted in (("mentions", "mentions, exact"), ("statements", "statements")):
        value = next(line for line in told.split("\n") if line.startswith(f"{name} ")).split()[1]
        assert f"| {wanted} | {value.lstrip('0')} |" in datasheet


def test_agreement_of_documents_annotated_once_is_refused(tmp_path: Path) -> None:
    (tmp_path / agreement.FIRST).write_text('{"id": "a"}\n', encoding="utf-8")
    (tmp_path / agreement.SECOND).write_text('{"id": "b"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="annotated once only"):
        agreement.pair(tmp_path)
