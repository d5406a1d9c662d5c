"""What proposals must bring to pass, and what lowers those that do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from annotate_samples import triples
from proposer_samples import GOOD, MENTIONS, SUPPLIES, TEXT, annotator, codes, mention, sample, statement

from policygraph.annotate.annotation import Annotation
from policygraph.annotate.proposers.chunks import chunks
from policygraph.annotate.proposers.gate import MOST_ISSUES
from policygraph.annotate.proposers.protocol import Piece, Proposals
from policygraph.annotate.proposers.quotes import find_quote, is_name
from policygraph.annotate.proposers.rows import mentions_of_rows, statements_of_rows
from policygraph.model.records import Block, Document, Span


@dataclass
class Fixed:
    """A proposer that proposes these rows for any document."""

    mentions: list[dict[str, Any]]
    statements: list[dict[str, Any]]
    facts: bool = True
    name: str = "fixed:rows"
    version: str = "7"

    def propose(self, document: Document) -> Proposals:
        mentions = [m for m in mentions_of_rows(self.mentions) if not isinstance(m, str)]
        statements = [s for s in statements_of_rows(self.statements) if not isinstance(s, str)]
        assert len(statements) == len(self.statements)
        assert len(mentions) == len(self.mentions)
        return Proposals((Piece(0, len(document.text), tuple(mentions), tuple(statements)),))

    def spent(self) -> Mapping[str, int]:
        return {}


def judged(text: str, mentions: list[dict[str, Any]], *statements: dict[str, Any], facts: bool = True) -> Annotation:
    return annotator(Fixed(mentions, list(statements), facts)).annotate(sample(text))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"evidence": ["Velmont Chips sells memory modules to Ostrava Motors."]}, "does not have the words"),
        ({"evidence": ["velmont chips supplies memory modules to ostrava motors."]}, "does not have the words"),
        ({"evidence": ["Velmont Chips supplies … to Ostrava Motors."]}, "does not have the words"),
        ({"evidence": ["elmont Chips supplies memory modules to Ostrava Motors."]}, "does not have the words"),
        ({"evidence": [" "]}, "does not have the words"),
        ({"evidence": ["The Harbor Chip Rule prohibits Velmont Chips"]}, "does not name 'Ostrava Motors'"),
        ({"evidence": []}, "0 quotes"),
        ({"evidence": ["Velmont Chips", "Ostrava Motors", "supplies"]}, "3 quotes"),
        ({"evidence": ["Velmont Chips " * 100]}, "more than 800 characters"),
        ({"evidence": [TEXT.strip()]}, "more than 2 sentences"),
        ({"subject": "Nobody"}, "'Nobody' has no mention"),
        ({"object": "Velmont Chips"}, "the same thing"),
        ({"subject": "Harbor Chip Rule"}, "supplies cannot join Rule to Firm"),
        ({"effect": "permits"}, "supplies has no effect"),
        ({"attribution": ["Reuters"]}, "speaker whom the text does not mention"),
        ({"attribution": ["Harbor Chip Rule"]}, "speaker whom the text does not mention"),
        ({"attribution": ["anonymous"] * 6}, "speaker"),
    ],
)
def test_what_has_no_proof_is_refused_with_a_reason(change: dict[str, Any], reason: str) -> None:
    found = judged(TEXT, MENTIONS, SUPPLIES | change, GOOD["statements"][0])
    assert triples(found) == {("Harbor Chip Rule", "applies_to", "Velmont Chips")}
    assert codes(found) == ["proposal_refused"]
    assert reason in found.issues[0].reason
    assert found.issues[0].reason.startswith("fixed:rows: ")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (mention("Acme Corporation", "Firm"), "does not have these words"),
        (mention("VELMONT CHIPS", "Firm", "other"), "does not have these words"),
        (mention("the company", "Firm"), "only stands for something"),
        (mention("Velmont Chips", "Person"), "is that of a Firm"),
        (mention("Velmont Chips", "Firm", "another"), "given as two things"),
        (mention("Velmont " * 40, "Firm", "long"), "more than 200 characters"),
    ],
)
def test_a_mention_that_does_not_stand_is_refused(given: dict[str, Any], reason: str) -> None:
    found = judged(TEXT + "Then the company grew.\n", [*MENTIONS, given], SUPPLIES)
    assert triples(found) == {("Velmont Chips", "supplies", "Ostrava Motors")}
    assert codes(found) == ["proposal_mention_refused"]
    assert reason in found.issues[0].reason


def test_white_space_may_differ_and_the_span_is_that_of_the_text() -> None:
    text = TEXT.replace("memory modules to", "memory\u00a0modules\tto")
    found = judged(text, MENTIONS, SUPPLIES)
    (said,) = found.statements
    (span,) = said.evidence
    assert text[span.start : span.end] == "Velmont Chips supplies memory\u00a0modules\tto Ostrava Motors."
    assert said.item == "memory modules"


def test_two_quotes_may_name_the_ends() -> None:
    text = "Velmont Chips opened an office. It supplies modules to Ostrava Motors.\n"
    row = SUPPLIES | {
        "evidence": ["It supplies modules to Ostrava Motors", "Velmont Chips opened an office"],
        "item": None,
    }
    (said,) = judged(text, MENTIONS, row).statements
    assert [text[s.start : s.end] for s in said.evidence] == [
        "Velmont Chips opened an office",
        "It supplies modules to Ostrava Motors",
    ]


def test_a_quote_is_lengthened_to_an_end_in_its_own_sentence() -> None:
    (said,) = judged(TEXT, MENTIONS, SUPPLIES | {"evidence": ["supplies memory modules"]}).statements
    assert [TEXT[s.start : s.end] for s in said.evidence] == ["Velmont Chips supplies memory modules to Ostrava Motors"]
    assert said.standing == "fact"


def test_an_end_that_the_sentence_only_points_at_is_named_by_a_sentence_before_and_doubted() -> None:
    text = "Velmont Chips opened an office. The day was fine. The company sells modules to Ostrava Motors.\n"
    row = SUPPLIES | {"evidence": ["The company sells modules to Ostrava Motors."], "item": None}
    (said,) = judged(text, MENTIONS, row).statements
    assert [text[s.start : s.end] for s in said.evidence] == ["Velmont Chips opened an office.", *row["evidence"]]
    assert said.standing == "candidate"
    far = judged(text.replace("The day was fine.", "The day was fine. It was hot. Birds sang."), MENTIONS, row)
    assert far.statements == ()
    assert codes(far)[-1] == "proposal_refused"


def test_of_several_places_of_a_quote_the_one_that_proves_is_taken() -> None:
    text = "They sell chips. Others look on.\nVelmont Chips met Ostrava Motors. They sell chips.\n"
    row = SUPPLIES | {"evidence": ["They sell chips.", "Velmont Chips met Ostrava Motors."], "item": None}
    (said,) = judged(text, MENTIONS, row).statements
    assert said.evidence == (Span(33, 66), Span(67, 83))


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"valid_from": "2024-05-17"}, True),
        ({"valid_from": "2024-05-20"}, True),  # the document's own day
        ({"valid_from": "2023-01-01"}, False),
        ({"valid_to": "2025-05-17"}, False),
        ({"due": "17 May 2024"}, False),
        ({"duration": "P1Y"}, False),
        ({"item": "memory modules"}, True),
        ({"item": "nuclear warheads"}, False),
        ({"role": "H20 chips"}, False),  # words of another sentence
    ],
)
def test_a_field_that_the_text_does_not_have_is_dropped_and_the_statement_doubted(
    fields: dict[str, str], kept: bool
) -> None:
    found = judged(TEXT, MENTIONS, SUPPLIES | {"item": None} | fields)
    (said,) = found.statements
    (name,) = fields
    assert getattr(said, name) == (fields[name] if kept else None)
    assert said.standing == ("fact" if kept else "candidate")
    assert codes(found) == ([] if kept else ["proposal_field_refused"])


@pytest.mark.parametrize(
    "text",
    [
        "Velmont Chips does not supply modules to Ostrava Motors.",
        "Velmont Chips may supply modules to Ostrava Motors.",
        "Velmont Chips will supply modules to Ostrava Motors.",
        "Velmont Chips is barred from supplying modules to Ostrava Motors.",
        "If Velmont Chips supplies modules to Ostrava Motors, prices fall.",
        "Does Velmont Chips supply modules to Ostrava Motors?",
        "It is illegal for Velmont Chips to supply modules to Ostrava Motors.",
        "Fears that Velmont Chips supplies modules to Ostrava Motors grew.",
    ],
)
def test_a_cue_that_the_proposal_does_not_account_for_lowers_it(text: str) -> None:
    row = SUPPLIES | {"evidence": [text], "item": None}
    (said,) = judged(text, MENTIONS, row).statements
    assert (said.modality, said.standing) == ("asserted", "candidate")


def test_a_denial_that_is_told_as_one_is_a_fact() -> None:
    text = "Velmont Chips does not supply modules to Ostrava Motors."
    (said,) = judged(text, MENTIONS, SUPPLIES | {"evidence": [text], "item": None, "modality": "denied"}).statements
    assert (said.modality, said.standing) == ("denied", "fact")


def test_an_effect_without_its_cue_is_doubted() -> None:
    row = GOOD["statements"][0] | {"effect": "exempts"}
    (said,) = judged(TEXT, MENTIONS, row).statements
    assert said.standing == "candidate"


def test_without_the_operators_word_nothing_is_a_fact() -> None:
    assert {s.standing for s in judged(TEXT, MENTIONS, *GOOD["statements"], facts=False).statements} == {"candidate"}


@pytest.mark.parametrize(("score", "standing"), [(None, "fact"), (1.0, "fact"), (0.3, "candidate")])
def test_a_score_below_the_line_lowers(score: float | None, standing: str) -> None:
    (said,) = judged(TEXT, MENTIONS, SUPPLIES | {"score": score}).statements
    assert (said.score, said.standing) == (score, standing)


def test_what_is_both_told_and_denied_is_a_candidate() -> None:
    text = "Velmont Chips supplies Ostrava Motors.\nVelmont Chips does not supply Ostrava Motors.\n"
    first = SUPPLIES | {"evidence": [text.splitlines()[0]], "item": None}
    second = SUPPLIES | {"evidence": [text.splitlines()[1]], "item": None, "modality": "denied"}
    assert {s.standing for s in judged(text, MENTIONS, first, second).statements} == {"candidate"}
    assert {s.standing for s in judged(text, MENTIONS, first).statements} == {"fact"}


def test_nothing_is_read_from_captions_and_headlines_are_joined_to_nothing() -> None:
    text = "Velmont Chips in talks\nVelmont Chips supplies Ostrava Motors."
    row = SUPPLIES | {"evidence": ["Velmont Chips supplies Ostrava Motors."], "item": None}
    both = SUPPLIES | {"evidence": ["Velmont Chips in talks", "supplies Ostrava Motors."], "item": None}
    plain = sample(text)
    for kinds, rows, reason in (
        (("paragraph", "caption"), [row], "a caption"),
        (("paragraph", "boilerplate"), [row], "a caption"),
        (("headline", "paragraph"), [both], "a headline is joined"),
    ):
        blocks = (Block(0, 22, kinds[0]), Block(23, len(text), kinds[1]))  # type: ignore[arg-type]
        found = annotator(Fixed(MENTIONS[:4], rows)).annotate(replace(plain, blocks=blocks))
        assert found.statements == ()
        assert reason in found.issues[-1].reason


def test_things_are_named_as_the_reader_names_them() -> None:
    text = "Nvidia Corp supplies chips to Huawei Technologies.\n"
    rows = [mention("Nvidia Corp", "Firm", "A"), mention("Huawei Technologies", "Firm", "B")]
    (said,) = judged(text, rows, statement("A", "supplies", "B", text.strip())).statements
    assert (said.subject, said.object) == ("Nvidia Corp", "Huawei Technologies") or (said.subject, said.object) == (
        "Nvidia",
        "Huawei",
    )
    assert "A" not in (said.subject, said.object)


def test_a_description_stands_only_where_a_statement_uses_it() -> None:
    text = "Velmont Chips runs a plant. Ostrava Motors closed a plant. A plant is big.\n"
    rows = [*MENTIONS[2:4], mention("a plant", "Facility", "the plant of Velmont")]
    row = statement("Velmont Chips", "operates", "the plant of Velmont", "Velmont Chips runs a plant.")
    found = judged(text, rows, row)
    assert [(m.start, m.end) for m in found.mentions if m.type == "Facility"] == [(19, 26)]


def test_many_refusals_are_told_in_one_sentence() -> None:
    rows = [SUPPLIES | {"evidence": [f"made up {n}"]} for n in range(MOST_ISSUES + 20)]
    found = judged(TEXT, MENTIONS, *rows)
    assert len(found.issues) == MOST_ISSUES + 1
    assert found.issues[-1].reason.startswith("20 more")


def test_an_amount_is_that_of_the_evidence() -> None:
    text = "The Harbor Board fined Velmont Chips $5 million.\n"
    rows = [MENTIONS[2], mention("fined", "Rule")]
    row = statement("fined", "enforced_against", "Velmont Chips", text.strip(), effect="penalises")
    (said,) = judged(text, rows, row).statements
    assert (said.amount, said.detail, said.standing) == ("USD 5000000", "USD 5000000", "fact")


def test_a_name_without_a_colon_is_no_name_of_a_proposer() -> None:
    with pytest.raises(ValueError, match="kind:name"):
        annotator(Fixed([], [], name="reader"))


def test_other_settings_make_another_version() -> None:
    versions = {annotator(Fixed([], [], facts=facts, version=v)).version for facts in (True, False) for v in ("1", "2")}
    assert len(versions) == 4


@pytest.mark.parametrize("most", [40, 120, 300, 5000])
def test_chunks_are_whole_paragraphs_within_the_bound_and_miss_nothing(most: int) -> None:
    text = "".join(f"Paragraph {n} says this. It also says that, at length, and then it ends.\n" for n in range(12))
    found = chunks(sample(text), most, most // 3)
    assert all(len(chunk.text) <= most for chunk in found)
    covered = {i for chunk in found for span in chunk.spans for i in range(span.start, span.end)}
    assert {i for i, c in enumerate(text) if c != "\n"} <= covered
    assert all(text[s.start : s.end] in chunk.text for chunk in found for s in chunk.spans)
    assert len(found) == 1 or most < 5000


def test_chunks_overlap_by_whole_paragraphs() -> None:
    text = "\n".join(f"Paragraph number {n}." for n in range(6))
    found = chunks(sample(text), 66, 25)
    assert [len(chunk.spans) for chunk in found][:2] == [3, 3]
    assert found[0].spans[-1] == found[1].spans[0]


@pytest.mark.parametrize(
    ("quote", "name"),
    [
        ("Tesla", True),
        ("the European Commission", True),
        ("Bank of China", True),
        ("H20", True),
        ("the company", False),
        ("The company", False),
        ("Chinese carmaker", False),
        ("the", False),
    ],
)
def test_names_are_told_from_descriptions(quote: str, name: bool) -> None:
    assert is_name(quote) is name


def test_a_quote_is_found_as_whole_words() -> None:
    assert find_quote("Intel and Intelsat. Intel", "Intel", 0, 25) == [Span(0, 5), Span(20, 25)]
    assert find_quote("a (b) c", "(b)", 0, 7) == [Span(2, 5)]
    assert find_quote("x" * 50, " ", 0, 50) == []
