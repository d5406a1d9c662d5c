"""Rows of a reference file, each cell with its place in the file's text."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from policygraph.model.records import Span

LIST_SEPARATOR = "|"


class ReferenceDataError(ValueError):
    """A reference file that does not follow the form; the message names the file and the line."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}")


class Row(NamedTuple):
    """A line of a reference file: number (the header is line 1), its characters, and its cells by column."""

    file: str
    line: int
    start: int
    text: str
    cells: Mapping[str, str]

    @property
    def span(self) -> Span:
        """Characters of the row in the file's text, without the line break."""
        return Span(self.start, self.start + len(self.text))

    def parts(self, column: str) -> tuple[str, ...]:
        """The members of a list cell; none where the cell is empty or the file lacks the column."""
        cell = self.cells.get(column, "")
        return tuple(cell.split(LIST_SEPARATOR)) if cell else ()

    def cell_spans(self) -> dict[str, Span]:
        """Where each cell's characters lie in the file's text, without the quotation marks around them."""
        spans: dict[str, Span] = {}
        place = 0
        for column, cell in self.cells.items():
            quoted = self.text[place : place + 1] == '"'
            first = place + quoted
            spans[column] = Span(self.start + first, self.start + first + len(cell))
            place = first + len(cell) + quoted + 1
        return spans

    def part_spans(self, column: str) -> Iterator[tuple[str, Span]]:
        """Each member of a list cell with where it lies in the file's text."""
        parts = self.parts(column)
        first = self.cell_spans()[column].start if parts else 0
        for part in parts:
            yield part, Span(first, first + len(part))
            first += len(part) + len(LIST_SEPARATOR)

    def error(self, reason: str) -> ReferenceDataError:
        """An error that names this row."""
        return ReferenceDataError(self.file, self.line, reason)


def read_rows(file: str, text: str) -> list[Row]:
    """Rows of a CSV text (RFC 4180 with line feeds; a cell holds neither a line break nor a quotation mark).

    Raises ReferenceDataError for an empty file, a row that has not one cell a column, and a cell that cannot be traced
    to its characters.
    """
    lines = text.split("\n")
    reader = csv.reader(lines, strict=True)
    rows: list[Row] = []
    start = number = 0
    try:
        header = next(reader, [])
        if not header or len(set(header)) != len(header):
            raise ReferenceDataError(file, 1, "the header is missing or names a column twice")
        start = len(lines[0]) + 1
        for number, (cells, line) in enumerate(zip(reader, lines[1:], strict=False), start=2):
            if reader.line_num != number or '""' in line or "\r" in line:
                raise ReferenceDataError(file, number, "a quotation mark or line break inside a cell")
            if line:
                if len(cells) != len(header):
                    raise ReferenceDataError(file, number, f"{len(cells)} cells for {len(header)} columns")
                rows.append(Row(file, number, start, line, dict(zip(header, cells, strict=True))))
            start += len(line) + 1
    except csv.Error as error:
        raise ReferenceDataError(file, number + 1, f"not CSV: {error}") from error
    return rows
