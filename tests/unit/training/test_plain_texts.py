"""Which texts that nobody annotated are taken: none that is annotated, measured on, or nearly the same."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from training.plain_texts import Seen, abstracts, beginning, eu_fragments, joined, sentences

LONG = (
    " The agency asks for comments on what it plans for the coming year, and says who has to answer by which day." * 3
)
FIRST = ("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel")


def _abstracts(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "abstracts.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for number, row in enumerate(rows):
            out.write(
                json.dumps({"document_number": f"2024-{number}", "date": "2024-05-01", "title": "", **row}) + "\n"
            )
    return path


def test_what_is_annotated_measured_on_or_kept_for_evaluation_is_not_taken(tmp_path: Path) -> None:
    taken = f"{FIRST[0]} is a new text.{LONG}"
    annotated = f"{FIRST[1]} is annotated.{LONG}"
    rows = [
        {"abstract": taken},
        {"abstract": annotated},
        {"abstract": f"{FIRST[2]} changes the Export Administration Regulations.{LONG}"},
        {"abstract": f"{FIRST[3]} changes the EAR.{LONG}"},
        {"abstract": f"{FIRST[4]} has a title that is measured on.{LONG}", "title": "A title"},
        {"abstract": "Too short."},
        {"abstract": None},
    ]
    seen = Seen(titles={"A title"})
    seen.add(annotated)
    found = abstracts(_abstracts(tmp_path, rows), seen)
    assert [row["text"] for row in found] == [taken]
    assert found[0]["id"] == "plain-fr-2024-0"


def test_of_near_duplicates_one_is_taken(tmp_path: Path) -> None:
    rows = [{"abstract": f"On May {day}, the zone on river 7 is closed for two hours.{LONG}"} for day in (1, 2, 30)]
    assert len(abstracts(_abstracts(tmp_path, rows), Seen())) == 1
    assert beginning("On May 1, A-B") == beginning("On May 30, a b")


def test_the_choice_does_not_depend_on_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [
        {"abstract": f"{name} airworthiness directive.{LONG}", "document_number": f"{name}-{n}"}
        for n, name in enumerate(first + second for first in FIRST for second in (*FIRST, "India"))
    ]
    one = abstracts(_abstracts(tmp_path, rows), Seen())
    assert one == abstracts(_abstracts(tmp_path, rows[::-1]), Seen())
    assert len(one) == 60 < len(rows)


def test_fragments_of_acts_have_ids_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "eu.json.gz"
    texts = [f"{name} shall be told.{LONG}" for name in FIRST[:3]]
    texts.append(f"{FIRST[3]} shall observe the Export Administration Regulations.{LONG}")
    paragraphs = [{"fragment_id": "SA.0.1", "original_text": text} for text in texts]
    with gzip.open(path, "wt", encoding="utf-8") as out:
        json.dump({"parts": [{"title": "Act", "books": paragraphs}]}, out)
    seen = Seen()
    seen.add(texts[1])
    found = eu_fragments(path, seen)
    assert {row["text"] for row in found} == {texts[0], texts[2]}
    assert len({row["id"] for row in found}) == 2


def test_tokens_become_prose(tmp_path: Path) -> None:
    tokens = ["Acme", "'s", "unit", "(", "``", "Beta", "''", ")", "raised", "$", "12", "%", "."]
    assert joined(tokens) == 'Acme\'s unit ("Beta") raised $12%.'
    path = tmp_path / "train.json"
    others = (["It", "ends", "."], ["It", "is", "annotated", "."], ["The", "EAR", "bind", "it", "."])
    path.write_text(json.dumps([{"context": words} for words in (tokens, tokens, *others)]))
    seen = Seen()
    seen.add("It is annotated.")
    assert sorted(row["text"] for row in sentences(path, seen)) == ['Acme\'s unit ("Beta") raised $12%.', "It ends."]
