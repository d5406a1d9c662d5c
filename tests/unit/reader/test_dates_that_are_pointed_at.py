"""The dates that the reader's pointers give a statement."""

from __future__ import annotations

import numpy as np
import pytest

from policygraph.annotate.neural.clusters import Found
from policygraph.annotate.neural.saying import chosen_dates

FOUND = [Found(i, i, kind, i, i + 1, "x") for i, kind in enumerate(("Firm", "Date", "Date"))]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((9.0, -1.0, -1.0), (9.0, -1.0, -1.0), (None, None)),  # what is no date is never one
        ((0.0, 2.0, 1.0), (0.0, -1.0, 3.0), (1, 2)),
        ((0.0, 2.0, 1.0), (0.0, 3.0, -1.0), (None, 1)),  # one date for both: until is likelier
        ((0.0, 3.0, 1.0), (0.0, 2.0, -1.0), (1, None)),
        ((0.0, 0.4, 0.3), (0.0, -2.0, -1.0), (None, None)),  # none is likelier than any
    ],
)
def test_the_same_words_are_never_from_and_until(
    start: tuple[float, ...], end: tuple[float, ...], expected: tuple[int | None, int | None]
) -> None:
    logits = np.array([(0.0,) * 3, start, end, (0.0,) * 3], np.float32)
    none = np.full(4, 0.5, np.float32)
    assert chosen_dates(FOUND, logits, none) == expected
