"""The versions of the annotators are those of the annotators that are loaded, and nothing is loaded to know them."""

from __future__ import annotations

import subprocess
import sys

from policygraph.annotate.stage import load_first_pass, load_reader
from policygraph.annotate.versions import default_reader_version, first_pass_version

LOADED = """
import sys
from policygraph.annotate.stage import annotate_new_documents
from policygraph.annotate.versions import default_reader_version
default_reader_version()
print(sorted({"spacy", "onnxruntime", "scipy", "tokenizers"} & set(sys.modules)))
"""


def test_versions_are_those_of_what_is_loaded() -> None:
    assert default_reader_version() == load_reader().version
    assert first_pass_version("a triage") == load_first_pass("a triage").version


def test_nothing_is_loaded_to_know_a_version() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
