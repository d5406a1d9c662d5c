"""Find mentions in texts that nobody annotated, for a run with teachers: ``python -m training.unlabelled --texts
FILE --reader READER …``. Statements are not looked for: the teachers say how likely each is.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from policygraph.annotate.neural.known import Matcher
from policygraph.annotate.neural.network import Heads
from policygraph.annotate.neural.reading import Limits, read
from policygraph.annotate.neural.tokens import Encoded, encode
from training.evaluate import heads_of, hidden_of
from training.pack import load_weights
from training.rows import as_row
from training.teachers import load_reader

NOTHING = Limits(pair=2.0)  # mentions and what they are mentions of, and no statement
Row = dict[str, Any]


def main() -> None:
    """Read the command line and write the documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", required=True, type=Path, help="JSON lines with id and text")
    parser.add_argument("--reader", required=True, type=Path, help="reader.pt or a folder of packed weights")
    parser.add_argument("--weights", required=True, type=Path)
    parser.add_argument("--tokenizer", required=True, type=Path)
    parser.add_argument("--names", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    reader = load_reader(options.reader, load_weights(options.weights), device)
    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    known = Matcher(json.loads(options.names.read_text()))
    rows = [json.loads(line) for line in options.texts.open(encoding="utf-8")]
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        encoded = pool.map(partial(_encoded, tokenizer, known), [row["text"] for row in rows], chunksize=32)
        hidden = [hidden_of(reader, item).astype(np.float16) for item in encoded]
        found = pool.map(partial(_found, heads_of(reader)), zip(rows, encoded, hidden, strict=True), chunksize=32)
    options.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found), encoding="utf-8")


def _encoded(tokenizer: Tokenizer, known: Matcher, text: str) -> Encoded:
    return encode(text, tokenizer, known)


def _found(heads: Heads, item: tuple[Row, Encoded, np.ndarray[Any, Any]]) -> Row:
    row, encoded, hidden = item
    return as_row(row, read(encoded, hidden.astype(np.float32), heads, NOTHING))


if __name__ == "__main__":
    main()
