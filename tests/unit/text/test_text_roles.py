from __future__ import annotations

import pytest
from text_samples import HEADLINES, PARAGRAPHS, article, read, roles

from policygraph.text.blocks import Unit
from policygraph.text.roles import plain_blocks, unit_kinds

STORY = (
    "The administration of the zone published a list of data on Monday, a document shows.\n"
    "What the List Means for Car Makers\n"
    "Firms in the zone may send listed data abroad for one year without an assessment.\n"
    "Photo: Ana Lind/Picture Agency\n"
)


def _kinds(text: str, kind: str = "news") -> list[tuple[str, str]]:
    return [(b.kind, text[b.start : b.end]) for b in plain_blocks(text, kind)]


def test_story_that_ends_in_a_credit_and_unrelated_headlines() -> None:
    found = _kinds(STORY + "\n".join(HEADLINES))
    assert [k for k, _ in found[:4]] == ["paragraph", "heading", "paragraph", "caption"]
    assert found[4:] == [("headline", line) for line in HEADLINES]


def test_document_of_kind_headlines_has_only_headlines() -> None:
    assert _kinds("Zone opens\nCourt says no to appeal.", "headlines") == [
        ("headline", "Zone opens"),
        ("headline", "Court says no to appeal."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Photo: Ana Lind/Picture Agency",
        "(Photo: a driver waits outside the station. L. Chen)",
        "Photo by Ana Lind on Unsplash",
        "Image credit: Getty Images",
        "Ana Lind/Reuters",
        "© 2024 Ana Lind/Getty Images",
        "A worker checks a wafer at the plant. (Photo by Ana Lind)",
        "Figure 2: Share of firms with a licence",
    ],
)
def test_captions_and_credits(line: str) -> None:
    assert _kinds(f"The plant opened on Monday.\n{line}\nIt makes chips for cars.")[1] == ("caption", line)


@pytest.mark.parametrize(
    "line",
    [
        "Sign up for our daily newsletter and get the news in your inbox.",
        "We use cookies to improve this site.",
        "Share on Facebook",
        "Share | Tweet | Print",
        "© 2024 The Sample Post. All rights reserved.",
        "Read more",
        "ADVERTISEMENT",
        "Privacy Policy",
    ],
)
def test_boilerplate(line: str) -> None:
    assert _kinds(f"The plant opened on Monday.\n{line}\nIt makes chips for cars.")[1] == ("boilerplate", line)


@pytest.mark.parametrize(
    "line",
    [
        "Shares of the chip maker fell after the ministry published its list.",
        "The photo: a picture that the ministry published shows the minister at the plant, where he said so.",
        "Registered firms may send listed data abroad.",
        "Subscribers must be told of the transfer within ten days.",
        "Commented on by many, the rule takes effect on 1 May.",
        "Copyright law does not apply to the list.",
        "Related parties must file a report.",
        "The latest rules apply to all firms.",
    ],
)
def test_sentences_that_begin_like_boilerplate_stay_paragraphs(line: str) -> None:
    assert _kinds(f"The plant opened on Monday.\n{line}\nIt makes chips for cars.")[1] == ("paragraph", line)


def test_items_of_a_list_of_goods_are_no_headlines() -> None:
    text = (
        "The licence covers:\n- lithography tools and parts of them\n- etching tools and their parts\n- design software"
    )
    assert [k for k, _ in _kinds(text)] == ["paragraph", "list_item", "list_item", "list_item"]


def test_two_headings_in_a_row_are_no_list_of_headlines() -> None:
    text = "Chapter Two of the New Act\nDuties of the Large Platforms\nA platform shall file a report each year."
    assert "paragraph" in [k for k, _ in _kinds(text)]
    assert _kinds(text)[1][0] == "heading"


def test_list_under_a_related_heading_is_boilerplate_to_its_end() -> None:
    units = [Unit("Related articles", "heading"), *(Unit(h, "list_item", 1.0) for h in HEADLINES)]
    units.append(Unit("The ministry published the list on Monday.", "paragraph"))
    assert unit_kinds(units, "") == ["boilerplate"] * 6 + ["paragraph"]


def test_page_keeps_its_headline_and_the_list_below_apart() -> None:
    links = "".join(f"<li><a href='/{i}'>{h}</a></li>" for i, h in enumerate(HEADLINES))
    page = article(PARAGRAPHS, "<p>Photo: Ana Lind/Picture Agency</p>", f"<ul>{links}</ul>")
    found = roles(read(page))
    assert found[0] == ("headline", "Zone opens a list for data transfers")
    assert [k for k, _ in found[1:4]] == ["paragraph", "paragraph", "caption"]
    listed = found[4:]
    assert all(k in ("headline", "boilerplate") for k, _ in listed)
    assert {t for _, t in listed} <= set(HEADLINES)


def test_lists_of_unlinked_headlines() -> None:
    lines = [
        "Zone lists data that may leave without assessment",
        "Shares of the game seller rise",
        "Ferry adds a night line",
    ]
    page = article(f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>", title="Headlines of 17 May 2024")
    assert roles(read(page)) == [("headline", t) for t in ("Headlines of 17 May 2024", *lines)]
    text = "The market was calm on Tuesday.\nHEADLINES\n• Zone lists data; firms may send it abroad\n• Shares rise\n"
    assert [k for k, _ in _kinds(text + "The diary: the bank meets.")][2:] == ["headline", "headline", "paragraph"]


def test_times_between_headlines_do_not_hide_the_list() -> None:
    units = [unit for line in HEADLINES for unit in (Unit(line, "heading"), Unit("2 hours ago", "list_item"))]
    assert unit_kinds(units, "") == ["headline", "boilerplate"] * len(HEADLINES)
    units = [unit for line in HEADLINES for unit in (Unit(line, "heading"), Unit("December 10, 2025", "paragraph"))]
    assert unit_kinds(units, "")[::2] == ["headline"] * len(HEADLINES)


def test_structure_of_a_page() -> None:
    found = roles(
        read(
            article(
                PARAGRAPHS,
                "<h2>What it covers</h2><ul><li>maps that show roads</li><li>tyre pressure</li></ul>",
                "<blockquote><p>We welcome the list and will study what it means for us.</p></blockquote>",
                "<table><tr><th>Zone</th><th>Until</th></tr><tr><td>Lingang</td><td>2025</td></tr></table>",
                "<p>The list was sent to firms<br>at a meeting.</p><p>One line<br>Another line</p>",
            )
        )
    )
    assert ("heading", "What it covers") in found
    assert ("list_item", "tyre pressure") in found
    assert ("quotation", "We welcome the list and will study what it means for us.") in found
    assert ("table", "Lingang | 2025") in found
    assert ("paragraph", "The list was sent to firms at a meeting.") in found
    assert "One line Another line" not in [t for _, t in found]
    assert not any("Technology" in t or "made for tests" in t for _, t in found)
