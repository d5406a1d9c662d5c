"""The floor: numbers that were reached, pinned with the digest of the documents that they were reached on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent / "floor.json"
AT_LEAST = ("mentions_exact", "mentions_partial", "statements")  # their F1 must not fall
PRECISION = "facts_precision"  # of the statements above the line
RECALL = "facts_recall"
AT_MOST = ("inversions", "overclaims")  # of the statements above the line; they must not rise
# Floating point differs in its last digits from processor to processor, which can turn a decision at a threshold.
TOLERANCE = 0.004


class FloorError(ValueError):
    """A floor file that cannot be used."""


def pinned(result: dict[str, Any], digest: str) -> dict[str, Any]:
    """What is pinned of a result."""
    return {
        "digest": digest,
        **{name: result[name]["f1"] for name in AT_LEAST},
        PRECISION: result["facts"]["statements"]["p"],
        RECALL: result["facts"]["statements"]["r"],
        **{name: result["facts"]["polarity"][name] for name in AT_MOST},
    }


def read_floor(path: Path = FILE) -> dict[str, Any]:
    """The pinned numbers. Raises FloorError for a file without them."""
    try:
        floor = json.loads(path.read_text(encoding="utf-8"))
        missing = [n for n in ("digest", *AT_LEAST, PRECISION, RECALL, *AT_MOST) if n not in floor]
    except (OSError, ValueError, TypeError) as error:
        raise FloorError(f"{path.name} cannot be read: {error}") from error
    if missing:
        raise FloorError(f"{path.name} lacks {', '.join(missing)}")
    return dict(floor)


def failures(now: dict[str, Any], floor: dict[str, Any]) -> list[str]:
    """Sentences that say where the numbers are below the floor; none if they hold."""
    if now["digest"] != floor["digest"]:
        return ["the floor was pinned on other documents: pin it again with --lower-floor"]
    found = [
        f"{name} is {now[name]:.4f}, below the floor of {floor[name]:.4f}"
        for name in (*AT_LEAST, PRECISION, RECALL)
        if now[name] < floor[name] - TOLERANCE
    ]
    found += [
        f"{name}: {now[name]}, more than the {floor[name]} of the floor" for name in AT_MOST if now[name] > floor[name]
    ]
    return found


def write_floor(now: dict[str, Any], path: Path = FILE) -> None:
    """Pin the numbers."""
    path.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
