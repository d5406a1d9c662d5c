"""Names for slots: reference data that the gold texts do not use (but for countries), and made-up ones."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policygraph.reference import Reference
from training.grammar import dates
from training.grammar.name import Name

_BODY = re.compile(
    r"\b(Commission|Authority|Ministry|Agency|Office|Department|Bureau|Board|Administration|Committee|Service)\b"
)
_COURT = re.compile(r"\b(Court|Tribunal)\b")
_ODD_COUNTRY = re.compile(r"Islands|Isle|Republic|Bahamas|Maldives|Gambia|Comoros|Seychelles|Antarctica| and |,|\(")
_LEGAL_FORM = re.compile(r",? (?:Inc|Corp|Ltd|Co|plc|PLC|LLC|N\.V|S\.A|AG|SE|Group Inc)\.?$")
_FEW = {"C"}  # the gold names nearly all countries there are: those of the other half alone are left out
_FUND = re.compile(r"(?i)\b(fund|trust|etf|acquisition|portfolio|income|municipal|\w)\b|[/&!\d]")


@dataclass(slots=True)
class Names:
    """Pools of names by kind of slot, drawn without repeating one within a document."""

    pools: Mapping[str, list[Name]]
    chance: random.Random
    today: date
    used: set[str]

    def draw(self, kind: str, form: str = "") -> tuple[str, Name]:
        """A preposition (dates only) and a name for a kind of slot. Raises KeyError for an unknown kind."""
        made = _VALUES.get(kind)
        if made:
            return made(self.today, self.chance)
        pool = self.pools[kind]
        for _ in range(200):
            name = self.chance.choice(pool)
            if (
                name.text in self.used
                or (form in ("a", "abbr") and not name.short)
                or (form == "d" and not name.adjective)
            ):
                continue
            self.used.add(name.text)
            return "", name
        raise KeyError(f"no name of kind {kind} with form {form!r} is left")


def _plain(make: Callable[[random.Random], Name]) -> Callable[[date, random.Random], tuple[str, Name]]:
    return lambda today, chance: ("", make(chance))


_VALUES: dict[str, Callable[[date, random.Random], tuple[str, Name]]] = {
    "Wp": dates.past,
    "Wf": dates.future,
    "Wb": lambda today, chance: ("", dates.future_bare(today, chance)),
    "Wa": lambda today, chance: ("", dates.past_bare(today, chance)),
    "Q": _plain(dates.duration),
    "M": _plain(dates.money),
    "Ms": _plain(lambda chance: dates.money(chance, dates.BEFORE_A_NOUN)),
    "E": _plain(dates.share),
}


def pools(reference: Reference, made_up: Mapping[str, Any], texts: Iterable[str], part: int) -> dict[str, list[Name]]:
    """Pools of names by kind; names that occur in ``texts`` are left out, ``part`` (0 or 1) halves the references."""
    seen = _Seen(texts)
    found = {
        kind: [n for n in names if made_up[kind].get("common") or seen.free(n)]
        for kind, names in _made_up(made_up).items()
    }
    for entity in reference.entities.values():
        for kind, name in _of_reference(entity.type, entity.name, reference, entity.id):
            if _half(name.text) == part and (kind in _FEW or seen.free(name)):
                found.setdefault(kind, []).append(name)
    found["J"] = found["C"] + found["V"]
    found["G"] = [Name("Authority", n.text, f"{n.text} (government)", adjective=n.adjective) for n in found["C"]]
    return {kind: sorted(set(names), key=lambda n: n.text) for kind, names in found.items()}


class _Seen:
    """The words of texts, to tell whether a name occurs in them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._text = " " + " ".join(re.findall(r"\w+", "\n".join(texts).casefold())) + " "

    def free(self, name: Name) -> bool:
        words = " ".join(re.findall(r"\w+", name.text.casefold()))
        return f" {words} " not in self._text


def _half(text: str) -> int:
    return hashlib.sha256(text.encode()).digest()[0] % 2


def _of_reference(type_: str, name: str, reference: Reference, identity: str) -> list[tuple[str, Name]]:
    maker = _MAKERS.get(type_)
    return maker(name, reference, identity) if maker and "(" not in name else []


def _country(name: str, reference: Reference, identity: str) -> list[tuple[str, Name]]:
    row = reference.rows[identity]
    kind = row.cells["kind"]
    if kind == "city" and "," not in name:
        return [("V", Name("Jurisdiction", name, name))]
    demonyms = row.parts("demonyms")
    if kind != "country" or not demonyms or _ODD_COUNTRY.search(name):
        return []
    return [("C", Name("Jurisdiction", name, name, adjective=demonyms[0]))]


def _firm(name: str, reference: Reference, identity: str) -> list[tuple[str, Name]]:
    bare = _LEGAL_FORM.sub("", name)
    fits = 4 <= len(bare) <= 28 and bare[0].isupper() and not bare.isupper() and not _FUND.search(bare)
    return [("F", Name("Firm", bare, bare))] if fits and "." not in bare and "," not in bare else []


def _authority(name: str, reference: Reference, identity: str) -> list[tuple[str, Name]]:
    capitals = "".join(word[0] for word in re.findall(r"[A-Z]\w+", name))
    short = capitals if len(capitals) > 2 else ""
    found = Name("Authority", name, name, short=short)
    if _COURT.search(name):
        return [("K", found)]
    return [("A", found)] if _BODY.search(name) else []


def _class(kind: str, type_: str, ending: str) -> Callable[[str, Reference, str], list[tuple[str, Name]]]:
    def make(name: str, reference: Reference, identity: str) -> list[tuple[str, Name]]:
        fits = name[0].islower() and name.endswith(ending) and "," not in name and len(name.split()) < 5
        return [(kind, Name(type_, name, name))] if fits else []

    return make


def _named(kind: str, type_: str) -> Callable[[str, Reference, str], list[tuple[str, Name]]]:
    def make(name: str, reference: Reference, identity: str) -> list[tuple[str, Name]]:
        fits = name[0].isupper() and "." not in name and "," not in name and not name.startswith("The ")
        return [(kind, Name(type_, name, name))] if fits else []

    return make


_MAKERS: dict[str, Callable[[str, Reference, str], list[tuple[str, Name]]]] = {
    "Jurisdiction": _country,
    "Firm": _firm,
    "Authority": _authority,
    "Sector": _class("S", "Sector", "s"),
    "DataCategory": _class("D", "DataCategory", ""),
    "Technology": _class("T", "Technology", "s"),
    "Publisher": _named("P", "Publisher"),
    "Person": _named("H", "Person"),
}


def _made_up(made_up: Mapping[str, Any]) -> dict[str, list[Name]]:
    found: dict[str, list[Name]] = {}
    for kind, row in made_up.items():
        texts = list(row.get("names", ()))
        if "parts" in row:
            combined: list[str] = [""]
            for part in row["parts"]:
                combined = [left + right for left in combined for right in part]
            texts += combined
        found[kind] = [_written(row["type"], text) for text in texts]
    return found


def _written(type_: str, text: str) -> Name:
    """A made-up name; ``Long name = SHORT`` gives its abbreviation, ``Place ~ adjective`` its adjective."""
    text, _, adjective = (part.strip() for part in text.partition("~"))
    text, _, short = (part.strip() for part in text.partition("="))
    return Name(type_, text, text, short=short, adjective=adjective)
