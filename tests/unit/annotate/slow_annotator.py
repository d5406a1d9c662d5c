"""An annotator that would read some texts for ever."""

from __future__ import annotations

import re
import time

from policygraph.annotate.annotation import Annotation
from policygraph.model.records import Document

_ENDLESS = re.compile(r"(a+)+b")


class Slow:
    extractor = "slow"
    version = "1"

    def annotate(self, document: Document) -> Annotation:
        if document.text == "swallows":
            while True:
                try:
                    time.sleep(60)
                except Exception:  # as a library may do
                    continue
        if document.text.startswith("aaa"):
            _ENDLESS.match(document.text)
        return Annotation((), ())


def make_slow() -> Slow:
    return Slow()
