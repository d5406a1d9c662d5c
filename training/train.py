"""Train the reader: ``python -m training.train --data FILE… --weights e5.npz --out FOLDER``. Seeded and resumable."""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from tokenizers import Tokenizer
from torch import Tensor

from policygraph.annotate.neural.clusters import features as resemblance
from policygraph.annotate.neural.heads import SPEAKERS, near_classes, pointer_features
from policygraph.annotate.neural.tokens import TYPE_INDEX
from training.examples import Example, Swapper, example, name_pools
from training.network import Reader

CLIP = 2.0
WARM_UP = 0.06


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
    parser.add_argument("--grammar-share", type=float, default=0.15, help="grammar documents a gold document")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hold", type=float, default=0.08, help="share held out for thresholds and calibration")
    parser.add_argument("--minutes", type=float, default=0, help="stop in time: shrink the schedule to fit")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    Trainer(parser.parse_args()).run()


def load_weights(path: Path) -> dict[str, Any]:
    """Encoder weights; word embeddings may be stored as int8 rows with a scale each."""
    weights = dict(np.load(path))
    if "emb_q" in weights:
        words = weights.pop("emb_q").astype(np.float32) * weights.pop("emb_s")
        weights["embeddings.word_embeddings.weight"] = words
    return weights


class Trainer:
    """Everything that a training run needs."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        random.seed(options.seed)
        np.random.seed(options.seed)  # noqa: NPY002
        torch.manual_seed(options.seed)
        options.out.mkdir(parents=True, exist_ok=True)
        self.tokenizer = Tokenizer.from_file(str(options.tokenizer))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        names: dict[str, list[str]] = json.loads(options.names.read_text()) if options.names else {}
        from training.names import Matcher

        self.known = Matcher(names)
        documents = [json.loads(line) for path in options.data for line in path.open(encoding="utf-8") if line.strip()]
        documents.sort(key=lambda d: d["id"])
        random.Random(7).shuffle(documents)
        held = int(len(documents) * options.hold)
        self.held, self.documents = documents[:held], documents[held:]
        self.swapper = Swapper(name_pools(self.documents, names), options.seed)
        self.examples = [self._example(document) for document in self.documents]
        grammar = options.grammar.open(encoding="utf-8") if options.grammar else ()
        self.grammar = [json.loads(line) for line in grammar]
        (options.out / "held.json").write_text(json.dumps([d["id"] for d in self.held]))
        self.reader = Reader(load_weights(options.weights)).to(options.device)
        self.optimizer = self._optimizer()

    def _example(self, document: dict[str, Any]) -> Example:
        return example(document, self.tokenizer, self.known)

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
        print("lost mentions", sum(e.lost_mentions for e in self.examples), "statements", sum(e.lost_statements for e in self.examples), flush=True)
        base = [group["lr"] for group in self.optimizer.param_groups]
        self.reader.train()
        batches = self._batches(extra, step // steps)
        while step < total:
            share = step / total
            if options.minutes:
                share = max(share, (time.time() - began) / 60 / options.minutes)
                if share >= 1:
                    break
            for group, rate in zip(self.optimizer.param_groups, base, strict=True):
                group["lr"] = rate * min(1, (step + 1) / (WARM_UP * total)) * max(0.01, 1 - share)
            losses = self._step(next(batches))
            step += 1
            for name, value in losses.items():
                averages[name] = 0.95 * averages[name] + 0.05 * value
            if step % 50 == 0:
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
            for index, document in enumerate(self.documents):
                if order.random() < self.options.swaps:
                    chosen[index] = self._example(self.swapper.swap(document))
            chosen += [self._example(d) for d in (order.sample(self.grammar, extra) if extra else ())]
            order.shuffle(chosen)
            for first in range(0, len(chosen), self.options.batch):
                yield chosen[first : first + self.options.batch]
            epoch += 1

    def _step(self, batch: list[Example]) -> dict[str, float]:
        device = self.options.device
        inputs = [self._inputs(item) for item in batch]
        with torch.autocast("cuda", torch.bfloat16, enabled=device == "cuda"):
            hidden = self.reader.encode(inputs)
        losses: dict[str, Tensor] = defaultdict(lambda: torch.zeros((), device=device))
        for item, states in zip(batch, hidden, strict=True):
            for name, value in losses_of(self.reader, item, self.reader.drop(states)).items():
                losses[name] = losses[name] + value / len(batch)
        loss = sum(losses.values(), torch.zeros((), device=device))
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.reader.parameters(), CLIP)
        self.optimizer.step()
        return {name: float(value.detach()) for name, value in losses.items()}

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


def losses_of(reader: Reader, item: Example, hidden: Tensor) -> dict[str, Tensor]:
    """All losses of one document, each scaled to be of the order of one."""
    device = hidden.device
    words = hidden[torch.from_numpy(item.encoded.first).to(device)]
    found = {
        "outer": F.cross_entropy(reader.outer(words), torch.from_numpy(item.outer).to(device), reduction="sum") / 30,
        "inner": F.cross_entropy(reader.inner(words), torch.from_numpy(item.inner).to(device), reduction="sum") / 60,
    }
    if not item.mentions:
        return found
    first = torch.from_numpy(item.encoded.first[[m.first for m in item.mentions]]).to(device)
    last = torch.from_numpy(item.encoded.last[[m.last for m in item.mentions]]).to(device)
    types = torch.tensor([TYPE_INDEX[m.type] for m in item.mentions], device=device)
    mentions = reader.spans(hidden, first, last, types)
    found |= _link_losses(reader, item, mentions)
    if len(item.features.subject):
        found |= _pair_losses(reader, item, hidden, mentions, types)
    return found


def _pair_losses(
    reader: Reader, item: Example, hidden: Tensor, mentions: Tensor, types: Tensor
) -> dict[str, Tensor]:
    device = hidden.device
    owner = torch.tensor(item.entity_of, device=device)
    count = int(owner.max()) + 1
    entities = reader.entities(mentions, owner, count)
    entity_types = torch.zeros(count, dtype=torch.long, device=device).scatter(0, owner, types)
    features = {
        name: torch.from_numpy(getattr(item.features, name)).to(device)
        for name in ("subject", "object", "distance", "gap", "nesting", "together", "low", "high")
    }
    logits, state, attention = reader.pairs(hidden, mentions, entities, entity_types, features)
    labels = torch.from_numpy(item.labels).to(device)
    found = {"pair": -(labels * logits.log_softmax(-1)).sum() / 12}
    if not item.targets:
        return found
    targets = item.targets
    rows = np.array([t.pair for t in targets])
    predicate = torch.tensor([t.predicate for t in targets], device=device)
    near = torch.from_numpy(near_classes(item.encoded, item.mentions, item.entity_of, item.features, rows)).to(device)
    gold = torch.from_numpy(np.stack([t.evidence for t in targets])).to(device)
    index = torch.from_numpy(rows).to(device)
    scores, code = reader.evidence(hidden, state[index], predicate, near)
    found["evidence"] = F.binary_cross_entropy_with_logits(scores, gold.float(), reduction="sum") / 2000
    held = (attention[index] * gold).sum(-1).clamp(min=1e-6)
    found["attention"] = -held.log().sum() / 120
    mix = gold.float() if random.random() < 0.5 else scores.detach().sigmoid()
    attribute = reader.attributes(hidden, code, mix)
    found |= _attribute_losses(reader, item, attribute, mentions)
    return found


def _attribute_losses(reader: Reader, item: Example, state: Tensor, mentions: Tensor) -> dict[str, Tensor]:
    device = state.device
    targets = item.targets

    def classes(name: str) -> Tensor:
        return torch.tensor([getattr(t, name) for t in targets], device=device)

    found = {
        "effect": F.cross_entropy(reader.effect(state), classes("effect"), reduction="sum") / 40,
        "modality": F.cross_entropy(reader.modality(state), classes("modality"), reduction="sum") / 25,
        "lifecycle": F.cross_entropy(reader.lifecycle(state), classes("lifecycle"), reduction="sum") / 40,
    }
    words = torch.tensor([[t.has_document, t.has_anonymous] for t in targets], device=device, dtype=torch.float)
    found["words"] = F.binary_cross_entropy_with_logits(reader.speaker_words(state), words, reduction="sum") / 30
    step, inside = pointer_features(item.encoded, item.mentions, np.stack([t.evidence for t in targets]))
    pointers, none = reader.pointers(
        state, mentions, torch.from_numpy(step).to(device), torch.from_numpy(inside).to(device)
    )
    found["speaker"] = _speaker_loss(item, pointers[:, 0], inside)
    for number, (name, kind) in enumerate((("valid_from", "Date"), ("valid_to", "Date"), ("duration", "Quantity")), 1):
        permitted = torch.tensor([m.type == kind for m in item.mentions], device=device)
        scores = torch.cat([pointers[:, number].masked_fill(~permitted, -1e4), none[:, number : number + 1]], 1)
        wanted = classes(name)
        wanted = torch.where(wanted == -1, len(item.mentions), wanted)
        found[name] = F.cross_entropy(scores, wanted, ignore_index=-2, reduction="sum") / 60
    return found


def _speaker_loss(item: Example, scores: Tensor, inside: np.ndarray[Any, Any]) -> Tensor:
    owner = np.array(item.entity_of)
    may_speak = np.array([m.type in SPEAKERS for m in item.mentions])
    wanted = np.zeros((len(item.targets), len(item.mentions)), np.float32)
    weight = np.tile(may_speak.astype(np.float32), (len(item.targets), 1))
    for row, target in enumerate(item.targets):
        for speaker in target.speakers:
            own = owner == speaker
            chosen = own & (inside[row] == 1) if (own & (inside[row] == 1)).any() else own
            weight[row][own] = 0
            weight[row][chosen] = 1
            wanted[row][chosen] = 1
    device = scores.device
    return (
        F.binary_cross_entropy_with_logits(
            scores, torch.from_numpy(wanted).to(device), weight=torch.from_numpy(weight).to(device), reduction="sum"
        )
        / 40
    )


def _link_losses(reader: Reader, item: Example, mentions: Tensor) -> dict[str, Tensor]:
    left, right, shown, same = [], [], [], []
    for later, second in enumerate(item.mentions):
        for earlier, first in enumerate(item.mentions[:later]):
            if first.type == second.type and first.type not in ("Date", "Money", "Quantity"):
                sentences = item.encoded.sentence[second.first] - item.encoded.sentence[first.first]
                left.append(earlier)
                right.append(later)
                shown.append([*resemblance(first.surface, second.surface), float(first.type == "Rule"), min(1.0, sentences / 10)])
                same.append(float(item.entity_of[earlier] == item.entity_of[later]))
    if not left:
        return {}
    device = mentions.device
    logits = reader.links(
        mentions,
        torch.tensor(left, device=device),
        torch.tensor(right, device=device),
        torch.tensor(shown, device=device, dtype=torch.float),
    )
    return {"link": F.binary_cross_entropy_with_logits(logits, torch.tensor(same, device=device), reduction="sum") / 60}


if __name__ == "__main__":
    main()
