"""The managed server: one for two starters, left running, known again, started again, and clear when it fails."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from policygraph.graph import managed
from policygraph.graph.connection import open_graph
from policygraph.graph.errors import GraphError
from policygraph.graph.process import Server
from policygraph.home import Home

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, neo4j_home: Home) -> Iterator[Home]:
    """A home of its own for each test, as small as the session's and with the same downloads."""
    made = replace(neo4j_home, path=tmp_path / "home")
    made.create()
    yield made
    managed.kill(made)


def test_life_of_a_server(home: Home) -> None:
    assert managed.status(home) == managed.Status(running=False)
    assert not managed.stop(home)
    told: list[str] = []

    def tell(message: str, done: float = 0, total: float = 0) -> None:
        told.append(message)

    with ThreadPoolExecutor(2) as pool:
        starts = [pool.submit(managed.start, home, tell) for _ in range(2)]
        addresses = [future.result() for future in starts]
    assert addresses[0] == addresses[1]
    assert any(message.startswith("starting Neo4j") for message in told)
    found = managed.status(home)
    assert found.running
    assert found.url == addresses[0].url
    assert len(_servers(home)) == 1
    assert stat.S_IMODE((home.neo4j / "password").stat().st_mode) == 0o600
    assert addresses[0].password not in " ".join(psutil.Process(found.pid).cmdline())
    _listens_on_loopback_only(found.pid)
    with open_graph(home) as graph:
        graph.write("CREATE (:Kept)")
    assert managed.stop(home)
    assert not managed.status(home).running
    assert _servers(home) == []
    with open_graph(home) as graph:
        assert graph.fetch("MATCH (n:Kept) RETURN count(n) AS n") == [{"n": 1}]
    assert managed.status(home).url == found.url


def test_port_that_somebody_else_took_and_a_record_of_another_boot(home: Home) -> None:
    first = managed.start(home)
    managed.kill(home)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(first.url.rpartition(":")[2])))
        other.listen()
        # After a reboot the recorded number may be that of any process: here of this one.
        Server(os.getpid(), time.time() - 10**6, 1).write(home.neo4j / "server.json")
        assert not managed.status(home).running
        assert not managed.stop(home)
        Server(os.getpid(), time.time() - 10**6, int(first.url.rpartition(":")[2])).write(home.neo4j / "server.json")
        second = managed.start(home)
    assert second.url != first.url
    assert managed.status(home).running


def test_server_outlives_the_process_that_started_it(home: Home) -> None:
    code = (
        "import sys; from pathlib import Path; from policygraph.home import Home\n"
        "from policygraph.graph import managed\n"
        "print(managed.start(Home.at(Path(sys.argv[1]))).url)"
    )
    environment = {**os.environ, "POLICYGRAPH_NEO4J_HEAP": str(home.neo4j_heap), "POLICYGRAPH_CACHE": str(home.cache)}
    command = [sys.executable, "-c", code, str(home.path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert managed.status(home).url == done.stdout.strip()
    assert managed.start(home).url == done.stdout.strip()


def test_server_that_does_not_come_up_says_why(home: Home) -> None:
    managed.start(home)
    managed.stop(home)
    (home.neo4j / "data" / "databases" / "store_lock").unlink()
    (home.neo4j / "data" / "databases" / "store_lock").mkdir()
    with pytest.raises(GraphError, match=r"did not come up\. The last lines of its log") as failure:
        managed.start(home)
    assert "store_lock" in str(failure.value)


def test_folder_that_cannot_be_written(home: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    with pytest.raises(GraphError, match="could not be started"):
        managed.start(replace(home, path=tmp_path / "file"))


def _servers(home: Home) -> list[int]:
    wanted = f"--home-dir={home.neo4j}"
    found = []
    for process in psutil.process_iter():
        try:
            if wanted in process.cmdline():
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def _listens_on_loopback_only(pid: int) -> None:
    listening = [c.laddr.ip for c in psutil.Process(pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert listening
    assert all(ip in ("127.0.0.1", "::ffff:127.0.0.1") for ip in listening)
