"""Neo4j as jars: pinned by SHA-256, fetched once by jgo into a cache that all homes share.

``python -m policygraph.graph.jars`` resolves the coordinates anew and prints the pinned list, for an upgrade.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import requests
from filelock import FileLock
from jgo.maven import MavenContext

from policygraph.graph.errors import GraphError
from policygraph.graph.progress import Progress, quiet

VERSION = "5.26.30"
COORDINATES = (f"org.neo4j:neo4j:{VERSION}", f"org.neo4j.app:neo4j-server:{VERSION}")

_PARALLEL = 8
_ATTEMPTS = 3
_TIMEOUT_SECONDS = 60
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Jar:
    """One pinned jar: the digest and size of its bytes and its Maven coordinates."""

    sha256: str
    size: int
    group: str
    artifact: str
    version: str
    classifier: str

    @property
    def filename(self) -> str:
        """Its name in the cache, as Maven names it."""
        return f"{self.artifact}-{self.version}{'-' + self.classifier if self.classifier else ''}.jar"


def pinned() -> list[Jar]:
    """The list that comes with the package."""
    text = (resources.files("policygraph_graph") / "engine" / "jars.txt").read_text(encoding="ascii")
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return [Jar(row[0], int(row[1]), row[2], row[3], row[4], "" if row[5] == "-" else row[5]) for row in rows]


def fetch_jars(cache: Path, progress: Progress = quiet, jars: Sequence[Jar] | None = None) -> list[Path]:
    """The paths of all jars, fetching those that the cache lacks; an interrupted fetch goes on where it stopped.

    A jar enters the folder only when it is whole and its SHA-256 is the pinned one, so that no half and no foreign jar
    is ever run. Processes that fetch at the same time wait for each other. Raises GraphError for a jar that cannot be
    had.
    """
    wanted = list(pinned() if jars is None else jars)
    folder = cache / f"neo4j-{VERSION}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if missing := _missing(folder, wanted):
            with FileLock(cache / "fetch.lock"):
                _fetch(folder, wanted, _missing(folder, missing), progress)
    except OSError as error:
        raise GraphError(f"The jars of Neo4j could not be kept in {folder}: {error}.") from error
    return [folder / jar.filename for jar in wanted]


def _missing(folder: Path, wanted: Sequence[Jar]) -> list[Jar]:
    # Sizes only: a jar is moved here whole after its digest was checked; this finds one that was cut or lost since.
    sizes = {path.name: path.stat().st_size for path in folder.glob("*.jar")}
    return [jar for jar in wanted if sizes.get(jar.filename) != jar.size]


def _fetch(folder: Path, wanted: Sequence[Jar], missing: Sequence[Jar], progress: Progress) -> None:
    total = sum(jar.size for jar in wanted)
    done = total - sum(jar.size for jar in missing)
    for left_over in folder.glob("incoming-*"):
        shutil.rmtree(left_over)
    logging.getLogger("jgo").setLevel(logging.ERROR)
    with (
        tempfile.TemporaryDirectory(prefix="incoming-", dir=folder) as incoming,
        ThreadPoolExecutor(_PARALLEL) as pool,
    ):
        context = MavenContext(repo_cache=Path(incoming), timeout=_TIMEOUT_SECONDS)
        futures = {pool.submit(_fetch_one, context, folder, jar): jar for jar in missing}
        arrived = len(wanted) - len(missing)
        try:
            for future in as_completed(futures):
                future.result()
                arrived += 1
                done += futures[future].size
                progress(_message(arrived, len(wanted), done, total), done, total)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _message(arrived: int, count: int, done: int, total: int) -> str:
    megabytes = f"{done / _MEGABYTE:.0f} of {total / _MEGABYTE:.0f} MB"
    return f"fetching Neo4j {VERSION} (once): {arrived} of {count} jars, {megabytes}"


def _fetch_one(context: MavenContext, folder: Path, jar: Jar) -> None:
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    reason = ""
    for _ in range(_ATTEMPTS):
        artifact = component.artifact(jar.classifier, "jar")
        try:
            path = artifact.resolve()
            if hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256:
                path.replace(folder / jar.filename)
                return
            reason = "its SHA-256 is not the pinned one"
        except (requests.RequestException, RuntimeError, OSError) as error:
            reason = f"{type(error).__name__}: {error}"
        if left_over := artifact.cached_path:
            left_over.unlink(missing_ok=True)
    raise GraphError(f"The jar {jar.group}:{jar.artifact}:{jar.version} could not be fetched ({reason}).")


def resolve_coordinates(repository: Path) -> list[Jar]:
    """Everything that ``COORDINATES`` need, resolved by jgo into the local Maven repository given, as rows to pin."""
    context = MavenContext(repo_cache=repository, timeout=_TIMEOUT_SECONDS)
    inputs, needed = context.resolver.resolve([context.create_dependency(c) for c in COORDINATES])
    artifacts = [d.artifact for d in [*inputs, *(d for d in needed if d.scope in ("compile", "runtime"))]]
    with ThreadPoolExecutor(_PARALLEL) as pool:
        paths = list(pool.map(lambda artifact: artifact.resolve(), artifacts))
    rows = [
        Jar(
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_size,
            artifact.groupId,
            artifact.artifactId,
            artifact.version,
            artifact.classifier or "",
        )
        for artifact, path in zip(artifacts, paths, strict=True)
    ]
    return sorted(rows, key=lambda jar: (jar.group, jar.artifact, jar.version, jar.classifier))


def main() -> None:
    """Print the list of jars to pin."""
    with tempfile.TemporaryDirectory() as repository:
        for jar in resolve_coordinates(Path(repository)):
            fields = (jar.sha256, jar.size, jar.group, jar.artifact, jar.version, jar.classifier or "-")
            sys.stdout.write(" ".join(map(str, fields)) + "\n")


if __name__ == "__main__":
    main()
