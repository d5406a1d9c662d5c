"""Average the weights of readers that went on from one start: ``python -m training.average OUT.pt READER.pt …``.

Runs that begin with the same weights and differ in the order of what they see end in one valley, where the mean of
their weights reads better than each (Wortsman et al. 2022, "Model soups").
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor


def average(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of parameters of the same names. Raises ValueError where the names differ."""
    names = states[0].keys()
    if any(state.keys() != names for state in states):
        raise ValueError("the readers do not have the same parameters")
    return {name: torch.stack([state[name].float() for state in states]).mean(0) for name in names}


if __name__ == "__main__":
    target, *sources = map(Path, sys.argv[1:])
    torch.save(average([torch.load(path, map_location="cpu", weights_only=True) for path in sources]), target)
