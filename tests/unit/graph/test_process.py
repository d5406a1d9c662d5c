"""A recorded server is known again, and nothing else is taken for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from policygraph.graph.process import Server


def test_record_comes_back(tmp_path: Path) -> None:
    server = Server(12, 34.5, 7687)
    server.write(tmp_path / "server.json")
    assert Server.read(tmp_path / "server.json") == server


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": "x", "started": 1, "port": 1}', "null"])
def test_record_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.json").write_text(text, encoding="ascii")
    assert Server.read(tmp_path / "server.json") is None
    assert Server.read(tmp_path / "absent.json") is None


def test_a_number_that_another_process_has_now_is_not_the_server(tmp_path: Path) -> None:
    own = Server.of(os.getpid(), 1)
    assert own is not None
    assert own.process(tmp_path) is not None
    assert replace(own, started=own.started - 3600).process(tmp_path) is None


def test_a_clock_that_was_set_does_not_hide_the_server(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)", f"--home-dir={tmp_path}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()  # until it runs, the process has the command line of this one
        server = Server.of(child.pid, 1)
        assert server is not None
        assert replace(server, started=server.started - 3600).process(tmp_path) is not None
        assert replace(server, started=server.started - 3600).process(tmp_path / "other") is None
        child.kill()
        deadline = time.monotonic() + 10
        while server.process(tmp_path) is not None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert server.process(tmp_path) is None  # a zombie is no server
    assert Server.of(child.pid, 1) is None
