"""The fixed mix that the first pass is measured on: 500 documents, 70% of them irrelevant.

    python -m benchmarks.triage_mix FOLDER      # choose again, and write triage_mix.jsonl

A line of ``triage_mix.jsonl`` names a document (``part``, ``id``), the digest of its text, and whether it is relevant.
Relevant documents are those of the gold with a statement in which a Rule takes part; none was trained on. The others
come from the quiet part of the gold, from news pages, and from web text and interviews; a news page whose beginning or
likeliest sentence tells of an act of public power was set aside by reading, and is reported apart. FOLDER has
``bench/`` and ``gold/``; without it only the documents that the project holds are measured.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.gold.documents import FOLDER as GOLD
from benchmarks.gold.documents import digest, part_files, part_name
from benchmarks.gold.gold import Row, read
from benchmarks.gold.rebuild import rebuilt, texts
from benchmarks.relevance import proofs
from policygraph.annotate.triage.features import pieces
from policygraph.text.language import language_of

LIST = Path(__file__).with_name("triage_mix.jsonl")
LEFT_OUT = Path(__file__).with_name("triage_left_out.txt")
SEED = "triage mix 1"
SIZE, RELEVANT = 500, 150
SHORTEST, LONGEST = 300, 8_000  # characters of what is not of the gold: as long as news is
BRIEF = 3  # sentences of a document that is cut to its beginning
GENRES = ("news", "interview", "bio", "voyage", "vlog", "conversation")


@dataclass(frozen=True, slots=True)
class Item:
    """A document of the mix; ``page`` is its HTML where it has one, ``any_statement`` whether the gold has any."""

    part: str
    id: str
    text: str
    relevant: bool
    any_statement: bool = False
    title: str = ""
    date: str | None = None
    kind: str = "news"
    page: bytes = b""

    @property
    def key(self) -> tuple[str, str]:
        """What names it."""
        return self.part, self.id


def gold_items(shared: Path | None) -> Iterator[Item]:
    """The development documents of the gold, and with a folder the 40 further ones on the Federal Register."""
    for path in part_files(GOLD)["dev"]:
        rows = read(path)
        if path.name.endswith(".annotations.jsonl"):
            known = texts(shared, {row["ref"] for row in rows}) if shared else {}
            rows = [rebuilt(row, known) for row in rows] if shared else []
        for row in rows:
            yield _gold_item(part_name(path), row)
    if shared:
        for row in read(shared / "gold" / "federal-register.jsonl"):
            yield _gold_item("federal-register-test", row)


def _gold_item(part: str, row: Row) -> Item:
    found = proofs(row)
    fields = (row["text"], bool(found), bool(row["statements"]), row.get("title") or "", row.get("date"), row["kind"])
    return Item(part, row["id"], *fields)


def briefs(shared: Path | None) -> Iterator[Item]:
    """The beginnings of the written development documents, of one to four sentences, that hold the proof of a rule."""
    for path in part_files(GOLD)["dev"]:
        if path.name.startswith("written-"):
            for row in read(path):
                spans = list(pieces(row["text"]))
                end = spans[min(BRIEF, len(spans)) - 1][1]
                if len(spans) > BRIEF and any(stop <= end for _, stop in proofs(row)):
                    yield Item("briefs", row["id"], row["text"][:end].strip(), True, True, "", row["date"])


def set_aside(shared: Path) -> list[Item]:
    """The news pages that tell of a rule, or may: no annotator has read them, so they count neither way."""
    return list(articles(shared, apart=True))


def articles(shared: Path, *, apart: bool = False) -> Iterator[Item]:
    """English news pages of the public test of article extraction with their HTML: the others, or those set apart."""
    folder = shared / "bench" / "article-extraction"
    left_out = tuple(line for line in LEFT_OUT.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    for name, row in sorted(json.loads((folder / "ground-truth.json").read_text(encoding="utf-8")).items()):
        text = row["articleBody"]
        if name.startswith(left_out) == apart and len(text) <= LONGEST and language_of(text, "") == "en":
            page = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
            yield Item("articles", name, text, False, page=page)


def treebank(shared: Path, name: str, genres: Iterable[str] = ()) -> Iterator[Item]:
    """Documents of a treebank, of some genres or of all, as running text."""
    kept, sentences = tuple(genres), defaultdict[str, list[str]](list)
    identity = ""
    with gzip.open(shared / "bench" / "treebank" / f"en_{name}.conllu.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("# newdoc id = "):
                identity = line.removeprefix("# newdoc id = ").strip()
            elif line.startswith("# text = "):
                sentences[identity].append(line.removeprefix("# text = ").strip())
    for identity, found in sentences.items():
        text = " ".join(found)
        if SHORTEST <= len(text) <= LONGEST and (not kept or identity.split("_")[1] in kept):
            yield Item(name, identity, text, False)


def all_items(shared: Path | None) -> dict[tuple[str, str], Item]:
    """Every document that the mix may hold."""
    found = [*gold_items(shared), *briefs(shared)]
    if shared:
        found += articles(shared)
        found += [*treebank(shared, "gum-ud-dev", GENRES), *treebank(shared, "gum-ud-test", GENRES)]
        found += treebank(shared, "ewt-ud-train")
    return {item.key: item for item in found}


def choose(items: Iterable[Item]) -> list[Item]:
    """All relevant gold documents and briefs to make up the number; then the quiet ones, news, interviews, web text."""
    order = {"briefs": 1, "ewt-ud-train": 2}
    ranked = sorted(items, key=lambda i: (order.get(i.part, 0), hashlib.sha256(f"{SEED} {i.id}".encode()).hexdigest()))
    relevant = [i for i in ranked if i.relevant][:RELEVANT]
    return relevant + [i for i in ranked if not i.relevant][: SIZE - len(relevant)]


def load(shared: Path | None) -> list[Item]:
    """The documents of the list, in its order. Raises ValueError for a text that is not the one that was listed."""
    items = all_items(shared)
    found = []
    for line in LIST.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        item = items.get((row["part"], row["id"]))
        if item is None and shared is None:
            continue  # a document that the project does not hold
        if item is None or digest(item.text) != row["sha256"]:
            raise ValueError(f"{row['part']} {row['id']}: the text is not the one of the list")
        found.append(replace(item, relevant=row["relevant"]))
    return found


def main() -> None:
    """Choose the mix and write its list."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.triage_mix")
    parser.add_argument("folder", type=Path)
    chosen = choose(all_items(parser.parse_args().folder).values())
    rows = ({"part": i.part, "id": i.id, "relevant": i.relevant, "sha256": digest(i.text)} for i in chosen)
    LIST.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
