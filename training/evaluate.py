"""Score a trained reader on gold files: ``python -m training.evaluate --reader READER.pt --gold FILE…``.

Limits are not fitted: mentions as the tags say, statements whose pair has a score of at least ``--pair``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from benchmarks.gold.gold import read as read_gold
from benchmarks.gold.gold import score
from tokenizers import Tokenizer

from policygraph.annotate.neural.known import Matcher
from policygraph.annotate.neural.network import Heads
from policygraph.annotate.neural.reading import Limits, read
from policygraph.annotate.neural.tokens import Encoded, encode
from training.examples import example
from training.network import Reader
from training.pack import load_weights
from training.rows import as_row
from training.teachers import load_reader
from training.windows import lay

Row = dict[str, Any]
PAIR = 0.4


class Scorer:
    """Reads gold documents with a reader, and scores what it finds."""

    def __init__(self, reader: Reader, tokenizer: Path, names: Path) -> None:
        self._reader, self._heads = reader, heads_of(reader)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._known = Matcher(json.loads(names.read_text(encoding="utf-8")))

    def score(self, documents: list[Row], pair: float) -> Row:
        """The scores of what the reader finds by itself."""
        rows = []
        for document in documents:
            encoded = encode(document["text"], self._tokenizer, self._known)
            rows.append(as_row(document, read(encoded, self._hidden(encoded), self._heads, Limits(pair=pair))))
        return score(documents, rows)

    def score_given_mentions(self, documents: list[Row], pair: float) -> Row:
        """The scores with the gold's own mentions and what they are mentions of."""
        rows = []
        for document in documents:
            item = example(document, self._tokenizer, self._known)
            hidden = self._hidden(item.encoded)
            found = read(item.encoded, hidden, self._heads, Limits(pair=pair), item.mentions, item.entity_of)
            rows.append(as_row(document, found))
        return score(documents, rows)

    def _hidden(self, encoded: Encoded) -> np.ndarray[Any, Any]:
        return hidden_of(self._reader, encoded)


def main() -> None:
    """Read the command line and score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader", required=True, type=Path, help="reader.pt or a folder of packed weights")
    parser.add_argument("--weights", required=True, type=Path)
    parser.add_argument("--tokenizer", required=True, type=Path)
    parser.add_argument("--names", required=True, type=Path)
    parser.add_argument("--gold", nargs="+", required=True, type=Path)
    parser.add_argument("--pair", type=float, default=PAIR)
    parser.add_argument("--given-mentions", action="store_true", help="score with the gold's mentions as well")
    parser.add_argument("--out", type=Path, help="write F1 of mentions and statements, by file, as JSON")
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    reader = load_reader(options.reader, load_weights(options.weights), device)
    scorer, found = Scorer(reader, options.tokenizer, options.names), {}
    for path in options.gold:
        documents = read_gold(path)
        result = scorer.score(documents, options.pair)
        show(f"{path.stem} pair {options.pair}", result)
        found[path.stem] = {"mentions": result["mentions_exact"]["f1"], "statements": result["statements"]["f1"]}
        if options.given_mentions:
            show(f"{path.stem} gold mentions", scorer.score_given_mentions(documents, options.pair))
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n")


def show(name: str, result: Row) -> None:
    """One line of scores."""
    m, s = result["mentions_exact"], result["statements"]
    telling = {k: v["f1"] for k, v in result["telling_values"].items()}
    print(
        f"{name}: mentions {m['f1']:.3f} (P {m['p']:.2f} R {m['r']:.2f});"
        f" statements {s['f1']:.3f} (P {s['p']:.2f} R {s['r']:.2f});"
        f" telling {telling}; evidence {result['evidence_overlap']:.3f}; {result['polarity']}",
        flush=True,
    )


def heads_of(reader: Reader) -> Heads:
    """The heads of a trained reader in numpy."""
    state = reader.state_dict()
    return Heads({k: v.float().cpu().numpy() for k, v in state.items() if not k.startswith("encoder.")})


@torch.no_grad()
def hidden_of(reader: Reader, encoded: Encoded) -> np.ndarray[Any, Any]:
    """Hidden states of one text."""
    inputs = [(torch.from_numpy(encoded.ids), torch.from_numpy(encoded.shapes), torch.from_numpy(encoded.gazetteer))]
    return reader.hidden(lay(inputs).to(str(reader.outer.weight.device))).cpu().numpy()


if __name__ == "__main__":
    main()
