"""Train the reader: ``python -m training.train --data FILE… --weights e5.npz --out FOLDER``. Seeded and resumable."""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from training.feed import Feed, Piece, Steps
from training.losses import losses_of
from training.network import Reader
from training.pack import load_weights
from training.partners import EVERY, Partners
from training.teachers import load_reader, taught_by
from training.trust import ANNOTATED

CLIP = 1.0
WARM_UP = 0.1
CHECKPOINT = 300.0  # seconds between two checkpoints
TAGS = ("outer", "inner")
TOLD = ("effect", "modality", "lifecycle", "words", "speaker", "from", "to", "for")


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read a command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", required=True, type=Path, help="gold documents in resolved form")
    parser.add_argument("--weights", required=True, type=Path, help="encoder weights (.npz)")
    parser.add_argument("--tokenizer", required=True, type=Path)
    parser.add_argument("--names", type=Path, help="JSON of type to known names: gazetteer and swaps")
    parser.add_argument("--grammar", type=Path, help="documents of the grammar, in resolved form")
    parser.add_argument("--unlabelled", type=Path, help="documents with found mentions only, for --teachers")
    parser.add_argument("--teachers", nargs="*", type=Path, default=[], help="readers whose probabilities are learned")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--epochs", type=float, default=20)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--swaps", type=float, default=0.4, help="share of documents that are seen with swapped names")
    parser.add_argument("--copies", type=int, default=3, help="copies of each document with swapped names")
    parser.add_argument("--grammar-share", type=float, default=0.15, help="grammar documents a gold document")
    parser.add_argument("--unlabelled-share", type=float, default=0.0, help="unlabelled documents a gold document")
    parser.add_argument("--documents", type=int, default=0, help="take only so many gold documents; 0 takes all")
    parser.add_argument("--tags", type=float, default=1.0, help="weight of the losses of mentions")
    parser.add_argument("--told", type=float, default=1.0, help="weight of the losses of how statements are told")
    parser.add_argument("--trust", type=float, default=ANNOTATED, help="share of the gold's labels beside the teachers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hold", type=float, default=0.08, help="share held out for thresholds and calibration")
    parser.add_argument("--minutes", type=float, default=0, help="stop in time: shrink the schedule to fit")
    parser.add_argument("--noise", type=float, default=0.4, help="share of documents that are seen with found mentions")
    parser.add_argument("--start", type=Path, help="reader.pt or folder of packed weights to go on from")
    parser.add_argument(
        "--frozen", type=int, default=0, help="lowest layers that stay as they are: a quarter faster for 4"
    )
    parser.add_argument("--held", type=Path, help="JSON list of the ids to hold out, in place of --hold")
    parser.add_argument("--workers", type=int, default=1, help="processes that make batches")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args(arguments)


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text() if path.exists() else ""


def freeze(reader: Reader, count: int) -> None:
    """Keep the embeddings and the lowest layers of the encoder as they are."""
    encoder = reader.encoder
    for module in (encoder.position, encoder.shape, encoder.gazetteer, encoder.norm, *encoder.layers[:count]):
        module.requires_grad_(False)


class Trainer:
    """A training run over a feed."""

    def __init__(
        self, options: argparse.Namespace, feed: Feed, partners: Partners | None = None, number: int = 0
    ) -> None:
        """``number`` says which of the partners this run is.

        Raises ValueError for texts that nobody annotated without readers to learn them from.
        """
        if options.unlabelled_share and not options.teachers:
            raise ValueError("--unlabelled needs --teachers: nobody says what stands in those texts")
        self.options, self.feed, self.partners, self.number = options, feed, partners, number
        random.seed(options.seed)
        np.random.seed(options.seed)
        torch.manual_seed(options.seed)
        torch.set_float32_matmul_precision("high")
        options.out.mkdir(parents=True, exist_ok=True)
        weights = load_weights(options.weights)
        if options.start:
            self.reader = load_reader(options.start, weights, options.device)
        else:
            self.reader = Reader(weights).to(options.device)
        self.teachers = [load_reader(path, weights, options.device) for path in options.teachers]
        if options.frozen:
            freeze(self.reader, options.frozen)
        # Where a processor has bfloat16 products the encoder is a third faster; the heads stay in single precision.
        self.half = options.device == "cpu" and "avx512_bf16" in _processor()
        self.optimizer = self._optimizer()

    def _optimizer(self) -> torch.optim.Optimizer:
        encoder = {id(p) for p in self.reader.encoder.parameters()}
        groups = [
            {"params": [p for p in self.reader.encoder.parameters() if p.requires_grad], "lr": self.options.rate},
            {"params": [p for p in self.reader.parameters() if id(p) not in encoder], "lr": self.options.head_rate},
        ]
        return torch.optim.AdamW(groups, weight_decay=0.01, fused=self.options.device == "cuda")

    def run(self) -> None:
        """Train, saving a checkpoint now and then, and the weights at the end."""
        options, feed = self.options, self.feed
        steps = feed.steps(options)
        total = max(1, int(steps * options.epochs))
        base = [group["lr"] for group in self.optimizer.param_groups]  # before a checkpoint brings those it had
        step, spent = self._resume()
        saved = time.time()
        began = saved - spent
        averages: dict[str, Tensor] = {}
        print(f"{len(feed.documents)} documents, {len(feed.held)} held out, steps {step} to {total}", flush=True)
        self.reader.train()
        # A graphics card takes a batch as one piece; a processor is twice as fast with a piece for each document.
        size = 1 if options.device == "cpu" else options.batch
        for pieces in Steps(feed, options, size).loader(step, total):
            share = step / total
            if options.minutes:
                share = max(share, (time.time() - began) / 60 / options.minutes)
            share, ended = self._met(step, share)
            if ended:
                break
            height = min(1, max(share, 1 / total) / WARM_UP) * max(0.01, 1 - share)
            for group, rate in zip(self.optimizer.param_groups, base, strict=True):
                group["lr"] = rate * height
            for name, value in self._step(pieces).items():
                averages[name] = value if name not in averages else 0.95 * averages[name] + 0.05 * value
            step += 1
            if step % 100 == 0:
                shown = " ".join(f"{k} {float(v):.3f}" for k, v in averages.items())
                print(f"{time.time() - began:.0f}s {step}/{total} {shown}", flush=True)
            if time.time() - saved > CHECKPOINT:
                saved = time.time()
                self._checkpoint(step, saved - began)
        else:
            if self.partners:
                self.partners.meet(self.number, self.reader, 1.0)
        if self.partners:
            self.partners.leave(self.number)
        self._save(self.reader.state_dict(), "reader")
        print(f"trained {step} steps in {time.time() - began:.0f} s", flush=True)

    def _met(self, step: int, share: float) -> tuple[float, bool]:
        """The share of the time that is spent, of the partner who has spent most where they meet, and whether to end:
        partners end where they meet."""
        if not self.partners:
            return share, share >= 1
        if not step or step % EVERY:
            return share, False
        share = self.partners.meet(self.number, self.reader, share)
        return share, share >= 1

    def _checkpoint(self, step: int, seconds: float) -> None:
        state = {
            "step": step, "seconds": seconds,
            "reader": self.reader.state_dict(), "optimizer": self.optimizer.state_dict(),
        }  # fmt: skip
        self._save(state, "checkpoint")

    def _save(self, state: dict[str, Any], name: str) -> None:
        """Save whole or not at all: what has its name counts as done."""
        unfinished = self.options.out / f"{name}.tmp"
        torch.save(state, unfinished)
        unfinished.replace(self.options.out / f"{name}.pt")

    def _resume(self) -> tuple[int, float]:
        """The step to go on from, and the seconds that were spent up to it."""
        path = self.options.out / "checkpoint.pt"
        if not path.exists():
            return 0, 0.0
        state = torch.load(path, map_location=self.options.device, weights_only=True)
        self.reader.load_state_dict(state["reader"])
        self.optimizer.load_state_dict(state["optimizer"])
        return int(state["step"]), float(state["seconds"])

    def _step(self, pieces: list[Piece]) -> dict[str, Tensor]:
        count = sum(len(piece.identities) for piece in pieces)
        found: dict[str, Tensor] = defaultdict(lambda: torch.zeros((), device=self.options.device))
        self.optimizer.zero_grad()
        for laid in pieces:
            piece = laid.to(self.options.device)
            taught = taught_by(self.teachers, piece.windows, piece.batch, self.half)
            with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
                hidden = self.reader.hidden(piece.windows)
            losses = losses_of(self.reader, piece.batch, self.reader.drop(hidden), taught)
            weights = dict.fromkeys(TAGS, self.options.tags) | dict.fromkeys(TOLD, self.options.told)
            losses = {name: value * weights.get(name, 1.0) / count for name, value in losses.items()}
            torch.stack(list(losses.values())).sum().backward()
            for name, value in losses.items():
                found[name] = found[name] + value.detach()
        norm = torch.nn.utils.clip_grad_norm_(self.reader.parameters(), CLIP)
        if torch.isfinite(norm):
            self.optimizer.step()
        else:
            identities = [identity for piece in pieces for identity in piece.identities]
            print("skipped a step that is not finite:", identities, flush=True)
        return found


if __name__ == "__main__":
    chosen = options_of()
    Trainer(chosen, Feed(chosen)).run()
