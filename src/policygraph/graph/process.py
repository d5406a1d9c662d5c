"""Which process is the server of a folder, told so that a number reused after a reboot is never taken for it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

_SAME_START_SECONDS = 2.0  # start times are computed from the clock and may differ by a tick


@dataclass(frozen=True, slots=True)
class Server:
    """A server that was started: process number, when that process began (Unix seconds) and its Bolt port."""

    pid: int
    started: float
    port: int

    @classmethod
    def of(cls, pid: int, port: int) -> Server | None:
        """The record of a process that runs now, or None where it has ended already."""
        try:
            return cls(pid, psutil.Process(pid).create_time(), port)
        except psutil.NoSuchProcess:
            return None

    @classmethod
    def read(cls, path: Path) -> Server | None:
        """The record in a file, or None where there is none or it cannot be read."""
        try:
            row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return cls(int(row["pid"]), float(row["started"]), int(row["port"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, path: Path) -> None:
        """Keep the record; the file is never seen half-written."""
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
        draft.replace(path)

    def process(self, folder: Path) -> psutil.Process | None:
        """The running server of ``folder``, or None where it has ended or its number belongs to another process."""
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            same_start = abs(process.create_time() - self.started) < _SAME_START_SECONDS
            # A clock that was set shifts start times; the command line then still names the folder.
            return process if same_start or f"--home-dir={folder}" in process.cmdline() else None
        except psutil.Error:
            return None
