"""spaCy both ways: the reader in somebody's pipeline, and somebody's pipeline as a proposer."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
import spacy
from annotate_samples import document, triples
from proposer_samples import TEXT, annotator, codes, sample, statement
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from policygraph.annotate.pipeline import load_annotator
from policygraph.annotate.proposers.pipeline import STATEMENTS, PipelineProposer, load_pipeline
from policygraph.annotate.proposers.rows import MOST_ROWS
from policygraph.annotate.proposers.settings import SettingsError, SpacySettings
from policygraph.model.ontology import load_ontology


def page_text() -> str:
    file = resources.files("policygraph_crawlers") / "sample" / "pages" / "eu-bev-duties.md"
    return file.read_text(encoding="utf-8").split("---\n", 2)[2].strip()


def test_the_reader_fills_the_spans_of_a_blank_pipeline() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("policygraph_reader")
    text = page_text()
    doc = nlp(text)
    spans = doc.spans["policygraph"]
    mentions = load_annotator().annotate(document(text, None)).mentions
    assert len(spans) == len(mentions) > 10
    assert {span.label_ for span in spans} <= load_ontology().entities.keys()
    for span, mention in zip(spans, mentions, strict=True):
        assert span.start_char <= mention.start
        assert mention.end <= span.end_char
        assert (span.label_, span.id_, span.kb_id_) == (mention.type, mention.entity, mention.reference_id or "")
    assert any(len(a) > len(b) and a.start <= b.start and b.end <= a.end for a in spans for b in spans), (
        "none is nested"
    )
    assert doc.ents == ()


def test_the_key_is_the_owners_and_the_pipeline_can_be_kept(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("policygraph_reader", config={"spans_key": "rules"})
    nlp.to_disk(tmp_path / "pipeline")
    doc = spacy.load(tmp_path / "pipeline")("The European Commission fined Meta 200 million euros.")
    assert {span.label_ for span in doc.spans["rules"]} >= {"Authority", "Firm"}
    assert "policygraph" not in doc.spans
    assert len(nlp("").spans["rules"]) == 0


@pytest.fixture
def rows() -> Iterator[list[object]]:
    """Declares the extension for one test; what is put into the list is what each document says."""
    held: list[object] = []
    Doc.set_extension(STATEMENTS, getter=lambda doc: held, force=True)
    yield held
    Doc.remove_extension(STATEMENTS)


def pipeline(labels: dict[str, str] | None = None, spans: str = "policygraph", facts: bool = True) -> PipelineProposer:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe(
        "span_ruler", config={"spans_key": spans if spans != "ents" else "ruler", "annotate_ents": True}
    )
    ruler.add_patterns(  # type: ignore[attr-defined]
        [
            {"label": "Firm", "pattern": "Velmont Chips", "id": "V"},
            {"label": "ORG", "pattern": "Ostrava Motors", "id": "O"},
            {"label": "Rule", "pattern": "Harbor Chip Rule", "id": "R"},
        ]
    )
    return PipelineProposer(SpacySettings("sample", facts, spans, labels or {}), nlp)


@pytest.mark.parametrize("spans", ["policygraph", "ents"])
def test_a_pipeline_proposes_mentions_and_statements(rows: list[object], spans: str) -> None:
    quote = "Velmont Chips supplies memory modules to Ostrava Motors."
    rows.append(
        {"subject": "V", "predicate": "supplies", "object": "O", "evidence": (quote,), "item": "memory modules"}
    )
    found = annotator(pipeline({"ORG": "Firm"}, spans)).annotate(sample())
    assert codes(found) == []
    assert triples(found) == {("Velmont Chips", "supplies", "Ostrava Motors")}
    (said,) = found.statements
    assert (said.extractor, said.standing, said.item) == ("spacy:sample", "fact", "memory modules")
    (span,) = said.evidence
    assert TEXT[span.start : span.end] == quote


def test_what_a_pipeline_gets_wrong_is_an_issue(rows: list[object]) -> None:
    rows += [
        statement("V", "supplies", "O", "Velmont Chips sells to Ostrava Motors."),
        statement("V", "supplies", "O", "Velmont Chips") | {"score": 7},
        "V supplies O",
        statement(
            "V", "applies_to", "R", "The Harbor Chip Rule prohibits Velmont Chips from exporting H20 chips to China."
        ),
    ]
    found = annotator(pipeline()).annotate(sample())
    assert found.statements == ()
    reasons = " ".join(issue.reason for issue in found.issues)
    assert sorted(codes(found)) == ["proposal_malformed"] * 3 + ["proposal_refused"] * 2
    for words in ("label 'ORG'", "score '7'", "not of type object", "'O' has no mention", "cannot join Firm to Rule"):
        assert words in reasons


def test_rows_beyond_the_bound_are_told(rows: list[object]) -> None:
    rows += ["no row"] * (MOST_ROWS + 3)
    reasons = [issue.reason for issue in pipeline().propose(sample()).issues]
    assert any("3 rows are not looked at" in reason for reason in reasons)


@Language.component("policygraph_test_breaks")
def breaks(doc: Doc) -> Doc:
    raise RuntimeError("out of luck")


@Language.component("policygraph_test_changes")
def changes(doc: Doc) -> Doc:
    other = Doc(doc.vocab, words=["Velmont", "Chips"])
    other.spans["policygraph"] = SpanGroup(other, spans=[other[0:2]])
    return other


@pytest.mark.parametrize(
    ("component", "reason"),
    [("policygraph_test_breaks", "out of luck"), ("policygraph_test_changes", "changed the text")],
)
def test_a_pipeline_that_fails_is_an_issue(component: str, reason: str) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe(component)
    found = annotator(PipelineProposer(SpacySettings("bad"), nlp)).annotate(sample())
    assert codes(found) == ["pipeline_failed"]
    assert reason in found.issues[0].reason


def test_a_pipeline_is_loaded_by_its_folder_or_refused(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("policygraph_reader")
    nlp.to_disk(tmp_path / "pipeline")
    one = load_pipeline(SpacySettings(str(tmp_path / "pipeline")))
    found = annotator(one).annotate(sample("The European Commission fined Meta 200 million euros."))
    assert {m.type for m in found.mentions} >= {"Authority", "Firm"}
    with pytest.raises(SettingsError, match="cannot be loaded"):
        load_pipeline(SpacySettings(str(tmp_path / "nowhere")))
