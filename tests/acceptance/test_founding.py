"""The founding questions, answered exactly, from annotated documents on a real Neo4j and without reference data."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.questions import QuestionScore, differences, read_questions, score_questions
from tests.command_line import CommandLine

HERE = Path(__file__).parent
SEED = HERE.parents[2] / "shared" / "gold" / "seed.jsonl"

# The founding documents lie beside the project and not in it; the retold story tests the same in a fresh clone.
CORPORA = {"retold": HERE / "retold.jsonl"} | ({"founding": SEED} if SEED.exists() else {})


@pytest.fixture(scope="module", params=sorted(CORPORA))
def scores(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, neo4j_environment: dict[str, str]
) -> list[QuestionScore]:
    command_line = CommandLine(tmp_path_factory.mktemp("acceptance") / "home", neo4j_environment)
    command_line.done("init", "--no-reference")
    command_line.done("ingest", "--annotated", str(CORPORA[request.param]))
    return score_questions(HERE / f"{request.param}_questions.yml", command_line.place())


def test_every_question_is_answered_exactly(scores: list[QuestionScore]) -> None:
    wrong = [f"{score.number}. {score.asks}: {difference}" for score in scores for difference in score.differences]
    assert not wrong, "\n".join(wrong)


def test_there_are_twenty_questions_and_more(scores: list[QuestionScore]) -> None:
    assert [score.number for score in scores] == list(range(1, len(scores) + 1))
    assert len(scores) >= 20
    assert all(score.checks for score in scores)


@pytest.mark.parametrize(
    ("expected", "actual", "differs"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1}, {"a": 2}, True),
        ({"a": None}, {}, True),
        ([1, 2], [2, 1], True),
        ([{"a": 1}, {}], [{"a": 2}, {"a": 1}], False),
        ([{"a": 1}, {"a": 1}], [{"a": 1}, {"a": 2}], True),
        ([{"a": 1}], [{"a": 1}, {"a": 1}], True),
        ({"has": [{"a": 1}]}, [{"a": 2}, {"a": 1}], False),
        ({"has": [{"a": 3}]}, [{"a": 2}, {"a": 1}], True),
        ({"lacks": [{"a": 1}]}, [{"a": 2}, {"a": 1}], True),
        ("yes", True, True),
        ([], [{"a": 1}], True),
    ],
)
def test_the_comparison_can_fail(expected: object, actual: object, differs: bool) -> None:
    assert bool(list(differences(expected, actual, "answer"))) == differs


@pytest.mark.parametrize("file", sorted(HERE.glob("*_questions.yml")), ids=lambda file: file.stem)
def test_every_check_says_something(file: Path) -> None:
    for question in read_questions(file):
        for check in question["checks"]:
            assert check["expected"] != {}, question["asks"]
            assert check["arguments"], question["asks"]
