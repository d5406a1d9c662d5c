"""A reader of captures whose process dies of one of them."""

from __future__ import annotations

import multiprocessing
import os
from dataclasses import replace

from policygraph.archive import Archive
from policygraph.text import stage
from policygraph.text.reading import Reading

_read = stage._read


def read_or_die(archive: Archive, thing: stage._Waiting) -> Reading:
    if thing.capture.url.endswith("/deadly"):
        assert multiprocessing.parent_process() is not None  # never the process of the tests
        os._exit(1)
    return _read(archive, thing)


def read_by_other_code(archive: Archive, thing: stage._Waiting) -> Reading:
    return replace(_read(archive, thing), version="other")


def read_or_raise(archive: Archive, thing: stage._Waiting) -> Reading:
    if thing.capture.url.endswith("/b"):
        raise RuntimeError("a slip of ours")
    return _read(archive, thing)
