"""The doctor: an old expat is a warning, never a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygraph.cli import state
from policygraph.cli.main import invoke


def test_doctor_is_content_with_an_old_expat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(state.pyexpat, "version_info", (2, 4, 9))
    assert invoke(["--home", str(tmp_path / "home"), "doctor"]) == 0
    assert "older than 2.6.0" in capsys.readouterr().out


def test_a_new_expat_gives_no_warning() -> None:
    assert state.expat_warning((2, 6, 0)) == ""
    assert state.expat_warning((2, 5, 9))


def test_doctor_fails_without_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(state, "MIN_FREE", 1 << 70)
    assert invoke(["--home", str(tmp_path / "home"), "doctor"]) == 1
    assert "bad" in capsys.readouterr().out
