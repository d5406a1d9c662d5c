"""Read, check and index the reference files of ``policygraph_graph/reference``.

``tables.yml`` there declares the files; adding a file or a column that says something touches no Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from policygraph.model.records import Entity
from policygraph.reference.checks import Contents, check_rows
from policygraph.reference.layout import Table, read_tables
from policygraph.reference.rows import ReferenceDataError, Row, read_rows


@dataclass(frozen=True, slots=True)
class Reference:
    """All reference data, indexed; mappings are for reading only.

    ``by_alias`` maps the case-folded form of every name to the ids of the entities that bear it, of any type.
    ``ambiguous`` holds the (case-folded name, id) pairs that need context: ordinary words, or names that others bear.
    ``ambiguous_names`` holds the same names as written, by id; an Entity's own ``aliases`` are the safe ones.
    ``demonyms`` maps a case-folded adjective ("chinese") to jurisdiction ids; ``governments`` a jurisdiction id to the
    id of its government. ``links`` maps a column (``parents``, ``seat``, ``owner``, …) to the ids in it, by row id.
    """

    tables: tuple[Table, ...]
    entities: Mapping[str, Entity]
    rows: Mapping[str, Row]
    by_alias: Mapping[str, tuple[str, ...]]
    ambiguous: frozenset[tuple[str, str]]
    ambiguous_names: Mapping[str, tuple[str, ...]]
    demonyms: Mapping[str, tuple[str, ...]]
    governments: Mapping[str, str]
    links: Mapping[str, Mapping[str, tuple[str, ...]]]

    def lookup(self, name: str, type_: str | None = None) -> tuple[Entity, ...]:
        """Entities that bear a name (any case), of one type or of all; the ambiguous ones too."""
        found = (self.entities[i] for i in self.by_alias.get(name.casefold(), ()))
        return tuple(e for e in found if type_ is None or e.type == type_)

    def needs_context(self, name: str, identity: str) -> bool:
        """Whether a name alone is not enough to mean this entity."""
        return (name.casefold(), identity) in self.ambiguous

    def parents(self, identity: str) -> tuple[str, ...]:
        """Ids of what a thing directly belongs to: a place's larger places, a class's classes, a body's body."""
        columns = ("parents", "parent", "part_of")
        return tuple(p for column in columns for p in self.links.get(column, {}).get(identity, ()))

    def seat(self, identity: str) -> str | None:
        """Id of the jurisdiction where a firm is registered or an authority or publisher belongs; None if not held."""
        for column in ("seat", "jurisdiction"):
            for place in self.links.get(column, {}).get(identity, ()):
                return place
        return None


@cache
def load_reference() -> Reference:
    """The reference data that comes with the package. Raises ReferenceDataError naming file and line."""
    return read_reference(reference_folder())


def reference_folder() -> Traversable:
    """Folder of the reference files that come with the package."""
    return resources.files("policygraph_graph") / "reference"


def read_reference(folder: Traversable) -> Reference:
    """Read and check the reference files of a folder. Raises ReferenceDataError naming file and line."""
    tables = read_tables(folder)
    contents = [(table, read_rows(table.file, read_text(folder, table.file))) for table in tables]
    check_rows(contents)
    entities: dict[str, Entity] = {}
    rows: dict[str, Row] = {}
    links: dict[str, dict[str, tuple[str, ...]]] = {}
    for table, rows_of_table in contents:
        for row in rows_of_table:
            entity = _entity(table, row)
            entities[entity.id] = entity
            rows[entity.id] = row
            for column in table.id_columns:
                if parts := row.parts(column):
                    links.setdefault(column, {})[entity.id] = parts
    ambiguous_names = {i: names for i, row in rows.items() if (names := row.parts("ambiguous_aliases"))}
    by_alias, ambiguous = _index(entities, ambiguous_names)
    return Reference(
        tables,
        entities,
        rows,
        by_alias,
        ambiguous,
        ambiguous_names,
        _demonyms(_with_column(contents, "demonyms")),
        _governments(_with_column(contents, "government"), entities, by_alias),
        links,
    )


def read_text(folder: Traversable, file: str) -> str:
    """A reference file's text. Raises ReferenceDataError where it is missing or not UTF-8."""
    try:
        return (folder / file).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReferenceDataError(file, 1, f"cannot be read: {error}") from error


def _entity(table: Table, row: Row) -> Entity:
    name = row.cells["name"]
    unsafe = {name, *row.parts("ambiguous_aliases")}
    names = dict.fromkeys(safe for safe in table.names_of(row) if safe not in unsafe)
    return Entity(row.cells["id"], table.type, name, tuple(names), "reference")


def _index(
    entities: Mapping[str, Entity], ambiguous_names: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, tuple[str, ...]], frozenset[tuple[str, str]]]:
    index: dict[str, tuple[str, ...]] = {}
    ambiguous: set[tuple[str, str]] = set()
    for identity, entity in entities.items():
        unsafe = [name.casefold() for name in ambiguous_names.get(identity, ())]
        ambiguous.update((name, identity) for name in unsafe)
        for name in dict.fromkeys((entity.name.casefold(), *map(str.casefold, entity.aliases), *unsafe)):
            index[name] = (*index.get(name, ()), identity)
    return index, frozenset(ambiguous)


def _with_column(contents: Contents, column: str) -> Iterator[Row]:
    for _, rows in contents:
        if rows and column in rows[0].cells:
            yield from (row for row in rows if row.cells[column])


def _demonyms(rows: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    index: dict[str, tuple[str, ...]] = {}
    for row in rows:
        for demonym in row.parts("demonyms"):
            index[demonym.casefold()] = (*index.get(demonym.casefold(), ()), row.cells["id"])
    return index


def _governments(
    rows: Iterable[Row], entities: Mapping[str, Entity], by_alias: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    governments = {}
    for row in rows:
        name = row.cells["government"]
        named = [i for i in by_alias.get(name.casefold(), ()) if entities[i].type == "Authority"]
        if not named:
            raise row.error(f"government {name!r} is the name of no authority")
        governments[row.cells["id"]] = named[0]
    return governments
