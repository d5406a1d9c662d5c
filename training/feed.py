"""What a training run sees, and in which order: gold documents, their copies with swapped names and with mentions as
they are found, documents of the grammar, and texts that nobody annotated.

Every step's batch depends on the seed and the step only, so any number of processes may make them.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import random
from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from benchmarks.gold.gold import read as read_gold
from tokenizers import Tokenizer
from torch.utils.data import DataLoader, Dataset

from policygraph.annotate.neural.known import Matcher
from training.batches import Batch, make_batch
from training.examples import Example, Swapper, example, name_pools
from training.noise import Noise
from training.trust import CERTAIN, NOBODY
from training.windows import Inputs, Windows, lay

Row = dict[str, Any]


@dataclass(slots=True)
class Piece:
    """Documents laid end to end, as the encoder and the heads take them."""

    identities: list[str]
    windows: Windows
    batch: Batch

    def to(self, device: str) -> Piece:
        """The same on a device."""
        return Piece(self.identities, self.windows.to(device), self.batch.to(device))


@dataclass(frozen=True, slots=True)
class Choice:
    """One document of an epoch: a list of the feed, the place in it, which swapped copy, and the seed of its noise."""

    source: str
    index: int
    copy: int | None = None
    noise: int | None = None


def read_rows(paths: Iterable[Path]) -> list[Row]:
    """Documents of files of JSON lines."""
    return [row for path in paths for row in read_gold(path)]


def in_order(documents: Iterable[Row]) -> list[Row]:
    """Documents in the order in which ``--documents`` counts them, the same whatever order they come in."""
    found = sorted(documents, key=lambda row: str(row["id"]))
    random.Random(7).shuffle(found)
    return found


class Feed:
    """All examples of a run. ``plan`` says what an epoch holds, ``pieces`` makes the tensors of a step."""

    def __init__(self, options: Namespace) -> None:
        """Read and encode the files that the options of ``training.train`` name."""
        tokenizer = Tokenizer.from_file(str(options.tokenizer))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        names: dict[str, list[str]] = json.loads(options.names.read_text()) if options.names else {}
        self._tokenizer, self._known, self._trust = tokenizer, Matcher(names), float(options.trust)
        documents = in_order(read_rows(options.data))
        held = set(json.loads(options.held.read_text())) if options.held else set()
        if not options.held:
            held = {row["id"] for row in documents[: int(len(documents) * options.hold)]}
        self.held = [row for row in documents if row["id"] in held]
        self.documents = [row for row in documents if row["id"] not in held]
        self._noise = Noise(self.documents)
        swapper = Swapper(name_pools(self.documents, names), options.seed)
        self.copies = options.copies
        swapped = [swapper.swap(row) for row in self.documents for _ in range(options.copies)]
        grammar = read_rows([options.grammar] if options.grammar else [])
        self._rows = {"gold": self.documents, "swapped": swapped}
        every = self._examples([*self.documents, *swapped, *grammar])
        ends = np.cumsum([0, len(self.documents), len(swapped), len(grammar)])
        self.examples = {kind: every[ends[k] : ends[k + 1]] for k, kind in enumerate(("gold", "swapped", "grammar"))}
        self.examples["grammar"] = [replace(x, trust=CERTAIN) for x in self.examples["grammar"]]
        self.add_unlabelled([options.unlabelled] if options.unlabelled else [])

    def add_unlabelled(self, paths: Iterable[Path]) -> None:
        """Take these documents, whose mentions were found and not annotated, as the texts that nobody annotated."""
        self.examples["unlabelled"] = [replace(x, trust=NOBODY) for x in self._examples(read_rows(paths))]

    def _example(self, document: Row) -> Example:
        return replace(example(document, self._tokenizer, self._known), trust=self._trust)

    def __getstate__(self) -> dict[str, Any]:
        """What a process that makes examples needs: the tokenizer, the known names and the trust in labels."""
        return {"_tokenizer": self._tokenizer, "_known": self._known, "_trust": self._trust}

    def _examples(self, documents: list[Row]) -> list[Example]:
        """Examples of documents, in their order, made by several processes."""
        with multiprocessing.get_context("fork").Pool(max(1, min(16, os.cpu_count() or 1))) as pool:
            return pool.map(self._example, documents, chunksize=16)

    def plan(self, epoch: int, options: Namespace) -> list[Choice]:
        """The documents of an epoch, in order."""
        order = random.Random(options.seed * 1000 + epoch)
        count = min(len(self.documents), options.documents or len(self.documents))
        chosen = []
        for index in range(count):
            swapped = self.copies and order.random() < options.swaps
            copy = order.randrange(self.copies) if swapped else None
            noise = order.randrange(1 << 30) if order.random() < options.noise else None
            chosen.append(Choice("gold", index, copy, noise))
        for kind, share in (("grammar", options.grammar_share), ("unlabelled", options.unlabelled_share)):
            held = len(self.examples[kind])
            chosen += [Choice(kind, index) for index in order.sample(range(held), min(held, int(count * share)))]
        order.shuffle(chosen)
        return chosen

    def steps(self, options: Namespace) -> int:
        """Steps of an epoch."""
        return math.ceil(len(self.plan(0, options)) / options.batch)

    def pieces(self, choices: Sequence[Choice], size: int, seed: int) -> list[Piece]:
        """The tensors of some documents, ``size`` of them laid end to end."""
        order = random.Random(seed)
        items = [self._chosen(choice) for choice in choices]
        cut = [items[first : first + size] for first in range(0, len(items), size)]
        return [
            Piece([x.identity for x in piece], lay([_inputs(x, order) for x in piece]), make_batch(piece))
            for piece in cut
        ]

    def _chosen(self, choice: Choice) -> Example:
        kind, index = choice.source, choice.index
        if choice.copy is not None:
            kind, index = "swapped", choice.index * self.copies + choice.copy
        clean = self.examples[kind][index]
        if choice.noise is None:
            return clean
        # Found mentions are for the pairs; the tags stay those of the gold.
        noisy = self._example(self._noise.noisy(self._rows[kind][index], choice.noise))
        return replace(noisy, outer=clean.outer, inner=clean.inner)


class Steps(Dataset[list[Piece]]):
    """The pieces of every step of a run, by the step's number."""

    def __init__(self, feed: Feed, options: Namespace, size: int) -> None:
        """``size`` is how many documents are laid end to end."""
        self._feed, self._options, self._size = feed, options, size
        self._steps = feed.steps(options)
        self._planned: tuple[int, list[Choice]] = (-1, [])

    def __getitem__(self, step: int) -> list[Piece]:
        """The pieces of a step."""
        epoch, at = divmod(step, self._steps)
        if self._planned[0] != epoch:
            self._planned = (epoch, self._feed.plan(epoch, self._options))
        batch = self._options.batch
        seed = self._options.seed * 1_000_003 + step
        return self._feed.pieces(self._planned[1][at * batch : (at + 1) * batch], self._size, seed)

    def loader(self, first: int, total: int) -> DataLoader[list[Piece]]:
        """The pieces of the steps from ``first`` on, made by other processes while earlier steps are computed."""
        return DataLoader(
            self, batch_size=None, sampler=range(first, total), num_workers=self._options.workers,
            prefetch_factor=2, multiprocessing_context="fork",
        )  # fmt: skip


def _inputs(item: Example, order: random.Random) -> Inputs:
    """A text's inputs: now and then a headline's or all capitals, and with gazetteer types left out."""
    shapes = torch.from_numpy(item.encoded.shapes)
    chance = order.random()
    if chance < 0.06:  # a headline in title case
        shapes = torch.where(shapes == 0, torch.ones_like(shapes), shapes)
    elif chance < 0.08:  # all capitals
        shapes = torch.where(shapes < 2, torch.full_like(shapes, 2), shapes)
    known = torch.from_numpy(item.encoded.gazetteer)
    least = 1.0 if order.random() < 0.15 else 0.15
    keep = torch.tensor([order.random() > least for _ in range(len(known))])
    return torch.from_numpy(item.encoded.ids), shapes, known * keep
