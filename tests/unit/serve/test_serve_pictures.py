"""Pictures: whatever is drawn, no box overlaps another, no words leave their box or the picture."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import FancyBboxPatch
from matplotlib.transforms import Bbox
from tests.unit.serve.exposure_samples import FIRM, crowded, entry, exposure, fact, rule

from policygraph.serve.lettering import wrap
from policygraph.serve.pictures import Picture, draw_exposure
from policygraph.trace.facts import Thing


def boxes(picture: Picture) -> list[Bbox]:
    renderer = FigureCanvasAgg(picture).get_renderer()
    patches = [patch for patch in picture.axes[0].patches if isinstance(patch, FancyBboxPatch)]
    return [patch.get_window_extent(renderer) for patch in patches]


def words(picture: Picture) -> dict[str, Bbox]:
    renderer = FigureCanvasAgg(picture).get_renderer()
    return {text.get_text(): text.get_window_extent(renderer) for text in picture.axes[0].texts}


def overlap(one: Bbox, other: Bbox) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def test_nothing_overlaps_in_a_crowded_picture() -> None:
    picture = draw_exposure(crowded())
    found = boxes(picture)
    assert len(found) > 12 + 4
    assert not [pair for pair in combinations(found, 2) if overlap(*pair)]


@settings(max_examples=15, deadline=None)
@given(st.text(min_size=1, max_size=120), st.text(min_size=1, max_size=60))
def test_any_name_stays_in_its_box(rule_name: str, firm_name: str) -> None:
    firm = Thing("firm:any", firm_name, "Firm")
    one = rule(1, rule_name)
    picture = draw_exposure(exposure(entry(one, "open", "burden", (fact("1", one, "applies_to", firm),)), firm=firm))
    page = Bbox.from_extents(0, 0, picture.bbox.width, picture.bbox.height)
    for text, extent in words(picture).items():
        assert not text.strip() or (extent.x0 >= page.x0 and extent.x1 <= page.x1), text
    assert not [pair for pair in combinations(boxes(picture), 2) if overlap(*pair)]


def test_names_are_wrapped_and_cut() -> None:
    lines = wrap("Measures on the transfer of measuring instruments of every kind " * 5, 1.5, 9.0)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert wrap("W" * 80, 1.0, 9.0, most=2)[0].startswith("WWW")
    assert wrap("a\u202eb\x1b[31m\nc", 3.0, 9.0) == ["ab[31m c"]


def test_dollars_are_no_formulas() -> None:
    one = rule(1, r"$\frac{1}{2}$ and $x$")
    picture = draw_exposure(exposure(entry(one, "in_force", "relief", (fact("1", one, "applies_to", FIRM),))))
    assert r"$\frac{1}{2}$ and $x$" in words(picture)


def test_the_legend_tells_what_is_drawn_and_nothing_else() -> None:
    one = rule(1)
    told = fact("1", one, "applies_to", FIRM, modality="planned")
    found = words(draw_exposure(exposure(entry(one, "in_force", "relief", (told,)))))
    assert {"relief", "in force for the firm", "planned, possible, or only reported by others"} <= found.keys()
    assert "burden" not in found
    assert "reference data" not in found


def test_what_the_rule_maker_or_the_firm_says_itself_is_not_conditional() -> None:
    one, maker = rule(1), Thing("authority:1", "Ministry", "Authority")
    told = fact("1", one, "applies_to", FIRM, attribution=("Ministry",), attribution_ids=("authority:1",))
    made = fact("2", one, "issued_by", maker)
    found = words(draw_exposure(exposure(entry(one, "in_force", "burden", (told,), issued_by=(made,)))))
    assert "stated by a document" in found


def test_no_rule_is_said_in_words() -> None:
    assert any("no proof that there is none" in text for text in words(draw_exposure(exposure())))


def test_rules_beyond_the_limit_are_counted() -> None:
    assert any("more not drawn" in text for text in words(draw_exposure(crowded(), most=3)))


@pytest.mark.parametrize("number", [1, 2])
def test_a_picture_is_the_same_each_time(number: int) -> None:
    first, second = draw_exposure(crowded()), draw_exposure(crowded())
    assert first._repr_png_() == second._repr_png_()
    assert first._repr_png_().startswith(b"\x89PNG")


def test_a_rule_with_two_provisions_is_counted_once() -> None:
    one, two = rule(1), rule(2)
    named = entry(one, "in_force", "burden", (fact("1", one, "enforced_against", FIRM),), reach="named")
    scope = entry(one, "in_force", "burden", (fact("2", one, "applies_to", FIRM),))
    assert exposure(named, scope).counted("burden") == "1 burden in force"
    other = entry(two, "in_force", "burden", (fact("3", two, "applies_to", FIRM),))
    found = exposure(named, scope, other)
    assert found.counted("burden") == "2 burdens in force"
    assert found.counted("relief") == "no relief in force"
    assert any("no relief in force · 2 burdens in force" in text for text in words(draw_exposure(found)))
