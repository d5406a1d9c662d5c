"""A reference file that breaks a rule is refused with its name and line: each check is seen to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygraph.reference import ReferenceDataError, read_reference

TABLES = """
- file: places.csv
  type: Jurisdiction
  title: Places
  kinds: [country, city]
  statements:
    - {column: parent, predicate: {Jurisdiction: located_in}}
- file: firms.csv
  type: Firm
  title: Firms
  unique: [ticker]
  statements:
    - {column: seat, predicate: located_in, detail: registered}
- file: more_firms.csv
  type: Firm
  title: More firms
  unique: [ticker]
"""
PLACES = [
    "id,name,aliases,ambiguous_aliases,kind,parent,government,source,as_of",
    "jurisdiction:A,Aland,Land A|A Land,,country,,,known,2024-01-01",
    "jurisdiction:A-1,Atown,,Town,city,jurisdiction:A,,known,2024-01-01",
]
FIRMS = [
    "id,name,aliases,ambiguous_aliases,seat,ticker,source,as_of",
    'firm:one,One,"One, Inc.",,jurisdiction:A,ONE,known,2024-01-01',
]
MORE_FIRMS = [
    "id,name,aliases,ambiguous_aliases,ticker,source,as_of",
    "firm:two,Two,,,TWO,known,2024-01-01",
]


def folder(path: Path, places: str | None = None, firms: str | None = None, more: str | None = None) -> Path:
    (path / "tables.yml").write_text(TABLES, encoding="utf-8")
    for name, rows, row in (
        ("places.csv", PLACES, places),
        ("firms.csv", FIRMS, firms),
        ("more_firms.csv", MORE_FIRMS, more),
    ):
        (path / name).write_text("\n".join([*rows, *([row] if row else [])]) + "\n", encoding="utf-8")
    return path


def test_the_unbroken_folder_is_read(tmp_path):
    reference = read_reference(folder(tmp_path))
    assert reference.parents("jurisdiction:A-1") == ("jurisdiction:A",)
    assert reference.seat("firm:one") == "jurisdiction:A"
    assert reference.by_alias["one, inc."] == ("firm:one",)


PLACE = "jurisdiction:B,Bland,,,country,,,known,2024-01-01"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("jurisdiction:A,Bland,,,country,,,known,2024-01-01", "used twice"),
        (PLACE.replace("country,,", "country,jurisdiction:Z,"), "which no row has as its id"),
        (PLACE.replace("country,,", "country,jurisdiction:B,"), "names the row itself"),
        (PLACE.replace("country,,", "country,firm:one,"), "may not name 'firm:one', a Firm"),
        (PLACE.replace("Bland,,", "Bland,land a,"), "also a name of jurisdiction:A"),
        (PLACE.replace("Bland", "aland"), "also the name of jurisdiction:A"),
        (PLACE.replace("known", ""), "source is empty"),
        (PLACE.replace("2024-01-01", ""), "as_of is empty"),
        (PLACE.replace("2024-01-01", "2024-02-30"), "not a day of the calendar"),
        (PLACE.replace("country", "planet"), "kind 'planet'"),
        (PLACE.replace("Bland,,", "Bland,B||C,"), "empty member"),
        (PLACE.replace("Bland", " Bland"), "blank ends"),
        (PLACE + ",more", "10 cells for 9 columns"),
        (PLACE.replace("Bland", '"B ""land"""'), "quotation mark"),
        (PLACE.replace("Bland", '"Bland'), "not CSV|line break"),
    ],
)
def test_a_broken_row_is_refused_with_file_and_line(tmp_path, row, reason):
    with pytest.raises(ReferenceDataError, match=rf"places\.csv, line 4: .*({reason})"):
        read_reference(folder(tmp_path, places=row))


def test_a_government_must_be_an_authority(tmp_path):
    row = "jurisdiction:B,Bland,,,country,,Bland (government),known,2024-01-01"
    with pytest.raises(ReferenceDataError, match=r"places\.csv, line 4: .*name of no authority"):
        read_reference(folder(tmp_path, places=row))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("firm:three,Three,,,ONE,known,2024-01-01", "ticker 'ONE' is also that of firm:one"),
        ("firm:three,Three,,,TWO,known,2024-01-01", "ticker 'TWO' is used twice"),
        ("firm:three,Three,one,,THREE,known,2024-01-01", "also a name of firm:one"),
    ],
)
def test_a_firm_is_not_repeated_in_another_file(tmp_path, row, reason):
    with pytest.raises(ReferenceDataError, match=rf"more_firms\.csv, line 3: .*{reason}"):
        read_reference(folder(tmp_path, more=row))


def test_a_shared_name_is_allowed_where_it_is_marked_as_ambiguous(tmp_path):
    reference = read_reference(folder(tmp_path, more="firm:three,Three,,One,THREE,known,2024-01-01"))
    assert reference.by_alias["one"] == ("firm:one", "firm:three")
    assert reference.needs_context("One", "firm:three")
    assert not reference.needs_context("One", "firm:one")


def test_a_missing_file_column_or_declaration_is_refused(tmp_path):
    path = folder(tmp_path)
    (path / "more_firms.csv").write_text("id,name\nfirm:two,Two\n", encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=r"more_firms\.csv, line 1: column 'aliases' is missing"):
        read_reference(path)
    (path / "more_firms.csv").write_bytes(b"id,name\n\xff\n")
    with pytest.raises(ReferenceDataError, match=r"more_firms\.csv, line 1: cannot be read"):
        read_reference(path)
    (path / "more_firms.csv").unlink()
    with pytest.raises(ReferenceDataError, match=r"more_firms\.csv, line 1: cannot be read"):
        read_reference(path)
    (path / "tables.yml").write_text("- {file: x.csv}\n", encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=r"tables\.yml, line 1"):
        read_reference(path)
