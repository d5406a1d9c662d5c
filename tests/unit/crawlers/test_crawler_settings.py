"""The hardened profile, as Scrapy sees it, and the checks of source files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.conf import build_component_list

from policygraph_crawlers.source_file import SourceError, find_sources, load_source, sample_sources

MEBIBYTE = 1024 * 1024


@pytest.fixture
def settings() -> Settings:
    found = Settings()
    found.setmodule("policygraph_crawlers.settings", priority="project")
    return found


def test_only_http_through_the_guard(settings) -> None:
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    used = {scheme: handler for scheme, handler in handlers.items() if handler is not None}
    assert set(used) == {"http", "https"}
    assert set(used.values()) == {"policygraph_crawlers.guard.GuardedDownloadHandler"}
    assert settings["TWISTED_DNS_RESOLVER"] == "policygraph_crawlers.guard.GuardingResolver"
    assert settings.getdict("LOOPBACK_HOSTS") == {}
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert not settings.getbool("HTTPPROXY_ENABLED")


@pytest.mark.parametrize(
    "name",
    [
        "TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED", "REFERER_ENABLED", "METAREFRESH_ENABLED",
        "HTTPCACHE_ENABLED",
    ],
)  # fmt: skip
def test_off(settings, name) -> None:
    assert not settings.getbool(name)


def test_bounds(settings) -> None:
    assert settings.getint("DOWNLOAD_MAXSIZE") == 32 * MEBIBYTE
    assert settings.getint("FILE_MAXSIZE") == 128 * MEBIBYTE
    assert 0 < settings.getint("DOWNLOAD_TIMEOUT") <= 60
    assert 0 < settings.getint("REDIRECT_MAX_TIMES") <= 5
    assert settings.getint("RETRY_TIMES") <= 2
    assert settings.getbool("AUTOTHROTTLE_ENABLED")
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") <= 2


def test_named_agent(settings) -> None:
    assert re.fullmatch(r"policygraph/\d+\.\d+\S* \(\+https://\S+\)", settings["USER_AGENT"])


def test_own_middlewares_in_the_place_of_scrapys(settings) -> None:
    chain = build_component_list(settings.getwithbase("DOWNLOADER_MIDDLEWARES"))
    names = [name if isinstance(name, str) else f"{name.__module__}.{name.__name__}" for name in chain]
    assert names[0] == "policygraph_crawlers.robots.RobotsMiddleware"
    for gone in ("robotstxt.RobotsTxtMiddleware", "redirect.RedirectMiddleware", "HttpCompressionMiddleware"):
        assert not any(name.startswith("scrapy.") and name.endswith(gone) for name in names)


def test_spiders(settings) -> None:
    assert sorted(SpiderLoader.from_settings(settings).list()) == ["api", "feed", "listing", "page", "sitemap"]


_RIGHT = (sample_sources() / "sample_journal.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("delay: 0", "delay: fast"), "delay"),
        (("delay: 0", "delay: -1"), "delay"),
        (("kind: official", "kind: blog"), "kind"),
        (("spider: listing", "spider: crawl"), "spider"),
        (("verified: live", "verified: surely"), "verified"),
        (("verified: live", ""), "verified"),
        (("verified: live", "verified: live\ncolour: red"), "colour"),
        (("id: sample_journal", "id: other"), "id"),
        (("id: sample_journal", "id: ../etc"), "id"),
        (("  link: a.title::attr(href)", ""), "selectors.link"),
        (("  item: tr.entry", "  item: tr.entry\n  author: b"), "selectors.author"),
        (("min: 1", "min: 900"), "expected"),
        (('start: ["http://sample.policygraph.example/journal/"]', 'start: ["file:///etc/passwd"]'), "start"),
        (("title: Sample Official Journal (sample site)", "title: 7"), "title"),
    ],
)
def test_wrong_source_file_names_file_and_field(tmp_path: Path, change, field) -> None:
    assert change[0] in _RIGHT
    path = tmp_path / "sample_journal.yml"
    path.write_text(_RIGHT.replace(*change), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        load_source(path)
    assert str(path) in str(caught.value)
    assert f"'{field}'" in str(caught.value)


def test_wrong_file_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "sample_journal.yml").write_text(_RIGHT, encoding="utf-8")
    (tmp_path / "broken.yml").write_text("id: [", encoding="utf-8")
    sources, errors = find_sources([tmp_path])
    assert list(sources) == ["sample_journal"]
    assert "broken.yml" in str(errors[0])
