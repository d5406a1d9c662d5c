"""The pinned jars: only whole ones with the pinned digest are ever used."""

from __future__ import annotations

import functools
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from jgo.maven import MavenContext

from policygraph.graph import jars
from policygraph.graph.errors import GraphError
from policygraph.graph.jars import Jar, fetch_jars, pinned

BYTES = {"alpha": b"a" * 3000, "beta": b"b" * 5000}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, list[str]]]:
    """A Maven repository on the loopback and the paths that were asked of it."""
    asked: list[str] = []
    root = tmp_path / "repository"
    for name, content in BYTES.items():
        folder = root / "org" / "example" / name / "1"
        folder.mkdir(parents=True)
        (folder / f"{name}-1.jar").write_bytes(content)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            super().do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        remote = {"local": f"http://127.0.0.1:{server.server_port}"}
        monkeypatch.setattr(jars, "MavenContext", functools.partial(MavenContext, remote_repos=remote))
        yield root, asked
        server.shutdown()


def _jar(name: str) -> Jar:
    return Jar(hashlib.sha256(BYTES[name]).hexdigest(), len(BYTES[name]), "org.example", name, "1", "")


def test_the_list_is_complete_and_sound() -> None:
    listed = pinned()
    assert len(listed) > 200
    assert len({jar.filename for jar in listed}) == len(listed)
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in listed)
    assert {jars.VERSION} == {jar.version for jar in listed if jar.artifact in ("neo4j", "neo4j-server")}


def test_fetch_goes_on_where_it_stopped(tmp_path: Path, repository: tuple[Path, list[str]]) -> None:
    _, asked = repository
    cache = tmp_path / "cache"
    told: list[tuple[str, float, float]] = []
    fetch_jars(cache, jars=[_jar("alpha")])
    folder = cache / f"neo4j-{jars.VERSION}"
    (folder / "incoming-dead").mkdir()
    (folder / "incoming-dead" / "half.jar").write_bytes(b"x")
    (folder / "beta-1.jar").write_bytes(BYTES["beta"][:100])  # cut short by a full disk
    asked.clear()
    paths = fetch_jars(cache, lambda m, done=0, total=0: told.append((m, done, total)), [_jar("alpha"), _jar("beta")])
    assert [path.read_bytes() for path in paths] == [BYTES["alpha"], BYTES["beta"]]
    assert not any("alpha" in path for path in asked)
    assert told == [(f"fetching Neo4j {jars.VERSION} (once): 2 of 2 jars, 0 of 0 MB", 8000, 8000)]
    assert sorted(path.name for path in folder.iterdir()) == ["alpha-1.jar", "beta-1.jar"]
    asked.clear()
    fetch_jars(cache, jars=[_jar("alpha"), _jar("beta")])
    assert asked == []


def test_a_foreign_jar_is_refused(tmp_path: Path, repository: tuple[Path, list[str]]) -> None:
    root, _ = repository
    (root / "org" / "example" / "beta" / "1" / "beta-1.jar").write_bytes(b"c" * 5000)
    with pytest.raises(GraphError, match="beta:1 could not be fetched") as failure:
        fetch_jars(tmp_path / "cache", jars=[_jar("alpha"), _jar("beta")])
    assert "SHA-256 is not the pinned one" in str(failure.value)
    assert not (tmp_path / "cache" / f"neo4j-{jars.VERSION}" / "beta-1.jar").exists()


def test_a_jar_that_is_not_there_is_an_error(tmp_path: Path, repository: tuple[Path, list[str]]) -> None:
    with pytest.raises(GraphError, match="gamma:1 could not be fetched"):
        fetch_jars(tmp_path / "cache", jars=[Jar("0" * 64, 1, "org.example", "gamma", "1", "")])


def test_a_cache_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    with pytest.raises(GraphError, match="could not be kept"):
        fetch_jars(tmp_path / "file")
