"""Scores what the text stage reads out of HTML on two public benchmarks, beside trafilatura's own output.

``article-extraction``: 181 news pages, F1 over shingles of four words, precision and recall averaged over the pages.
``web-pages``: pages of seven kinds, F1 over words in lower case, averaged over the pages. The pages are not part of the
project: ``python benchmarks/text_extraction.py FOLDER`` reads them from a folder that has both sets.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trafilatura import extract

from policygraph.model.records import Capture, Document
from policygraph.text.reading import VERSION, read_capture

FETCHED = "2026-11-27T00:00:00Z"
Extractor = Callable[[bytes, str], str]


@dataclass(frozen=True, slots=True)
class Case:
    """A page, its kind, its text as people marked it, and its day of publication where they gave one."""

    html: bytes
    url: str
    kind: str
    text: str
    published: str | None = None


@dataclass(slots=True)
class Days:
    """How the days of publication that we read compare with those that people gave."""

    right: int = 0
    other: int = 0
    unknown: int = 0


@dataclass(slots=True)
class Reader:
    """The text stage as an extractor that leaves out blocks of some kinds."""

    without: frozenset[str]
    days: dict[str, str | None] = field(default_factory=dict)

    def __call__(self, html: bytes, url: str) -> str:
        """The text of a page."""
        capture = Capture("capture:0", "benchmark", url, "", "text/html", "page", 200, len(html))
        documents = read_capture(capture, html, FETCHED).documents
        self.days[url] = documents[0].published if documents else None
        return "\n".join(self._kept(document) for document in documents)

    def _kept(self, document: Document) -> str:
        return "\n".join(document.text[b.start : b.end] for b in document.blocks if b.kind not in self.without)


def trafilatura_alone(precision: bool) -> Extractor:
    """trafilatura's own plain text, without readers' comments."""

    def run(html: bytes, _url: str) -> str:
        return extract(html, include_comments=False, favor_precision=precision) or ""

    return run


def article_cases(folder: Path) -> Iterator[Case]:
    """The cases of ``article-extraction``."""
    for name, truth in json.loads((folder / "ground-truth.json").read_text(encoding="utf-8")).items():
        html = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        yield Case(html, truth["url"], "article", truth["articleBody"])


def web_page_cases(folder: Path) -> Iterator[Case]:
    """The cases of ``web-pages``."""
    for path in sorted((folder / "ground-truth").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        html = gzip.decompress((folder / "html" / f"{path.stem}.html.gz").read_bytes())
        truth = data["ground_truth"]
        kind = data["_internal"]["page_type"]["primary"]
        yield Case(html, data["url"], kind, truth.get("main_content") or "", truth.get("publish_date"))


def shingle_score(found: str, wanted: str) -> tuple[float, float]:
    """Precision and recall over shingles of four words."""
    mine, theirs = _shingles(found), _shingles(wanted)
    both = sum((mine & theirs).values())
    if mine == theirs:
        return 1.0, 1.0
    return (both / sum(mine.values()), both / sum(theirs.values())) if both else (0.0, 0.0)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))) if words else Counter()


def word_score(found: str, wanted: str) -> float:
    """F1 over words in lower case."""
    mine, theirs = (Counter(re.findall(r"\w+", text.lower())) for text in (found, wanted))
    both = sum((mine & theirs).values())
    return 2 * both / (sum(mine.values()) + sum(theirs.values())) if both else 0.0


def article_line(name: str, cases: Sequence[Case], extractor: Extractor) -> str:
    """A row of the table of article pages."""
    began = time.perf_counter()
    texts = [extractor(case.html, case.url) for case in cases]
    seconds = time.perf_counter() - began
    scores = [shingle_score(text, case.text) for text, case in zip(texts, cases, strict=True)]
    precision, recall = (sum(score[i] for score in scores) / len(scores) for i in (0, 1))
    f1 = 2 * precision * recall / (precision + recall)
    return f"| {name} | {f1:.3f} | {precision:.3f} | {recall:.3f} | {len(cases) / seconds:.0f} |"


def web_page_line(name: str, cases: Sequence[Case], extractor: Extractor, kinds: Sequence[str]) -> str:
    """A row of the table of pages of all kinds."""
    began = time.perf_counter()
    texts = [extractor(case.html, case.url) for case in cases]
    seconds = time.perf_counter() - began
    by_kind: dict[str, list[float]] = {kind: [] for kind in kinds}
    for text, case in zip(texts, cases, strict=True):
        by_kind[case.kind].append(word_score(text, case.text))
    every = [score for scores in by_kind.values() for score in scores]
    means = [sum(scores) / len(scores) for scores in (every, *by_kind.values())]
    return "| " + " | ".join([name, *(f"{m:.3f}" for m in means), f"{len(cases) / seconds:.0f}"]) + " |"


def day_line(cases: Sequence[Case], reader: Reader) -> str:
    """A sentence on the days of publication."""
    days = Days()
    for case in cases:
        if case.published:
            found = reader.days[case.url]
            days.right += found == case.published[:10]
            days.unknown += found is None
            days.other += found is not None and found != case.published[:10]
    return (
        f"Of {days.right + days.other + days.unknown} pages whose day of publication people gave, we read that day on "
        f"{days.right}, another on {days.other} (most are days of an update), and none on {days.unknown}."
    )


def report(folder: Path) -> Iterator[str]:
    """The figures as Markdown, line by line."""
    plain, clean = Reader(frozenset()), Reader(frozenset(("boilerplate", "caption")))
    rows: list[tuple[str, Extractor]] = [
        ("trafilatura, default", trafilatura_alone(precision=False)),
        ("trafilatura, precision", trafilatura_alone(precision=True)),
        ("text stage, all blocks", plain),
        ("text stage without boilerplate and captions", clean),
    ]
    yield from (
        "# Text extraction",
        "",
        f"`python benchmarks/text_extraction.py FOLDER`, text stage {VERSION}, one core.",
        "",
    )
    articles = list(article_cases(folder / "article-extraction"))
    yield from (f"{len(articles)} article pages, shingles of four words:", "")
    yield from ("| extractor | F1 | precision | recall | pages/s |", "|---|---|---|---|---|")
    for name, extractor in rows:
        yield article_line(name, articles, extractor)
    pages = list(web_page_cases(folder / "web-pages"))
    kinds = sorted({case.kind for case in pages})
    yield from ("", f"{len(pages)} pages of all kinds, words:", "")
    yield from (f"| extractor | all | {' | '.join(kinds)} | pages/s |", "|---" * (len(kinds) + 3) + "|")
    for name, extractor in rows:
        yield web_page_line(name, pages, extractor, kinds)
    yield from ("", day_line(pages, clean))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with article-extraction/ and web-pages/")
    for line in report(parser.parse_args().folder):
        print(line, flush=True)


if __name__ == "__main__":
    main()
