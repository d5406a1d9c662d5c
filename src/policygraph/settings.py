"""Settings of the environment as values, each checked before anything is done; what is wrong is said by name.

No message repeats an address: it may hold a password.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

MOST_SETTING = 1_000_000  # of processes, seconds and MiB: more is a slip, and more than an alarm can be set to
GRAPH_SCHEMES = ("bolt://", "bolt+s://", "bolt+ssc://", "neo4j://", "neo4j+s://", "neo4j+ssc://")
_LEDGERS = ("sqlite", "postgresql")


class EnvironmentSettingError(ValueError):
    """A setting of the environment that has not the form it must have; a sentence that begins with its name."""


def folder_of(values: Mapping[str, str], name: str, default: Path) -> Path:
    """A folder, absolute; ``~`` is the user's own. Raises EnvironmentSettingError."""
    return absolute(Path(values.get(name) or default), name)


def absolute(path: Path, name: str) -> Path:
    """A path that ``name`` gives, absolute; ``~`` is the user's own folder. Raises EnvironmentSettingError."""
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise EnvironmentSettingError(
            f"{name} is {str(path)!r}, and this machine knows no home folder of that user"
        ) from error


def switch(values: Mapping[str, str], name: str) -> bool:
    """``on`` (also where it is not set) or ``off``. Raises EnvironmentSettingError."""
    value = values.get(name) or "on"
    if value not in ("on", "off"):
        raise EnvironmentSettingError(f"{name} is {value!r}, which is neither on nor off")
    return value == "on"


def whole_number(values: Mapping[str, str], name: str, default: int, least: int = 1) -> int:
    """A whole number from ``least`` to MOST_SETTING. Raises EnvironmentSettingError."""
    value = values.get(name) or str(default)
    if not value.isdecimal() or len(value) > 20 or not least <= int(value) <= MOST_SETTING:
        raise EnvironmentSettingError(
            f"{name} is {value[:80]!r}, which is no whole number from {least} to {MOST_SETTING:,}"
        )
    return int(value)


def ledger_url(values: Mapping[str, str], name: str, default: str) -> str:
    """An SQLAlchemy URL of a kind of database that a ledger may be in. Raises EnvironmentSettingError."""
    value = values.get(name)
    if not value:
        return default
    try:
        backend = make_url(value).get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise EnvironmentSettingError(
            f"{name} is no address of a database, such as sqlite:///folder/file or "
            "postgresql+psycopg://user:password@host:5432/database"
        ) from error
    if backend not in _LEDGERS:
        raise EnvironmentSettingError(f"{name} begins with {backend!r}: a ledger is in {' or '.join(_LEDGERS)}")
    return value


def graph_url(values: Mapping[str, str], name: str) -> str | None:
    """The address of a Neo4j, None where none is set. Raises EnvironmentSettingError."""
    value = values.get(name)
    if not value:
        return None
    if not value.startswith(GRAPH_SCHEMES):
        raise EnvironmentSettingError(
            f"{name} is no address of a Neo4j, which begins with one of {', '.join(GRAPH_SCHEMES)}"
        )
    if "@" in value:
        raise EnvironmentSettingError(
            f"{name} names a user: that is for POLICYGRAPH_NEO4J_USER and POLICYGRAPH_NEO4J_PASSWORD"
        )
    try:
        port = urlsplit(value).port
    except ValueError as error:
        raise EnvironmentSettingError(
            f"{name} has a host or a port that cannot be read: it is like bolt://host:7687"
        ) from error
    if port == 0:
        raise EnvironmentSettingError(f"{name} has the port 0, at which nothing answers")
    return value
