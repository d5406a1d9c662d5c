"""The values of spans whose type is known: dates with the direction of their clause, money, quantities."""

from __future__ import annotations

from datetime import date

import pytest

from policygraph.annotate.dates import find_dates
from policygraph.annotate.direction import Direction, direction
from policygraph.annotate.normalise import value_of
from policygraph.annotate.numbers import number, ordinal

SEPTEMBER = date(2025, 9, 18)  # a Thursday


def read(kind: str, marked: str, today: date | None = SEPTEMBER, earlier: date | None = None) -> str | None:
    """The value of the span in square brackets."""
    before, _, rest = marked.partition("[")
    words, _, after = rest.partition("]")
    text = before + words + after
    return value_of(kind, text, len(before), len(before) + len(words), today, earlier)


@pytest.mark.parametrize(
    ("marked", "value"),
    [
        ("The ministry suspended it in [March].", "2025-03"),
        ("The ministry suspended it in [November].", "2024-11"),
        ("The ban will apply from [March].", "2026-03"),
        ("The decree takes effect on [1 January].", "2026-01-01"),
        ("Comments are open until [March].", "2026-03"),
        ("The order of [3 January] is void.", "2025-01-03"),
        ("Certificates have been void since [July].", "2025-07"),
        ("A final version is expected in [spring].", "2026-21"),
        ("It consulted in [spring] on a draft.", "2025-21"),
        ("The court ruled on [Tuesday].", "2025-09-16"),
        ("The court will rule on [Tuesday].", "2025-09-23"),
        ("The court ruled on [Thursday].", "2025-09-18"),
        ("It was to take effect in [October] but was delayed.", "2025-10"),
        ("It refused rehearing [this April].", "2025-04"),
        ("The sides agreed [last October].", "2024-10"),
        ("It may come [next July].", "2026-07"),
        ("Talks in [May] failed.", "2025-05"),
        ("Profit fell in the [second quarter].", "2025-04/2025-06"),
        ("The deal should close in the [second quarter].", "2026-04/2026-06"),
        ("Nobody has seen it since the [3rd].", "2025-09-03"),
    ],
)
def test_the_clause_says_which_of_several_dates_is_meant(marked: str, value: str) -> None:
    assert read("Date", marked) == value


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("first quarter of 2026", "2026-01/2026-03"), ("Q3 2024", "2024-07/2024-09"),
        ("quarter beginning November 2025", "2025-11-01/2026-01-31"),
        ("first half of 2025", "2025-01/2025-06"), ("second half of next year", "2026-07/2026-12"),
        ("late 2024", "2024"), ("early next year", "2026"), ("mid-January 2025", "2025-01"), ("mid-2025", "2025-06"),
        ("end of 2028", "2028-12-31"), ("end of June", "2025-06-30"), ("start of 2020", "2020-01"),
        ("last week", "2025-09-08/2025-09-14"), ("the weekend", "2025-09-13/2025-09-14"),
        ("weekend of the 18th", "2025-09-20/2025-09-21"), ("fiscal year (FY) 2020", "2020"), ("FY23", "2023"),
        ("between May and August 2025", "2025-05/2025-08"), ("between Aug. 25 and 30", "2025-08-25/2025-08-30"),
        ("16 December 2024 to 14 February 2025", "2024-12-16/2025-02-14"), ("2012-2024", "2012/2024"),
        ("September 19-23, 2022", "2022-09-19/2022-09-23"), ("Tuesday 7 May 2024 to Friday 10 May 2024",
        "2024-05-07/2024-05-10"), ("July 1, 2021, through June 30, 2022", "2021-07-01/2022-06-30"),
        ("Nov-Feb 2017", "2016-11/2017-02"), ("in July and August", "2025-07/2025-08"),
        ("Tuesday, January 25, 2022", "2022-01-25"), ("Wednesday evening", "2025-09-17"), ("today", "2025-09-18"),
        ("Two weeks ago", "2025-09-04"), ("a year ago", "2024-09"), ("two years ago", "2023"),
        ("two weeks after next Friday", "2025-10-10"), ("3rd week of Jan 2015", "2015-01-12/2015-01-18"),
        ("calendar quarter beginning October 1, 2025", "2025-10-01/2025-12-31"),
        ("twenty-five January nineteen eighty-six", "1986-01-25"), ("2020/23/Sep", "2020-09-23"), ("A.D. 1770", "1770"),
        ("the nineties", "1990/1999"), ("21st century", "2000/2099"), ("feb 30", None), ("the company", None),
    ],
)  # fmt: skip
def test_a_given_date_has_its_value(words: str, value: str | None) -> None:
    assert read("Date", f"[{words}]") == value


@pytest.mark.parametrize(
    ("marked", "value"),
    [
        ("It began in [June of that year].", "2021-06"),
        ("It won spectrum in [December] of that year.", "2021-12"),
        ("[That October] the court agreed.", "2021-10"),
        ("It was approved [two months later].", "2021-07"),
    ],
)
def test_a_date_can_point_at_the_one_before(marked: str, value: str) -> None:
    assert read("Date", marked, earlier=date(2021, 5, 4)) == value


def test_a_date_that_needs_a_day_has_no_value_without_one() -> None:
    assert read("Date", "in [March]", today=None) is None
    assert read("Date", "in [March 2024]", today=None) == "2024-03"


@pytest.mark.parametrize(
    ("marked", "value"),
    [
        ("[$4.75 Billion]", "USD 4750000000"), ("[210 Billion Won]", "KRW 210000000000"), ("[£4.80]", "GBP 4.80"),
        ("between [EUR 20 to 25 billion]", "EUR 20000000000..25000000000"), ("[Rp 1.5 trillion]", "IDR 1500000000000"),
        ("[VND 3 billion]", "VND 3000000000"), ("[PHP 10 million]", "PHP 10000000"), ("[A$7.3 Billion]",
        "AUD 7300000000"), ("[S$315,000]", "SGD 315000"), ("[HK$2 million]", "HKD 2000000"), ("[NT$3 billion]",
        "TWD 3000000000"), ("[RMB 8 billion]", "CNY 8000000000"), ("[Rs. 1.1 crore]", "INR 11000000"),
        ("[5 lakh rupees]", "INR 500000"), ("[12-billion-euro]", "EUR 12000000000"), ("[8.26 U.S. cents]",
        "USD 0.0826"), ("[one million rupees]", "INR 1000000"), ("[R688 million]", "ZAR 688000000"), ("[RM 30 million]",
        "MYR 30000000"), ("a fine of 10 million euros, then [15 million] more", "EUR 15000000"),
        ("Pakistan's regulator fined it [54 million rupees]", "PKR 54000000"),
        ("Denmark taxes cars above [300,000 kroner]", "DKK 300000"), ("Kenya fined it [5 million shillings]",
        "KES 5000000"), ("[a great deal]", None), ("[15 million]", None),
    ],
)  # fmt: skip
def test_money_is_currency_and_amount(marked: str, value: str | None) -> None:
    assert read("Money", marked) == value


@pytest.mark.parametrize(
    ("marked", "value"),
    [
        ("[120 GWh]", "120 GWh"), ("[130 km/h]", "130 km/h"), ("[10 MVA]", "10 MVA"), ("[72 hours]", "PT72H"),
        ("[two thirds]", "2/3"), ("[a tenth]", "10 %"), ("[Half]", "50 %"), ("[300 to 480 megawatts]", "300/480 MW"),
        ("[three to six years]", "P3Y/P6Y"), ("[two and a half years]", "P2Y6M"), ("[half an hour]", "PT30M"),
        ("[half a century]", "P50Y"), ("[six weeks]", "P6W"), ("[90-day]", "P90D"), ("[17.0%]", "17.0 %"),
        ("[19.9 Percent]", "19.9 %"), ("[1.5-gigawatt]", "1.5 GW"), ("[3 million tonnes]", "3000000 t"),
        ("[40,000 square metres]", "40000 m2"), ("[50% plus one share]", "50 %"), ("[20 hours a week]", "20 h/week"),
        ("[two months and ten days]", "P2M10D"), ("the shares fell [12.4%] on Monday", "-12.4 %"),
        ("closed [17%] lower", "-17 %"), ("a stake of [12.4%]", "12.4 %"), ("[several]", None),
    ],
)  # fmt: skip
def test_a_quantity_is_a_duration_or_a_number_with_its_unit(marked: str, value: str | None) -> None:
    assert read("Quantity", marked) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The agency fined the firm in @.", Direction.PAST),
        ("The agency will fine the firm in @.", Direction.FUTURE),
        ("The rules would be formally adopted in @.", Direction.FUTURE),
        ("The rules were to apply in @.", Direction.OPEN),
        ("It had planned a start. In @ the minister resigned.", Direction.PAST),
        ("The list is closed in @.", Direction.OPEN),
        ("The market in @.", Direction.OPEN),
        ("The relief, valid until @, was renewed.", Direction.AHEAD),
    ],
)
def test_the_direction_of_a_clause(text: str, expected: Direction) -> None:
    at = text.index("@")
    assert direction(text.replace("@", "March"), at, at + 5) is expected


def test_a_period_between_two_dates_is_one_date() -> None:
    text = "Visits between April and September 2023, not between 3 and 12 firms."
    assert [(text[f.start : f.end], f.value) for f in find_dates(text, SEPTEMBER)] == [
        ("between April and September 2023", "2023-04/2023-09")
    ]


def test_from_one_date_to_another_is_one_where_whole_periods_are_wanted() -> None:
    text = "from 1 May 2025 to 3 June 2025"
    assert [f.value for f in find_dates(text, SEPTEMBER)] == ["2025-05-01", "2025-06-03"]
    assert [f.value for f in find_dates(text, SEPTEMBER, whole_periods=True)] == ["2025-05-01/2025-06-03"]


@pytest.mark.parametrize(
    ("words", "value"),
    [("twenty-five", 25), ("two thousand and five", 2005), ("nineteen eighty six", 1986), ("a hundred", 100),
        ("1,200", 1200), ("one", 1), ("word", None)],
)  # fmt: skip
def test_numbers_in_words(words: str, value: int | None) -> None:
    assert number(words) == value


@pytest.mark.parametrize(("words", "value"), [("third", 3), ("twenty-first", 21), ("31st", 31), ("nth", None)])
def test_ordinals(words: str, value: int | None) -> None:
    assert ordinal(words) == value
