"""Train the reader: ``python -m training.train --data FILE… --weights e5.npz --out FOLDER``. Seeded and resumable."""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.batches import Batch, make_batch
from training.examples import Example, Swapper, example, name_pools
from training.losses import losses_of
from training.network import Reader
from training.noise import Noise
from training.pack import unpack

CLIP = 1.0
WARM_UP = 0.1


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", required=True, type=Path, help="gold documents in resolved form")
    parser.add_argument("--weights", required=True, type=Path, help="encoder weights (.npz)")
    parser.add_argument("--tokenizer", required=True, type=Path)
    parser.add_argument("--names", type=Path, help="JSON of type to known names: gazetteer and swaps")
    parser.add_argument("--grammar", type=Path, help="documents of the grammar, in resolved form")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--epochs", type=float, default=20)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--swaps", type=float, default=0.4, help="share of documents that are seen with swapped names")
    parser.add_argument("--copies", type=int, default=3, help="copies of each document with swapped names")
    parser.add_argument("--grammar-share", type=float, default=0.15, help="grammar documents a gold document")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hold", type=float, default=0.08, help="share held out for thresholds and calibration")
    parser.add_argument("--minutes", type=float, default=0, help="stop in time: shrink the schedule to fit")
    parser.add_argument("--noise", type=float, default=0.4, help="share of documents that are seen with found mentions")
    parser.add_argument("--start", type=Path, help="folder of packed weights to go on from")
    parser.add_argument(
        "--frozen", type=int, default=0, help="lowest layers that stay as they are: a quarter faster for 4"
    )
    parser.add_argument("--held", type=Path, help="JSON list of the ids to hold out, in place of --hold")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    Trainer(parser.parse_args()).run()


def load_weights(path: Path) -> dict[str, Any]:
    """Encoder weights; a matrix may be stored as int8 rows (``NAME.q``) with a scale each (``NAME.s``)."""
    weights = dict(np.load(path))
    for name in [key[:-2] for key in weights if key.endswith(".q")]:
        weights[name] = weights.pop(f"{name}.q").astype(np.float32) * weights.pop(f"{name}.s")
    return weights


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text() if path.exists() else ""


def freeze(reader: Reader, count: int) -> None:
    """Keep the embeddings and the lowest layers of the encoder as they are."""
    encoder = reader.encoder
    for module in (encoder.position, encoder.shape, encoder.gazetteer, encoder.norm, *encoder.layers[:count]):
        module.requires_grad_(False)


class Trainer:
    """Everything that a training run needs."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.started = time.time()
        random.seed(options.seed)
        np.random.seed(options.seed)
        torch.manual_seed(options.seed)
        torch.set_float32_matmul_precision("high")
        options.out.mkdir(parents=True, exist_ok=True)
        self.tokenizer = Tokenizer.from_file(str(options.tokenizer))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        names: dict[str, list[str]] = json.loads(options.names.read_text()) if options.names else {}
        from policygraph.annotate.neural.known import Matcher

        self.known = Matcher(names)
        documents = [json.loads(line) for path in options.data for line in path.open(encoding="utf-8") if line.strip()]
        documents.sort(key=lambda d: d["id"])
        random.Random(7).shuffle(documents)
        held = set(json.loads(options.held.read_text())) if options.held else set()
        if not options.held:
            held = {d["id"] for d in documents[: int(len(documents) * options.hold)]}
        self.held = [d for d in documents if d["id"] in held]
        self.documents = [d for d in documents if d["id"] not in held]
        self.noise = Noise(self.documents, options.seed)
        self.swapper = Swapper(name_pools(self.documents, names), options.seed)
        grammar = options.grammar.open(encoding="utf-8") if options.grammar else ()
        self.swapped = [[self.swapper.swap(d) for _ in range(options.copies)] for d in self.documents]
        swapped = [copy for copies in self.swapped for copy in copies]
        made = self._examples([*self.documents, *swapped, *(json.loads(line) for line in grammar)])
        count = len(self.documents)
        self.examples = made[:count]
        copies = made[count : count + len(swapped)]
        self.copies = [copies[i * options.copies : (i + 1) * options.copies] for i in range(count)]
        self.grammar = made[count + len(swapped) :]
        (options.out / "held.json").write_text(json.dumps([d["id"] for d in self.held]))
        self.reader = Reader(load_weights(options.weights)).to(options.device)
        if options.start:
            self.reader.load_state_dict(unpack(options.start), strict=False)
        if options.frozen:
            freeze(self.reader, options.frozen)
        # Where a processor has bfloat16 products the encoder is a third faster; the heads stay in single precision.
        self.half = options.device == "cpu" and "avx512_bf16" in _processor()
        self.optimizer = self._optimizer()

    def _example(self, document: dict[str, Any]) -> Example:
        return example(document, self.tokenizer, self.known)

    def _examples(self, documents: list[dict[str, Any]]) -> list[Example]:
        """Examples of documents, in their order, made by several processes."""
        with multiprocessing.get_context("fork").Pool(max(1, min(12, (os.cpu_count() or 1) - 1))) as pool:
            return pool.map(self._example, documents, chunksize=16)

    def __getstate__(self) -> dict[str, Any]:
        """What a process that makes examples needs: the tokenizer and the known names."""
        return {"tokenizer": self.tokenizer, "known": self.known}

    def _optimizer(self) -> torch.optim.Optimizer:
        encoder = {id(p) for p in self.reader.encoder.parameters()}
        groups = [
            {"params": [p for p in self.reader.encoder.parameters() if p.requires_grad], "lr": self.options.rate},
            {"params": [p for p in self.reader.parameters() if id(p) not in encoder], "lr": self.options.head_rate},
        ]
        return torch.optim.AdamW(groups, weight_decay=0.01)

    def run(self) -> None:
        """Train, saving a checkpoint now and then, and the weights at the end."""
        options = self.options
        extra = int(len(self.examples) * options.grammar_share) if self.grammar else 0
        steps = math.ceil((len(self.examples) + extra) / options.batch)
        total = max(1, int(steps * options.epochs))
        began, step, averages = time.time(), self._resume(), defaultdict[str, float](float)
        print(f"{len(self.examples)} documents, {len(self.held)} held out, {total} steps, from step {step}", flush=True)
        print(f"grammar {len(self.grammar)}, made in {time.time() - self.started:.0f} s", flush=True)
        print(
            "lost mentions",
            sum(e.lost_mentions for e in self.examples),
            "statements",
            sum(e.lost_statements for e in self.examples),
            flush=True,
        )
        base = [group["lr"] for group in self.optimizer.param_groups]
        self.reader.train()
        batches = self._prepared(self._batches(extra, step // steps))
        while step < total:
            share = step / total
            if options.minutes:
                share = max(share, (time.time() - began) / 60 / options.minutes)
                if share >= 1:
                    break
            for group, rate in zip(self.optimizer.param_groups, base, strict=True):
                group["lr"] = rate * min(1, max(share, 1 / total) / WARM_UP) * max(0.01, 1 - share)
            losses = self._step(next(batches))
            step += 1
            for name, value in losses.items():
                averages[name] = 0.95 * averages[name] + 0.05 * value
            if step % 25 == 0:
                shown = " ".join(f"{k} {v:.3f}" for k, v in averages.items())
                print(f"{time.time() - began:.0f}s {step}/{total} {shown}", flush=True)
            if step % 500 == 0:
                self._checkpoint(step)
        torch.save(self.reader.state_dict(), options.out / "reader.pt")
        print(f"trained in {time.time() - began:.0f} s", flush=True)

    def _checkpoint(self, step: int) -> None:
        state = {"step": step, "reader": self.reader.state_dict(), "optimizer": self.optimizer.state_dict()}
        torch.save(state, self.options.out / "checkpoint.tmp")
        (self.options.out / "checkpoint.tmp").replace(self.options.out / "checkpoint.pt")

    def _resume(self) -> int:
        path = self.options.out / "checkpoint.pt"
        if not path.exists():
            return 0
        state = torch.load(path, map_location=self.options.device, weights_only=True)
        self.reader.load_state_dict(state["reader"])
        self.optimizer.load_state_dict(state["optimizer"])
        return int(state["step"])

    def _batches(self, extra: int, epoch: int) -> Iterator[list[Example]]:
        while True:
            order = random.Random(self.options.seed * 1000 + epoch)
            chosen = list(self.examples)
            for index, copies in enumerate(self.copies):
                swapped = copies and order.random() < self.options.swaps
                number = order.randrange(len(copies)) if swapped else None
                if order.random() < self.options.noise:
                    chosen[index] = self._noisy(index, number)
                elif number is not None:
                    chosen[index] = copies[number]
            chosen += order.sample(self.grammar, extra) if extra else []
            order.shuffle(chosen)
            for first in range(0, len(chosen), self.options.batch):
                yield chosen[first : first + self.options.batch]
            epoch += 1

    def _noisy(self, index: int, number: int | None) -> Example:
        """A document, or its copy of that number, with found mentions for the pairs; the tags stay the gold's."""
        document = self.documents[index] if number is None else self.swapped[index][number]
        clean = self.examples[index] if number is None else self.copies[index][number]
        return replace(self._example(self.noise.noisy(document)), outer=clean.outer, inner=clean.inner)

    def _prepared(self, batches: Iterator[list[Example]]) -> Iterator[list[tuple[list[Example], Batch]]]:
        """Steps as pieces laid end to end, the next one made in a thread while the last is computed.

        A graphics card takes a batch as one piece; a processor is twice as fast with a piece for each document.
        """
        size = 1 if self.options.device == "cpu" else self.options.batch

        def pieces(items: list[Example]) -> list[tuple[list[Example], Batch]]:
            cut = [items[first : first + size] for first in range(0, len(items), size)]
            return [(piece, make_batch(piece)) for piece in cut]

        with ThreadPoolExecutor(2) as pool:
            waiting = [pool.submit(pieces, next(batches)) for _ in range(2)]
            while True:
                made = waiting.pop(0)
                waiting.append(pool.submit(pieces, next(batches)))
                yield made.result()

    def _step(self, pieces: list[tuple[list[Example], Batch]]) -> dict[str, float]:
        count = sum(len(items) for items, _ in pieces)
        found: dict[str, float] = defaultdict(float)
        self.optimizer.zero_grad()
        for items, laid in pieces:
            with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
                hidden = self.reader.encode([self._inputs(item) for item in items])
            losses = losses_of(self.reader, laid.to(self.options.device), self.reader.drop(torch.cat(hidden)))
            losses = {name: value / count for name, value in losses.items()}
            sum(losses.values(), torch.zeros((), device=self.options.device)).backward()
            for name, value in losses.items():
                found[name] += float(value.detach())
        norm = torch.nn.utils.clip_grad_norm_(self.reader.parameters(), CLIP)
        if torch.isfinite(norm):
            self.optimizer.step()
        else:
            identities = [item.identity for items, _ in pieces for item in items]
            print("skipped a step that is not finite:", identities, dict(found), flush=True)
        return found

    def _inputs(self, item: Example) -> tuple[Tensor, Tensor, Tensor]:
        shapes = torch.from_numpy(item.encoded.shapes)
        chance = random.random()
        if chance < 0.06:  # a headline in title case
            shapes = torch.where(shapes == 0, torch.ones_like(shapes), shapes)
        elif chance < 0.08:  # all capitals
            shapes = torch.where(shapes < 2, torch.full_like(shapes, 2), shapes)
        known = torch.from_numpy(item.encoded.gazetteer)
        keep = torch.rand(len(known)) > (1.0 if random.random() < 0.15 else 0.15)
        return torch.from_numpy(item.encoded.ids), shapes, known * keep


if __name__ == "__main__":
    main()
