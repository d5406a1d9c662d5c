"""The operator's file: off without it, exact about what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygraph.annotate.proposers.settings import (
    EndpointSettings,
    SettingsError,
    SpacySettings,
    load_settings,
    settings_digest,
)
from policygraph.home import Home

KEYS = {"POLICYGRAPH_ENDPOINT_KEY": "sk-secret", "POLICYGRAPH_ENDPOINT_KEY_BAD": "a b"}
ENDPOINT = "proposers:\n  - {kind: endpoint, model: m, base_url: 'http://localhost:1/v1'"


def load(folder: Path, text: str) -> tuple[EndpointSettings | SpacySettings, ...]:
    path = folder / "proposers.yml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, KEYS)


def test_without_a_file_nothing_is_on(tmp_path: Path) -> None:
    home = Home.at(tmp_path, {})
    assert load_settings(home.proposers, home.endpoint_keys) == ()


def test_a_full_file(tmp_path: Path) -> None:
    text = """
proposers:
  - kind: endpoint
    base_url: https://models.example/v1/
    model: big-model
    key_variable: POLICYGRAPH_ENDPOINT_KEY
    facts: true
    price: {prompt: 2.5, completion: 10, currency: EUR}
    most_cost: 3
    options: {temperature: 1}
  - kind: spacy
    pipeline: my_pipeline
    spans: ents
    labels: {ORG: Firm, GPE: Jurisdiction}
"""
    endpoint, spacy = load(tmp_path, text)
    assert isinstance(endpoint, EndpointSettings)
    assert (endpoint.base_url, endpoint.name, endpoint.key) == (
        "https://models.example/v1",
        "endpoint:big-model",
        "sk-secret",
    )
    assert (endpoint.facts, endpoint.prompt_price, endpoint.completion_price) == (True, 2.5, 10.0)
    assert (endpoint.most_cost, endpoint.currency) == (3.0, "EUR")
    assert spacy == SpacySettings("my_pipeline", False, "ents", {"ORG": "Firm", "GPE": "Jurisdiction"})
    assert "sk-secret" not in repr(endpoint)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[1", "cannot be read"),
        ("other: []", "one field 'proposers'"),
        ("proposers: {kind: spacy}", "one field 'proposers'"),
        ("proposers: [{kind: oracle}]", "'kind' must be one of"),
        ("proposers: [{kind: endpoint, model: m}]", "'base_url' is missing"),
        ("proposers: [{kind: endpoint, model: m, base_url: 'ftp://x/'}]", "http or https"),
        ("proposers: [{kind: endpoint, model: m, base_url: 'http://u:p@x/'}]", "no user"),
        ("proposers: [{kind: endpoint, model: m, base_url: 'http://x:99999/'}]", "is not a URL"),
        (f"{ENDPOINT}, key: sk-secret}}", "'key' is not known"),
        (f"{ENDPOINT}, key_variable: AWS_SECRET}}", "must begin with POLICYGRAPH_ENDPOINT_KEY"),
        (f"{ENDPOINT}, key_variable: POLICYGRAPH_ENDPOINT_KEY_NONE}}", "not set to a key"),
        (f"{ENDPOINT}, key_variable: POLICYGRAPH_ENDPOINT_KEY_BAD}}", "not set to a key"),
        (f"{ENDPOINT}, timeout: 0}}", "'timeout' must be between"),
        (f"{ENDPOINT}, facts: 'yes'}}", "'facts' must be true or false"),
        (f"{ENDPOINT}, chunk_characters: 1e9}}", "whole number"),
        (f"{ENDPOINT}, most_cost: 1}}", "needs prices"),
        (f"{ENDPOINT}, price: {{input: 1}}}}", "'price.input' is not known"),
        (f"{ENDPOINT}, options: {{messages: []}}}}", "'options.messages'"),
        (f"{ENDPOINT}}}\n  - {{kind: endpoint, model: m, base_url: 'http://localhost:2/v1'}}", "same model"),
        ("proposers: [{kind: spacy, pipeline: p, labels: {ORG: Company}}]", "no type of the ontology"),
        (f"{ENDPOINT}, key_variable: POLICYGRAPH_ENDPOINT_KEY}}".replace("localhost", "x.example"), "must be https"),
    ],
)
def test_what_is_wrong_is_named(text: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"proposers\.yml") as caught:
        load(tmp_path, text)
    assert reason in str(caught.value)
    assert "sk-secret" not in str(caught.value)


def test_keys_come_from_the_environment_and_are_not_shown(tmp_path: Path) -> None:
    home = Home.at(tmp_path, {**KEYS, "OTHER": "x"})
    assert dict(home.endpoint_keys) == KEYS
    assert "sk-secret" not in repr(home)


def test_the_digest_is_of_what_changes_answers_or_their_standing(tmp_path: Path) -> None:
    (plain,) = load(tmp_path, ENDPOINT + "}")
    same = [
        ", timeout: 5",
        ", price: {prompt: 1}",
        ", requests_a_minute: 1",
        ", failures: 5, pause: 600, pauses: 9",
        ", key_variable: POLICYGRAPH_ENDPOINT_KEY",
    ]
    other = [", facts: true", ", chunk_characters: 900", ", options: {seed: 1}", ", most_tokens: 100"]
    digests = {settings_digest(load(tmp_path, ENDPOINT + more + "}")[0]) for more in same}
    assert digests == {settings_digest(plain)}
    assert len({settings_digest(load(tmp_path, ENDPOINT + more + "}")[0]) for more in other} | digests) == 5


def test_two_pipelines_that_would_be_filed_under_one_name_are_refused(tmp_path: Path) -> None:
    text = "proposers: [{kind: spacy, pipeline: 'a:b', spans: ents}, {kind: spacy, pipeline: a-b, spans: ents}]"
    with pytest.raises(SettingsError, match="two proposers"):
        load(tmp_path, text)
