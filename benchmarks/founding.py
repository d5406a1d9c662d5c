"""How many of the founding questions our own extraction answers exactly, beside the annotations by hand.

    python -m benchmarks.founding [DOCUMENTS.jsonl QUESTIONS.yml]

Without arguments the founding documents beside the project are taken, or, where they are not there, the retold story.
The extraction's names are replaced by those that the annotators gave to the same mentions, as the scorer pairs them,
so that the words chosen for a thing do not count. No floor is set; every check of a question must be exact.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from benchmarks.gold.gold import entity_map
from benchmarks.questions import QuestionScore, score_questions
from policygraph.cli.common import DONE, WITH_ISSUES
from policygraph.cli.main import invoke
from policygraph.graph import managed
from policygraph.home import Home

ROOT = Path(__file__).parents[1]
ACCEPTANCE = ROOT / "tests" / "acceptance"
SEED = ROOT.parent / "shared" / "gold" / "seed.jsonl"


class ScoreError(RuntimeError):
    """A command that prepares the home did not end well."""


def score_extraction(documents: Path, questions: Path, folder: Path) -> list[QuestionScore]:
    """Extract from the texts of annotated documents, load what came of it, and put the questions.

    ``folder`` gets the texts, the extraction and a home whose Neo4j is stopped afterwards. Raises ScoreError.
    """
    texts, extracted, named = folder / "texts.jsonl", folder / "extracted.jsonl", folder / "named.jsonl"
    gold = {row["id"]: row for row in _rows(documents)}
    fields = ("id", "kind", "date", "title", "text")
    _write(texts, [{key: row[key] for key in fields if key in row} for row in gold.values()])
    _run("extract", str(texts), str(extracted))
    _write(named, [_renamed(row, entity_map(gold[row["id"]], row)) for row in _rows(extracted)])
    home = Home.at(folder / "home")
    try:
        _run("--home", str(home.path), "init", "--no-reference")
        _run("--home", str(home.path), "ingest", "--annotated", str(named))
        return score_questions(questions, home)
    finally:
        managed.stop(home)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _renamed(row: dict[str, Any], names: dict[str, str | None]) -> dict[str, Any]:
    def name(given: str) -> str:
        return names.get(given) or given

    mentions = [{**m, "entity": name(m["entity"])} for m in row["mentions"]]
    statements = [
        {**s, "s": name(s["s"]), "o": name(s["o"]), "attribution": [name(who) for who in s["attribution"]]}
        for s in row["statements"]
    ]
    return {**row, "mentions": mentions, "statements": statements}


def _run(*arguments: str) -> None:
    with redirect_stdout(sys.stderr):
        code = invoke(list(arguments))
    if code not in (DONE, WITH_ISSUES):
        raise ScoreError(f"policygraph {' '.join(arguments)} ended with exit code {code}")


def main(arguments: list[str]) -> int:
    """Print the score and what differs."""
    if arguments:
        documents, questions = map(Path, arguments)
    elif SEED.exists():
        documents, questions = SEED, ACCEPTANCE / "founding_questions.yml"
    else:
        documents, questions = ACCEPTANCE / "retold.jsonl", ACCEPTANCE / "retold_questions.yml"
    with tempfile.TemporaryDirectory(prefix="policygraph-founding-") as folder:
        scores = score_extraction(documents, questions, Path(folder))
    for score in scores:
        print(f"{score.number:2} {'exact' if score.exact else 'not exact'}: {score.asks}")
        for difference in score.differences:
            print(f"     {difference[:200]}")
    exact = sum(score.exact for score in scores)
    checks = f"{sum(score.exact_checks for score in scores)} of {sum(score.checks for score in scores)}"
    print(f"{exact} of {len(scores)} questions, {checks} checks, are exact by our own extraction ({documents.name})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
