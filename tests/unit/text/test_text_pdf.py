from __future__ import annotations

import pytest
from text_samples import codes, pdf, read, roles

from policygraph.text import pdf as pdf_reader
from policygraph.text.pdf import read_pdf

LONG = [
    "The catalogue of general data applies in the zone and lists what firms may send ab-",
    "road without a security assessment for one year from the day of its publication, as",
    "long as they have filed with the administration and keep records of cross-border",
]


def _page(number: int, *lines: str) -> list[tuple[float, float, str]]:
    placed = [(60.0, 800.0, "Official Journal of the Zone"), (280.0, 30.0, f"Page {number} of 3")]
    return placed[:1] + [(60.0, 760.0 - 15 * i, text) for i, text in enumerate(lines)] + placed[1:]


def test_paragraphs_are_joined_over_lines_and_pages() -> None:
    data = pdf(
        [
            _page(1, "Article 1", *LONG),
            _page(2, "transfers.", "Article 2", "(a) maps that show roads;", "(b) tyre pressure."),
            _page(3, "This notice takes effect on the day of its publication."),
        ]
    )
    reading = read(data, "application/pdf", kind="file")
    assert roles(reading) == [
        ("heading", "Article 1"),
        (
            "paragraph",
            "The catalogue of general data applies in the zone and lists what firms may send abroad without a security "
            "assessment for one year from the day of its publication, as long as they have filed with the "
            "administration and keep records of cross-border transfers.",
        ),
        ("heading", "Article 2"),
        ("list_item", "(a) maps that show roads;"),
        ("list_item", "(b) tyre pressure."),
        ("paragraph", "This notice takes effect on the day of its publication."),
        ("boilerplate", "Official Journal of the Zone"),
        ("boilerplate", "Page 1 of 3"),
        ("boilerplate", "Page 2 of 3"),
        ("boilerplate", "Page 3 of 3"),
    ]


def test_paragraphs_that_a_gap_parts_stay_apart() -> None:
    lines = [(60.0, 760.0 - 15 * i, text) for i, text in enumerate(LONG)]
    lines += [(60.0, 760.0 - 15 * i - 60, text) for i, text in enumerate(LONG)]
    assert len(roles(read(pdf([lines]), "application/pdf"))) == 2


def test_hyphen_that_the_document_writes_elsewhere_is_kept() -> None:
    first = "Rules for cross-border transfers apply to every firm in the zone that sends cross-"
    data = pdf([[(60, 760, first), (60, 745, "border data to another country, whatever its size may be in the year.")]])
    ((_, text),) = roles(read(data, "application/pdf"))
    assert "sends cross-border data" in text


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (pdf([[]]), "pdf_without_text"),
        (b"%PDF-1.7\nnonsense", "pdf_broken"),
        (pdf([_page(1, *LONG)])[:300], "pdf_broken"),
        (b"%PDF-1.4\n" + b"\xff\x00" * 50_000, "pdf_broken"),
    ],
    ids=["no text", "nonsense", "cut", "noise"],
)
def test_pdf_without_a_document_is_an_issue(payload: bytes, code: str) -> None:
    reading = read(payload, "application/pdf", kind="file")
    assert reading.documents == ()
    assert codes(reading) == [code]


def test_pdf_is_known_by_its_bytes_and_a_page_called_pdf_is_a_page() -> None:
    assert read(pdf([_page(1, *LONG)]), "application/octet-stream").documents
    assert codes(
        read("<!DOCTYPE html><html><title>404 Not Found</title><body><p>Not found</p></body></html>", "application/pdf")
    ) == ["page_is_notice"]


def test_pages_beyond_the_most_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_reader, "MOST_PAGES", 2)
    page = read_pdf(pdf([_page(i, LONG[0]) for i in range(4)]))
    assert [p.code for p in page.problems] == ["pdf_too_long"]
    assert page.units
