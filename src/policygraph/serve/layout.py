"""Where the boxes of a picture go: layers from left to right, nothing overlapping, long lines led around boxes.

The method is that of layered drawings (Sugiyama, Tagawa and Toda 1981): layers by distance, empty places where a line
passes a layer, an order that keeps neighbours level, and places by isotonic regression, which moves every box as little
as the distances between boxes allow.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
from scipy.optimize import isotonic_regression

_PASSAGE = 0.3  # height that a line which passes a layer takes
_SWEEPS = 4

Pair = tuple[str, str]
_Key = Hashable


@dataclass(frozen=True, slots=True)
class Layout:
    """Layer and height of each box's middle, and for each line the heights at which it passes the layers between."""

    layers: Mapping[str, int]
    heights: Mapping[str, float]
    passages: Mapping[Pair, tuple[float, ...]]

    def moved(self, by: float) -> Layout:
        """The same, everything higher by so much."""
        heights = {node: y + by for node, y in self.heights.items()}
        return Layout(self.layers, heights, {pair: tuple(y + by for y in ys) for pair, ys in self.passages.items()})


def lay_out(graph: nx.Graph[str], root: str, last: Sequence[str], sizes: Mapping[str, float], gap: float) -> Layout:
    """Place ``root`` in the first layer, ``last`` in this order in the last, all else between by distance to the root.

    ``sizes`` are the heights of the boxes, ``gap`` what is left free between two. The lines of ``graph`` between two
    boxes of the last layer are not led.
    """
    layers = _layers(graph, root, last)
    chains = {pair: _chain(pair, layers) for pair in _pairs(graph, layers)}
    columns: dict[int, list[_Key]] = {layer: [] for layer in range(max(layers.values()) + 1)}
    for node in [*last, *(node for node in layers if node not in set(last))]:
        columns[layers[node]].append(node)
    neighbours: dict[_Key, list[_Key]] = {}
    for chain in chains.values():
        for place, layer in zip(chain[1:-1], range(layers[str(chain[0])] + 1, layers[str(chain[-1])]), strict=True):
            columns[layer].append(place)
        for left, right in pairwise(chain):
            neighbours.setdefault(left, []).append(right)
            neighbours.setdefault(right, []).append(left)
    every = {
        key: sizes.get(str(key), _PASSAGE) if isinstance(key, str) else _PASSAGE for c in columns.values() for key in c
    }
    heights = _place(columns, neighbours, every, gap)
    passages = {pair: tuple(heights[place] for place in chain[1:-1]) for pair, chain in chains.items()}
    return Layout(layers, {node: heights[node] for node in layers}, passages)


def _layers(graph: nx.Graph[str], root: str, last: Sequence[str]) -> dict[str, int]:
    """Distance to the root, not counted through boxes of the last layer; those come after all others."""
    between = graph.subgraph(node for node in graph if node not in set(last))
    distances = nx.single_source_shortest_path_length(between, root)
    # What hangs on a rule only (a product that it names) stands next to the rules.
    deepest = max(max(distances.values()), int(len(distances) < len(between)))
    layers = {node: distances.get(node, deepest) for node in between}
    return layers | dict.fromkeys(last, deepest + 1)


def _pairs(graph: nx.Graph[str], layers: Mapping[str, int]) -> list[Pair]:
    """Lines from left to right; those within a layer are left out."""
    found = []
    for one, other in graph.edges():
        left, right = sorted((one, other), key=lambda node: (layers[node], node))
        if layers[left] != layers[right]:
            found.append((left, right))
    return sorted(found)


def _chain(pair: Pair, layers: Mapping[str, int]) -> list[_Key]:
    between = range(layers[pair[0]] + 1, layers[pair[1]])
    return [pair[0], *((*pair, layer) for layer in between), pair[1]]


def _place(
    columns: Mapping[int, list[_Key]],
    neighbours: Mapping[_Key, Sequence[_Key]],
    sizes: Mapping[_Key, float],
    gap: float,
) -> dict[_Key, float]:
    final = max(columns)
    heights: dict[_Key, float] = {}
    top = 0.0
    for key in columns[final]:  # the last layer is a list, read from its top
        heights[key] = top - sizes[key] / 2
        top -= sizes[key] + gap
    for sweep in range(_SWEEPS):
        order = range(final - 1, -1, -1) if sweep % 2 == 0 else range(1, final)
        for layer in order:
            wanted = {key: _mean(key, neighbours, heights, top / 2) for key in columns[layer]}
            ordered = sorted(columns[layer], key=lambda key: (-wanted[key], str(key)))
            heights |= _apart(ordered, wanted, sizes, gap)
    return heights


def _mean(
    key: _Key, neighbours: Mapping[_Key, Sequence[_Key]], heights: Mapping[_Key, float], otherwise: float
) -> float:
    known = [heights[neighbour] for neighbour in neighbours.get(key, ()) if neighbour in heights]
    return sum(known) / len(known) if known else heights.get(key, otherwise)


def _apart(
    ordered: Sequence[_Key], wanted: Mapping[_Key, float], sizes: Mapping[_Key, float], gap: float
) -> dict[_Key, float]:
    """Heights in this order from the top that keep the distances and are together nearest to those wanted."""
    if not ordered:
        return {}
    offsets = [0.0]
    for above, below in pairwise(ordered):
        offsets.append(offsets[-1] + (sizes[above] + sizes[below]) / 2 + gap)
    shifted = [wanted[key] + offset for key, offset in zip(ordered, offsets, strict=True)]
    fitted = isotonic_regression(shifted, increasing=False).x
    return {key: float(value) - offset for key, value, offset in zip(ordered, fitted, offsets, strict=True)}
