"""Work in several processes; what becomes of a capture or a document is tested with their stages."""

from __future__ import annotations

import os
from concurrent.futures.process import BrokenProcessPool

import pytest
from working import die, die_of_three, lost, process_of

from policygraph import processes
from policygraph.processes import Work, in_processes


def test_other_processes_do_it_in_order() -> None:
    results = list(in_processes(iter(range(8)), Work(process_of, lost), 2))
    assert [thing for thing, _ in results] == list(range(8))
    assert os.getpid() not in {process for _, process in results}


def test_what_came_before_a_death_is_kept() -> None:
    results = dict(in_processes(iter(range(6)), Work(die_of_three, lost), 1))
    assert results == {0: 0, 1: 1, 2: 2, 3: -1, 4: 4, 5: 5}


def test_a_process_that_cannot_start_is_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_nothing", die)  # as where a library cannot be loaded
    with pytest.raises(BrokenProcessPool):
        list(in_processes(iter([3, 4]), Work(die_of_three, lost), 1))
