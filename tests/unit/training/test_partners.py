"""Runs that go on from the mean of their weights. Needs torch: the extra ``train``."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.queues import Queue

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from training.partners import Partners  # noqa: E402

Said = tuple[int, list[float], list[float]]


def _reader(value: float) -> nn.Module:
    reader = nn.Linear(2, 1)
    with torch.no_grad():
        reader.weight.fill_(value)
        reader.bias.fill_(value)
    reader.bias.requires_grad_(False)
    return reader


def _meets(partners: Partners, number: int, said: Queue[Said]) -> None:
    reader = _reader(float(number))
    share = partners.meet(number, reader, 0.25 + number / 2)
    said.put((number, [share], [float(x) for x in (*reader.weight.flatten(), *reader.bias)]))


def _leaves(partners: Partners, number: int, said: Queue[Said]) -> None:
    if number == 1:
        partners.leave()
        said.put((number, [], []))
    else:
        _meets(partners, number, said)


def _together(run: Callable[[Partners, int, Queue[Said]], None], patience: float = 60.0) -> list[Said]:
    context = multiprocessing.get_context("fork")
    partners, said = Partners(2, 10, patience), context.Queue()
    processes = [context.Process(target=run, args=(partners, number, said)) for number in (0, 1)]
    for process in processes:
        process.start()
    found = sorted(said.get(timeout=60) for _ in processes)
    for process in processes:
        process.join()
    return found


def test_all_go_on_from_the_mean_of_what_they_learn_and_know_who_has_spent_most() -> None:
    assert _together(_meets) == [(0, [0.75], [0.5, 0.5, 0.0]), (1, [0.75], [0.5, 0.5, 1.0])]


def test_one_goes_on_alone_when_the_other_has_left() -> None:
    assert _together(_leaves)[0] == (0, [0.25], [0.0, 0.0, 0.0])


def test_one_goes_on_alone_when_the_other_does_not_come() -> None:
    reader = _reader(2.0)
    assert Partners(2, 10, patience=0.2).meet(0, reader, 0.5) == 0.5
    assert reader.weight.tolist() == [[2.0, 2.0]]
