"""Answers for people: in the terminal, with the words that prove them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from policygraph.cli.common import out, print_json, quote, shown
from policygraph.graph.catalogue import CatalogueQuery
from policygraph.model.ontology import UNKNOWN_EFFECT
from policygraph.trace.answers import Answer, effect_words, step_json
from policygraph.trace.exposure import Entry, Exposure
from policygraph.trace.named import named_in_words
from policygraph.trace.when import Interval

_COLOURS = {"yes": "green", "no": "red", "unknown": "yellow"}
_HEADINGS = {
    "in_force": "In force",
    "planned": "Planned, not in force",
    "possible": "Possible only: nobody says that it is so",
    "indirect": "Through others: in force for a firm that this one deals with",
    "open": "Open: touches the firm, whether it reaches it is unknown",
    "not_in_force": "Not in force on that day",
}
MAX_SHOWN = 6


def show_answer(answer: Answer) -> None:
    """Print an ``applies`` answer."""
    out.print(
        f"Does [bold]{shown(answer.rule.name)}[/bold] reach [bold]{shown(answer.firm.name)}[/bold] on {answer.as_of}, "
        f"as known on {answer.known_at}?"
    )
    out.print(f"  {_status(answer.status, answer.conditional)}: {shown(answer.why)}")
    for provision in answer.provisions:
        act = f" ({shown(provision.action)})" if provision.action else ""
        out.print(
            f"  provision: {effect_words(provision.effect)}{act}, {_span(provision.interval)}: "
            f"{_status(provision.status, provision.conditional)}"
        )
        for dimension in provision.dimensions.values():
            if dimension.status == "unconstrained":
                continue
            reason = f": {shown(dimension.why)}" if dimension.why else ""
            out.print(f"    {dimension.name}: {_status(dimension.status, dimension.conditional)}{reason}")
            for fact in dimension.path:
                _step(step_json(fact), "      ")
    if answer.would_settle:
        out.print("  would settle it: " + "; ".join(shown(s) for s in answer.would_settle))
    if answer.last_stated:
        out.print(f"  last stated {answer.last_stated.known_from}")
    if "reference" in answer.rests_on:
        out.print("  some steps rest on reference data, not on a document: those marked reference")


def show_exposure(exposure: Exposure) -> None:
    """Print an exposure, the strongest first."""
    out.print(
        f"[bold]{shown(exposure.firm.name)}[/bold] on {exposure.as_of}, as known on {exposure.known.day}: "
        f"{exposure.counted('relief')}, {exposure.counted('burden')}"
    )
    shown_any = False
    for standing, heading in _HEADINGS.items():
        entries = exposure.of(standing)
        if not entries:
            continue
        shown_any = True
        out.print(f"\n[bold]{heading}[/bold]")
        limit = MAX_SHOWN if standing in ("open", "not_in_force") else len(entries)
        for entry in entries[:limit]:
            _entry(entry)
        if len(entries) > limit:
            out.print(f"  … and {len(entries) - limit} more: --json shows all")
    if not shown_any:
        out.print("  no rule that the graph holds touches it; that is no proof that there is none")


def _entry(entry: Entry) -> None:
    act = f" ({shown(entry.action)})" if entry.action else ""
    through = f" {shown(entry.through.name)}" if entry.through else ""
    out.print(
        f"  [bold]{shown(entry.rule.name)}[/bold]: {effect_words(entry.effect)}{act}"
        f" · {entry.side or _no_side(entry.effect)} · {entry.reach}{through}"
        f" · {_status(entry.status, entry.conditional)} · {_span(entry.interval)}"
    )
    issuers = ", ".join({shown(fact.object.name): 0 for fact in entry.issued_by if fact.modality != "denied"})
    if issuers:
        out.print(f"    made by {issuers}")
    if entry.status != "yes" and entry.why:
        out.print(f"    {shown(entry.why)}")
    for fact in entry.path:
        _step(step_json(fact), "    ")
    if entry.would_settle:
        out.print("    would settle it: " + "; ".join(shown(s) for s in entry.would_settle[:4]))
    if entry.last_stated:
        out.print(f"    last stated {entry.last_stated.known_from}")


def _no_side(effect: str) -> str:
    return "relief or burden unknown" if effect == UNKNOWN_EFFECT else "neither relief nor burden"


def _status(status: str, conditional: bool) -> str:
    words = status.replace("_", " ") + (", conditional" if conditional else "")
    colour = _COLOURS.get(status, "cyan")
    return f"[{colour}]{words}[/{colour}]"


def _span(interval: Interval) -> str:
    found = interval.as_json()
    if not found["from"] and not found["to"]:
        return "start and end not stated"
    return f"{found['from'] or 'start not stated'} to {found['to'] or 'no end stated'}"


def _step(step: dict[str, Any], indent: str) -> None:
    said = f", says {', '.join(shown(a) for a in step['attribution'])}" if step["attribution"] else ""
    out.print(
        f"{indent}{_triple(step)} · {step['modality']}{said} · {step['origin']} {step['published'] or ''}", style="dim"
    )
    if step["quotes"] and step["origin"] != "reference":  # a row of a table proves, but is not to be read aloud
        out.print(f"{indent}  {quote(step['quotes'])}")
        _named(step, f"{indent}  ")
    out.print(f"{indent}  {step['statement']}", style="dim")


def _triple(said: dict[str, Any]) -> str:
    """What a statement says: its ends, its predicate, and its effect where it has one."""
    effect = "" if said["effect"] == "none" else f" [{effect_words(said['effect'])}]"
    return f"{shown(said['subject'])} {said['predicate']} {shown(said['object'])}{shown(effect)}"


def _named(said: dict[str, Any], indent: str) -> None:
    for phrase in named_in_words(said):
        out.print(f"{indent}{shown(phrase)}", style="dim")


def show_claims(claims: Sequence[dict[str, Any]]) -> None:
    """Print claims, the oldest first."""
    for claim in claims:
        said = ", ".join(shown(a) for a in claim["attribution"]) or shown(claim["document"].get("publisher") or "")
        out.print(f"{claim['published'] or 'undated'} · {_triple(claim)} · [bold]{claim['status']}[/bold] · {said}")
        out.print(f"  {quote(claim['quotes'])}")
        _named(claim, "  ")
        out.print(f"  {claim['statement']}", style="dim")
    out.print("1 claim" if len(claims) == 1 else f"{len(claims)} claims")


def show_paths(found: dict[str, Any]) -> None:
    """Print ranked paths."""
    for number, path in enumerate(found["paths"], 1):
        out.print(f"[bold]{number}[/bold]. {len(path['steps'])} steps{', conditional' if path['conditional'] else ''}")
        for step in path["steps"]:
            _step(step, "   ")
    if not found["paths"]:
        out.print(f"no path of five steps or fewer links {shown(found['from'])} and {shown(found['to'])}")


def show_evidence(found: dict[str, Any]) -> None:
    """Print the evidence of a statement."""
    out.print(f"{_triple(found)} · {found['modality']}")
    document, capture = found["document"], found["capture"]
    out.print(f"  {shown(document['title'])} · {shown(document['publisher'])} · {document['published'] or 'undated'}")
    out.print(f"  {shown(document['url'])}")
    for words, offsets, context in zip(found["quotes"], found["offsets"], found["context"], strict=True):
        out.print(f"  characters {offsets[0]} to {offsets[1]}: {quote([words], 2000)}")
        out.print(f"    in: {shown(' '.join(context.split()))}", style="dim")
    _named(found, "  ")
    out.print(f"  text sha256:{document['text_hash']}, by {document['text_extractor']}")
    out.print(f"  bytes {capture.get('digest', '')} in {shown(capture.get('file', ''))} at {capture.get('offset', '')}")
    if found["verified"]:
        out.print("  [green]verified[/green]: the archived bytes, the text and the quotes are as recorded")
    for problem in found["problems"]:
        out.print(f"  [red]not verified[/red]: {shown(problem)}")


def show_catalogue(queries: Sequence[CatalogueQuery], as_json: bool) -> None:
    """Print the catalogue of queries."""
    if as_json:
        print_json([query.as_json() for query in queries])
        return
    table = Table("query", "question", "parameters")
    for query in queries:
        parameters = ", ".join(
            p["name"] + ("" if p["default"] is None else f"={p['default']}") for p in query.as_json()["parameters"]
        )
        table.add_row(query.name, query.question, parameters)
    out.print(table)
