"""The processes that commands start."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from policygraph.cli.common import module_command


@pytest.mark.parametrize("module", ["policygraph_crawlers.run", "policygraph_crawlers.sample"])
def test_a_file_where_the_user_stands_is_not_run_in_place_of_a_library(module: str, tmp_path: Path) -> None:
    for name in ("attr", "scrapy", "yaml", "argparse"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run from the folder of the user')")
    command = module_command(module, "--help")
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr
    assert "usage" in told.stdout
    unsafe = [part for part in command if part != "-P"]
    assert subprocess.run(unsafe, cwd=tmp_path, capture_output=True, timeout=60, check=False).returncode != 0
