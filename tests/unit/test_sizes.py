"""No module has more than 300 lines and no function more than 40: what grows past that has two subjects."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("src/policygraph", "crawlers/policygraph_crawlers", "graph/policygraph_graph", "training", "benchmarks")
MODULES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40  # lines


def _too_long(source: str) -> Iterator[str]:
    if (length := len(source.splitlines())) > LONGEST_MODULE:
        yield f"the module has {length} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sizes(path: Path) -> None:
    assert list(_too_long(path.read_text(encoding="utf-8"))) == []


def test_the_measure_sees_what_is_too_long() -> None:
    lines = "\n".join(["    pass"] * LONGEST_FUNCTION)
    assert list(_too_long(f"def short():\n{lines[9:]}")) == []
    assert list(_too_long(f"def long():\n{lines}")) == [f"long has {LONGEST_FUNCTION + 1} lines"]
    assert list(_too_long("x = 1\n" * (LONGEST_MODULE + 1))) == ["the module has 301 lines"]
