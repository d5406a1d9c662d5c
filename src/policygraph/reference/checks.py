"""Checks of the reference files: a row that breaks one stops the loading with its file and line."""

from __future__ import annotations

from collections.abc import Sequence

from policygraph.model.time import DateError, is_edtf, parse_day
from policygraph.reference.layout import Table
from policygraph.reference.rows import ReferenceDataError, Row

REQUIRED = ("id", "name", "aliases", "ambiguous_aliases", "source", "as_of")
BLANK = " |"
Contents = Sequence[tuple[Table, Sequence[Row]]]


def check_rows(contents: Contents) -> None:
    """Check all files. Raises ReferenceDataError for the first row that breaks a rule."""
    types: dict[str, str] = {}
    days: set[str] = set()  # days that were read before: rows share few, and reading one is slow
    for table, rows in contents:
        _check_columns(table, rows)
        for row in rows:
            _check_cells(table, row, days)
            identity = row.cells["id"]
            if identity in types:
                raise row.error(f"id {identity!r} is used twice")
            types[identity] = table.type
    _check_names(contents)
    for table, rows in contents:
        for row in rows:
            _check_references(table, row, types)
        _check_unique(table.unique, rows)
    _check_tickers(contents)


def _check_columns(table: Table, rows: Sequence[Row]) -> None:
    if not rows:
        raise ReferenceDataError(table.file, 1, "no rows")
    needed = (*REQUIRED, *table.id_columns, *table.name_columns, *table.unique)
    missing = [column for column in needed if column not in rows[0].cells]
    if missing:
        raise ReferenceDataError(table.file, 1, f"column {missing[0]!r} is missing")


def _check_cells(table: Table, row: Row, days: set[str]) -> None:
    cells = row.cells
    for column in ("id", "name", "source", "as_of"):
        if not cells[column]:
            raise row.error(f"{column} is empty")
    for column, cell in cells.items():
        if cell and (cell[0] in BLANK or cell[-1] in BLANK or "||" in cell):
            raise row.error(f"{column} has an empty member or blank ends")
    if cells["as_of"] not in days:
        try:
            parse_day(cells["as_of"])
        except DateError as error:
            raise row.error(f"as_of: {error}") from error
        days.add(cells["as_of"])
    if table.kinds and cells.get("kind") not in table.kinds:
        raise row.error(f"kind {cells.get('kind')!r} is not one of {sorted(table.kinds)}")
    if (first := cells.get("valid_from")) and not is_edtf(first):
        raise row.error(f"valid_from {first!r} is not an EDTF date")


def _check_names(contents: Contents) -> None:
    """A name without context means one thing of a type, and a display name is borne by one thing of a type."""
    owners: dict[tuple[str, str], str] = {}
    displayed: dict[tuple[str, str], str] = {}
    for table, rows in contents:
        for row in rows:
            identity, name = row.cells["id"], row.cells["name"]
            if displayed.setdefault((table.type, name.casefold()), identity) != identity:
                raise row.error(f"name {name!r} is also the name of {displayed[table.type, name.casefold()]}")
            unsafe = {alias.casefold() for alias in row.parts("ambiguous_aliases")}
            for alias in (name, *table.names_of(row)):
                key = (table.type, alias.casefold())
                if key[1] not in unsafe and owners.setdefault(key, identity) != identity:
                    raise row.error(f"{alias!r} is also a name of {owners[key]}: make it an ambiguous alias")


def _check_references(table: Table, row: Row, types: dict[str, str]) -> None:
    for column in table.id_columns:
        for identity in row.parts(column):
            if identity not in types:
                raise row.error(f"{column} names {identity!r}, which no row has as its id")
            if identity == row.cells["id"]:
                raise row.error(f"{column} names the row itself")
    for statement in table.statements:
        for identity in row.parts(statement.column):
            if statement.predicate(types[identity]) is None:
                raise row.error(f"{statement.column} may not name {identity!r}, a {types[identity]}")


def _check_unique(columns: Sequence[str], rows: Sequence[Row]) -> None:
    for column in columns:
        seen: set[str] = set()
        for row in rows:
            for value in row.parts(column):
                if value in seen:
                    raise row.error(f"{column} {value!r} is used twice")
                seen.add(value)


def _check_tickers(contents: Contents) -> None:
    """A firm has one id, whichever file it is in."""
    owners: dict[str, str] = {}
    for table, rows in contents:
        for row in rows if "ticker" in table.unique else ():
            for ticker in row.parts("ticker"):
                if owners.setdefault(ticker, row.cells["id"]) != row.cells["id"]:
                    raise row.error(f"ticker {ticker!r} is also that of {owners[ticker]}")
