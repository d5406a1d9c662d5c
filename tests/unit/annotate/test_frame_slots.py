"""Which slots a frame cannot do without: where the sentence has no mention of their types, it is not tried."""

from __future__ import annotations

import pytest

from policygraph.annotate.frames import _needed_slots, frames_for, load_frames


@pytest.mark.parametrize(
    ("template", "needed"),
    [
        ("{issuer:Authority+} [issue] {rule:Rule}", [["Authority"], ["Rule"]]),
        ("{who:Firm} [pay] {whom:Firm|Person+}(?: on {when:Date})?", [["Firm"], ["Firm", "Person"]]),
        ("{who:Firm} {role:Person}? [buy] {what:Firm}{0,2}", [["Firm"]]),
        (r"{who:Firm} \((?:of {where:Zone})\) [buy] {what:Firm}", [["Firm"], ["Firm"]]),
        ("{who:Firm} left|{whom:Person} left", []),
        ("{who:Firm} [^)](?:in {where:Zone})? left", []),
    ],
)
def test_slots_that_no_match_lacks(template: str, needed: list[list[str]]) -> None:
    assert [sorted(types) for types in _needed_slots(template)] == needed


def test_a_frame_is_tried_where_all_its_slots_can_be_filled() -> None:
    frame = next(f for f in load_frames() if len(f.slots) == 2 and f.cues and f.slots[0] != f.slots[1])
    types = [frozenset(min(slot) for slot in frame.slots), frame.slots[0] - frame.slots[1]]
    assert frame in list(frames_for(frame.cues, types[0]))
    assert frame not in list(frames_for(frame.cues, types[1]))
    assert frame not in list(frames_for(frozenset(), types[0]))
