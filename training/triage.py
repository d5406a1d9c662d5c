"""Train the first pass: ``python -m training.triage --shared FOLDER`` writes its weights and says how well they do.

A sentence that proves a statement about a Rule sounds relevant; one of the quiet documents, of a treebank or of a
firm's history does not. Nothing is drawn by chance: folds are made by the digest of a document's id. Only words that
occur in the gold's own training documents can become features, so that no other text leaves a trace in the weights.

FOLDER has ``bench/`` with ``federal-register``, ``eu-acts`` (texts of the gold), ``treebank``, ``relations/company``.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.gold.documents import FOLDER, part_files
from benchmarks.gold.gold import read
from benchmarks.gold.rebuild import rebuilt, texts
from benchmarks.relevance import proofs, rule_mentions
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from policygraph.annotate.triage.features import features, pieces
from policygraph.annotate.triage.scorer import FEWEST

TARGET = Path(__file__).resolve().parent.parent / "src/policygraph/annotate/triage/weights.json"
OFFICIAL = frozenset({"official", "federal_register"})
KEPT = 6_000  # features
RAREST = 3  # sentences of the gold that a feature stands in at least
STRENGTH = 10.0  # variance of the prior on a weight
FOLDS = 5
WINDOWS = (1, 2, 3, 4, 6, 8)  # lengths in sentences at which a threshold is set
WINDOW_RECALL = 0.98  # cuts out of the middle of a text, whose "it" and "the order" name nothing
DOCUMENT_RECALL = 0.995
MARGIN = 0.5  # below what cross-validation asks of whole documents, for writers that the gold does not have
LONG = 12  # sentences from which on no more is asked
STYLES = 1_500  # abstracts of the Federal Register that show how authorities write
LEFT_OUT = ("court", "academic", "speech")  # genres of the treebank that speak of laws
KEPT_FOR_EVALUATION = "Export Administration"  # abstracts that must not be trained on

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence: features, whether it is relevant, its weight, its gold document (None: other text), proves a rule."""

    features: frozenset[str]
    relevant: bool
    weight: float
    document: str | None
    proof: bool = False


def gold(shared: Path) -> list[dict[str, Any]]:
    """The training documents of the gold, the official ones with their texts."""
    rows = [row for path in part_files(FOLDER)["train"] for row in read(path)]
    known = texts(shared, {row["ref"] for row in rows if "ref" in row})
    return [rebuilt(row, known) if "ref" in row else row for row in rows]


def gold_examples(row: dict[str, Any]) -> Iterator[Example]:
    """Sentences of a gold document. One that only mentions a rule teaches nothing either way."""
    proving, mentioned = proofs(row), rule_mentions(row)
    for start, end in pieces(row["text"]):
        found = frozenset(features(row["text"][start:end]))
        if any(a < end and start < b for a, b in proving):
            yield Example(found, True, 1.0, row["id"], True)
        elif any(a < end and start < b for a, b in mentioned):
            yield Example(found, True, 0.0, row["id"])
        elif proving and row["kind"] in OFFICIAL:
            yield Example(found, True, 0.3, row["id"])
        else:
            yield Example(found, False, 0.3 if proving else 1.0, row["id"])


def other_examples(shared: Path) -> Iterator[Example]:
    """Sentences of other public text, whose licences allow it: firms and daily life, and how authorities write."""
    bench = shared / "bench"
    for identity, sentence in treebank(bench / "treebank" / "en_gum-ud-train.conllu.gz"):
        if identity.split("_")[1] not in LEFT_OUT:
            yield Example(frozenset(features(sentence)), False, 0.5, None)
    for row in json.loads((bench / "relations" / "company" / "train.json").read_text(encoding="utf-8")):
        yield Example(frozenset(features(" ".join(row["context"]))), False, 0.5, None)
    for text in abstracts(bench / "federal-register" / "fr_abstracts.jsonl.gz"):
        for start, end in pieces(text):
            yield Example(frozenset(features(text[start:end])), True, 0.1, None)


def treebank(path: Path) -> Iterator[tuple[str, str]]:
    """Document id and text of each sentence of a CoNLL-U file."""
    identity = ""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("# newdoc id = "):
                identity = line.removeprefix("# newdoc id = ").strip()
            elif line.startswith("# text = "):
                yield identity, line.removeprefix("# text = ").strip()


def abstracts(path: Path) -> list[str]:
    """Abstracts with the smallest digests of their numbers; none that the gold holds or that evaluation keeps."""
    held = {row["ref"] for split in part_files(FOLDER).values() for part in split for row in read(part) if "ref" in row}
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = row["abstract"] or ""
            if text and f"FR {row['document_number']}" not in held and KEPT_FOR_EVALUATION not in text + row["title"]:
                found.append((hashlib.sha256(row["document_number"].encode()).hexdigest(), text))
    return [text for _, text in sorted(found)[:STYLES]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights by feature, and the bias."""

    weights: dict[str, float]
    bias: float

    def score(self, found: Iterable[str]) -> float:
        """What ``Scorer.sentence`` gives for these features."""
        known = sorted(self.weights[name] for name in found if name in self.weights)
        return float(sum(known) / np.sqrt(max(len(known), FEWEST)) + self.bias)


def fit(examples: Sequence[Example]) -> Fitted:
    """Logistic regression, twice: on all features that the gold holds often enough, then on those that weigh most."""
    used = [example for example in examples if example.weight > 0]
    counts = Counter(name for example in used if example.document for name in example.features)
    names = sorted(name for name, count in counts.items() if count >= RAREST)
    first = _fit(used, names)
    heavy = sorted(names, key=lambda name: (-abs(first.weights[name]) * counts[name] ** 0.5, name))[:KEPT]
    return _fit(used, sorted(heavy))


def _fit(examples: Sequence[Example], names: Sequence[str]) -> Fitted:
    number = {name: index for index, name in enumerate(names)}
    columns = [sorted(number[name] for name in e.features if name in number) for e in examples]
    pointers = np.cumsum([0, *map(len, columns)])
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(max(len(row), FEWEST))) for row in columns])
    matrix = csr_matrix((values, np.concatenate(columns).astype(np.int64), pointers), (len(columns), len(names)))
    sign = np.array([1.0 if e.relevant else -1.0 for e in examples])
    weight = np.array([e.weight for e in examples])

    def loss(theta: Floats) -> tuple[float, Floats]:
        margin = (matrix @ theta[:-1] + theta[-1]) * sign
        pull = -weight * sign / (1 + np.exp(np.clip(margin, -50, 50)))
        value = float((weight * np.logaddexp(0, -margin)).sum() + (theta[:-1] ** 2).sum() / (2 * STRENGTH))
        return value, np.append(matrix.T @ pull + theta[:-1] / STRENGTH, pull.sum())

    theta = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
    return Fitted(dict(zip(names, theta[:-1].tolist(), strict=True)), float(theta[-1]))


def fold_of(identity: str) -> int:
    """The fold of a gold document."""
    return int(hashlib.sha256(identity.encode()).hexdigest(), 16) % FOLDS


@dataclass(frozen=True, slots=True)
class Judged:
    """A gold document with the scores of its sentences by a model that has not seen it, and which are proofs."""

    row: dict[str, Any]
    scores: list[float]
    proofs: list[bool]

    @property
    def relevant(self) -> bool:
        """Whether it has a statement about a Rule."""
        return any(self.proofs)


def judged(rows: Sequence[dict[str, Any]], of_gold: Sequence[Example], others: Sequence[Example]) -> list[Judged]:
    """Every gold document, scored by the model of the other folds."""
    models = [fit([*(e for e in of_gold if fold_of(str(e.document)) != fold), *others]) for fold in range(FOLDS)]
    by_document: dict[str, list[Example]] = {}
    for example in of_gold:
        by_document.setdefault(str(example.document), []).append(example)
    found = []
    for row in rows:
        held = by_document.get(row["id"], [])
        model = models[fold_of(row["id"])]
        found.append(Judged(row, [model.score(e.features) for e in held], [e.proof for e in held]))
    return found


def needed(documents: Sequence[Judged]) -> list[tuple[int, float]]:
    """The score that a text needs, by its number of sentences; official documents are read anyway and do not count."""
    relevant = [d for d in documents if d.relevant and d.row["kind"] not in OFFICIAL]
    longer = [max(d.scores) for d in relevant if len(d.scores) >= WINDOWS[-1]]
    whole = float(np.quantile(longer, 1 - DOCUMENT_RECALL, method="lower")) - MARGIN
    found: list[tuple[int, float]] = []
    for size in WINDOWS:
        cuts = [
            max(d.scores[first : first + size])
            for d in relevant
            for first in range(max(1, len(d.scores) - size + 1))
            if any(d.proofs[first : first + size])
        ]
        found.append((size, round(min(whole, float(np.quantile(cuts, 1 - WINDOW_RECALL))), 3)))
    return [*found, (LONG, round(whole, 3))]


def main() -> None:
    """Train, set the thresholds, write the weights, and say how well the model of the other folds does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder with bench/")
    parser.add_argument("--to", type=Path, default=TARGET)
    options = parser.parse_args()
    rows = gold(options.shared)
    of_gold = [example for row in rows for example in gold_examples(row)]
    others = list(other_examples(options.shared))
    documents = judged(rows, of_gold, others)
    thresholds = needed(documents)
    model = fit([*of_gold, *others])
    content = {
        "bias": round(model.bias, 3),
        "needed": thresholds,
        "weights": {name: round(weight, 3) for name, weight in sorted(model.weights.items())},
    }
    options.to.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    report(documents, thresholds)


def report(documents: Sequence[Judged], thresholds: Sequence[tuple[int, float]]) -> None:
    """What the cross-validated scores come to at the thresholds."""
    sizes, scores = zip(*thresholds, strict=True)

    def passes(document: Judged) -> bool:
        return max(document.scores, default=-100.0) >= np.interp(len(document.scores), sizes, scores)

    print(f"needed: {thresholds}")
    for official in (False, True):
        for relevant in (True, False):
            part = [d for d in documents if d.relevant == relevant and (d.row["kind"] in OFFICIAL) == official]
            passed = sum(map(passes, part))
            name = f"{'official' if official else 'news'}, {'relevant' if relevant else 'irrelevant'}"
            print(f"{name}: {passed} of {len(part)} pass by text alone ({passed / max(len(part), 1):.4f})")
    news = [d for d in documents if d.relevant and d.row["kind"] not in OFFICIAL]
    if sum(map(passes, news)) < DOCUMENT_RECALL * len(news):
        sys.exit(f"recall on news is below {DOCUMENT_RECALL}: the weights should not be used")


if __name__ == "__main__":
    main()
