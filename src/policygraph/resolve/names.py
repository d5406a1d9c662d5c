"""What kind of name a thing has: a proper name that is the same thing everywhere, or a description that is of its
document."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources

import yaml

# Words that end or head the proper name of a legal act, as opposed to a description ("a list of data that …").
_ACT = re.compile(
    r"\b(?:Act|Acts|Law|Laws|Regulation|Regulations|Directive|Order|List|Ordinance|Code|Measures|Provisions|Rule|Rules|"
    r"Decree|Bill|Convention|Treaty|Agreement|Guidelines|Guidance|Program|Programme|Plan|Catalogue|Charter|Standard|"
    r"Framework|Decision|Notice|Statute|Constitution|Amendment|Amendments|Protocol)\b"
)
_SMALL = {
    "of",
    "the",
    "and",
    "on",
    "for",
    "in",
    "to",
    "a",
    "an",
    "by",
    "with",
    "under",
    "from",
    "de",
    "la",
    "du",
    "des",
    "von",
}
_FEWEST_BEHIND = 3  # words that carry meaning
_POSSESSIVE = re.compile(r"\w['’]s?\s")


def fold(name: str) -> str:
    """A name for comparing: NFKC, case-folded, runs of white space as one space, typographic quotes as plain ones."""
    plain = unicodedata.normalize("NFKC", name).replace("’", "'").replace("“", '"').replace("”", '"')
    return " ".join(plain.casefold().split())


def is_proper(name: str) -> bool:
    """Whether a name of a firm, body, place or product is a proper name: it begins with a capital, a digit or a letter
    of a script without case."""
    first = next((c for c in name if c.isalnum()), "")
    if not first:
        return False
    if any(c.isupper() or c.isdigit() for c in name.split()[0]):
        return True
    return not first.islower()


@cache
def _listed(name: str) -> frozenset[str]:
    """The words of one list of ``generic.yml``, folded."""
    file = resources.files("policygraph.resolve") / "generic.yml"
    return frozenset(word.casefold() for word in yaml.safe_load(file.read_text(encoding="utf-8"))[name])


def is_act_name(name: str) -> bool:
    """Whether a rule's name is the proper name of an act ("Digital Markets Act") rather than a description of one.

    All words but the small ones begin with a capital or a digit, at least two do, and one is a word for an act.
    """
    words = [w for w in re.findall(r"[\w.&/()-]+", name) if w.casefold() not in _SMALL]
    if all(word.casefold() in _listed("words") for word in words):
        return False
    capitals = sum(w[0].isupper() or w[0].isdigit() or w[0] == "(" for w in words)
    return len(words) >= 2 and capitals == len(words) and bool(_ACT.search(name)) and not _POSSESSIVE.search(name)


def content_words(name: str) -> frozenset[str]:
    """The words of a description that carry meaning, folded."""
    return frozenset(w for w in re.findall(r"[\w$€£.]+", fold(name)) if w not in _SMALL and len(w) > 1)


def goes_on(shorter: str, longer: str) -> bool:
    """Whether the longer of two names is the shorter with more behind it that leaves its noun the head: "order on
    lenses" and "order on lenses by the ministry", but not "order on lenses waiver"."""
    begin, whole = fold(shorter), fold(longer)
    return whole.startswith(begin + " ") and whole[len(begin) :].split()[0] in _SMALL


def says_more_before(shorter: str, longer: str) -> bool:
    """Whether the longer of two names is the shorter with a word before it that does not set it apart: "definitive
    duties on lenses from Oman" and "duties on lenses from Oman", but neither "provisional duties …" nor "end of …"."""
    end, whole = fold(shorter), fold(longer)
    if not whole.endswith(" " + end) or len(content_words(shorter)) < _FEWEST_BEHIND:
        return False
    return set(whole[: -len(end)].split()) <= _listed("plain")
