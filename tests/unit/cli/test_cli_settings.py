"""Settings of the environment: what is wrong is one sentence with the variable's name, and wrong use."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.command_line import CommandLine

from policygraph.home import Home
from policygraph.settings import EnvironmentSettingError

SECRET = "pass" + "phrase"
WRONG = {
    "POLICYGRAPH_LEDGER_URL": (
        "nonsense", "mysql://host/x", "postgres://host/x", "postgresql://host:port/x", f"//someone:{SECRET}@host",
    ),
    "POLICYGRAPH_NEO4J_URL": (
        "nonsense", "http://host:7474", "bolt://host:port", "bolt://host:70000", "bolt://host:0", "bolt://[::1",
        f"bolt://someone:{SECRET}@host:7687", f"neo4j://someone:{SECRET}/x@host", f"https://someone:{SECRET}@host",
    ),
    "POLICYGRAPH_NEO4J_HEAP": ("lots", "12", "-512", "1.5", "9" * 30, "9" * 5000),
    "POLICYGRAPH_TRIAGE": ("maybe", "1"),
    "POLICYGRAPH_PROCESSES": ("many", "0", "-1", "1e3"),
    "POLICYGRAPH_DOCUMENT_SECONDS": ("long", "0", "1.5"),
    "POLICYGRAPH_CACHE": ("~nobody-is-called-so/cache",),
}  # fmt: skip
CASES = [(name, value) for name, values in WRONG.items() for value in values]


@pytest.mark.parametrize(("name", "value"), CASES, ids=[f"{name}={value[:40]}" for name, value in CASES])
def test_a_wrong_setting_is_one_sentence_and_exit_code_2(tmp_path: Path, name: str, value: str) -> None:
    result = CommandLine(tmp_path / "home", {name: value})("status")
    assert result.code == 2
    assert result.err.startswith(f"error: {name} ")
    assert len(result.err.splitlines()) == 1
    assert len(result.err) < 300
    assert "traceback" not in result.err.casefold()
    assert SECRET not in result.err


def test_a_home_of_nobody_is_said_by_what_named_it(tmp_path: Path) -> None:
    result = CommandLine(Path("~nobody-is-called-so/x"))("status")
    assert (result.code, result.err.split()[1]) == (2, "--home")
    with pytest.raises(EnvironmentSettingError, match="POLICYGRAPH_HOME is '~nobody"):
        Home.at(None, {"POLICYGRAPH_HOME": "~nobody-is-called-so/x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POLICYGRAPH_LEDGER_URL", "sqlite:////folder/file"),
        ("POLICYGRAPH_LEDGER_URL", "postgresql+psycopg://someone:p%40ss@host:5432/database"),
        ("POLICYGRAPH_NEO4J_URL", "neo4j+s://host"),
        ("POLICYGRAPH_NEO4J_URL", "bolt://[::1]:7687"),
    ],
)
def test_right_addresses_are_taken_as_they_are(tmp_path: Path, name: str, value: str) -> None:
    home = Home.at(tmp_path, {name: value})
    assert value in (home.ledger_url, home.graph.url if home.graph else "")


def test_what_is_not_set_or_empty_has_its_default(tmp_path: Path) -> None:
    assert Home.at(tmp_path, dict.fromkeys(WRONG, "")) == Home.at(tmp_path, {})
