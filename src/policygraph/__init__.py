"""policygraph watches rules and the firms they touch, and keeps the exact words that say so."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policygraph.graph.connection import open_graph

__version__ = "0.1.0"
__all__ = ["__version__", "open_graph"]


def __getattr__(name: str) -> Any:
    """Import ``open_graph`` when it is first asked for, so that importing the package loads nothing else."""
    if name == "open_graph":
        return import_module("policygraph.graph.connection").open_graph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
