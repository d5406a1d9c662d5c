"""Text from the web set in lines of a given width, measured in the font that draws it."""

from __future__ import annotations

import unicodedata

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

FAMILY = "DejaVu Sans"  # comes with matplotlib, so a picture is the same on every machine
POINTS = 72.0  # an inch
LEADING = 1.25  # line height, in sizes of the font


def plain(text: str) -> str:
    """One line without control characters, and without those that turn the direction of writing."""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join("".join(kept).split())


def width(text: str, size: float, bold: bool = False) -> float:
    """Width in inches of a line set in ``size`` points."""
    font = FontProperties(family=FAMILY, size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) / POINTS


def height(lines: int, size: float) -> float:
    """Height in inches of so many lines."""
    return lines * size * LEADING / POINTS


def wrap(text: str, limit: float, size: float, *, bold: bool = False, most: int = 3) -> list[str]:
    """Lines no wider than ``limit`` inches, at most ``most``; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in plain(text).split():
        if lines and width(f"{lines[-1]} {word}", size, bold) <= limit:
            lines[-1] += f" {word}"
            continue
        while word and len(lines) <= most:
            fitting = _fitting(word, limit, size, bold)
            lines.append(word[:fitting])
            word = word[fitting:]
    if len(lines) > most:
        last = lines[most - 1] + "…"
        while len(last) > 1 and width(last, size, bold) > limit:
            last = last[:-2].rstrip() + "…"
        lines = [*lines[: most - 1], last]
    return lines


def _fitting(word: str, limit: float, size: float, bold: bool) -> int:
    """How many characters of a word fit into a line; at least one."""
    count = len(word)
    while count > 1 and width(word[:count], size, bold) > limit:
        count = min(count - 1, max(1, int(count * limit / width(word[:count], size, bold)) + 1))
    return count
