"""The notebook runs on a home, shows a frame and a picture, imports the package and defines nothing."""

from __future__ import annotations

import ast
import base64
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from tests.command_line import CommandLine

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "01_exposure.ipynb"
RETOLD = Path(__file__).resolve().parents[1] / "acceptance" / "retold.jsonl"


@pytest.fixture
def small_home(command_line: CommandLine) -> CommandLine:
    """A home that holds the retold story, as people annotated it."""
    command_line.done("init")
    command_line.done("ingest", "--annotated", str(RETOLD))
    return command_line


def read() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def outputs(notebook: Any, kind: str) -> list[str]:
    return [
        output["data"][kind]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if kind in output.get("data", {})
    ]


def test_the_notebook_shows_teslas_exposure(small_home: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYGRAPH_HOME", str(small_home.home))
    for name, value in small_home.environment.items():
        monkeypatch.setenv(name, value)
    notebook = read()
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    frames = outputs(notebook, "text/html")
    assert len(frames) == 3
    assert "Lingang" in frames[0]
    assert "permits" in frames[0]
    pictures = [base64.b64decode(data) for data in outputs(notebook, "image/png")]
    assert len(pictures) == 1
    assert pictures[0].startswith(b"\x89PNG")
    assert len(pictures[0]) > 20_000


def test_the_notebook_defines_nothing_and_imports_only_the_package() -> None:
    for cell in read().cells:
        if cell.cell_type != "code":
            continue
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
            if isinstance(node, ast.Import):
                assert {alias.name.partition(".")[0] for alias in node.names} == {"policygraph"}
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] == "policygraph"


def test_the_notebook_is_kept_without_outputs() -> None:
    assert not [cell for cell in read().cells if cell.get("outputs") or cell.get("execution_count")]
