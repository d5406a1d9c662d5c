"""Captures, pages and PDFs that the tests of the text stage make."""

from __future__ import annotations

from collections.abc import Sequence

from policygraph.model.records import Capture
from policygraph.text.reading import Reading, read_capture

FETCHED = "2026-01-10T06:00:00Z"
URL = "https://news.example/story"

HEADLINES = [
    "Chip Maker Unveils Location Checks for Data Centre Parts",
    "Court Upholds Order Against Phone Maker's Shop",
    "Carrier Wins Approval for Two Billion Dollar Restructuring",
    "Game Seller Misses Third Quarter Estimates",
    "Rocket Firm Edges Toward Listing as Founder Confirms Plans",
]


def capture(media_type: str = "text/html", kind: str = "page", url: str = URL, **hints: str) -> Capture:
    """A capture whose bytes are handed over beside it."""
    return Capture("capture:1", "sample", url, "0" * 64, media_type, kind, 200, 0, hints)


def read(
    payload: bytes | str, media_type: str = "text/html", kind: str = "page", url: str = URL, **hints: str
) -> Reading:
    """What ``read_capture`` makes of a payload."""
    data = payload.encode() if isinstance(payload, str) else payload
    return read_capture(capture(media_type, kind, url, **hints), data, FETCHED)


def roles(reading: Reading) -> list[tuple[str, str]]:
    """Pairs of block kind and text of the only document."""
    (document,) = reading.documents
    return [(b.kind, document.text[b.start : b.end]) for b in document.blocks]


def codes(reading: Reading) -> list[str]:
    """Codes of the issues."""
    return [issue.code for issue in reading.issues]


def article(*body: str, head: str = "", title: str = "Zone opens a list for data transfers") -> str:
    """A page with a menu, an article of a headline and the given markup, and a footer."""
    return (
        f"<html lang='en'><head><title>{title} | The Sample Post</title>{head}</head><body>"
        "<header><nav><ul><li><a href='/'>Home</a></li><li><a href='/tech'>Technology</a></li></ul></nav></header>"
        f"<main><article><h1>{title}</h1>{''.join(body)}</article></main>"
        "<footer><p>The Sample Post is made for tests.</p></footer></body></html>"
    )


PARAGRAPHS = (
    "<p>The administration of the zone published a list on Monday of the data that firms there may send abroad without "
    "an assessment, and said that it applies for one year.</p>"
    "<p>A car maker whose factory stands in the zone did not answer questions about its plans for a data centre, and "
    "neither did the supplier of its processors.</p>"
)


def pdf(pages: Sequence[Sequence[tuple[float, float, str]]], size: float = 11) -> bytes:
    """A PDF file (ISO 32000-1) with text at places: each page is a list of left edge, base line and text, in points."""
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>", font]
    for i, lines in enumerate(pages):
        shown = "\n".join(f"BT /F1 {size} Tf {x} {y} Td ({_escaped(text)}) Tj ET" for x, y, text in lines)
        resources = "<< /Font << /F1 3 0 R >> >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} /Contents {5 + 2 * i} 0 R >>"
        )
        objects.append(f"<< /Length {len(shown.encode('cp1252'))} >>\nstream\n{shown}\nendstream")
    return _file(objects)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: Sequence[str]) -> bytes:
    data = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode("ascii")
