"""Each kind of mistake is found, and a right document has none."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from benchmarks.gold.checks import findings
from benchmarks.gold.documents import FOLDER, read_split, without_text
from benchmarks.gold.lint import lint, main, not_accepted
from benchmarks.gold.resolve import resolve
from gold_samples import TEXT, draft

Document = dict[str, Any]


def right() -> Document:
    return resolve(draft())[0]


def mention(document: Document, entity: str) -> Document:
    found: Document = next(m for m in document["mentions"] if m["entity"] == entity)
    return found


def unsaid(document: Document) -> None:
    document["mentions"].append(
        {"start": TEXT.index("Fines"), "end": TEXT.index(" reach"), "type": "Rule", "entity": "fines"}
    )


def turned_round(document: Document) -> None:
    row = document["statements"][0]
    row["s"], row["o"] = row["o"], row["s"]


def two_spellings(document: Document) -> None:
    document["mentions"].append({**mention(document, "Borealis"), "start": 3, "end": 5, "entity": "BOREALIS."})


def another_type(document: Document) -> None:
    document["mentions"].append({**mention(document, "Borealis"), "type": "Facility"})


def long_quote(document: Document) -> None:
    document["text"] += " so" * 60
    document["statements"][0]["evidence"] = [[0, len(document["text"])]]


def bill(document: Document) -> None:
    for row in document["mentions"]:
        row["entity"] = row["entity"].replace("export ban", "export bill")
    for row in document["statements"]:
        row["s"] = row["s"].replace("export ban", "export bill")


def changed(index: int, **fields: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document["statements"][index].update(fields)

    return change


def valued(entity: str, value: str | None) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        mention(document, entity)["value"] = value

    return change


def moved(entity: str, by: int) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        mention(document, entity)["end"] += by

    return change


def quantity(document: Document) -> None:
    mention(document, "$5 million").update(type="Quantity", value="5%")


MISTAKES: list[tuple[str, Callable[[Document], None]]] = [
    ("rule-unsaid", unsaid),
    ("wrong-way-round", turned_round),
    ("types-not-joined", changed(3, p="operates")),
    ("unknown-word", changed(3, p="invents")),
    ("unknown-word", changed(0, lifecycle="forgotten")),
    ("type-changes", another_type),
    ("two-spellings", two_spellings),
    ("long-quote", long_quote),
    ("no-evidence", changed(0, evidence=[])),
    ("evidence-offsets", changed(0, evidence=[[5, 4000]])),
    ("evidence-offsets", changed(0, evidence=[[9, 9]])),
    ("no-value", valued("17 May", None)),
    ("bad-value", valued("17 May", "17/05/2024")),
    ("bad-value", valued("$5 million", "5 million dollars")),
    ("bad-value", quantity),
    ("value-misplaced", valued("Borealis", "2024")),
    ("bill-in-force", bill),
    ("effect-misplaced", changed(3, effect="permits")),
    ("effect-missing", changed(1, p="lifts", o="export ban", effect="none")),
    ("end-without-mention", changed(3, o="H800")),
    ("lifecycle-without-rule", changed(3, lifecycle="in_force")),
    ("speaker-without-mention", changed(3, attribution=["Reuters"])),
    ("bad-time", changed(0, valid_from="next May")),
    ("bad-time", changed(0, duration="a year")),
    ("statement-twice", lambda d: d["statements"].append(d["statements"][3])),
    ("mention-twice", lambda d: d["mentions"].append(d["mentions"][0])),
    ("mention-offsets", moved("$5 million", 900)),
    ("mention-offsets", moved("Borealis", -20)),
    ("mention-cuts-word", moved("Borealis", -2)),
]


def test_a_right_document_has_no_finding() -> None:
    assert findings(right()) == []
    assert findings(without_text(right())) == []


@pytest.mark.parametrize(("code", "spoil"), MISTAKES, ids=[f"{i}-{code}" for i, (code, _) in enumerate(MISTAKES)])
def test_each_mistake_is_found(code: str, spoil: Callable[[Document], None]) -> None:
    document = right()
    spoil(document)
    assert code in {finding.code for finding in findings(document)}


def test_a_mention_takes_no_article() -> None:
    extra = {"text": "ban", "type": "Rule", "entity": "export ban"}
    document = resolve(draft(text=TEXT.replace("The ban", "and the ban")))[0]
    assert findings(document) == []
    mentions = [m for m in draft()["mentions"] if m["text"] != "ban"] + [{**extra, "text": "the ban"}]
    document = resolve(draft(text=TEXT.replace("The ban", "and the ban"), mentions=mentions))[0]
    assert [finding.code for finding in findings(document)] == ["mention-with-article"]


def test_an_id_and_a_text_come_once() -> None:
    assert {finding.code for finding in lint([right(), right()])} == {"id-twice", "text-twice"}


def test_accepted_findings_are_left_out_and_others_stay() -> None:
    document = right()
    unsaid(document)
    found = findings(document)
    row = {"document": "tiny-001", "code": "rule-unsaid", "about": "fines", "why": "named in passing"}
    assert not_accepted(found, [row]) == []
    assert not_accepted(found, [{**row, "about": "tariffs"}]) == found


def test_every_accepted_finding_is_still_one() -> None:
    accepted = json.loads((FOLDER / "accepted.json").read_text(encoding="utf-8"))
    by_id = {document["id"]: document for split in ("train", "dev") for document in read_split(split)}
    for row in accepted:
        assert not_accepted(findings(by_id[row["document"]]), [row]) != findings(by_id[row["document"]])


def test_the_command_passes_on_the_gold_and_fails_on_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["lint"])
    assert main() == 0
    document = right()
    turned_round(document)
    path = tmp_path / "part.jsonl"
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["lint", str(path)])
    assert main() == 1
    assert "part tiny-001 wrong-way-round" in capsys.readouterr().out
