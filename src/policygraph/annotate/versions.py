"""The versions of the annotators, known without loading them: which documents are new is asked before any is read."""

from __future__ import annotations

from functools import cache

from policygraph.annotate.data import digest_of_folder, digest_of_patterns
from policygraph.annotate.neural.manifest import version_of, weights_folder
from policygraph.reference.tables import reference_folder

READER = "reader"  # the extractor's name
READER_VERSION = "5"
RULES_VERSION = "1"


@cache
def rules_version() -> str:
    """The version of the rules: of their code, the patterns and the reference data."""
    return f"{RULES_VERSION}-{digest_of_patterns()}-{digest_of_folder(reference_folder())}"


def reader_version(model: str, rules: str) -> str:
    """The version of a reader with a model and rules of these versions."""
    return f"{READER_VERSION}-{model}-{rules}"


@cache
def default_reader_version() -> str:
    """The version of the annotator of the default run. Raises ModelError where its weights are missing."""
    return reader_version(version_of(weights_folder()), rules_version())


def first_pass_version(triage: str) -> str:
    """The version of the annotator of what a triage of this version does not pass."""
    return f"{triage}-{rules_version()}"
