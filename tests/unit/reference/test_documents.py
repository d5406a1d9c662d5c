"""Reference files as documents: statements with evidence, recorded once."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from policygraph.archive import Archive
from policygraph.ledger import Ledger, schema
from policygraph.ledger.captures import get_capture
from policygraph.ledger.documents import get_document
from policygraph.ledger.runs import begin_run
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Span
from policygraph.reference import (
    ReferenceDataError,
    load_reference,
    read_reference,
    record_reference,
    reference_extraction,
)
from policygraph.reference.tables import reference_folder


@pytest.fixture(scope="module")
def extractions():
    reference = load_reference()
    return {
        table.file: reference_extraction(
            table.file, (reference_folder() / table.file).read_bytes(), "capture:x", reference
        )
        for table in reference.tables
    }


def all_statements(extractions):
    return [s for _, _, statements in extractions.values() for s in statements]


def test_every_pair_of_types_is_allowed_by_the_ontology(extractions):
    ontology = load_ontology()
    for s in all_statements(extractions):
        assert ontology.relations[s.predicate].joins(s.subject_type, s.object_type), s
        assert s.lifecycle is None or s.lifecycle in ontology.lifecycles, s


def test_every_kind_of_statement_is_there(extractions):
    predicates = Counter(s.predicate for s in all_statements(extractions))
    assert set(predicates) == {
        "located_in",
        "part_of",
        "active_in",
        "makes",
        "owns",
        "issued_by",
        "holds_in",
        "heads",
    }
    assert min(predicates.values()) > 50


def test_evidence_is_the_row_and_holds_both_ends(extractions):
    for document, mentions, statements in extractions.values():
        by_name: dict[tuple[str, str], list[Span]] = {}
        for m in mentions:
            by_name.setdefault((m.type, m.entity), []).append(Span(m.start, m.end))
        for s in statements:
            (row,) = s.evidence
            assert "\n" not in document.text[row.start : row.end]
            assert document.text[row.end : row.end + 1] == "\n"
            for end in ((s.subject_type, s.subject), (s.object_type, s.object)):
                assert any(row.start <= m.start and m.end <= row.end for m in by_name[end]), s


def test_mentions_are_the_exact_names_or_ids(extractions):
    for document, mentions, _ in extractions.values():
        for m in mentions:
            assert document.text[m.start : m.end] in (m.entity, m.reference_id)


def test_statements_of_known_facts(extractions):
    said = {(s.subject, s.predicate, s.object): s for s in all_statements(extractions)}
    assert said["Tesla", "located_in", "Texas"].detail == "registered"
    assert ("Lingang New Area", "part_of", "Shanghai pilot free-trade zone") in said
    assert ("Shanghai pilot free-trade zone", "located_in", "Shanghai") in said
    assert ("Germany", "located_in", "European Union") in said
    assert ("Tesla", "makes", "Full Self-Driving") in said
    assert ("Nvidia", "makes", "H20") in said
    assert ("Alphabet", "owns", "Google") in said
    assert ("Google", "owns", "Alphabet") not in said
    assert said["Elon Musk", "heads", "Tesla"].role == "chief executive"
    gdpr = said["General Data Protection Regulation", "holds_in", "European Union"]
    assert (gdpr.valid_from, gdpr.lifecycle, gdpr.origin) == ("2018-05-25", "in_force", "reference")


def test_companies_by_name_make_no_statements(extractions):
    document, mentions, statements = extractions["sec_firms.csv"]
    assert document.text.startswith("id,name")
    assert (mentions, statements) == ([], [])


def test_published_is_the_newest_day_of_the_rows(extractions):
    for document, _, _ in extractions.values():
        days = {line.rsplit(",", 1)[1] for line in document.text.splitlines()[1:]}
        assert document.published == max(days)


def test_an_undeclared_file_is_refused():
    with pytest.raises(ReferenceDataError, match=r"other\.csv"):
        reference_extraction("other.csv", b"id\n", "capture:x", load_reference())


@pytest.fixture
def home(tmp_path):
    return Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"), Archive(tmp_path / "archive")


def counts(connection) -> dict[str, int]:
    return {
        t.name: connection.execute(select(func.count()).select_from(t)).scalar()
        for t in schema.metadata.tables.values()
    }


def test_recorded_once_and_a_second_time_adds_nothing(home, tmp_path):
    ledger, archive = home
    with ledger.transaction() as connection:
        run_id = begin_run(connection, "test")
        added = record_reference(connection, archive, run_id)
        first = counts(connection)
    size = sum(f.stat().st_size for f in (tmp_path / "archive").rglob("*") if f.is_file())
    assert added == first["statements"] > 3000
    assert first["captures"] == first["documents"] == len(load_reference().tables)
    assert first["sources"] == 1
    with ledger.transaction() as connection:
        assert record_reference(connection, archive, run_id) == 0
        assert counts(connection) == first
    assert sum(f.stat().st_size for f in (tmp_path / "archive").rglob("*") if f.is_file()) == size


def test_the_archived_bytes_are_the_text_of_the_document(home):
    ledger, archive = home
    with ledger.transaction() as connection:
        record_reference(connection, archive, begin_run(connection, "test"))
        for identity in connection.execute(select(schema.documents.c.id)).scalars().all():
            document = get_document(connection, identity)
            assert document is not None
            found = get_capture(connection, document.capture_id)
            assert found is not None
            capture, location, _ = found
            assert archive.read(location, capture.digest).decode("utf-8") == document.text


def copy_of_reference(path: Path) -> Path:
    target = path / "reference"
    shutil.copytree(str(reference_folder()), target)
    return target


def test_a_changed_file_is_a_new_capture_with_its_statements(home, tmp_path):
    ledger, archive = home
    folder = copy_of_reference(tmp_path)
    with ledger.transaction() as connection:
        run_id = begin_run(connection, "test")
        record_reference(connection, archive, run_id, folder)
        first = counts(connection)
        zones = folder / "zones.csv"
        zones.write_text(
            zones.read_text(encoding="utf-8")
            + "zone:testland,Testland Zone,,,free trade zone,jurisdiction:FR,a test,2024-02-02\n",
            encoding="utf-8",
        )
        added = record_reference(connection, archive, run_id, folder)
        second = counts(connection)
        assert second["captures"] == first["captures"] + 1
        assert added == second["statements"] - first["statements"] == len(zones.read_text().splitlines()) - 1
        query = select(schema.statements.c.object).where(schema.statements.c.subject == "Testland Zone")
        assert connection.execute(query).scalars().all() == ["France"]


def test_a_file_that_returns_to_an_earlier_state_is_seen_again(home, tmp_path):
    ledger, archive = home
    folder = copy_of_reference(tmp_path)
    zones = folder / "zones.csv"
    before = zones.read_text(encoding="utf-8")
    with ledger.transaction() as connection:
        run_id = begin_run(connection, "test")
        record_reference(connection, archive, run_id, folder)
        zones.write_text(before + "zone:t,Testland Zone,,,freeport,jurisdiction:FR,a test,2024-02-02\n")
        record_reference(connection, archive, run_id, folder)
        captures = counts(connection)["captures"]
        zones.write_text(before, encoding="utf-8")
        assert record_reference(connection, archive, run_id, folder) == 0
        assert counts(connection)["captures"] == captures


def test_a_broken_file_records_nothing(home, tmp_path):
    ledger, archive = home
    folder = copy_of_reference(tmp_path)
    (folder / "zones.csv").write_text("id,name\n", encoding="utf-8")
    with ledger.transaction() as connection:
        with pytest.raises(ReferenceDataError):
            record_reference(connection, archive, begin_run(connection, "test"), folder)
        assert counts(connection)["captures"] == 0


def test_equal_input_gives_equal_statements(tmp_path):
    folder = copy_of_reference(tmp_path)
    reference = read_reference(folder)
    data = (folder / "firms.csv").read_bytes()
    assert reference_extraction("firms.csv", data, "capture:x", reference) == reference_extraction(
        "firms.csv", data, "capture:x", load_reference()
    )
