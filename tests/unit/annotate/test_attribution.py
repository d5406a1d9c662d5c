"""Who a trained reading is put on."""

from __future__ import annotations

import pytest

from policygraph.annotate.attribution import borne_out


@pytest.mark.parametrize(
    ("speakers", "words", "expected"),
    [
        (("Arda",), "Arda asked for a reconsideration of the cap", ()),
        (("Arda",), "Arda's purchase of Zed", ()),
        (("Arda",), "Arda said that it would fight the cap", ("Arda",)),
        (("Arda",), "according to Arda, the cap is void", ("Arda",)),
        (("Zed News", "Arda"), "Arda will appeal against the cap", ("Zed News",)),
        (("Zed News",), "Arda will appeal against the cap", ("Zed News",)),
        (("anonymous",), "Arda may appeal", ("anonymous",)),
        (("Arda",), "Arda appeals against an essay on the cap", ()),
        (("Arda",), "Arda has reportedly bought Zed", ()),
        (
            ("Arda", "Zed News"),
            "Zed News reported that Arda would appeal",
            ("Arda", "Zed News"),
        ),  # whose word it is is not looked at
    ],
)
def test_an_end_of_a_statement_says_it_only_by_a_word_of_saying(
    speakers: tuple[str, ...], words: str, expected: tuple[str, ...]
) -> None:
    assert borne_out(speakers, ("Arda", "cap"), words) == expected
