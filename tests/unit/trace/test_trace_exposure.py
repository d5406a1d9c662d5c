"""What an exposure lists: a rule's provisions, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from policygraph.trace.exposure import Entry, ask_exposure
from policygraph.trace.facts import STATEMENT_COLUMNS, Known

TYPES = {
    "ban": "Rule", "waiver": "Rule", "Alder": "Firm", "cars": "Sector", "banks": "Sector", "lens": "Technology",
}  # fmt: skip
Told = tuple[str, Mapping[str, Any]]
WAIVER: tuple[Told, Told] = ("waiver lifts ban", {}), ("waiver applies_to banks", {"effect": "permits"})


class Graph:
    """Answers the three queries of an exposure from a list of statements; rules that touch the firm are given."""

    def __init__(self, rules: Sequence[str], lifted: Sequence[str], *statements: tuple[str, Mapping[str, Any]]) -> None:
        self._exposed = {"rules": list(rules), "lifted": list(lifted), "neighbours": [], "near_rules": []}
        self._rows = [_row(number, text, values) for number, (text, values) in enumerate(statements)]

    def fetch(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, *, timeout: float = 0
    ) -> list[dict[str, Any]]:
        """Rows of one of the queries."""
        if "$names" in cypher:
            return [{"id": "Alder", "name": "Alder", "type": "Firm", "aliases": [], "stands": True}]
        return [self._exposed] if "near_rules" in cypher else self._rows


def _row(number: int, text: str, values: Mapping[str, Any]) -> dict[str, Any]:
    subject, predicate, object_ = text.split()
    told = {
        "id": f"statement:{number}", "predicate": predicate, "effect": "none", "modality": "asserted",
        "standing": "fact", "origin": "extracted", "document_id": "document:1", "known_from": "2024-01-10", **values,
    }  # fmt: skip
    ends = {side: [name, name, TYPES[name]] for side, name in (("subject", subject), ("object", object_))}
    return {"statement": [told.get(name) for name in STATEMENT_COLUMNS], **ends}


def _of_ban(graph: Graph) -> list[Entry]:
    exposure = ask_exposure(graph, "Alder", as_of="2024-06-01", known=Known("2024-12-31"))
    return [entry for entry in exposure.entries if entry.rule.id == "ban"]


def test_an_open_rule_without_effects_is_shown_once_with_all_that_would_settle_it() -> None:
    about = ("ban applies_to cars", {"provision": "1"}), ("ban applies_to lens", {"provision": "2"})
    (entry,) = _of_ban(Graph(["waiver"], ["ban"], *WAIVER, *about))
    assert (entry.standing, entry.effect) == ("open", "none")
    assert set(entry.would_settle) == {"Alder active_in cars", "Alder makes lens"}
    assert "cars" in entry.why
    assert "lens" in entry.why


def test_a_reason_that_joined_entries_share_is_given_once() -> None:
    both = ("ban applies_to cars", {"provision": "1"}), ("ban applies_to lens", {"provision": "1"})
    one = ("ban applies_to cars", {"provision": "2", "document_id": "document:2"})
    (entry,) = _of_ban(Graph(["waiver"], ["ban"], *WAIVER, *both, one))
    assert entry.why.count("cars") == 1
    assert "lens" in entry.why


def test_a_rule_of_unknown_effect_is_open_and_neither_relief_nor_burden() -> None:
    (entry,) = _of_ban(Graph(["ban"], [], ("ban applies_to Alder", {"effect": "unknown"})))
    assert (entry.standing, entry.effect, entry.side, entry.reach) == ("open", "unknown", None, "named")
    assert entry.would_settle == ("what ban does to Alder",)
    two = ({"effect": "unknown", "provision": number, "document_id": number} for number in "12")
    (joined,) = _of_ban(Graph(["ban"], [], *(("ban applies_to Alder", told) for told in two)))
    assert len(joined.path) == 2


def test_the_paths_of_both_are_kept() -> None:
    about = (
        ("ban applies_to cars", {"provision": "1"}), ("ban applies_to lens", {"provision": "1"}),
        ("ban applies_to banks", {"provision": "2"}), ("ban applies_to lens", {"provision": "2"}),
    )  # fmt: skip
    own: tuple[Told, Told] = ("Alder active_in cars", {}), ("Alder active_in banks", {})
    (entry,) = _of_ban(Graph(["ban"], [], *about, *own))
    assert {fact.object.id for fact in entry.path} == {"cars", "banks"}
    assert entry.would_settle == ("Alder makes lens",)
    assert entry.why.count("lens") == 1


def test_what_has_an_effect_or_another_time_stays_apart() -> None:
    cars, lens = ("ban applies_to cars", {"provision": "1"}), ("ban applies_to lens", {"provision": "2"})
    for changed in ({"effect": "prohibits"}, {"effect": "requires"}, {"valid_from": "2024-02-01"}):
        found = _of_ban(Graph(["waiver"], ["ban"], *WAIVER, cars, (lens[0], {**lens[1], **changed})))
        assert len(found) == 2, changed


def test_two_provisions_with_one_effect_stay_two() -> None:
    about = [(f"ban applies_to {thing}", {"provision": thing, "effect": "prohibits"}) for thing in ("cars", "lens")]
    assert len(_of_ban(Graph(["waiver"], ["ban"], *WAIVER, *about))) == 2
