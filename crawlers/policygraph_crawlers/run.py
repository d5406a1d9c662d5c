"""``python -m policygraph_crawlers.run``: crawl sources into the ledger and archive of a home.

Standard output has a JSON line for each capture and issue, and a last line with the counts. Exit codes: 0 done (issues
are in the ledger), 1 failed, 2 wrong use.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from policygraph.archive.fetch import DEFAULT_CONTACT, user_agent
from policygraph.home import Home
from policygraph.ledger import LedgerError
from policygraph.model.records import Issue
from policygraph_crawlers.recorder import Recorder
from policygraph_crawlers.source_file import Source, SourceError, find_sources, packaged_sources, sample_sources


class UsageError(Exception):
    """A wrong argument; the message says which."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the crawl; returns the exit code."""
    options = _parser().parse_args(arguments)
    home = Home.at(options.home)
    try:
        loopback_hosts = dict(_loopback_host(text) for text in options.proxy)
        sources, errors = choose_sources(home, options.source, options.sample)
    except (UsageError, SourceError) as error:
        print(error, file=sys.stderr)
        return 2
    home.create()
    try:
        recorder = Recorder(home, options.run_id, sys.stdout)
    except LedgerError as error:
        print(error, file=sys.stderr)
        return 1
    for wrong in errors:
        recorder.issue(Issue("crawl", "source_invalid", str(wrong)))
    for source in sources:
        recorder.source(source)
    crawl(sources, recorder, loopback_hosts, options.contact)
    recorder.tell("done", **recorder.counts)
    if recorder.failure:
        print(recorder.failure, file=sys.stderr)
    return 1 if recorder.failure else 0


def choose_sources(home: Home, named: Sequence[str], sample: bool) -> tuple[list[Source], list[SourceError]]:
    """The sources to crawl, and the errors of source files that are left out.

    ``sample`` takes the sample site's sources instead of the packaged ones and the home's; ``named`` takes only those
    ids, enabled or not. Raises UsageError for an unknown id, SourceError where a named source's file is wrong.
    """
    folders = [sample_sources()] if sample else [packaged_sources(), home.sources]
    sources, errors = find_sources(folders)
    if not named:
        return [source for source in sources.values() if source.enabled], errors
    for identity in named:
        if identity not in sources:
            broken = next((error for error in errors if f"{identity}.yml" in str(error)), None)
            raise broken or UsageError(f"there is no source {identity!r}; known are: {', '.join(sources) or 'none'}")
    return [sources[identity] for identity in dict.fromkeys(named)], []


def crawl(
    sources: Sequence[Source], recorder: Recorder, loopback_hosts: dict[str, tuple[str, int]], contact: str
) -> None:
    """Crawl the sources in one Scrapy process. ``recorder.failure`` tells whether it had to stop."""
    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerProcess, Crawler
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("policygraph_crawlers.settings", priority="project")
    settings.set("LOOPBACK_HOSTS", loopback_hosts, priority="cmdline")
    settings.set("USER_AGENT", user_agent(contact), priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    stopping: list[asyncio.Task[None]] = []

    def on_item_error(item: Any, response: Any, spider: Any, failure: Any) -> None:
        # What cannot be recorded must not be passed over: the ledger or the archive is out of order.
        stopping.append(asyncio.get_running_loop().create_task(process.stop()))

    def on_spider_error(failure: Any, response: Any, spider: Any) -> None:
        reason = f"the answer could not be read: {type(failure.value).__name__}: {failure.value}"
        recorder.issue(Issue("crawl", "spider_error", reason, spider.source.id, response.url))

    for source in sources:
        own = settings.copy()
        own.set("DOWNLOAD_DELAY", source.delay, priority="cmdline")
        own.set("AUTOTHROTTLE_START_DELAY", source.delay, priority="cmdline")
        crawler = Crawler(process.spider_loader.load(source.spider), own)
        crawler.signals.connect(on_item_error, signal=signals.item_error, weak=False)
        crawler.signals.connect(on_spider_error, signal=signals.spider_error, weak=False)
        process.crawl(crawler, source=source, recorder=recorder)
    if sources:
        process.start()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m policygraph_crawlers.run", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home folder")
    parser.add_argument("--run-id", required=True, help="run that captures and issues belong to")
    parser.add_argument("--source", action="append", default=[], metavar="ID", help="only this source (repeatable)")
    parser.add_argument("--sample", action="store_true", help="the sample site's sources")
    parser.add_argument(
        "--proxy", action="append", default=[], metavar="HOST=ADDRESS:PORT", help="reach a host at a loopback address"
    )
    parser.add_argument("--contact", default=DEFAULT_CONTACT, help="URL that the user agent names")
    return parser


def _loopback_host(text: str) -> tuple[str, tuple[str, int]]:
    host, _, target = text.partition("=")
    address, _, port = target.rpartition(":")
    try:
        is_loopback = ip_address(address).is_loopback and ip_address(address).version == 4
        if not host or not is_loopback or not 0 < int(port) < 65536:
            raise ValueError
    except ValueError:
        raise UsageError(f"--proxy {text!r} is not of the form HOST=127.0.0.1:PORT") from None
    return host.lower(), (address, int(port))


if __name__ == "__main__":
    sys.exit(main())
