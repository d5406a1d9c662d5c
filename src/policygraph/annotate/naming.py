"""One name for one thing within the document: the fullest form used; which rule "the order" is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from spacy.tokens import Doc

from policygraph.annotate.data import load
from policygraph.annotate.proposal import Proposal
from policygraph.reference import Reference

_CLASS_TYPES = frozenset({"Sector", "DataCategory", "Technology"})


class EntityNamer:
    """Sets ``entity`` of every mention and drops definite descriptions of rules that were never introduced."""

    def __init__(self, reference: Reference) -> None:
        data = load("rule_nouns")
        self._same_as: dict[str, list[str]] = data["same_as"]
        self._verbs = {verb: row for row in data["verbs"] for verb in row["verbs"]}
        self._reference = reference

    def __call__(self, doc: Doc) -> Doc:
        """Name the things of ``doc``."""
        mentions: list[Proposal] = doc._.mentions
        anaphors = [m for m in mentions if m.form == "anaphor"]
        named = [m for m in mentions if m.form != "anaphor"]
        self._name_groups(doc._.document.text, named)
        kept = self._name_rules(doc._.document.text, named)
        for anaphor in anaphors:
            if anaphor.antecedent is not None:
                anaphor.entity = anaphor.antecedent.entity
        alive = [a for a in anaphors if a.entity]
        doc._.mentions = sorted([*kept, *alive], key=lambda p: (p.start, -p.end))
        return doc

    def _name_groups(self, text: str, mentions: Iterable[Proposal]) -> None:
        groups: dict[tuple[str, str], list[Proposal]] = {}
        for mention in mentions:
            if mention.type != "Rule" or (mention.form == "name"):
                groups.setdefault((mention.type, self._key(text, mention)), []).append(mention)
        for group in groups.values():
            name = self._fullest(text, group)
            for mention in group:
                mention.entity = name

    def _key(self, text: str, mention: Proposal) -> str:
        source = mention.antecedent or mention
        if source.reference_id:
            return source.reference_id
        words = _plain(text[source.start : source.end])
        return words.rstrip("s") if mention.type in _CLASS_TYPES else words

    def _fullest(self, text: str, group: Sequence[Proposal]) -> str:
        forms = [text[m.start : m.end] for m in group if m.form != "demonym"]
        if group[0].form == "government":
            return self._government(text, group)
        if not forms:
            identity = group[0].reference_id or ""
            return self._reference.entities[identity].name
        if group[0].type in _CLASS_TYPES:
            return (
                forms[0] if forms[0][1:] != forms[0][1:].lower() else min(forms, key=lambda f: (f[0].isupper(), len(f)))
            )
        return max(forms, key=lambda f: (len(f), f))

    def _government(self, text: str, group: Sequence[Proposal]) -> str:
        identity = group[0].reference_id or ""
        known = self._reference.entities[identity].name
        place = re.sub(r" \(.*\)$", "", known)
        forms = [
            re.sub(
                r" (?:government|authorities|administration|officials|regulators|lawmakers)$", "", text[m.start : m.end]
            )
            for m in group
        ]
        demonyms = [f for f in forms if f.casefold() in self._reference.demonyms]
        plain = [f for f in forms if f not in demonyms]
        return f"{max(plain, key=lambda f: (len(f), f)) if plain else place} (government)"

    def _name_rules(self, text: str, mentions: Sequence[Proposal]) -> list[Proposal]:
        """Names of rules in the order of the text, so that a definite description finds what was introduced before
        it."""
        kept: list[Proposal] = []
        introduced = _Introduced()
        for i, mention in enumerate(mentions):
            if mention.type == "Rule" and mention.form != "name":
                if mention.form == "verb":
                    mention.entity = self._verb_name(text, mention, mentions, i)
                elif mention.form == "definite" and (known := self._antecedent(text, mention, introduced)):
                    mention.entity, mention.reference_id = known.entity, known.reference_id
                    mention.antecedent = known
                elif mention.form == "definite" and " " not in text[mention.start : mention.end]:
                    continue
                else:
                    mention.entity = introduced.same_words(text, mention) or text[mention.start : mention.end]
            if mention.type == "Rule" and not mention.inner:
                introduced.add(mention, self._noun(mention))
            kept.append(mention)
        return kept

    def _antecedent(self, text: str, mention: Proposal, introduced: _Introduced) -> Proposal | None:
        """The last rule with the same head (or a head that this one may stand for) and no other modifiers."""
        wanted = self._same_as.get(mention.head, [mention.head])
        words = set(_plain(text[mention.start : mention.end]).split()) - {mention.head}
        return introduced.last([mention.head], words) or introduced.last(wanted, words)

    def _noun(self, rule: Proposal) -> str:
        return str(self._verbs[rule.head]["noun"]) if rule.form == "verb" else rule.head

    def _verb_name(self, text: str, mention: Proposal, mentions: Sequence[Proposal], i: int) -> str:
        row = self._verbs[mention.head]
        window = [
            m
            for m in mentions[i + 1 : i + 6]
            if m.start - mention.end < 80 and m.type in ("Firm", "Person", "Organisation", "Sector", "Technology")
        ]
        if re.search(r"\b(?:was|were|been|be) (?:\w+ly )?$", text[max(0, mention.start - 25) : mention.start]):
            window = [m for m in mentions[max(0, i - 4) : i] if m.type in ("Firm", "Person", "Organisation")] or window
        target = next(
            (
                m.entity
                for m in window
                if m.entity and "\n" not in text[min(m.end, mention.end) : max(m.start, mention.start)]
            ),
            "",
        )
        return f"{row['noun']} {row['joint']} {target}" if target else str(row["noun"])


def _plain(words: str) -> str:
    return " ".join(re.findall(r"[\w’'-]+", words.casefold()))


class _Introduced:
    """The rules of the text so far: the first of each entity's words, and the last of each noun with its words."""

    def __init__(self) -> None:
        self._count = 0
        self._first: dict[str, str] = {}
        self._last: dict[str, dict[frozenset[str], tuple[int, Proposal]]] = {}

    def add(self, rule: Proposal, noun: str) -> None:
        """Take in the next rule."""
        self._count += 1
        words = _plain(rule.entity)
        self._first.setdefault(words, rule.entity)
        self._last.setdefault(noun, {})[frozenset(words.split())] = (self._count, rule)

    def last(self, nouns: Iterable[str], words: set[str]) -> Proposal | None:
        """The last rule with one of these nouns that has these words."""
        fitting = (known for noun in nouns for held, known in self._last.get(noun, {}).items() if words <= held)
        return max(fitting, key=lambda known: known[0], default=(0, None))[1]

    def same_words(self, text: str, mention: Proposal) -> str | None:
        """The entity of an earlier rule described with the same words."""
        words = _plain(text[mention.start : mention.end])
        return self._first.get(words) if " " in words else None
