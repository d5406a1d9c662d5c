"""A minimal PDF writer (ISO 32000-1): lines of text in Helvetica on A4 pages, the same bytes for the same text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_LINES_A_PAGE = 46
_CHARACTERS_A_LINE = 88  # of 11 point Helvetica between margins of 56 points; wider letters are rare enough to fit
_SMALL = 8
_LEADING = 16  # points from line to line
_TOP = 780  # points from the lower edge of an A4 page (842)


class Line(NamedTuple):
    """A line of text; ``size`` in points."""

    text: str
    size: int = 11


def write_pdf(title: str, paragraphs: Iterable[str], head: Iterable[str] = (), foot: Iterable[str] = ()) -> bytes:
    """A PDF with a title and paragraphs, wrapped; ``head`` and ``foot`` are lines in small print above and below them.

    Characters beyond Windows-1252 become question marks.
    """
    lines = [Line(part, 14) for part in textwrap.wrap(title, 64)]
    lines += [Line(text, _SMALL) for text in head if text] + [Line("")]
    for paragraph in paragraphs:
        lines.extend(Line(part) for part in textwrap.wrap(paragraph, _CHARACTERS_A_LINE))
        lines.append(Line(""))
    lines += [Line(text, _SMALL) for text in foot]
    pages = [lines[i : i + _LINES_A_PAGE] for i in range(0, len(lines), _LINES_A_PAGE)]
    return _file(_objects(title, pages))


def _objects(title: str, pages: Sequence[Sequence[Line]]) -> list[bytes]:
    first_page = 5
    kids = " ".join(f"{first_page + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode("ascii"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (" + _escaped(title) + b") /Producer (policygraph sample) >>",
    ]
    for number, lines in enumerate(pages):
        content = _content(lines)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            + f"/Contents {first_page + 2 * number + 1} 0 R >>".encode("ascii")
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n".encode("ascii") + content + b"\nendstream")
    return objects


def _content(lines: Sequence[Line]) -> bytes:
    parts = [b"BT", f"{_LEADING} TL 56 {_TOP} Td".encode("ascii")]
    for line in lines:
        parts.append(f"/F1 {line.size} Tf".encode("ascii"))
        parts.append(b"(" + _escaped(line.text) + b") Tj T*")
    return b"\n".join([*parts, b"ET"])


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode("ascii") + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode("ascii")
    for offset in offsets:
        out += f"{offset:010} 00000 n \n".encode("ascii")
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF\n".encode(
        "ascii"
    )
    return bytes(out)
