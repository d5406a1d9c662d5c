"""The tuning set: frames and names of its own, sound documents, the same again."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from benchmarks.gold.gold import read
from training.grammar.frames import read_frames
from training.grammar.generate import HERE as TRAINING
from training.polarity_tuning.__main__ import HERE, main

from policygraph.model.ontology import load_ontology

OTHERS = (TRAINING, TRAINING / "former", Path(__file__).resolve().parents[3] / "benchmarks" / "polarity")


@pytest.mark.parametrize("other", OTHERS, ids=["training", "former test", "test"])
def test_no_frame_or_made_up_name_is_shared(other: Path) -> None:
    own, theirs = ({repr(variant.nodes) for variant in read_frames(folder / "frames")} for folder in (HERE, other))
    assert not own & theirs
    own_rows, their_rows = (yaml.safe_load((folder / "pools.yml").read_text("utf-8")) for folder in (HERE, other))
    for kind in ("F", "L", "X", "N"):
        assert not set(own_rows[kind]["parts"][0]) & set(their_rows[kind]["parts"][0])


def test_frames_are_many_and_of_every_effect_and_modality() -> None:
    variants = read_frames(HERE / "frames")
    claims = [one for variant in variants for one in variant.claims]
    assert len(variants) >= 1700
    assert any(not variant.claims for variant in variants)  # what says nothing is tested too
    ontology = load_ontology()
    assert {one.predicate for one in claims} == set(ontology.relations)
    assert {one.fields.get("effect", "none") for one in claims} == set(ontology.told_effects)
    assert {one.fields["modality"] for one in claims} == set(ontology.modalities)


def test_the_command_writes_sound_cases_and_the_same_again(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.jsonl", "two.jsonl", "three.jsonl")]
    for file, seed in zip(files, ("3", "3", "4"), strict=True):
        assert main(["--cases", "1000", "--seed", seed, "--out", str(file)]) == 0
    first, again, other = (file.read_bytes() for file in files)
    assert first == again
    assert first != other
    cases = read(files[0])
    assert len({case["id"] for case in cases}) == 1000
