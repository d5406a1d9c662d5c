"""Dates of feeds are read strictly: never from today's clock."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from policygraph.model.published import read_day


@pytest.mark.parametrize(
    ("raw", "order", "day"),
    [
        ("2016/6/29 15:07:41", None, None),
        ("2016/6/29 15:07:41", "ymd", "2016-06-29"),
        ("2016/6/29 15:07:41", "dmy", None),
        ("2026-02-30", None, None),
        ("2026-02-30", "ymd", None),
        ("03/04/2026", None, None),
        ("03/04/2026", "dmy", "2026-04-03"),
        ("03/04/2026", "mdy", "2026-03-04"),
        ("13/13/2026", "dmy", None),
        ("03/04/26", "dmy", None),
        ("0001-01-01T00:00:00Z", None, None),
        ("May 2024", None, None),
        ("yesterday", None, None),
        ("", None, None),
        ("9" * 5000, None, None),
        ("Fri, 17 May 2024 08:00:00 GMT", None, "2024-05-17"),
        ("Thu, 17 May 2024 08:00:00 GMT", None, None),
        ("17 May 24", None, None),
        ("2024-05-17T23:30:00+08:00", None, "2024-05-17"),
        ("May 17, 2024", None, "2024-05-17"),
        ("17. Sept. 2024", None, "2024-09-17"),
        ("2024年5月17日", None, "2024-05-17"),
        ("29 February 2023", None, None),
    ],
)
def test_read_day(raw, order, day) -> None:
    found = read_day(raw, order)
    assert found.day == day
    assert bool(found.reason) == (day is None)


_FEED = """<rss version="2.0"><channel><title>t</title>
<item><title>a</title><link>http://e.example/a</link><pubDate>2016/6/29 15:07:41</pubDate></item>
<item><title>b</title><link>http://e.example/b</link><pubDate>2026-02-30</pubDate></item>
<item><title>c</title><link>http://e.example/c</link><pubDate>03/04/2026</pubDate></item>
<item><title>d</title><link>http://e.example/d</link><pubDate>15:07</pubDate></item>
</channel></rss>"""

_PROGRAM = """
import sys, time
from dataclasses import replace
shift = float(sys.argv[1])
now = time.time
time.time = lambda: now() + shift
import datetime
real = datetime.datetime
class Shifted(real):
    @classmethod
    def now(cls, tz=None):
        return real.now(tz) + datetime.timedelta(seconds=shift)
datetime.datetime = Shifted
from policygraph_crawlers.readers.feed import read_feed
from policygraph_crawlers.source_file import load_source, sample_sources
source = load_source(sample_sources() / "sample_circuit.yml")
for order in (None, "dmy", "mdy", "ymd"):
    reading = read_feed(replace(source, date_order=order), "http://e.example/feed", sys.argv[2].encode(), "text/xml")
    print(order, [(e.published, e.published_day) for e in reading.entries], [i.reason for i in reading.issues])
"""


def test_two_clocks_read_the_same_days() -> None:
    answers = [
        subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(shift), _FEED],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "TZ": zone},
        ).stdout
        for shift, zone in ((0, "UTC"), (-10 * 365 * 86400, "Asia/Tokyo"), (3 * 365 * 86400, "America/Los_Angeles"))
    ]
    assert answers[0] == answers[1] == answers[2]
    lines = answers[0].splitlines()
    assert "('2016/6/29 15:07:41', ''), ('2026-02-30', ''), ('03/04/2026', ''), ('15:07', '')" in lines[0]
    assert "'2026-04-03'" in lines[1]
    assert "'2026-03-04'" in lines[2]
    assert "'2016-06-29'" in lines[3]
