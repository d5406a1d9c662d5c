"""Statements by frames: one sentence at a time, each match makes drafts that guards and the gate then look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from policygraph.annotate.annotated import action_verb
from policygraph.annotate.attribution import Source, attribution_at, sources
from policygraph.annotate.clauses import Trail, leading_date, leading_duration, trail
from policygraph.annotate.frames import Frame, Said, frames_for, load_frames
from policygraph.annotate.modality import is_counter_act, is_loose_participle, is_passive, modality_of
from policygraph.annotate.proposal import Draft, Proposal, Sentence
from policygraph.annotate.rules import RuleStates, implied_effect
from policygraph.annotate.skeleton import MARKER, Skeleton, skeleton
from policygraph.model.ontology import load_ontology
from policygraph.model.records import Span

_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A frame that fits a sentence."""

    frame: Frame
    found: re.Match[str]
    skeleton: Skeleton
    said_by: Sequence[Source]
    modality: str
    published: str | None

    @property
    def cue(self) -> int:
        """Where the verb stands, or the match's start, in the skeleton."""
        return self.found.start("cue") if self.frame.verb else self.found.start()


class FrameMatcher:
    """Adds drafts of statements to ``doc._.drafts`` and the rules' times and states to ``doc._.states``."""

    def __init__(self) -> None:
        load_frames()  # a broken frame fails when the pipeline is made, not at the first document

    def __call__(self, doc: Doc) -> Doc:
        """Match the frames on the sentences of ``doc``."""
        states: RuleStates = doc._.states
        for sentence, mentions in mentions_by_sentence(doc._.sentences, doc._.mentions):
            skel = skeleton(doc._.document.text, sentence, mentions)
            said_by = sources(skel)
            doc._.sources[sentence.index] = said_by
            for match in _matches(skel, said_by, doc._.document.published):
                doc._.drafts.extend(_drafts(doc._.document.text, match))
                _note_states(match, states)
        return doc


def mentions_by_sentence(
    sentences: Sequence[Sentence], mentions: Sequence[Proposal]
) -> Iterator[tuple[Sentence, list[Proposal]]]:
    """Sentences with two or more mentions, and their mentions in order."""
    i = 0
    for sentence in sentences:
        while i < len(mentions) and mentions[i].start < sentence.start:
            i += 1
        inside = []
        while i < len(mentions) and mentions[i].start < sentence.end:
            if mentions[i].end <= sentence.end:
                inside.append(mentions[i])
            i += 1
        if len(inside) > 1:
            yield sentence, inside


def _matches(skel: Skeleton, said_by: list[Source], published: str | None) -> Iterator[Match]:
    plain = skel.text
    for frame in frames_for(frozenset(_WORD.findall(plain)), frozenset(m.type for m in skel.mentions)):
        for found in frame.pattern.finditer(plain):
            if frame.verb:
                auxiliaries, cue = found["aux"], found["cue"]
                if is_passive(auxiliaries, cue) != frame.passive or is_loose_participle(auxiliaries, cue):
                    continue
                modality = modality_of(auxiliaries)
            else:
                modality = modality_of(found.group()) if frame.options.get("modality") == "sentence" else "asserted"
            yield Match(frame, found, skel, said_by, modality, published)


def _slots(match: Match, name: str) -> list[Proposal]:
    """The mentions of a slot; the slot ``rule`` of a verb frame is the verb's own mention."""
    if name == "rule" and match.frame.options.get("rule") == "verb":
        skel = match.skeleton
        verb = skel.verb_at(skel.place(match.found.start("cue")), skel.place(match.found.end("cue")))
        return [verb] if verb else []
    group = match.found.groupdict().get(name)
    return list(match.skeleton.named(group)) if group else []


def _drafts(text: str, match: Match) -> Iterator[Draft]:
    rest = trail(match.skeleton, match.found.end())
    behind = trail(match.skeleton, match.found.end("cue")) if match.frame.verb else rest
    for said in match.frame.says:
        for subject in _slots(match, said.subject):
            for object_ in _slots(match, said.object):
                if subject.entity != object_.entity:
                    yield _draft(text, match, said, subject, object_, rest, behind)
    if match.frame.options.get("action"):
        yield from _governed(text, match, rest, behind)
    if match.frame.options.get("base") and (basis := behind.basis() or rest.basis()):
        for rule in _slots(match, "rule"):
            if rule.entity != basis.entity:
                yield _draft(text, match, Said("rule", "based_on", "", "none", {}), rule, basis, rest, behind)


def _governed(text: str, match: Match, rest: Trail, behind: Trail) -> Iterator[Draft]:
    """What the act of a party's duty or ban is on: the goods or data, and the places to which they go."""
    said = next(s for s in match.frame.says if s.effect != "none")
    verb = action_verb(rest.words(text), load_ontology())
    effect = "restricts" if said.effect == "requires" and verb == "register" else said.effect
    if effect == "requires" or is_counter_act(rest.words(text)):
        return
    for rule in _slots(match, "rule"):
        for thing in rest.governed():
            yield _draft(text, match, Said("rule", "applies_to", "", effect, {}), rule, thing, rest, behind)
        for place in rest.destinations("export" if verb == "register" else verb):
            where = Said("rule", "applies_to", "", effect, {"detail": "destination"})
            yield _draft(text, match, where, rule, place, rest, behind)


def _draft(
    text: str, match: Match, said: Said, subject: Proposal, object_: Proposal, rest: Trail, behind: Trail
) -> Draft:
    skel, options = match.skeleton, match.frame.options
    first = MARKER.search(match.found.group())
    start = match.found.start() + (first.start() if first else 0)
    ends = [skel.place(start), skel.place(max(match.found.end(), rest.end if options.get("action") else 0))]
    draft = Draft(
        subject,
        said.predicate,
        object_,
        skel.sentence,
        (Span(min(ends[0], subject.start), max(ends[1], object_.end, subject.end)),),
        match.frame.name,
        effect=_effect(said, subject),
        modality=said.options.get("modality", match.modality),
        attribution=attribution_at(match.said_by, skel.place(match.cue)),
        lifecycle=said.options.get("lifecycle"),
        cue=skel.place(match.cue),
        trail=Span(skel.place(rest.start), skel.place(rest.end)),
    )
    if match.modality == "denied":
        draft.modality = "denied"
    if options.get("when"):
        draft.valid_from = behind.date() or leading_date(skel)
    _fill(text, draft, match, said, rest, behind)
    return draft


def _effect(said: Said, subject: Proposal) -> str:
    if said.effect == "noun":
        return implied_effect(subject) or "none"
    return said.effect


def _fill(text: str, draft: Draft, match: Match, said: Said, rest: Trail, behind: Trail) -> None:
    options = match.frame.options
    if options.get("action") and draft.effect != "none":
        draft.action = re.sub(r"^(?:and [^,;]{1,30}? )?(?:from|to) ", "", rest.words(text)) or None
        draft.duration, draft.due = rest.duration(), rest.due()
    if (options.get("amount") and draft.predicate != "issued_by") and (
        money := behind.amount() or _inner_money(draft.subject, match)
    ):
        draft.amount = money.value
    for name in ("item", "role", "detail", "action"):
        value = said.options.get(name)
        if value and (group := match.found.groupdict().get(value)):
            named = list(match.skeleton.named(group))
            setattr(draft, name, ", ".join(text[m.start : m.end] for m in named) or group)
        elif value and value not in match.found.groupdict():
            setattr(draft, name, value)


def _inner_money(subject: Proposal, match: Match) -> Proposal | None:
    """Money named within the rule's own words ("the $1.2 million fine")."""
    return next((m for m in match.skeleton.inner if m.type == "Money" and subject.covers(m)), None)


def _note_states(match: Match, states: RuleStates) -> None:
    """Keep what a frame says of its rules' times and states, unless it is denied or open."""
    rules = _slots(match, "rule")
    if match.modality in ("denied", "possible"):
        return
    value = {name: next((m.value for m in _slots(match, name)), None) for name in ("from", "to", "for")}
    if match.frame.options.get("now") and " now " in match.found.group():
        value["from"] = value["from"] or match.published
        value["for"] = value["for"] or leading_duration(match.skeleton)
    for rule in rules:
        states.add_time(rule.entity, value["from"], value["to"], value["for"])
    for slot, state in match.frame.options.get("state", {}).items():
        for rule in _slots(match, slot):
            states.add_state(rule.entity, state if match.modality == "asserted" else "adopted")
