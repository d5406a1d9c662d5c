"""Descriptions: a head noun with the words before and behind it that say which.

Nothing is parsed: a description begins behind the nearest word that cannot stand inside one (articles, verbs,
prepositions;
``patterns/phrases.yml`` lists them) and takes a complement behind the head where the noun's type allows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.tokens import Doc

from policygraph.annotate.data import any_of, load, words
from policygraph.annotate.proposal import Proposal

RANK = 10
_WORD_BEFORE = re.compile(r"([^\W_][\w’'.-]*|\"[\w -]+\") $")
_WORD_AFTER = re.compile(r" (?=([^\W_][\w’'.&$€£%-]*|[$€£]\d[\d.,]*))")
_ARTICLE = re.compile(r"(?:the|a|an|its|his|their|such) ", re.IGNORECASE)
_TIME_AHEAD = re.compile(
    r" (?:\d|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
_VERB_AHEAD = re.compile(r" (?:[A-Z]|(?:a|an|the|to|its|their) )")
_NO_NAME_AHEAD = re.compile(r" (?![A-Z])")
_MONEY_BEFORE = re.compile(r"(?:[$€£]|[A-Z]{3} )\d[\d.,]*(?: (?:million|billion|trillion))? $")
_GERUND = re.compile(r"(?:block|refus|limit|restrict|prohibit|prevent|deny|delet|collect|regulat|disabl|remov)ing ")
_MOST_AFTER = 6


@dataclass(frozen=True, slots=True)
class Head:
    """How descriptions with one kind of head are read."""

    type: str
    pattern: re.Pattern[str]
    left: int
    after: frozenset[str]
    bare: frozenset[str]
    weak: frozenset[str]
    never: frozenset[str]


class PhraseFinder:
    """Adds descriptions to ``doc._.proposals``."""

    def __init__(self) -> None:
        data = load("phrases")
        self._stop = words(data["stop"])
        self._participles = words(data["participles"])
        self._verbs = words(data["verbs"])
        self._acts = words(data["acts"])
        self._loose = words(data["loose"])
        self._heads = [_head(kind, data[kind]) for kind in ("DataCategory", "Technology", "Sector", "Facility")]
        self._heads.append(_rule_head())

    def __call__(self, doc: Doc) -> Doc:
        """Propose the descriptions of ``doc._.document.text``."""
        for head in self._heads:
            for match in head.pattern.finditer(doc._.document.text):
                proposal = self._read(doc._.document.text, head, match.start(), match.end())
                if proposal:
                    doc._.proposals.append(proposal)
        return doc

    def _read(self, text: str, head: Head, start: int, end: int) -> Proposal | None:
        noun = text[start:end].casefold()
        first = self._left(text, start, head)
        last = self._right(text, end, head.after)
        before = text[max(0, first - 12) : first].casefold()
        form = "definite" if re.search(r"\b(?:the|this|that|these|those|such) $", before) else "description"
        has_words = first < start or last > end
        if head.type == "Rule":
            if noun in self._verbs and _VERB_AHEAD.match(text, end):
                return None
            if (
                not has_words
                and form == "description"
                and (noun in head.weak or not re.search(r"\b(?:a|an|no|any) $", before))
            ):
                return None
        elif noun not in head.bare and (not has_words or (first == start and head.type != "Facility")):
            return None
        return Proposal(first, last, head.type, RANK + (first < start), form=form, head=noun)

    def _left(self, text: str, start: int, head: Head) -> int:
        first = start
        for _ in range(head.left):
            match = _WORD_BEFORE.search(text, max(0, first - 40), first)
            if not match or self._stops(match[1], head):
                break
            first = match.start()
        while first < start and _GERUND.match(text, first, start):
            first = text.index(" ", first) + 1
        if head.type == "Rule" and (money := _MONEY_BEFORE.search(text, max(0, first - 30), first)):
            return money.start()
        while (
            first < start
            and (word := re.match(r"[\w’'-]+ ", text[first:start]))
            and word[0].strip().casefold() in self._loose
        ):
            first += len(word[0])
        return first

    def _stops(self, word: str, head: Head) -> bool:
        folded = word.casefold().strip('"')
        if word.isupper() and len(word) > 1:
            return False
        if folded in self._stop or folded in head.never or folded.endswith(("'s", "’s", "s'", "s’")):
            return True
        if folded.endswith("ly") and len(folded) > 4:
            return True
        if folded.endswith("ed") and folded not in self._participles and "-" not in folded:
            return True
        return folded.isdigit() or folded.endswith(".")

    def _right(self, text: str, end: int, after: frozenset[str]) -> int:
        """The end of the complement: a preposition that the noun allows, an article, then words up to one that
        stops."""
        last, place, taken = end, end, 0
        while taken < _MOST_AFTER and (match := _WORD_AFTER.match(text, place)):
            word = match[1].rstrip(".")
            folded = word.casefold()
            is_joint = folded in after
            if not is_joint and last == place == end:
                break
            if is_joint and (_TIME_AHEAD if folded != "from" else _NO_NAME_AHEAD).match(text, match.end(1)):
                break
            article = _ARTICLE.match(text, match.end())
            place = match.end(1) if not is_joint or not article else article.end() - 1
            if is_joint:
                continue
            fresh = text[place - len(match[1]) - 1 - 8 : match.start(1)].split()[-1:]
            if self._ends(folded) and not (folded in self._acts and fresh and fresh[0] in after):
                break
            last = match.start(1) + len(word)
            taken += 1
            place = last
        return last

    def _ends(self, folded: str) -> bool:
        if folded in self._stop or folded in ("amid", "said"):
            return True
        return folded.endswith("ed") and folded not in self._participles


def _head(kind: str, row: dict[str, list[str]]) -> Head:
    left = int(str(row["left"]))
    pattern = re.compile(
        rf"(?<![\w-]){any_of([*row['heads'], *(h.capitalize() for h in row['heads'] if h.islower())])}(?![\w-]|’s|'s)"
    )
    return Head(kind, pattern, left, words(row["after"]), words(row["bare"]), frozenset(), words(row["never"]))


def _rule_head() -> Head:
    data = load("rule_nouns")
    nouns = [noun for group in data["groups"] for noun in group["nouns"]]
    cased = [*nouns, *(n.capitalize() for n in nouns), *(n.title() for n in nouns)]
    pattern = re.compile(rf"(?<![\w-]){any_of(dict.fromkeys(cased))}(?![\w-])")
    after = words("on of against over for from")
    return Head("Rule", pattern, 4, after, words(data["bare"]), frozenset(data["weak"]), words("same own"))
