"""Texts of a batch as windows of the encoder, and where each of their sub-tokens is found in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from policygraph.annotate.neural.tokens import SHAPES, owners, windows

FIRST_MARK, LAST_MARK = 101, 102  # [CLS] and [SEP] of the vocabulary

Inputs = tuple[Tensor, Tensor, Tensor]
"""Ids, shapes and gazetteer types of a text's sub-tokens."""


@dataclass(slots=True)
class Windows:
    """Integer inputs (windows, length) with a mask, and for each sub-token of the texts laid end to end its place in
    the flattened windows."""

    ids: Tensor
    shapes: Tensor
    gazetteer: Tensor
    mask: Tensor
    place: Tensor

    def to(self, device: str) -> Windows:
        """The same on a device."""
        return Windows(*(getattr(self, name).to(device, non_blocking=True) for name in self.__slots__))


def lay(texts: Sequence[Inputs]) -> Windows:
    """Cut texts into windows; where two overlap a sub-token is taken from the one whose middle is nearer."""
    spans = [(index, a, b) for index, (ids, _, _) in enumerate(texts) for a, b in windows(len(ids))]
    length = max(b - a for _, a, b in spans) + 2
    ids = torch.zeros(len(spans), length, dtype=torch.long)
    shapes = torch.full((len(spans), length), SHAPES - 1)
    gazetteer = torch.zeros(len(spans), length, dtype=torch.long)
    mask = torch.zeros(len(spans), length)
    for row, (index, a, b) in enumerate(spans):
        size = b - a
        ids[row, 0], ids[row, size + 1] = FIRST_MARK, LAST_MARK
        for target, source in zip((ids, shapes, gazetteer), texts[index], strict=True):
            target[row, 1 : size + 1] = source[a:b]
        mask[row, : size + 2] = 1
    places = []
    row = 0
    for own, _, _ in texts:
        starts = [start for start, _ in windows(len(own))]
        for number, begin, end in owners(len(own)):
            first = (row + number) * length + begin - starts[number] + 1
            places.append(torch.arange(first, first + end - begin))
        row += len(starts)
    return Windows(ids, shapes, gazetteer, mask, torch.cat(places))
