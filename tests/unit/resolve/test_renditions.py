"""One notice told by a page and by a PDF file is told once; two acts are never one for their title."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.annotate.exchange import document_of_row
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Document, Mention
from policygraph.reference import load_reference
from policygraph.resolve.names import goes_on, says_more_before
from policygraph.resolve.reference_names import ReferenceIndex
from policygraph.resolve.renditions import Rendition, notices, one_text, told_twice
from policygraph.resolve.resolver import Resolver
from policygraph.resolve.same import Description, joined, judge

RESOLVER = Resolver(ReferenceIndex(load_reference()), load_ontology())
TITLE = "Decision on a penalty"
TEXT = (
    "Decision on a penalty. The Harbour Data Office fines Velmont Chips EUR 40 million. It kept the records of drivers "
    "for nine years, without a purpose and without asking them. The decision obliges Velmont Chips to delete the "
    "records by 1 May 2025. It may be appealed within two months of this day."
)
PAGE = TEXT
FILE = (
    f"Harbour Journal 12/2025\nPublished on 3 March 2025\n{TEXT}\nPage 1 of 1. Printed on paper that was used before."
)


def _document(number: int, text: str, **changed: str | None) -> Document:
    row = {"id": str(number), "kind": "official", "date": "2025-03-03", "title": TITLE, "text": text}
    document = replace(document_of_row(row), id=f"document:{number}", title=TITLE, publisher="Harbour Journal")
    return replace(document, published="2025-03-03", **changed)  # type: ignore[arg-type]


def _rendition(document: Document, *names: tuple[str, str]) -> Rendition:
    mentions = [Mention(0, 1, kind, name) for name, kind in names or (("fine", "Rule"),)]
    return Rendition(document, tuple(RESOLVER.resolve(document.id, mentions, []).entities.values()))


def _joined(*renditions: Rendition) -> int:
    return len(joined(told_twice(notices(renditions))))


def test_what_a_page_and_a_file_of_one_notice_describe_is_one_thing() -> None:
    page, file = _rendition(_document(1, PAGE)), _rendition(_document(2, FILE))
    (judgement,) = told_twice(notices([file, page]))
    assert (judgement.left, judgement.right) == (file.entities[0].id, page.entities[0].id)
    assert judgement.kind == "same"
    assert "decision on a penalty" in " ".join(judgement.reasons)


@pytest.mark.parametrize(
    ("told", "other"),
    [
        ("Velmont Chips", "Arda Motors"), ("EUR 40 million", "EUR 41 million"), ("1 May", "2 May"), ("nine", "ten"),
        ("Velmont Chips", "Velmont Chips Holdings"), ("may be", "may not be"),
    ],
)  # fmt: skip
def test_two_acts_with_one_title_of_one_day_and_one_form_stay_two(told: str, other: str) -> None:
    assert _joined(_rendition(_document(1, PAGE)), _rendition(_document(2, FILE))) == 1
    assert told in FILE
    assert _joined(_rendition(_document(1, PAGE)), _rendition(_document(2, FILE.replace(told, other)))) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Decision on a penalty (2)"}, {"title": ""}, {"publisher": "Coast Journal"}, {"publisher": ""},
        {"published": "2025-03-04"}, {"published": None},
    ],
)  # fmt: skip
def test_one_text_with_another_title_publisher_or_day_is_no_rendition(changed: dict[str, str | None]) -> None:
    both = [replace(_document(number, text), **changed) for number, text in ((1, PAGE), (2, FILE))]  # type: ignore[arg-type]
    if all(changed.values()):
        both[0] = _document(1, PAGE)
    assert _joined(*map(_rendition, both)) == 0


def test_a_short_text_and_a_part_of_a_long_one_are_no_renditions() -> None:
    assert not one_text("notice " * 29, "notice " * 29)
    assert one_text("notice " * 30, "notice " * 45)
    assert not one_text("notice " * 30, "notice " * 46)
    assert one_text("", "") is False


def test_what_is_added_stands_between_lines() -> None:
    lines = [f"The office decides on case {number} of this day." for number in range(5)]
    both = "\n".join(lines), "\n".join(["A head", *lines[:3], "Page 1", *lines[3:], "A foot"])
    assert one_text(*both)
    assert one_text(*reversed(both))
    assert not one_text(both[0], both[1].replace("case 3", "case 33"))
    assert not one_text(both[0], both[1].replace("decides", "never decides", 1))
    assert not one_text("\n".join(reversed(lines)), both[1])


@given(st.lists(st.text("ab \n", max_size=60), min_size=20, max_size=40))
def test_a_text_is_one_with_itself_and_with_what_is_around_it(lines: list[str]) -> None:
    text = "\n".join(["a notice of ten words that are here to begin"] * 3 + lines)
    assert one_text(text, text)
    assert one_text(text, f"head\n{text}\nfoot")
    assert one_text(f"head\n{text}\nfoot", text)


def test_a_text_that_runs_through_two_that_differ_joins_one_of_them_at_most() -> None:
    added = ("The ministry agrees.", "The ministry objects.")
    texts = (TEXT, f"{TEXT}\n{added[0]}", f"{TEXT}\n{added[1]}")
    found = notices([_rendition(_document(number, text)) for number, text in enumerate(texts)])
    assert [[r.document.id for r in group] for group in found] == [["document:0", "document:1"]]


def test_only_what_is_called_alike_and_is_of_the_same_type_is_joined() -> None:
    page = _rendition(_document(1, PAGE), ("fine", "Rule"), ("records of drivers", "DataCategory"))
    file = _rendition(_document(2, FILE), ("decision", "Rule"), ("records of drivers", "Rule"), ("Velmont", "Firm"))
    assert _joined(page, file) == 0
    assert _joined(page, _rendition(_document(2, FILE), ("Records of Drivers", "DataCategory"))) == 0  # a proper name
    assert _joined(page, _rendition(_document(2, FILE), ("records of  drivers", "DataCategory"))) == 1


# ---------------------------------------------------------------- one name more fully than the other


@pytest.mark.parametrize(
    ("shorter", "longer", "expected"),
    [
        ("Order on lenses", "Order on lenses by the ministry", True),
        ("order on  lenses", "Order on lenses and prisms", True),
        ("Order on lenses", "Order on lenses waiver", False),
        ("Order on lenses", "Order on lenses", False),
        ("Order on lens", "Order on lenses", False),
        ("lenses", "Order on lenses of glass", False),
    ],
)
def test_a_name_goes_on_only_where_its_noun_stays_the_head(shorter: str, longer: str, expected: bool) -> None:
    assert goes_on(shorter, longer) == expected


@pytest.mark.parametrize(
    ("shorter", "longer", "expected"),
    [
        ("duties on lenses from Oman", "Definitive duties on lenses from Oman", True),
        ("duties on lenses from Oman", "final definitive duties on lenses from Oman", True),
        ("duties on lenses from Oman", "Definitive countervailing duties on lenses from Oman", False),
        ("duties on lenses from Oman", "anti-dumping duties on lenses from Oman", False),
        ("duties on lenses from Oman", "suspended duties on lenses from Oman", False),
        ("duties on lenses from Oman", "provisional duties on lenses from Oman", False),
        ("duties on lenses from Oman", "end of duties on lenses from Oman", False),
        ("duties on lenses from Oman", "a request to lift duties on lenses from Oman", False),
        ("duties on lenses", "Definitive duties on lenses", False),
        ("duties on lenses from Oman", "duties on lenses from Oman", False),
        ("ties on lenses from Oman", "Definitive duties on lenses from Oman", False),
    ],
)
def test_a_name_says_more_before_only_where_it_sets_nothing_apart(shorter: str, longer: str, expected: bool) -> None:
    assert says_more_before(shorter, longer) == expected


TARGET, ISSUER = ("applies_to", "technology:lens"), ("issued_by", "authority:ministry")


def _described(number: int, name: str, **changed: object) -> Description:
    values: dict[str, object] = {
        "id": f"rule:{number}", "type": "Rule", "name": name, "document_ids": frozenset({f"document:{number}"}),
        "published": "2025-03-03", "parties": frozenset({TARGET}), "stated": {}, "notice": "document:1",
    }  # fmt: skip
    return Description(**{**values, **changed})  # type: ignore[arg-type]


SHORT, LONG = _described(1, "Order on lenses"), _described(2, "Order on lenses of glass")


def test_in_one_notice_the_fuller_name_is_kept() -> None:
    (judgement,) = judge([SHORT, LONG])
    assert (judgement.left, judgement.right) == ("rule:1", "rule:2")
    assert "begins with 'order on lenses'" in judgement.reasons[0]


def test_in_one_notice_a_name_that_says_more_before_is_the_fuller_one() -> None:
    short, long = (
        _described(n, name)
        for n, name in ((1, "duties on lenses of glass"), (2, "Definitive duties on lenses of glass"))
    )
    (judgement,) = judge([short, long])
    assert (judgement.left, judgement.right) == ("rule:1", "rule:2")
    assert "ends with 'duties on lenses of glass'" in judgement.reasons[0]
    assert judge([short, replace(long, notice="")]) == []
    assert judge([short, replace(long, name="Provisional duties on lenses of glass")]) == []


@pytest.mark.parametrize(
    "other",
    [
        replace(LONG, notice=""),
        replace(LONG, notice="document:3"),
        replace(LONG, document_ids=frozenset({"document:1", "document:2"})),  # both in one text: two things
        replace(LONG, parties=frozenset({("applies_to", "technology:prism")})),
        replace(LONG, parties=frozenset({ISSUER})),
        replace(LONG, name="Order on lenses waiver"),
        replace(LONG, type="Facility"),
    ],
)
def test_near_misses_of_a_fuller_name_stay_two(other: Description) -> None:
    assert judge([SHORT, other]) == []


def test_what_both_state_must_not_differ() -> None:
    one, other = (replace(d, stated={"amount": frozenset({d.id})}) for d in (SHORT, LONG))
    assert judge([one, other]) == []


def test_a_chain_of_judgements_has_one_end() -> None:
    third = _described(3, "order on the lenses", notice="")
    found = judge([SHORT, LONG, third])
    assert joined(found) == {"rule:1": "rule:2", "rule:3": "rule:2"}


TOLD = frozenset({("applies_to", "technology:lens", "restricts", "the rule covers lenses")})
NAMED, BARE = (
    _described(n, name, words=TOLD) for n, name in ((1, "interim rule on optics for export"), (2, "rule on lenses"))
)


def test_in_one_notice_the_same_words_tell_of_the_same_thing() -> None:
    (judgement,) = judge([NAMED, BARE])
    assert (judgement.left, judgement.right) == ("rule:2", "rule:1")
    assert "'the rule covers lenses'" in judgement.reasons[0]


@pytest.mark.parametrize(
    "other",
    [
        replace(BARE, notice=""),
        replace(BARE, words=frozenset()),
        replace(BARE, document_ids=frozenset({"document:1", "document:2"})),
        replace(BARE, parties=frozenset({ISSUER})),
        replace(BARE, type="Facility"),
    ],
)
def test_other_words_or_another_notice_tell_of_two(other: Description) -> None:
    assert judge([NAMED, other]) == []


def test_two_things_of_one_text_do_not_become_one_by_way_of_a_third() -> None:
    apart = replace(BARE, id="rule:3", name="rule on glass", document_ids=frozenset({"document:2"}))
    assert len(judge([NAMED, BARE, apart])) == 1
    longest = replace(NAMED, name="interim rule on optics for export and glass")
    assert len(judge([longest, BARE, apart])) == 1
