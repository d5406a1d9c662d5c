"""The home folder: everything that policygraph keeps, and the only place where the environment is read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policygraph.settings import absolute, folder_of, graph_url, ledger_url, switch, whole_number

MOST_PROCESSES = 8  # readers at once unless a setting says otherwise: each takes some 400 MB
DOCUMENT_SECONDS = 600  # a text of a million characters takes some four minutes
LEAST_HEAP = 256  # MiB


@dataclass(frozen=True, slots=True)
class GraphAddress:
    """Where a Neo4j that policygraph does not manage answers: URL, user, password and database."""

    url: str
    user: str
    password: str
    database: str | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """A folder and the addresses that go with it; two homes never touch.

    ``ledger_url`` is an SQLAlchemy URL (default: an SQLite file in the folder); ``graph`` is None where the home keeps
    a Neo4j of its own, whose Java heap may grow to ``neo4j_heap`` MiB. ``cache`` holds downloads that homes share.
    ``endpoint_keys`` are the secrets that ``proposers.yml`` may name, by the variables that hold them; never shown.
    ``triage`` says whether a cheap first pass chooses what is read in full; ``processes`` how many read at once;
    ``document_seconds`` how long the reader may take over one document.
    """

    path: Path
    ledger_url: str
    graph: GraphAddress | None = None
    cache: Path = field(default_factory=lambda: Path("~/.cache/policygraph").expanduser())
    neo4j_heap: int = 1024
    endpoint_keys: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    triage: bool = True
    processes: int = 1
    document_seconds: int = DOCUMENT_SECONDS

    @classmethod
    def at(cls, path: Path | None = None, environment: Mapping[str, str] | None = None) -> Home:
        """The home at ``path``, else at ``POLICYGRAPH_HOME``, else ``.policygraph`` in the current folder.

        Reads ``POLICYGRAPH_LEDGER_URL``, ``POLICYGRAPH_NEO4J_URL``, ``_USER``, ``_PASSWORD``, ``_DATABASE`` (a Neo4j
        that is not managed), ``POLICYGRAPH_NEO4J_HEAP`` (MiB), ``POLICYGRAPH_CACHE``, ``POLICYGRAPH_TRIAGE``
        (``on`` or ``off``), ``POLICYGRAPH_PROCESSES`` (default: one a core, at most 8),
        ``POLICYGRAPH_DOCUMENT_SECONDS`` (default: 600) and every ``POLICYGRAPH_ENDPOINT_KEY…``. Creates nothing.
        Raises EnvironmentSettingError for a setting that is not of this form; the heap must be at least 256.
        """
        values = os.environ if environment is None else environment
        place = absolute(path, "--home") if path else folder_of(values, "POLICYGRAPH_HOME", Path(".policygraph"))
        graph = None
        if url := graph_url(values, "POLICYGRAPH_NEO4J_URL"):
            graph = GraphAddress(
                url,
                values.get("POLICYGRAPH_NEO4J_USER") or "neo4j",
                values.get("POLICYGRAPH_NEO4J_PASSWORD") or "",
                values.get("POLICYGRAPH_NEO4J_DATABASE") or None,
            )
        return cls(
            place,
            ledger_url(values, "POLICYGRAPH_LEDGER_URL", f"sqlite:///{place / 'ledger.sqlite'}"),
            graph,
            folder_of(values, "POLICYGRAPH_CACHE", Path("~/.cache/policygraph")),
            whole_number(values, "POLICYGRAPH_NEO4J_HEAP", 1024, LEAST_HEAP),
            {name: value for name, value in values.items() if name.startswith("POLICYGRAPH_ENDPOINT_KEY")},
            switch(values, "POLICYGRAPH_TRIAGE"),
            whole_number(values, "POLICYGRAPH_PROCESSES", min(os.cpu_count() or 1, MOST_PROCESSES)),
            whole_number(values, "POLICYGRAPH_DOCUMENT_SECONDS", DOCUMENT_SECONDS),
        )

    @property
    def archive(self) -> Path:
        """Folder of the WARC files."""
        return self.path / "archive"

    @property
    def neo4j(self) -> Path:
        """Folder of the managed Neo4j: configuration, data, password, logs."""
        return self.path / "neo4j"

    @property
    def sources(self) -> Path:
        """Folder of source files that belong to this home only, beside those that come with the package."""
        return self.path / "sources"

    @property
    def proposers(self) -> Path:
        """File that says which proposers are on; where there is none, none is."""
        return self.path / "proposers.yml"

    @property
    def proposals(self) -> Path:
        """Folder of the answers of endpoints, shared by homes."""
        return self.cache / "proposals"

    @property
    def watch_list(self) -> Path:
        """File of firms whose documents are always read in full: a name or id a line; there need be none."""
        return self.path / "watch.txt"

    @property
    def lock_file(self) -> Path:
        """File that a command which writes holds locked."""
        return self.path / "lock"

    @property
    def exists(self) -> bool:
        """Whether ``policygraph init`` (or a command that does it) has been here."""
        return (self.path / "policygraph.home").exists()

    def create(self) -> None:
        """Make the folders; does nothing to what is there already."""
        for folder in (self.path, self.archive, self.sources):
            folder.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o700)
        marker = self.path / "policygraph.home"
        if not marker.exists():
            marker.write_text("1\n", encoding="ascii")
