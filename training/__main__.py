"""``make train``: gather the gold, train, choose, export, calibrate, and replace the reader unless the new one scores
below the floor.

Stage one trains two readers from the encoder, which differ in their seed and in how much the mentions weigh; the second
does not see every fifth document, so that it can be asked what it proposes in those (``training.bearing``). Stage two
trains two students that start from the better of them and learn the gold and what both hold likely, the latter on texts
that nobody annotated too. The better student on the held documents is taken, or their mean where that reads better.

With ``--go-on`` the shipped reader is trained on instead, with itself as its teacher, by two runs that go on from the
mean of their weights now and then: so one's own annotated documents are added to what it knows.

Needs the extra ``train`` and, for official documents and texts that nobody annotated, ``../shared``. Under three hours
on two cores; a run that was stopped goes on from its last checkpoint, what has ended is not made again.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from policygraph.annotate.neural.bearing import BEARING
from training.feed import Feed, in_order, read_rows
from training.hashed import add_file
from training.material import GRAMMAR, ROOT, Material, gather, start, write
from training.material import HELD as HELD_IDS
from training.partners import Partners
from training.replacing import SHIPPED, replace_if_no_worse
from training.scores import best_of, scores_of
from training.together import TrainingError, device, train_together

MINUTES = {"cpu": 150.0, "cuda": 10.0}
"""Time of both stages. An hour of a core sees a few thousand documents, a minute of a card as many: on processors
batches are smaller, for more steps, with lower rates, and stage two leaves the lowest layers as they are."""
COMMON = ("--copies", "2", "--epochs", "400")
BATCH = {"cpu": ("--batch", "4", "--workers", "1"), "cuda": ("--batch", "8", "--workers", "5")}
FIRST = {
    where: (*COMMON, *BATCH[where], "--rate", rate, "--head-rate", "1e-3", "--grammar-share", "0.35")
    for where, rate in (("cpu", "2e-4"), ("cuda", "3e-4"))
}
SECOND = {
    where: (*COMMON, *BATCH[where], *rates, "--head-rate", "5e-4", "--grammar-share", "0.3")
    for where, rates in (("cpu", ("--rate", "1e-4", "--frozen", "4")), ("cuda", ("--rate", "1.5e-4")))
}
TEACHERS = {"first-1": ("--seed", "1"), "first-2": ("--seed", "2", "--tags", "2")}
STUDENTS = {"second-1": ("--seed", "11"), "second-2": ("--seed", "12", "--tags", "1.5")}
UNLABELLED_SHARE = "0.8"
GO_ON = (
    *COMMON, "--batch", "4", "--workers", "1", "--rate", "8e-5", "--head-rate", "4e-4", "--frozen", "4",
    "--grammar-share", "0.5", "--told", "1.5", "--trust", "0.7",
)  # fmt: skip
"""Lower rates than before, and more trust in the gold than in what the reader held likely until now."""
HELD = "held"
BEGUN, PARTNERS = "begun", {"on-1": ("--seed", "21"), "on-2": ("--seed", "22")}
"""The shipped reader as it was, and the runs that go on from it."""
ASKED, SEEN = "first-2", 0.8
"""The reader that is asked about documents that it has not seen, and the share of them that it sees."""


def main() -> None:
    """Run all steps."""
    options = _options()
    work: Path = options.work
    where = device()
    material = gather(work, options.shared, gold=options.gold, grammar=options.grammar)
    if options.go_on:
        best = _train_on(options, material, options.minutes or MINUTES[where])
    else:
        best = _train_anew(options, material, (options.minutes or MINUTES[where]) / 2)
    if best == BEGUN:
        sys.exit("trained on, it reads the held documents no better: the shipped reader stays as it is")
    _finish(work, material, best, anew=not options.go_on)
    if not options.keep:
        replace_if_no_worse(work / "weights")


def _train_anew(options: Namespace, material: Material, minutes: float) -> str:
    """Both stages, of so many minutes each; the name of the reader that is to ship."""
    work, where = options.work, device()
    half = ("--minutes", str(minutes))
    feed = functools.cache(lambda: Feed(material.options(work / "feed", *COMMON)))
    seen = {ASKED: ("--documents", str(_leave_out(work, material)))}
    runs = [
        material.options(work / name, *FIRST[where], *half, *more, *seen.get(name, ()))
        for name, more in TEACHERS.items()
    ]
    train_together(feed, runs, at_once=2)
    scores = scores_of({name: work / name for name in TEACHERS}, [material.held], material, at_once=2)
    best = best_of(scores, HELD)
    plain = _unlabelled(options, material, work / best / "reader.pt")

    def fuller() -> Feed:
        feed().add_unlabelled([plain] if plain else [])
        return feed()

    begin = [*SECOND[where], *half, *_lessons(work, best, plain)]
    runs = [material.options(work / name, *begin, *more) for name, more in STUDENTS.items()]
    train_together(fuller, runs, at_once=2)
    return _choose(work, material, best)


def _train_on(options: Namespace, material: Material, minutes: float) -> str:
    """Two runs from the shipped reader; the name of the reader that is to ship, which may be the shipped one."""
    work: Path = options.work
    begun = work / BEGUN / "reader.pt"
    begun.parent.mkdir(exist_ok=True)
    start("training.shipped", "--weights", str(material.weights), "--out", str(begun))
    begin = [*GO_ON, "--minutes", str(minutes), "--start", str(begun), "--teachers", str(begun)]
    runs = [material.options(work / name, *begin, *more) for name, more in PARTNERS.items()]
    size = sum(value.numel() for value in torch.load(begun, weights_only=True).values())
    partners = Partners(len(runs), size)
    train_together(lambda: Feed(material.options(work / "feed", *GO_ON)), runs, at_once=2, partners=partners)
    return _best(work, material, [BEGUN, *PARTNERS])


def _options() -> Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--work", type=Path, default=ROOT / ".train", help="folder of downloads, checkpoints and logs")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--minutes", type=float, help="time of training: 150, and 10 on a graphics card")
    parser.add_argument("--go-on", action="store_true", help="train the shipped reader on and not a new one")
    parser.add_argument("--keep", action="store_true", help="leave the shipped reader as it is")
    parser.add_argument("--gold", type=int, help="take only so many gold documents, to try the command")
    parser.add_argument("--grammar", type=int, default=GRAMMAR, help="documents of the grammar")
    parser.add_argument("--unlabelled", type=int, help="take at most so many texts that nobody annotated")
    return parser.parse_args()


def _leave_out(work: Path, material: Material) -> int:
    """Write the documents that one reader is not to see; returns how many it sees."""
    held = set(json.loads(HELD_IDS.read_text(encoding="utf-8")))
    documents = [row for row in in_order(read_rows([material.data])) if row["id"] not in held]
    count = max(1, int(SEEN * len(documents)))
    write(work / "unseen.jsonl", documents[count:])
    return count


def _unlabelled(options: Namespace, material: Material, reader: Path) -> Path | None:
    """Texts that nobody annotated with the mentions that a reader finds; None without ``shared``."""
    if not options.shared.is_dir():
        return None
    work: Path = options.work
    texts = work / "plain.jsonl"
    most = [] if options.unlabelled is None else ["--most", str(options.unlabelled)]
    start("training.plain_texts", "--shared", str(options.shared), "--out", str(texts), *most)
    made = hashlib.sha256(reader.read_bytes() + texts.read_bytes()).hexdigest()
    found = work / f"unlabelled-{made[:12]}.jsonl"
    if not found.exists():
        partial = found.with_suffix(".tmp")
        start(
            "training.unlabelled", "--texts", str(texts), "--reader", str(reader), *material.encoder, "--out",
            str(partial),
        )  # fmt: skip
        partial.replace(found)
    return found


def _lessons(work: Path, best: str, plain: Path | None) -> list[str]:
    """What a student starts from and learns from beside the gold, as arguments."""
    shown = ["--unlabelled", str(plain), "--unlabelled-share", UNLABELLED_SHARE] if plain else []
    teachers = [str(work / name / "reader.pt") for name in TEACHERS]
    return ["--start", str(work / best / "reader.pt"), "--teachers", *teachers, *shown]


def _choose(work: Path, material: Material, teacher: str) -> str:
    """The name of the reader that reads the held documents best: a student, their mean, or what they started from."""
    mean = work / "mean"
    mean.mkdir(exist_ok=True)
    start("training.average", str(mean / "reader.pt"), *(str(work / name / "reader.pt") for name in STUDENTS))
    return _best(work, material, [teacher, *STUDENTS, "mean"])


def _best(work: Path, material: Material, names: Sequence[str]) -> str:
    """The name of the reader that reads the held documents best."""
    scores = scores_of({name: work / name for name in names}, [material.held], material, at_once=2)
    for name in names:
        print(name, scores[name][HELD])
    return best_of(scores, HELD)


def _finish(work: Path, material: Material, best: str, anew: bool) -> None:
    """Export the chosen reader and calibrate it on the held documents.

    A reader that was trained on keeps the shipped opinion of the words on what is said at all: no reader is at hand
    that has not seen the documents.
    """
    _export(work, material, best, work / "weights")
    learned = ("--data", str(material.data), "--grammar", str(material.grammar), "--held", str(HELD_IDS))
    start("training.wording", *learned, "--to", str(work / "weights"))
    if anew:
        _export(work, material, ASKED, work / "asked")
        unseen = ("--unseen", str(work / "asked"), str(work / "unseen.jsonl"))
        start("training.bearing", *unseen, "--held", str(HELD_IDS), "--to", str(work / "weights"))
    else:
        add_file(work / "weights", BEARING, dict(np.load(SHIPPED / BEARING)))
    weights_and_held = ("--weights", str(work / "weights"), "--held", str(material.held))
    start("training.calibrate", *weights_and_held)
    cases = work / "cases.jsonl"
    start("training.polarity_tuning", "--out", str(cases))
    start("training.telling", *weights_and_held, "--cases", str(cases))


def _export(work: Path, material: Material, name: str, folder: Path) -> None:
    print(f"{name} is exported")
    packed = work / f"packed-{folder.name}"
    packed.mkdir(exist_ok=True)
    start("training.pack", str(work / name / "reader.pt"), str(packed))
    start(
        "training.export", "--packed", str(packed), "--weights", str(material.weights), "--tokenizer",
        str(material.tokenizer), "--to", str(folder),
    )  # fmt: skip
    start("training.fuse", str(folder))


if __name__ == "__main__":
    try:
        main()
    except TrainingError as error:
        sys.exit(str(error))
