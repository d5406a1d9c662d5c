"""Which statements above the line are told the wrong way round, or as done where the text says that they are not yet.

Statements are joined to those of the case as ``benchmarks.gold.gold`` joins them, and judged by its functions. Where a
rule's own mention is missed, no statement of the case matches; the effect on the addressee is then compared by itself
and counted apart (``addressee``), outside the measure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.gold.gold import ATTRIBUTES, BURDEN, RELIEF, SYMMETRIC, Row, entity_map, forbidden_deal, inverted, same

RELIEF_OR_BURDEN = "relief told as burden or the other way round"
DENIED = "denied told as said or the other way round"
DEAL = "a deal asserted that the text denies or forbids"
OVERCLAIM = "planned or possible told as asserted"
ADDRESSEE = "unmatched: effect on the addressee the other way round"
KINDS = (RELIEF_OR_BURDEN, DENIED, DEAL, OVERCLAIM)

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Error:
    """One error: its kind, the case, what was told and what the text says (None where it says nothing of the pair)."""

    kind: str
    case: Row
    told: Row
    said: Row | None


def facts(predicted: Row) -> Row:
    """The prediction with its statements above the line only."""
    return {**predicted, "statements": [s for s in predicted["statements"] if s.get("standing", "fact") == "fact"]}


def matched(gold: Row, predicted: Row) -> int:
    """How many statements of a prediction are one of the case's."""
    return sum(said is not None for _, said, _ in _joined(gold, predicted))


def errors(gold: Row, predicted: Row) -> Iterator[Error]:
    """Errors among the statements of a prediction, at most one for each."""
    names = entity_map(gold, predicted)
    for told, said, about_pair in _joined(gold, predicted):
        if said is None:
            if forbidden_deal(told, about_pair):
                yield Error(DEAL, gold, told, about_pair[0])
            elif wrong := _addressee(told, names, gold):
                yield Error(ADDRESSEE, gold, told, wrong)
        elif inverted(said, told):
            denied = (said["modality"] == "denied") != (told["modality"] == "denied")
            yield Error(DENIED if denied else RELIEF_OR_BURDEN, gold, told, said)
        elif said["modality"] in ("planned", "possible") and told["modality"] == "asserted":
            yield Error(OVERCLAIM, gold, told, said)


def _joined(gold: Row, predicted: Row) -> Iterator[tuple[Row, Row | None, list[Row]]]:
    """Each distinct statement told, with the one of the case that it is, and all of the case about the same pair."""
    names = entity_map(gold, predicted)
    left: defaultdict[Key, list[Row]] = defaultdict(list)
    pairs: defaultdict[frozenset[str | None], list[Row]] = defaultdict(list)
    for said in gold["statements"]:
        left[_key(said["s"], said["p"], said["o"])].append(said)
        pairs[frozenset((said["s"], said["o"]))].append(said)
    seen = set()
    for told in predicted["statements"]:
        literal = (
            told["s"],
            told["p"],
            told["o"],
            told.get("effect"),
            told.get("modality"),
            str(told.get("attribution")),
        )
        if literal in seen:
            continue
        seen.add(literal)
        subject, object_ = names.get(told["s"]), names.get(told["o"])
        candidates = left[_key(subject, told["p"], object_)]
        best = (
            max(candidates, key=lambda said: sum(same(f, said, told) for f in ATTRIBUTES[:4])) if candidates else None
        )
        if best is not None:
            candidates.remove(best)
        yield told, best, pairs[frozenset((subject, object_))]


def _key(subject: str | None, predicate: str, object_: str | None) -> Key:
    return (
        (predicate, *sorted((subject or "", object_ or "")))
        if predicate in SYMMETRIC
        else (subject, predicate, object_)
    )


def _side(statement: Row) -> str | None:
    """What a statement brings its object: relief or burden; the refusal of one is the other."""
    effect, denied = statement.get("effect"), statement.get("modality") == "denied"
    if effect in RELIEF:
        return "burden" if denied else "relief"
    if effect in BURDEN:
        return "relief" if denied else "burden"
    return None


def _addressee(told: Row, names: dict[str, str | None], gold: Row) -> Row | None:
    """A statement of the case on the same object, where all of them bring it the opposite of what is told."""
    side, object_ = _side(told), names.get(told["o"])
    about: list[Row] = [said for said in gold["statements"] if said["o"] == object_ and _side(said)]
    if not side or not about or any(_side(said) == side for said in about):
        return None
    return about[0]
