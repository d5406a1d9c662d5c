"""An annotator whose process dies of one text."""

from __future__ import annotations

import os

from policygraph.annotate.annotation import Annotation
from policygraph.model.records import Document


class Mortal:
    extractor = "mortal"
    version = "1"

    def annotate(self, document: Document) -> Annotation:
        if document.text == "deadly":
            os._exit(1)
        return Annotation((), ())


def make_mortal() -> Mortal:
    return Mortal()
