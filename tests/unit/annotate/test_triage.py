"""The first pass: what it passes, what it must not lose, what becomes of the rest, and that its measure can fail."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from annotate_samples import document
from benchmarks.gold.documents import FOLDER
from benchmarks.gold.gold import read
from benchmarks.relevance import rule_statements
from benchmarks.triage import Judged, Run, Share, verdict
from mortal_annotator import make_mortal
from sqlalchemy import select

from policygraph.annotate.annotation import Annotation
from policygraph.annotate.stage import Reading, annotate_new_documents, load_reader
from policygraph.annotate.triage.decision import EXTRACTOR, Circumstances, Triage, load_triage
from policygraph.annotate.triage.features import features, pieces, stem
from policygraph.annotate.triage.scorer import Scorer, load_scorer, parse
from policygraph.annotate.workers import Task, annotate_tasks
from policygraph.ledger import Ledger, schema
from policygraph.ledger.documents import record_reading
from policygraph.ledger.runs import begin_run, issues_of_run
from policygraph.ledger.views import standing_documents
from policygraph.model.records import Document

FINE = (
    "The Dutch data protection authority fined Uber 290 million euros on Monday for sending data to the United States."
)
LUNCH = "The new café on Mill Lane serves soup, toast and three kinds of cake. We liked the soup. The cake was dry."


def deaf(triage: Triage) -> Triage:
    """A triage that passes nothing by its score."""
    scorer = Scorer({}, 0.0, ((1, 1.0),), "deaf")
    return Triage(scorer, ("official",), triage.source_kinds, frozenset())


def test_what_tells_of_a_rule_passes_and_what_does_not_is_left() -> None:
    triage = load_triage()
    assert triage.judge(document(FINE)).reason == "score"
    left = triage.judge(document(LUNCH))
    assert (left.in_full, left.reason) == (False, "below")
    assert left.margin is not None
    assert left.margin < 0


def test_a_title_is_heard_too() -> None:
    triage = load_triage()
    assert not triage.judge(document(LUNCH)).in_full
    assert triage.judge(document(LUNCH, title="Regulator bans the sale of cake and fines the café")).in_full


@pytest.mark.parametrize(
    ("changed", "beside", "reason"),
    [
        ({"kind": "official"}, Circumstances(), "kind"),
        ({"source_id": "us_ftc"}, Circumstances(sources=frozenset({"us_ftc"})), "source"),
        ({"capture_id": "capture:1"}, Circumstances(asked=frozenset({"capture:1"})), "asked"),
        ({"id": "document:1"}, Circumstances(read_before=frozenset({"document:1"})), "read_before"),
    ],
)
def test_what_is_always_read_is_read_whatever_it_sounds_like(
    changed: dict[str, str], beside: Circumstances, reason: str
) -> None:
    verdict_on = deaf(load_triage()).judge(replace(document(LUNCH), **changed), beside)
    assert (verdict_on.in_full, verdict_on.reason) == (True, reason)
    assert not deaf(load_triage()).judge(document(LUNCH), beside).in_full


def test_a_watched_firm_is_never_left_by_any_of_its_safe_names(tmp_path: Path) -> None:
    watch = tmp_path / "watch.txt"
    watch.write_text("# whom we watch\nNvidia\nCafé Mill Lane  # the one at the corner\n", encoding="utf-8")
    triage = load_triage(watch)
    assert triage.judge(document(LUNCH + " It was once the office of Nvidia Corporation.")).reason == "watched"
    assert triage.judge(document("CAFÉ MILL LANE HAS CAKE")).reason == "watched"
    assert not triage.judge(document(LUNCH)).in_full
    assert triage.version != load_triage(tmp_path / "none.txt").version == load_triage().version


def test_the_shipped_weights_pass_the_relevant_development_documents_and_not_everything() -> None:
    triage = load_triage()
    relevant, quiet = Share(), Share()
    for path in sorted((FOLDER / "dev").glob("*.jsonl")):
        if ".annotations." not in path.name:
            for row in read(path):
                (relevant if rule_statements(row) else quiet).add(triage.judge(document(row["text"])).in_full)
    assert relevant.all >= 70
    assert relevant.value >= 0.99
    assert quiet.value <= 0.5


def test_features_are_stems_and_pairs_and_pieces_cover_the_text() -> None:
    assert stem("regulators") == stem("regulated") == "regulat"
    assert features("Fined 3.5%!") == {"fin", "0", "%", "fin 0", "0 %"}
    text = "The U.S. Treasury acted. It fined X.\nNothing else"
    assert "".join(text[start:end] for start, end in pieces(text)) == text
    assert [text[start:end].strip() for start, end in pieces(text)] == [
        "The U.S. Treasury acted.",
        "It fined X.",
        "Nothing else",
    ]


def test_a_threshold_lies_between_those_of_the_listed_lengths() -> None:
    scorer = parse(json.dumps({"bias": 0, "needed": [[1, -2.0], [3, 0.0]], "weights": {"ban": 8.0}}))
    assert [scorer.threshold(count) for count in (0, 1, 2, 3, 50)] == [-2.0, -2.0, -1.0, 0.0, 0.0]
    assert scorer.sentence("A ban") == pytest.approx(8 / 8**0.5)
    assert scorer.score("") == (-100.0, 0)
    assert load_scorer().version != scorer.version


# ---------------------------------------------------------------- the stage


def ledger_with(folder: Path, documents: list[Document]) -> tuple[Ledger, str]:
    ledger = Ledger(f"sqlite:///{folder / 'ledger.sqlite'}")
    with ledger.transaction() as connection:
        run = begin_run(connection, "test")
        for one in documents:
            connection.execute(schema.captures.insert().values(**capture_row(one)))
            record_reading(connection, run, one.capture_id, "row", "1", [one])
    return ledger, run


def capture_row(one: Document) -> dict[str, object]:
    row: dict[str, object] = {
        column.name: 0 if column.type.python_type is int else "" for column in schema.captures.columns
    }
    return row | {"id": one.capture_id, "hints": "{}"}


def numbered(texts: list[str]) -> list[Document]:
    made = [replace(document(text), capture_id=f"capture:{n}") for n, text in enumerate(texts)]
    return [replace(one, id=f"document:{n}") for n, one in enumerate(made)]


def filed(ledger: Ledger) -> set[tuple[str, str]]:
    with ledger.reading() as connection:
        table = schema.extractions
        return {tuple(row) for row in connection.execute(select(table.c.document_id, table.c.extractor))}


def silent(_: str) -> None:
    pass


def test_what_is_left_is_read_by_the_rules_counted_and_read_in_full_on_demand(tmp_path: Path) -> None:
    about_firm = LUNCH + " Its owner, Nvidia, is based in the United States."
    ledger, run = ledger_with(tmp_path, numbered([FINE, about_firm]))
    reading = Reading(load_triage())
    counts = annotate_new_documents(ledger, run, silent, reading=reading)
    assert (counts["documents_read_in_full"], counts["documents_not_read_in_full"]) == (1, 1)
    assert filed(ledger) == {("document:0", "reader"), ("document:1", EXTRACTOR)}
    with ledger.reading() as connection:
        left = next(d for d in standing_documents(connection) if d.document.id == "document:1")
        assert any(m.reference_id and m.type == "Firm" for m in left.mentions)
    assert annotate_new_documents(ledger, run, silent, reading=reading)["documents_annotated"] == 0
    assert annotate_new_documents(ledger, run, silent)["documents_annotated"] == 1
    assert ("document:1", "reader") in filed(ledger)
    assert annotate_new_documents(ledger, run, silent, reading=reading)["documents_annotated"] == 0


def test_what_only_the_rules_have_read_is_no_fact(tmp_path: Path) -> None:
    ledger, run = ledger_with(tmp_path, numbered([FINE]))
    annotate_new_documents(ledger, run, silent, reading=Reading(deaf(load_triage())))
    with ledger.reading() as connection:
        (left,) = standing_documents(connection)
    assert {(s.extractor, s.standing) for _, s, _ in left.statements} == {(EXTRACTOR, "candidate")}


def test_what_a_person_names_is_read_though_the_first_pass_had_left_it(tmp_path: Path) -> None:
    ledger, run = ledger_with(tmp_path, numbered([LUNCH]))
    annotate_new_documents(ledger, run, silent, reading=Reading(load_triage()))
    assert filed(ledger) == {("document:0", EXTRACTOR)}
    asked = Reading(load_triage(), asked=frozenset({"capture:0"}))
    assert annotate_new_documents(ledger, run, silent, reading=asked)["documents_read_in_full"] == 1
    assert ("document:0", "reader") in filed(ledger)


@pytest.mark.slow
def test_two_processes_find_what_one_finds(tmp_path: Path) -> None:
    texts = [f"{FINE} It was case {n}." if n % 2 else f"{LUNCH} Number {n}." for n in range(12)]
    found = []
    for processes in (1, 2):
        folder = tmp_path / str(processes)
        folder.mkdir()
        ledger, run = ledger_with(folder, numbered(texts))
        annotate_new_documents(ledger, run, silent, reading=Reading(load_triage(), processes))
        with ledger.reading() as connection:
            rows = connection.execute(select(schema.statements.c.id, schema.statements.c.score).order_by("id")).all()
            order = connection.execute(select(schema.extractions.c.document_id).order_by("sequence")).scalars().all()
        found.append(([tuple(row) for row in rows], order))
    assert found[0] == found[1]
    assert found[0][0]


class Replaced:
    """The reader as another version of the code has it in a process that started later."""

    extractor = "reader"

    def __init__(self) -> None:
        self._reader = load_reader()
        self.version = "of the run"

    def annotate(self, one: Document) -> Annotation:
        return self._reader.annotate(one)


def test_what_another_version_reads_under_way_is_left_for_the_next_run(tmp_path: Path) -> None:
    ledger, run = ledger_with(tmp_path, numbered([FINE]))
    counts = annotate_new_documents(ledger, run, silent, Replaced())
    assert (counts["documents_annotated"], counts["documents_left"], counts["statements"]) == (0, 1, 0)
    assert filed(ledger) == set()
    with ledger.reading() as connection:
        assert [issue["code"] for issue in issues_of_run(connection, run)].count("annotator_changed") == 1
    assert annotate_new_documents(ledger, run, silent)["documents_annotated"] == 1


def test_a_process_that_dies_costs_one_document(tmp_path: Path) -> None:
    tasks = [Task(one, "mortal") for one in numbered(["fine", "deadly", "fine", "fine"])]
    results = list(annotate_tasks(tasks, {"mortal": make_mortal}, 2))
    assert [task.document.id for task, _ in results] == [f"document:{n}" for n in range(4)]
    codes = [[issue.code for issue in annotation.issues] for _, annotation in results]
    assert codes == [[], ["annotation_failed"], [], []]


def test_a_process_may_die_while_nobody_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policygraph.processes.AHEAD", 4)
    tasks = [Task(one, "mortal") for one in numbered(["fine", "deadly", *["fine"] * 10])]
    codes = []
    for number, (_, annotation) in enumerate(annotate_tasks(tasks, {"mortal": make_mortal}, 2)):
        if number == 0:
            time.sleep(2.0)  # by now the process that got the second has died, and the ninth is handed out
        codes.append([issue.code for issue in annotation.issues])
    assert codes == [[], ["annotation_failed"], *[[]] * 10]


# ---------------------------------------------------------------- the measure


def test_the_measure_fails_when_relevant_documents_are_lost_or_processes_differ(
    capsys: pytest.CaptureFixture[str],
) -> None:
    same = [Run(digest="a"), Run(digest="a")]
    assert verdict(Judged(relevant=Share(99, 100)), same) == 0
    assert verdict(Judged(relevant=Share(98, 100)), same) == 1
    assert verdict(Judged(relevant=Share(100, 100)), [Run(digest="a"), Run(digest="b")]) == 1
    assert "below" in capsys.readouterr().err
    low, high = Share(97, 97).interval()
    assert low == pytest.approx(0.9627, abs=1e-3)
    assert high == 1.0
