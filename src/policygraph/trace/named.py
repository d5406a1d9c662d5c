"""How the evidence of a statement names its ends, as JSON and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policygraph.model.coreference import Naming


def named_json(found: Naming | None) -> dict[str, Any] | None:
    """A naming as JSON: how (name, alias, description or elsewhere), the words, and their offsets in the text."""
    return {"how": found.how, "words": found.words, "offsets": [found.start, found.end]} if found else None


def named_of_list(found: Sequence[str]) -> dict[str, Any] | None:
    """The same of a statement node's ``subject_named`` or ``object_named``; None where it is empty."""
    if not found:
        return None
    how, words, offsets = found
    return {"how": how, "words": words, "offsets": [int(place) for place in offsets.split(":")]}


def named_in_words(said: Mapping[str, Any], most: int = 120) -> Iterator[str]:
    """A phrase for each end that is not named by its own name in the evidence. ``said`` has ``subject``, ``object``,
    ``subject_named`` and ``object_named``; words longer than ``most`` characters are cut."""
    for end in ("subject", "object"):
        named = said.get(f"{end}_named")
        if not named or named["how"] == "name":
            continue
        words = " ".join(named["words"].split())
        quoted = f"“{words if len(words) <= most else words[: most - 1] + '…'}”"
        if named["how"] == "elsewhere":
            start, stop = named["offsets"]
            yield f"{said[end]} is named elsewhere: {quoted} (characters {start} to {stop})"
        else:
            yield f"{quoted} (= {said[end]})"
