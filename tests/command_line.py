"""The command line as tests use it: in this process (fast) or as a child process (to be killed)."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from policygraph.cli.main import invoke
from policygraph.home import Home


@dataclass(frozen=True)
class Result:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


@dataclass
class CommandLine:
    """Runs commands on one home, with these variables of the environment and no other of ours."""

    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str) -> Result:
        """Run a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        with self._environment(), redirect_stdout(out), redirect_stderr(err):
            code = invoke(["--home", str(self.home), *arguments])
        return Result(code, out.getvalue(), err.getvalue())

    def done(self, *arguments: str) -> Result:
        """Run a command that must end well."""
        result = self(*arguments)
        assert result.code == 0, f"{arguments}: {result.code}: {result.err}"
        return result

    def child(self, *arguments: str, timeout: float = 120) -> Result:
        """Run a command as a person would, in a process of its own."""
        with self._environment():
            ended = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=timeout)
        return Result(ended.returncode, ended.stdout, ended.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command and leave it running; what it tells comes by its standard error."""
        with self._environment():
            return subprocess.Popen(
                self.command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )

    def command(self, *arguments: str) -> list[str]:
        """The command line of a child process."""
        return [sys.executable, "-m", "policygraph.cli.main", "--home", str(self.home), *arguments]

    def place(self) -> Home:
        """The home."""
        return Home.at(self.home, self.environment)

    @contextmanager
    def _environment(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("POLICYGRAPH_")]:
                patch.delenv(name)
            for name, value in self.environment.items():
                patch.setenv(name, value)
            yield
