"""What can be wrong with one annotated document: each check yields a code and a sentence.

Checks of spans need the document's text and are passed over where a document has none (see ``documents``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.gold.documents import ENDS, VALUE_TYPES
from benchmarks.gold.gold import Row
from policygraph.model.ontology import load_ontology
from policygraph.model.time import is_edtf

LONGEST_QUOTE = 40
"""Words."""
# A year that the text leaves open is EDTF's unspecified digit: ``XXXX-01-01`` is every 1 January.
_YEARLESS = re.compile(r"XXXX-\d{2}(-\d{2})?$")
_NUMBER = r"\d+(?:\.\d+)?"
_MONEY = re.compile(rf"[A-Z]{{3}} {_NUMBER}(?:\.\.{_NUMBER})?$")
_DURATION = re.compile(r"P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$")
_SPEAKER = re.compile(r"document$|anonymous(?::\d+)?$")
_ARTICLE = re.compile(r"(?:the|a|an) ", re.I)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check complains of."""

    document: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class View:
    """A document with the types that its entities have and the names that its statements use."""

    row: Row
    types: dict[str, set[str]]
    said: set[str]

    @classmethod
    def of(cls, row: Row) -> View:
        """Look at a document in resolved form."""
        types: defaultdict[str, set[str]] = defaultdict(set)
        for mention in row["mentions"]:
            types[mention["entity"]].add(mention["type"])
        return cls(row, dict(types), {statement[end] for statement in row["statements"] for end in ENDS})


Complaints = Iterator[tuple[str, str]]
Check = Callable[[View], Complaints]


def told(statement: Row) -> str:
    """A statement's subject, predicate and object as words."""
    return f"{statement['s']!r} {statement['p']} {statement['o']!r}"


def mention_spans(view: View) -> Complaints:
    """Offsets that lie outside the text, are empty, cut a word, or take an article along; the same span twice."""
    seen = set()
    for mention in view.row["mentions"]:
        start, end = mention["start"], mention["end"]
        if (start, end, mention["type"]) in seen:
            yield "mention-twice", f"{mention['type']} at {start}:{end}"
        seen.add((start, end, mention["type"]))
        if not 0 <= start < end:
            yield "mention-offsets", f"{mention['entity']!r} at {start}:{end}"
        elif "text" in view.row:
            yield from _surface(mention, view.row["text"])


def _surface(mention: Row, text: str) -> Complaints:
    start, end = mention["start"], mention["end"]
    surface = text[start:end]
    if end > len(text) or surface != surface.strip():
        yield "mention-offsets", f"{mention['entity']!r} at {start}:{end} is {surface!r}"
    elif re.match(r"\w", text[end : end + 1]) and surface[-1].isalnum():
        yield "mention-cuts-word", f"{surface!r} goes on with {text[end : end + 8]!r}"
    elif start and re.match(r"\w", text[start - 1]) and surface[0].isalnum():
        yield "mention-cuts-word", f"{surface!r} follows {text[max(0, start - 8) : start]!r}"
    elif _ARTICLE.match(surface) and surface.islower() and mention["type"] not in VALUE_TYPES:
        yield "mention-with-article", repr(surface)


def quotes(view: View) -> Complaints:
    """Statements without evidence, quotes that are outside the text or run over the longest allowed."""
    for statement in view.row["statements"]:
        if not statement["evidence"]:
            yield "no-evidence", told(statement)
        for start, end in statement["evidence"]:
            if not 0 <= start < end:
                yield "evidence-offsets", f"{start}:{end} of {told(statement)}"
            elif "text" in view.row:
                quote = view.row["text"][start:end]
                if len(quote) < end - start or quote != quote.strip():
                    yield "evidence-offsets", f"{start}:{end} of {told(statement)}: {quote!r}"
                if len(quote.split()) > LONGEST_QUOTE:
                    yield "long-quote", f"{len(quote.split())} words: {quote[:60]!r}"


def values(view: View) -> Complaints:
    """A Date, Money or Quantity without value or with one of another form; a value on anything else."""
    for mention in view.row["mentions"]:
        value, kind = mention.get("value"), mention["type"]
        if kind not in VALUE_TYPES:
            if value is not None:
                yield "value-misplaced", f"{kind} {mention['entity']!r} has the value {value!r}"
        elif not value:
            yield "no-value", f"{kind} {mention['entity']!r}"
        elif kind == "Date" and not (is_edtf(value) or _YEARLESS.match(value)):
            yield "bad-value", f"{mention['entity']!r}: {value!r} is not an EDTF date"
        elif kind == "Money" and not _MONEY.match(value):
            yield "bad-value", f"{mention['entity']!r}: {value!r} is not a currency code and an amount"
        elif kind == "Quantity" and re.search(r"\d%", value):
            yield "bad-value", f"{mention['entity']!r}: {value!r} lacks the space before its unit"


def entities(view: View) -> Complaints:
    """An entity of several types; one entity in two spellings; a Rule that nothing is said of."""
    spellings: defaultdict[str, set[str]] = defaultdict(set)
    for name, types in view.types.items():
        if len(types) > 1 and not types <= VALUE_TYPES:
            yield "type-changes", f"{name!r} is {sorted(types)}"
        if "Rule" in types and name not in view.said:
            yield "rule-unsaid", f"nothing is said of {name!r}"
        if not types <= VALUE_TYPES:
            spellings[re.sub(r"\W+", " ", name.casefold()).strip()].add(name)
    for names in spellings.values():
        if len(names) > 1:
            yield "two-spellings", f"{sorted(names)}"


def schema(view: View) -> Complaints:
    """Statements that the ontology cannot express: unknown words, types that a predicate does not join."""
    ontology = load_ontology()
    for statement in view.row["statements"]:
        allowed = {
            "effect": ontology.told_effects,
            "modality": ontology.modalities,
            "lifecycle": (*ontology.lifecycles, None),
        }
        yield from (
            ("unknown-word", f"{key} {statement.get(key)!r} of {told(statement)}")
            for key, words in allowed.items()
            if statement.get(key) not in words
        )
        relation = ontology.relations.get(statement["p"])
        if relation is None:
            yield "unknown-word", f"predicate of {told(statement)}"
            continue
        subject, object_ = (view.types.get(statement[end], set()) for end in ENDS)
        for end in ENDS:
            if statement[end] not in view.types:
                yield "end-without-mention", f"{statement[end]!r} of {told(statement)}"
        if subject and object_ and not any(relation.joins(s, o) for s in subject for o in object_):
            turned = any(relation.joins(o, s) for s in subject for o in object_)
            code = "wrong-way-round" if turned else "types-not-joined"
            yield code, f"{told(statement)}: {sorted(subject)} to {sorted(object_)}"


def effects(view: View) -> Complaints:
    """An effect on a predicate that carries none; relief from a duty that says nothing of its effect."""
    relations = load_ontology().relations
    for statement in view.row["statements"]:
        relation = relations.get(statement["p"])
        if relation and statement["effect"] != "none" and not relation.has_effect:
            yield "effect-misplaced", f"{statement['effect']} on {told(statement)}"
        if statement["p"] == "lifts" and statement["effect"] == "none":
            yield "effect-missing", told(statement)


def lifecycles(view: View) -> Complaints:
    """A bill that is in force; a state of a rule where no rule takes part; a proposal told as done."""
    for statement in view.row["statements"]:
        state = statement["lifecycle"]
        involved = view.types.get(statement["s"], set()) | view.types.get(statement["o"], set())
        if state == "in_force" and re.search(r"\bbill\b", statement["s"], re.I):
            yield "bill-in-force", told(statement)
        if state and "Rule" not in involved:
            yield "lifecycle-without-rule", f"{state} on {told(statement)}"


def times(view: View) -> Complaints:
    """Times of validity that are not EDTF, durations that are not ISO 8601."""
    for statement in view.row["statements"]:
        for key in ("valid_from", "valid_to"):
            if statement.get(key) and not is_edtf(statement[key]):
                yield "bad-time", f"{key} {statement[key]!r} of {told(statement)}"
        if statement.get("duration") and not _DURATION.match(statement["duration"]):
            yield "bad-time", f"duration {statement['duration']!r} of {told(statement)}"


def speakers(view: View) -> Complaints:
    """An attribution to somebody whom the document does not mention."""
    for statement in view.row["statements"]:
        for name in statement["attribution"]:
            if name not in view.types and not _SPEAKER.match(name):
                yield "speaker-without-mention", f"{name!r} of {told(statement)}"


def duplicates(view: View) -> Complaints:
    """Two statements that differ in nothing but the quote."""
    seen = set()
    for statement in view.row["statements"]:
        key = repr(
            [statement.get(k) for k in ("s", "p", "o", "effect", "modality", "attribution", "valid_from", "detail")]
        )
        if key in seen:
            yield "statement-twice", told(statement)
        seen.add(key)


CHECKS: tuple[Check, ...] = (
    mention_spans, quotes, values, entities, schema, effects, lifecycles, times, speakers, duplicates,
)  # fmt: skip


def findings(document: Row) -> list[Finding]:
    """Everything that the checks complain of in one document."""
    view = View.of(document)
    return [Finding(document["id"], code, reason) for check in CHECKS for code, reason in check(view)]
