"""Runs that go on from the mean of their weights every so many steps.

Two cores then see twice as many documents as one, at hardly any cost (Stich 2019, "Local SGD Converges Fast and
Communicates Little"). Runs that are partners begin with the same weights and differ in their seed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

EVERY = 40  # steps
PATIENCE = 900.0  # seconds to wait for a partner before going on alone
LOOK = 0.01  # seconds between two looks at what the others have done


class Partners:
    """What partners share: made before their processes are forked.

    Nothing is locked: each writes its own weights and counts its own meetings, and looks at what the others have
    written. So one that is killed keeps nobody waiting for longer than ``patience``; it then counts as gone.
    """

    def __init__(self, count: int, size: int, patience: float = PATIENCE) -> None:
        """``count`` is the number of the partners, ``size`` the most parameters that one of them may learn."""
        self._patience = patience
        self._weights = torch.zeros(count, size).share_memory_()
        self._shares = torch.zeros(count, dtype=torch.float64).share_memory_()
        self._came, self._read = (torch.zeros(count, dtype=torch.int64).share_memory_() for _ in range(2))
        self._gone = torch.zeros(count, dtype=torch.bool).share_memory_()

    def meet(self, number: int, reader: nn.Module, share: float) -> float:
        """Give a reader the mean of the weights of all, once all have come.

        ``number`` says which partner this is, ``share`` how much of its time it has spent; returns the largest share of
        all, so that all end at one meeting. Without those that have left, or are waited for too long.
        """
        meeting = int(self._came[number]) + 1
        self._wait(number, lambda other: int(self._read[other]) >= meeting - 1)  # nobody still reads what was written
        if self._alone(number):
            return share
        learned = [parameter for parameter in reader.parameters() if parameter.requires_grad]
        own = parameters_to_vector(learned).detach()
        self._weights[number, : len(own)] = own.cpu()
        self._shares[number] = share
        self._came[number] = meeting
        self._wait(number, lambda other: int(self._came[other]) >= meeting)
        here = (self._came >= meeting).nonzero().flatten()  # one that has come may have left since
        vector_to_parameters(self._weights[here, : len(own)].mean(0).to(own.device), learned)
        largest = float(self._shares[here].max())
        self._read[number] = meeting
        return largest

    def leave(self, number: int) -> None:
        """Let the others go on without this one."""
        self._gone[number] = True

    def _alone(self, number: int) -> bool:
        return bool(self._gone[number]) or int((~self._gone).sum()) < 2

    def _wait(self, number: int, done: Callable[[int], bool]) -> None:
        """Wait until all others have done something; those that take too long count as gone."""
        until = time.monotonic() + self._patience
        for other in range(len(self._gone)):
            while other != number and not self._gone[other] and not done(other):
                if time.monotonic() > until:
                    self.leave(other)
                time.sleep(LOOK)
