"""README and CONTRIBUTING: what they tell people to type works as it is written."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.command_line import CommandLine

ROOT = Path(__file__).resolve().parents[2]
CODE = ("src", "crawlers", "graph", "tests")
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINKS = re.compile(r"\]\(([^)#:]+)\)")
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md", "docs/proposers.md")


def shell_blocks(name: str) -> list[str]:
    return SHELL.findall((ROOT / name).read_text(encoding="utf-8"))


def commands(name: str) -> list[list[str]]:
    """The command lines of policygraph in a document's blocks, as words."""
    lines = [line for block in shell_blocks(name) for line in block.splitlines()]
    return [
        shlex.split(line.partition(" | ")[0], comments=True)[1:] for line in lines if line.startswith("policygraph ")
    ]


@pytest.mark.timeout(600)
def test_contributing_works_as_written(command_line: CommandLine, tmp_path: Path) -> None:
    project = tmp_path / "project"
    for folder in CODE:
        shutil.copytree(ROOT / folder, project / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", project)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("POLICYGRAPH_")},
        **command_line.environment,
        "POLICYGRAPH_HOME": str(command_line.home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(str(project / folder) for folder in CODE[:3]),
    }
    blocks = shell_blocks("CONTRIBUTING.md")
    assert len(blocks) == 5
    for block in blocks:
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block], cwd=project, env=environment, capture_output=True, text=True
        )
        assert ended.returncode == 0, f"{block}\n{ended.stdout}\n{ended.stderr}"


@pytest.mark.parametrize("words", commands("README.md"), ids=" ".join)
def test_readme_uses_commands_and_options_that_are_there(words: list[str], tmp_path: Path) -> None:
    depth = 2 if words[0] == "graph" else 1
    help_ = CommandLine(tmp_path)(*words[:depth], "--help")
    assert help_.code == 0, help_.err
    for option in (word for word in words[depth:] if re.match(r"--?[a-z]", word)):
        assert re.search(rf"(^|[\s,/]){re.escape(option)}\b", help_.out), f"{option} is no option of {words[0]}"


def test_the_tour_has_every_command_for_people() -> None:
    toured = {words[0] for words in commands("README.md")}
    assert toured >= {
        "applies", "exposure", "claims", "trace", "evidence", "query", "graph", "init", "ingest", "extract", "run",
        "status",
    }  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in LINKS.findall(text):
        assert ((ROOT / name).parent / target).exists(), f"{name} links to {target}, which is not there"
