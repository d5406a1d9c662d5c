"""What is printed: hostile text stays on its line, and tables start no formula."""

from __future__ import annotations

import json

import pytest

from policygraph.cli.common import print_json, quote, shown


@pytest.mark.parametrize(
    "text", ["[red]x[/red]", "a\x1b[31mb", "a\nb\r\tc", "\x00", "[link=http://x]y[/link]", "\ud800"]
)
def test_text_from_the_web_is_one_plain_line(text: str) -> None:
    found = shown(text)
    assert found.isprintable()
    assert "\x1b" not in found
    assert "[red]" not in found.replace("\\[red]", "")


def test_a_long_quote_is_cut() -> None:
    assert quote(["x" * 500, "b  c"], 10) == "“xxxxxxxxx…” … “b c”"


def test_json_keeps_every_character(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": "清单 “x”", "b": None})
    assert json.loads(capsys.readouterr().out) == {"a": "清单 “x”", "b": None}
