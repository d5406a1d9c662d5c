"""Runs that go on from the mean of their weights. Needs torch: the extra ``train``."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.queues import Queue

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from training.partners import Partners  # noqa: E402

Said = tuple[int, list[float], list[float]]
Run = Callable[[Partners, int, "Queue[Said]"], None]


def _reader(value: float) -> nn.Module:
    reader = nn.Linear(2, 1)
    with torch.no_grad():
        reader.weight.fill_(value)
        reader.bias.fill_(value)
    reader.bias.requires_grad_(False)
    return reader


def _say(said: Queue[Said], number: int, shares: list[float], reader: nn.Module) -> None:
    said.put((number, shares, [float(x) for x in (*reader.weight.detach().flatten(), *reader.bias)]))  # type: ignore[operator, misc]


def _meets(partners: Partners, number: int, said: Queue[Said]) -> None:
    reader = _reader(float(number))
    shares = [partners.meet(number, reader, 0.25 + number / 2)]
    with torch.no_grad():
        reader.weight.add_(number)
    shares.append(partners.meet(number, reader, 0.5 + number / 2))
    partners.leave(number)  # before the other has read, perhaps
    _say(said, number, shares, reader)


def _one_leaves(partners: Partners, number: int, said: Queue[Said]) -> None:
    reader = _reader(float(number))
    if number == 1:
        partners.leave(number)
    _say(said, number, [] if number else [partners.meet(number, reader, 0.25)], reader)


def _one_is_killed(partners: Partners, number: int, said: Queue[Said]) -> None:
    if number == 0:
        _one_leaves(partners, number, said)
    else:
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGKILL)


def _one_is_late(partners: Partners, number: int, said: Queue[Said]) -> None:
    if number:
        time.sleep(0.6)
    reader = _reader(float(number))
    _say(said, number, [partners.meet(number, reader, 0.25)], reader)


def _together(run: Run, answers: int = 2, patience: float = 60.0) -> list[Said]:
    context = multiprocessing.get_context("fork")
    partners, said = Partners(2, 10, patience), context.Queue()
    processes = [context.Process(target=run, args=(partners, number, said)) for number in (0, 1)]
    for process in processes:
        process.start()
    found = sorted(said.get(timeout=60) for _ in range(answers))
    for process in processes:
        process.join(60)
    return found


def test_all_go_on_from_the_mean_of_what_they_learn_and_know_who_has_spent_most() -> None:
    for _ in range(5):
        assert _together(_meets) == [(0, [0.75, 1.0], [1.0, 1.0, 0.0]), (1, [0.75, 1.0], [1.0, 1.0, 1.0])]


def test_one_goes_on_alone_when_the_other_has_left() -> None:
    assert _together(_one_leaves)[0] == (0, [0.25], [0.0, 0.0, 0.0])


def test_one_goes_on_alone_when_the_other_was_killed() -> None:
    assert _together(_one_is_killed, answers=1, patience=0.4) == [(0, [0.25], [0.0, 0.0, 0.0])]


def test_both_go_on_alone_when_one_is_too_late() -> None:
    assert _together(_one_is_late, patience=0.2) == [(0, [0.25], [0.0] * 3), (1, [0.25], [1.0] * 3)]
