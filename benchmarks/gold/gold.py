"""Score annotated documents against gold ones: mentions, statements, their attributes, evidence and polarity.

Both sides are documents in resolved form: mentions with ``start``, ``end``, ``type`` and ``entity``, statements whose
``evidence`` is a list of ``[start, end]``.

- mentions: exact (same span and type) and partial (same type, overlapping, each used once)
- statements: same predicate, and subject and object that are the same thing (either way round for symmetric
predicates). A
  predicted entity is the gold entity with which its mentions share most characters (equal spans weigh 100-fold), or
  one of
  equal name
- attributes of matched statements: the share that is equal, and F1 over the values that say something
- polarity: inversions (relief told as burden or the other way round, denied told as asserted or the other way round,
a deal
  asserted of a pair that the text only forbids or denies) and overclaims (planned or possible told as asserted)
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Span = tuple[int, int, str]

TYPES = (
    "Firm", "Authority", "Publisher", "Jurisdiction", "Zone", "Sector", "DataCategory", "Technology",
    "Facility", "Rule", "Person", "Organisation", "Date", "Money", "Quantity",
)  # fmt: skip
TIME = ("valid_from", "valid_to", "duration")
RELIEF = frozenset({"permits", "exempts", "funds", "clears"})
BURDEN = frozenset({"requires", "prohibits", "restricts", "penalises", "investigates"})
DEALS = frozenset(
    {"supplies", "acquires", "owns", "operates", "partners_with", "invests_in", "makes", "uses", "active_in"}
)
SYMMETRIC = frozenset({"partners_with", "negotiates_with"})
ATTRIBUTES = ("effect", "modality", "attribution", "time", "lifecycle")
EQUAL_SPAN_WEIGHT = 100


def read(path: Path) -> list[Row]:
    """Documents of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


@dataclass(slots=True)
class Tally:
    """Hits, predictions and gold items of one kind."""

    hit: int = 0
    predicted: int = 0
    gold: int = 0

    def add(self, hit: int, predicted: int, gold: int) -> None:
        """Count further items."""
        self.hit += hit
        self.predicted += predicted
        self.gold += gold

    def result(self) -> dict[str, float]:
        """Precision, recall and F1, rounded to four places, with the counts."""
        p = self.hit / self.predicted if self.predicted else 0.0
        r = self.hit / self.gold if self.gold else 0.0
        f1 = 2 * p * r / (p + r) if p + r else 0.0
        return {
            "p": round(p, 4), "r": round(r, 4), "f1": round(f1, 4),
            "hit": self.hit, "predicted": self.predicted, "gold": self.gold,
        }  # fmt: skip


def _tallies() -> defaultdict[str, Tally]:
    return defaultdict(Tally)


@dataclass(slots=True)
class Scores:
    """Everything counted so far."""

    counts: defaultdict[str, Tally] = field(default_factory=_tallies)
    mention_types: defaultdict[str, Tally] = field(default_factory=_tallies)
    predicates: defaultdict[str, Tally] = field(default_factory=_tallies)
    telling: defaultdict[str, Tally] = field(default_factory=_tallies)
    attributes: Counter[str] = field(default_factory=Counter)
    matched: int = 0
    evidence: float = 0.0
    inversions: int = 0
    overclaims: int = 0


def score(gold_documents: list[Row], predicted_documents: list[Row]) -> dict[str, Any]:
    """All scores as a dictionary; a gold document without a prediction counts as one in which nothing was found."""
    predicted = {document["id"]: document for document in predicted_documents}
    scores = Scores()
    for gold in gold_documents:
        found = predicted.get(gold["id"], {"mentions": [], "statements": []})
        _score_mentions(gold, found, scores)
        _score_statements(gold, found, scores)
    missing = [document["id"] for document in gold_documents if document["id"] not in predicted]
    return _result(scores, len(gold_documents), missing)


def _result(scores: Scores, documents: int, missing: list[str]) -> dict[str, Any]:
    matched = scores.matched
    return {
        "documents": documents,
        "missing": missing,
        **{name: tally.result() for name, tally in scores.counts.items()},
        "mention_types": {name: t.result() for name, t in scores.mention_types.items() if t.predicted or t.gold},
        "predicates": {name: t.result() for name, t in scores.predicates.items() if t.predicted or t.gold},
        "attributes": {name: round(n / matched, 4) for name, n in scores.attributes.items()} if matched else {},
        "telling_values": {name: tally.result() for name, tally in scores.telling.items()},
        "evidence_overlap": round(scores.evidence / matched, 4) if matched else 0.0,
        "polarity": {"inversions": scores.inversions, "overclaims": scores.overclaims},
    }


def _spans(document: Row) -> set[Span]:
    return {(mention["start"], mention["end"], mention["type"]) for mention in document["mentions"]}


def _score_mentions(gold: Row, predicted: Row, scores: Scores) -> None:
    wanted, found = _spans(gold), _spans(predicted)
    scores.counts["mentions_exact"].add(len(wanted & found), len(found), len(wanted))
    for kind in TYPES:
        of_gold, of_found = ({s for s in spans if s[2] == kind} for spans in (wanted, found))
        scores.mention_types[kind].add(len(of_gold & of_found), len(of_found), len(of_gold))
    scores.counts["mentions_partial"].add(_partial_hits(wanted, found), len(found), len(wanted))


def _shared(a: Span, b: Span) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def _partial_hits(wanted: set[Span], found: set[Span]) -> int:
    free = sorted(wanted)
    hits = 0
    for span in sorted(found):
        fitting = [g for g in free if g[2] == span[2] and _shared(g, span)]
        if fitting:
            free.remove(max(fitting, key=lambda g: _shared(g, span)))
            hits += 1
    return hits


def entity_map(gold: Row, predicted: Row) -> dict[str, str | None]:
    """Which gold entity each predicted entity is, by shared characters of mentions of the same type, else by name."""
    shared: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for p in predicted["mentions"]:
        for g in gold["mentions"]:
            length = _shared((g["start"], g["end"], ""), (p["start"], p["end"], ""))
            if g["type"] == p["type"] and length:
                equal = (p["start"], p["end"]) == (g["start"], g["end"])
                shared[p["entity"]][g["entity"]] += length * (EQUAL_SPAN_WEIGHT if equal else 1)
    by_name = {m["entity"].casefold(): m["entity"] for m in gold["mentions"]}
    names = {m["entity"] for m in predicted["mentions"]} | {s[end] for s in predicted["statements"] for end in "so"}
    return {n: shared[n].most_common(1)[0][0] if shared[n] else by_name.get(n.casefold()) for n in names}


def key_of(subject: str | None, predicate: str, object_: str | None) -> tuple[str | None, str, str | None]:
    """What tells statements apart when they are matched: the triple, with the ends of a symmetric one in order."""
    if predicate not in SYMMETRIC:
        return subject, predicate, object_
    ends = subject or "", object_ or ""
    return min(ends), predicate, max(ends)


def _score_statements(gold: Row, predicted: Row, scores: Scores) -> None:
    names = entity_map(gold, predicted)
    left: defaultdict[tuple[str | None, str, str | None], list[Row]] = defaultdict(list)
    pairs: defaultdict[frozenset[str | None], list[Row]] = defaultdict(list)
    for statement in gold["statements"]:
        left[key_of(statement["s"], statement["p"], statement["o"])].append(statement)
        pairs[frozenset((statement["s"], statement["o"]))].append(statement)
        scores.predicates[statement["p"]].gold += 1
    hits = 0
    distinct = list(_distinct(predicted["statements"]))
    for statement in distinct:
        subject, object_ = names.get(statement["s"]), names.get(statement["o"])
        candidates = left[key_of(subject, statement["p"], object_)]
        scores.predicates[statement["p"]].predicted += 1
        if candidates:
            best = max(candidates, key=lambda g: sum(same(f, g, statement) for f in ATTRIBUTES[:4]))
            candidates.remove(best)
            hits += 1
            _score_match(best, statement, scores)
        else:
            scores.inversions += forbidden_deal(statement, pairs[frozenset((subject, object_))])
    scores.counts["statements"].add(hits, len(distinct), len(gold["statements"]))


def _distinct(statements: Iterable[Row]) -> Iterable[Row]:
    seen = set()
    for st in statements:
        literal = (st["s"], st["p"], st["o"], st.get("effect"), st.get("modality"), str(st.get("attribution")))
        if literal not in seen:
            seen.add(literal)
            yield st


def _score_match(gold: Row, predicted: Row, scores: Scores) -> None:
    scores.matched += 1
    scores.predicates[predicted["p"]].hit += 1
    scores.evidence += quote_overlap(gold, predicted)
    for name in ATTRIBUTES:
        equal = same(name, gold, predicted)
        scores.attributes[name] += equal
        in_gold = says_something(name, gold)
        scores.telling[name].add(equal and in_gold, says_something(name, predicted), in_gold)
    scores.attributes["all"] += all(same(name, gold, predicted) for name in ATTRIBUTES)
    scores.inversions += inverted(gold, predicted)
    scores.overclaims += gold.get("modality") in ("planned", "possible") and predicted.get("modality") == "asserted"


def same(name: str, gold: Row, predicted: Row) -> bool:
    """Whether two statements agree on an attribute; attributions as sets without counts."""
    if name == "attribution":
        return _speakers(gold) == _speakers(predicted)
    if name == "time":
        return all((gold.get(f) or None) == (predicted.get(f) or None) for f in TIME)
    return (gold.get(name) or None) == (predicted.get(name) or None)


def _speakers(statement: Row) -> set[str]:
    return {str(name).casefold().split(":")[0] for name in statement.get("attribution") or []}


def says_something(name: str, statement: Row) -> bool:
    """Whether an attribute has a value other than the one that says nothing."""
    if name == "time":
        return any(statement.get(f) for f in TIME)
    return bool(statement.get(name)) and statement.get(name) not in ("none", "asserted")


def _side(statement: Row) -> str | None:
    effect = statement.get("effect")
    return "relief" if effect in RELIEF else "burden" if effect in BURDEN else None


def quote_overlap(gold: Row, predicted: Row) -> float:
    """Characters in both statements' quotes as a share of the characters in either's."""
    of_gold = {i for start, end in gold.get("evidence") or [] for i in range(start, end)}
    of_predicted = {i for start, end in predicted.get("evidence") or [] for i in range(start, end)}
    return len(of_gold & of_predicted) / len(of_gold | of_predicted) if of_gold | of_predicted else 0.0


def inverted(gold: Row, predicted: Row) -> bool:
    """Whether a matched statement is told the other way round."""
    if _side(gold) and _side(predicted) and _side(gold) != _side(predicted):
        return True
    return (gold.get("modality") == "denied") != (predicted.get("modality") == "denied")


def forbidden_deal(predicted: Row, about_pair: list[Row]) -> bool:
    """Whether a deal is asserted between two things of which the text says only that it is denied or forbidden."""
    if predicted["p"] not in DEALS or predicted.get("modality") != "asserted" or not about_pair:
        return False
    return all(g.get("modality") == "denied" or _side(g) == "burden" for g in about_pair)
