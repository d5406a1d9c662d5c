"""Resolution and projection over any documents: reference firms stay apart, and order changes nothing."""

from __future__ import annotations

import json
import random
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from policygraph.annotate.annotated import parse_line, record_line
from policygraph.archive import Archive
from policygraph.graph.projection import project
from policygraph.graph.rows import Projection
from policygraph.ledger import Ledger
from policygraph.ledger.runs import begin_run
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Mention
from policygraph.reference import load_reference
from policygraph.resolve.names import fold, is_act_name, is_proper
from policygraph.resolve.reference_names import ReferenceIndex
from policygraph.resolve.resolver import Resolver
from policygraph.resolve.same import Description, joined, judge
from policygraph.text.roles import plain_blocks

REFERENCE = load_reference()
FIRMS = sorted((e for e in REFERENCE.entities.values() if e.type == "Firm"), key=lambda e: e.id)
RESOLVER = Resolver(ReferenceIndex(REFERENCE), load_ontology())
FIRM_IDS = {firm.id for firm in FIRMS}
NAMES = st.sampled_from([(firm, name) for firm in FIRMS for name in (firm.name, *firm.aliases)])
SPOILED = st.sampled_from(
    [str, str.upper, str.lower, lambda n: f" {n} ", lambda n: n.replace(" ", "  "), lambda n: n + "s"]
)
RETOLD = (Path(__file__).parents[1] / "acceptance" / "retold.jsonl").read_text(encoding="utf-8").splitlines()


@given(NAMES)
@settings(max_examples=300)
def test_a_name_of_a_firm_is_that_firm_or_not_decided(pair: tuple[object, str]) -> None:
    firm, name = pair
    found = RESOLVER.resolve("document:d", [Mention(0, 1, "Firm", name)], []).entities[name, "Firm"]
    assert found == firm or found.id not in FIRM_IDS


@given(NAMES, NAMES, SPOILED)
@settings(max_examples=300)
def test_two_reference_firms_are_never_one(one: tuple[object, str], other: tuple[object, str], spoil: object) -> None:
    names = [one[1], spoil(other[1])]  # type: ignore[operator]
    mentions = [Mention(i, i + 1, "Firm", name) for i, name in enumerate(names)]
    entities = RESOLVER.resolve("document:d", mentions, []).entities
    found = [entities[name, "Firm"].id for name in names]
    if found[0] == found[1] and found[0] in FIRM_IDS:
        bearers = [e for e in FIRMS if fold(names[1]) in {fold(n) for n in (e.name, *e.aliases)}]
        assert found[0] in {e.id for e in bearers} | {one[0].id}  # type: ignore[attr-defined]
        assert one[0] == other[0] or len(bearers) != 1


def test_every_reference_firm_is_found_by_its_own_name_or_not_at_all() -> None:
    ids = {}
    for firm in FIRMS:
        found = RESOLVER.resolve("document:d", [Mention(0, 1, "Firm", firm.name)], []).entities[firm.name, "Firm"]
        if found.id in FIRM_IDS:
            ids.setdefault(found.id, set()).add(firm.id)
    assert all(len(firms) == 1 for firms in ids.values())
    assert len(ids) > 0.95 * len(FIRMS)


@given(st.text(max_size=40), st.sampled_from(sorted(load_ontology().entities)))
def test_any_name_has_an_entity_or_is_a_value(name: str, entity_type: str) -> None:
    entities = RESOLVER.resolve("document:d", [Mention(0, 1, entity_type, name)], []).entities
    is_value = load_ontology().entities[entity_type].is_value
    assert ((name, entity_type) not in entities) == is_value
    for entity in entities.values():
        assert entity.type == entity_type
        assert ":" in entity.id
        assert not entity.id.endswith(":")


@given(st.text(max_size=40))
def test_names_are_judged_without_error(name: str) -> None:
    assert is_proper(name) in (True, False)
    assert is_act_name(name) in (True, False)
    assert fold(fold(name)) == fold(name)


DESCRIPTIONS = st.builds(
    Description,
    id=st.uuids().map(str),
    type=st.sampled_from(["Rule", "Facility"]),
    name=st.sampled_from(
        ["plan to block the app", "a plan to block the app", "plan to block the app by May", "new plant", "the fine"]
    ),
    document_ids=st.frozensets(st.sampled_from(["document:1", "document:2", "document:3"]), min_size=1, max_size=2),
    notice=st.sampled_from(["", "document:1"]),
    published=st.none() | st.dates(date(2020, 1, 1), date(2026, 1, 1)).map(date.isoformat),
    parties=st.frozensets(st.sampled_from([("applies_to", "firm:a"), ("issued_by", "authority:b")])),
    stated=st.dictionaries(
        st.sampled_from(["amount", "valid_from"]), st.frozensets(st.sampled_from(["1", "2"]), min_size=1)
    ),
)


@given(st.lists(DESCRIPTIONS, max_size=8, unique_by=lambda d: d.id), st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_sameness_is_reasoned_and_independent_of_order(found: list[Description], chance: random.Random) -> None:
    by_id = {d.id: d for d in found}
    judgements = judge(found)
    shuffled = found[:]
    chance.shuffle(shuffled)
    assert sorted(j.id for j in judge(shuffled)) == sorted(j.id for j in judgements)
    for judgement in judgements:
        left, right = by_id[judgement.left], by_id[judgement.right]
        assert left.type == right.type
        assert not left.document_ids & right.document_ids
        assert left.parties & right.parties
        assert judgement.reasons
        for what in left.stated.keys() & right.stated.keys():
            assert left.stated[what] & right.stated[what]
    assert len({j.left for j in judgements}) == len(judgements)
    ends = joined(judgements)
    assert ends.keys() == {j.left for j in judgements}
    assert not ends.keys() & set(ends.values())


@given(st.permutations(RETOLD))
@settings(max_examples=6, deadline=None)
def test_the_projection_is_independent_of_the_order_of_documents(lines: list[str]) -> None:
    assert _shown(_projected(lines)) == _shown(_projected(RETOLD))


def _projected(lines: list[str]) -> Projection:
    with tempfile.TemporaryDirectory() as folder:
        ledger, archive = Ledger(f"sqlite:///{folder}/ledger.sqlite"), Archive(Path(folder) / "archive")
        with ledger.transaction() as connection:
            run_id = begin_run(connection, "test")
            for line in lines:
                annotated = parse_line(line)
                blocks = plain_blocks(annotated.text, annotated.kind)
                record_line(connection, archive, run_id, line, annotated, "2025-12-11T06:00:00Z", blocks)
        with ledger.reading() as connection:
            return project(connection, RESOLVER, load_ontology())[0]


def _shown(projection: Projection) -> list[str]:
    hidden = {"recorded"}
    rows = [
        (n.label, n.type, n.id, {k: v for k, v in n.properties.items() if k not in hidden}) for n in projection.nodes
    ]
    links = [(r.type, r.id, r.start, r.end, dict(r.properties)) for r in projection.relationships]
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in [*rows, *links])
