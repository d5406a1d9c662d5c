"""A new reader that scores below the floor leaves the shipped one exactly as it was."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from training import replacing


def test_a_worse_reader_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped, new = tmp_path / "shipped", tmp_path / "new"
    for folder, names in ((shipped, ("heads.npz",)), (new, ("heads.npz", "calibration.json"))):
        folder.mkdir()
        for name in names:
            (folder / name).write_text(folder.name)
    monkeypatch.setattr(replacing, "SHIPPED", shipped)
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 1))
    with pytest.raises(SystemExit):
        replacing.replace_if_no_worse(new)
    assert {path.name: path.read_text() for path in shipped.iterdir()} == {"heads.npz": "shipped"}
