"""What can go wrong with the graph, as two kinds: the server's fault and the question's fault."""

from __future__ import annotations


class GraphError(RuntimeError):
    """The graph cannot be reached, started or loaded; the message is a sentence for the person at the terminal."""


class QueryError(ValueError):
    """A question that cannot be answered as it was put: syntax, parameter, a refused procedure, a limit; a sentence."""
