"""Names by their form: bodies, firms, people, zones, the numbers and titles of legal acts."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from policygraph.annotate.data import any_of, load
from policygraph.annotate.proposal import Proposal

CAPITALISED = r"(?<![\w’'.-])[A-Z](?:[\w&.-]*\w)?"
_RULE_NUMBER_RANK = 45
_RULE_NAME_RANK = 28
_LEADING = re.compile(
    r"(?:The|A|An|In|On|At|By|For|Of|From|To|With|Under|And|But|As|Its|Their|His|Her|This|That|These|Those|Our|New|Draft|"
    r"While|When|If|Since|After|Before|Last|According) "
)


def act_head(name: str) -> str:
    """The noun that says what kind of act a name is of, folded: "list" of "List of General Data", "act" of "AI Act"."""
    found = [w for w in re.findall(r"\w+", name) if w in load("rule_nouns")["act_words"]]
    if not found:
        return re.split(r"\W+", name)[-1].casefold()
    return str(found[0] if name.startswith(found[0]) else found[-1]).casefold()


class NameFinder:
    """Adds names that the reference data does not hold to ``doc._.proposals``."""

    def __init__(self) -> None:
        self._patterns = [
            (row["type"], row["rank"], re.compile(row["match"].replace("{C}", CAPITALISED))) for row in load("names")
        ]
        rules = load("rule_nouns")
        self._number = re.compile("|".join(rf"(?<![\w/])(?:{n})(?![\w/])" for n in rules["numbers"]))
        inner = rf"(?:{CAPITALISED}|of|and|on|the|for|to|in|from|by|\([A-Z][\w ]*\))"
        self._act = re.compile(
            rf"{CAPITALISED}(?:,? {inner}){{0,14}}? {any_of(rules['act_words'])}(?: of \d{{4}}|, \d{{4}})?(?![\w-])"
        )
        self._titled = re.compile(
            rf"{any_of(rules['act_words'])} (?:on|for|of|concerning)(?: the)? {CAPITALISED}"
            rf"(?:(?:,|,? and| of| the| for| in| to| on|-)* {CAPITALISED}){{0,14}}"
        )

    def __call__(self, doc: Doc) -> Doc:
        """Propose the names of ``doc._.document.text``."""
        text = doc._.document.text
        for kind, rank, pattern in self._patterns:
            for match in pattern.finditer(text):
                group = 1 if pattern.groups else 0
                self._add(doc, match.start(group), match.end(group), kind, rank)
        for match in self._number.finditer(text):
            doc._.proposals.append(Proposal(match.start(), match.end(), "Rule", _RULE_NUMBER_RANK, head="number"))
        for pattern in (self._act, self._titled):
            for match in pattern.finditer(text):
                self._add(doc, match.start(), match.end(), "Rule", _RULE_NAME_RANK)
        return doc

    def _add(self, doc: Doc, start: int, end: int, kind: str, rank: int) -> None:
        while leading := _LEADING.match(doc._.document.text, start, end):
            start = leading.end()
        if kind == "Rule" and (owner := re.search(r"['’]s ", doc._.document.text[start:end])):
            start += owner.end()
        name = doc._.document.text[start:end]
        if " " not in name and kind in ("Authority", "Rule", "Organisation"):
            return
        head = act_head(name) if kind == "Rule" else ""
        doc._.proposals.append(Proposal(start, end, kind, rank, head=head))
