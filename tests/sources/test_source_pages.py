"""Every source reads its saved pages; a source without one fails."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from policygraph_crawlers.readers import READERS
from policygraph_crawlers.source_file import find_sources, packaged_sources

HERE = Path(__file__).parent
SOURCES, ERRORS = find_sources([packaged_sources()])
CASES = [(source, case) for source in SOURCES.values() for case in sorted((HERE / source.id).glob("*/"))]


def test_every_source_file_is_right() -> None:
    assert [str(error) for error in ERRORS] == []
    assert len(SOURCES) >= 10


@pytest.mark.parametrize("identity", SOURCES)
def test_source_has_a_saved_page(identity: str) -> None:
    assert list((HERE / identity).glob("*/expected.json")), f"{identity} has no saved page under tests/sources"


def test_no_saved_page_without_its_source() -> None:
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(SOURCES)


@pytest.mark.parametrize(("source", "case"), CASES, ids=[f"{s.id}/{c.name}" for s, c in CASES])
def test_saved_page(source, case) -> None:
    (page,) = case.glob("page.*")
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    reading = READERS[source.spider](source, source.start[0], page.read_bytes(), expected["content_type"])
    assert [asdict(entry) for entry in reading.entries] == expected["entries"]
    assert [issue.code for issue in reading.issues] == expected["issues"]
    assert all(issue.source_id == source.id and issue.url and issue.reason for issue in reading.issues)
