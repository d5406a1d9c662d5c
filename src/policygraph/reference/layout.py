"""What ``tables.yml`` declares: which reference files there are and what their columns say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from policygraph.reference.rows import ReferenceDataError, Row

FILE = "tables.yml"


@dataclass(frozen=True, slots=True)
class StatementColumn:
    """A column whose ids make statements: by which predicate (for each type of the other end), and in which direction.

    ``take`` names columns of the row that become fields of the statement.
    """

    column: str
    predicates: Mapping[str, str]
    default_predicate: str | None
    inverse: bool
    detail: str | None
    take: tuple[str, ...]

    def predicate(self, other_type: str) -> str | None:
        """The predicate towards an entity of this type; None where the column may not name such a thing."""
        return self.predicates.get(other_type, self.default_predicate)


@dataclass(frozen=True, slots=True)
class Table:
    """One reference file: the type of its rows, and what its columns mean."""

    file: str
    type: str
    title: str
    kinds: frozenset[str]
    name_columns: tuple[str, ...]
    unique: tuple[str, ...]
    statements: tuple[StatementColumn, ...]
    id_columns: tuple[str, ...]  # those of ``statements``, and those that hold ids of other rows but say nothing

    def names_of(self, row: Row) -> Iterator[str]:
        """Names of a row that need no context: aliases and the cells of the columns that hold further names."""
        yield from row.parts("aliases")
        for column in self.name_columns:
            if cell := row.cells.get(column):
                yield cell


def read_tables(folder: Traversable) -> tuple[Table, ...]:
    """The declared reference files of a folder. Raises ReferenceDataError where the declaration cannot be read."""
    try:
        entries = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
        return tuple(_table(entry) for entry in entries)
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ReferenceDataError(FILE, 1, f"cannot be read: {error!r}") from error


def _table(entry: dict[str, Any]) -> Table:
    statements = tuple(_statement_column(s) for s in entry.get("statements", ()))
    return Table(
        entry["file"],
        entry["type"],
        entry["title"],
        frozenset(entry.get("kinds", ())),
        tuple(entry.get("names", ())),
        tuple(entry.get("unique", ())),
        statements,
        (*(s.column for s in statements), *entry.get("references", ())),
    )


def _statement_column(entry: dict[str, Any]) -> StatementColumn:
    predicate = entry["predicate"]
    by_type = predicate if isinstance(predicate, dict) else {}
    return StatementColumn(
        entry["column"],
        by_type,
        None if by_type else predicate,
        entry.get("inverse", False),
        entry.get("detail"),
        tuple(entry.get("take", ())),
    )
