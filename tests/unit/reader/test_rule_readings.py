"""What the rules read beside what the trained reader reads."""

from __future__ import annotations

from dataclasses import replace

from policygraph.annotate.annotation import Annotation
from policygraph.annotate.rule_readings import rule_readings, triple_of
from policygraph.model.records import Mention, Span, Statement

ARDA, BOND, BAN = (Mention(0, 4, "Firm", "Arda"), Mention(10, 14, "Firm", "Bond"), Mention(20, 23, "Rule", "ban"))


def _statement(**changes: object) -> Statement:
    values: dict[str, object] = {
        "document_id": "d", "subject": "Arda", "subject_type": "Firm", "predicate": "acquires", "object": "Bond",
        "object_type": "Firm", "evidence": (Span(0, 14),), "extractor": "rules", "extractor_version": "1",
        "origin": "extracted",
    }  # fmt: skip
    return Statement(**{**values, **changes})  # type: ignore[arg-type]


def _read(**changes: object) -> Statement:
    return _statement(extractor="reader", extractor_version="2", score=0.8, **changes)


def test_what_the_rules_alone_read_is_a_candidate() -> None:
    found = rule_readings((ARDA, BOND), Annotation((ARDA, BOND), (_statement(),)), "reader", "2").beside(())
    assert [(s.standing, s.score, s.extractor) for s in found] == [("candidate", None, "reader")]


def test_where_both_read_alike_the_rules_word_is_kept_with_the_readers_score() -> None:
    own = _statement(valid_from="2024-05-01")
    rules = rule_readings((ARDA, BOND), Annotation((ARDA, BOND), (own,)), "reader", "2")
    assert rules.agree("Arda", "acquires", "Bond", "asserted", "none")
    assert [(s.valid_from, s.standing, s.score) for s in rules.beside((_read(),))] == [("2024-05-01", "fact", 0.8)]


def test_where_they_differ_the_readers_word_is_kept() -> None:
    rules = rule_readings((ARDA, BOND), Annotation((ARDA, BOND), (_statement(),)), "reader", "2")
    assert not rules.agree("Arda", "acquires", "Bond", "denied", "none")
    denied = _read(modality="denied", standing="candidate")
    assert rules.beside((denied,)) == (denied,)


def test_relief_and_burden_do_not_agree() -> None:
    own = _statement(subject="ban", subject_type="Rule", predicate="applies_to", object="Arda", effect="prohibits")
    rules = rule_readings((ARDA, BAN), Annotation((ARDA, BAN), (own,)), "reader", "2")
    assert rules.agree("ban", "applies_to", "Arda", "asserted", "restricts")
    assert not rules.agree("ban", "applies_to", "Arda", "asserted", "exempts")


def test_the_rules_candidates_agree_with_nothing() -> None:
    own = _statement(standing="candidate")
    rules = rule_readings((ARDA, BOND), Annotation((ARDA, BOND), (own,)), "reader", "2")
    assert not rules.agree("Arda", "acquires", "Bond", "asserted", "none")


def test_entities_take_the_readers_names_and_needed_mentions_are_added() -> None:
    longer = replace(ARDA, end=9, entity="Arda Inc.")
    rules = rule_readings((longer,), Annotation((ARDA, BOND), (_statement(),)), "reader", "2")
    assert [(s.subject, s.object) for s in rules.beside(())] == [("Arda Inc.", "Bond")]
    assert [m.entity for m in rules.mentions] == ["Arda Inc.", "Bond"]


def test_that_the_rules_read_no_effect_does_not_make_an_unknown_one_none() -> None:
    own = _statement(subject="ban", subject_type="Rule", predicate="applies_to", object="Arda")
    rules = rule_readings((ARDA, BAN), Annotation((ARDA, BAN), (own,)), "reader", "2")
    unknown = _read(subject="ban", subject_type="Rule", predicate="applies_to", object="Arda", effect="unknown")
    assert rules.beside((unknown,)) == (unknown,)
    assert [s.effect for s in rules.beside((replace(unknown, effect="none"),))] == ["none"]


def test_what_the_reader_reads_in_part_does_not_take_the_place_of_the_rules_reading() -> None:
    rules = rule_readings((ARDA, BOND), Annotation((ARDA, BOND), (_statement(),)), "reader", "2")
    part = _read(standing="candidate", evidence=(Span(0, 4),))
    assert rules.beside((part,)) == (part,)
    assert [s.evidence for s in rules.beside((part,), frozenset({triple_of(part)}))] == [(Span(0, 4),), (Span(0, 14),)]
