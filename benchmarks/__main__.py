"""List what can be measured: ``python -m benchmarks``; measure one thing: ``python -m benchmarks NAME …``."""

from __future__ import annotations

import runpy
import sys

NAMES = {
    "quality": "the annotator on the development documents, against its floor",
    "answer_times": "applies and exposure beside Cypher by hand, on a generated graph of 200,000 edges",
    "graph_load": "loading the graph beside plain UNWIND statements",
    "encoder_speed": "the whole annotator against its bare encoder, on one thread",
    "long_texts": "seconds and memory of one document of 1,000 to 1,000,000 characters",
    "stages": "documents a second in each stage [FOLDER with fr_abstracts.jsonl.gz]",
    "triage": "the first pass, and the whole run with it, on a fixed mix [FOLDER]",
    "text_extraction": "text of HTML pages, on two public sets [FOLDER]",
    "dates": "dates, on the public cases of DateTimeModel [FILE]",
    "values": "values of dates, money and quantities, on the training part of the gold",
    "polarity": "relief never read as burden, nor the other way round",
    "founding": "the founding questions, answered from our own extraction [FOLDER]",
}


def main() -> None:
    """List the measurements, or run one."""
    if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
        for name, words in NAMES.items():
            print(f"python -m benchmarks.{name:16} {words}")
        sys.exit(0 if len(sys.argv) < 2 else 2)
    name = sys.argv.pop(1)
    runpy.run_module(f"benchmarks.{name}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
