"""How long work on the graph tells how far it has come."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with what is going on, how much of it is done and how much there is; ``total`` is 0 where unknown."""

    def __call__(self, message: str, done: float = 0, total: float = 0) -> None:
        """Show it."""


def quiet(message: str, done: float = 0, total: float = 0) -> None:
    """A Progress that shows nothing."""
