"""Score a trained reader on gold files: ``python -m training.evaluate --out FOLDER --gold FILE…``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from policygraph.annotate.neural.known import Matcher
from policygraph.annotate.neural.network import Heads
from policygraph.annotate.neural.reading import Limits, read
from policygraph.annotate.neural.tokens import Encoded, encode
from training.examples import example
from training.network import Reader
from training.pack import load_weights
from training.rows import as_row
from training.windows import lay


def main() -> None:
    """Read the command line and score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--weights", required=True, type=Path)
    parser.add_argument("--tokenizer", required=True, type=Path)
    parser.add_argument("--names", required=True, type=Path)
    parser.add_argument("--gold", nargs="+", required=True, type=Path)
    parser.add_argument("--scorer", required=True, type=Path, help="folder of gold.py")
    parser.add_argument("--pair", type=float, nargs="+", default=[0.3, 0.4, 0.5])
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    sys.path.insert(0, str(options.scorer))
    import gold  # type: ignore[import-not-found]

    device = "cuda" if torch.cuda.is_available() else "cpu"
    reader = Reader(load_weights(options.weights)).to(device).eval()
    reader.load_state_dict(torch.load(options.out / "reader.pt", map_location=device, weights_only=True))
    heads = heads_of(reader)
    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    known = Matcher(json.loads(options.names.read_text()))
    for path in options.gold:
        documents = [json.loads(line) for line in path.open(encoding="utf-8") if line.strip()]
        encoded = [encode(d["text"], tokenizer, known) for d in documents]
        hidden = [hidden_of(reader, e) for e in encoded]
        for pair in options.pair:
            limits = Limits(pair=pair)
            rows = [as_row(d, read(e, h, heads, limits)) for d, e, h in zip(documents, encoded, hidden, strict=True)]
            show(f"{path.stem} pair {pair}", gold.score(documents, rows))
            if options.save and pair == options.pair[len(options.pair) // 2]:
                target = options.save / f"{path.stem}.predicted.jsonl"
                target.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        limits = Limits(pair=options.pair[len(options.pair) // 2])
        examples = [example(d, tokenizer, known) for d in documents]
        rows = [
            as_row(d, read(x.encoded, h, heads, limits, x.mentions, x.entity_of))
            for d, x, h in zip(documents, examples, hidden, strict=True)
        ]
        show(f"{path.stem} gold mentions", gold.score(documents, rows))


def show(name: str, result: dict[str, Any]) -> None:
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
