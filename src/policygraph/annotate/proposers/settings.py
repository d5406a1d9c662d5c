"""The operator's file ``proposers.yml``: which proposers are on. Without the file none is.

A key is never in the file: it names a variable of the environment, ``POLICYGRAPH_ENDPOINT_KEY…``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from policygraph.annotate.proposers.fields import FieldError, Fields, endpoint_address
from policygraph.model.identity import digest
from policygraph.model.ontology import load_ontology

KEY_PREFIX = "POLICYGRAPH_ENDPOINT_KEY"


class SettingsError(ValueError):
    """A file ``proposers.yml`` that cannot be used; a sentence that names the field."""


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """An OpenAI-compatible endpoint.

    Lengths are characters of text, ``timeout``, ``longest_wait`` and ``pause`` seconds, ``most_bytes`` the size of an
    answer. After ``failures`` questions in a row that failed the next one waits for a pause, at most ``pauses`` times.
    Prices are in ``currency`` for a million tokens; ``most_cost`` is in the same currency for a run, None for no limit.
    ``options`` is merged into the body of each request; a null takes a field away. ``key`` is sent as a bearer token.
    """

    base_url: str
    model: str
    key: str | None = field(default=None, repr=False)
    facts: bool = False
    chunk_characters: int = 6000
    overlap_characters: int = 600
    most_tokens: int = 4096
    timeout: float = 120.0
    requests_a_minute: float = 30.0
    attempts: int = 4
    longest_wait: float = 60.0
    failures: int = 3
    pause: float = 60.0
    pauses: int = 3
    most_bytes: int = 2 * 1024 * 1024
    prompt_price: float = 0.0
    completion_price: float = 0.0
    currency: str = "USD"
    most_cost: float | None = None
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The extractor of its statements."""
        return f"endpoint:{self.model}"


@dataclass(frozen=True, slots=True)
class SpacySettings:
    """A spaCy pipeline by the name of its package or its folder.

    ``spans`` is the group of ``doc.spans`` that holds the mentions, or ``ents`` for ``doc.ents``. ``labels`` says which
    type a label of the pipeline is; a label that is a type needs no entry, and one that is neither is told as an issue.
    """

    pipeline: str
    facts: bool = False
    spans: str = "policygraph"
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The extractor of its statements."""
        return f"spacy:{self.pipeline.replace(':', '-')}"


Settings = EndpointSettings | SpacySettings


def load_settings(path: Path, environment_keys: Mapping[str, str]) -> tuple[Settings, ...]:
    """The proposers of a file, in its order; none where there is no file. ``environment_keys`` are the variables that
    hold keys. Raises SettingsError naming the file and the field that is wrong.
    """
    try:
        if not path.exists():
            return ()
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{path}: cannot be read: {' '.join(str(error).split())}") from error
    rows = values.get("proposers") if isinstance(values, dict) and set(values) == {"proposers"} else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SettingsError(f"{path}: must have the one field 'proposers' with a list of mappings")
    found: list[Settings] = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(_settings(Fields(row), environment_keys))
        except FieldError as error:
            raise SettingsError(f"{path}: proposer {number}: field '{error.name}' {error}") from None
    names = [s.name for s in found]
    if len(set(names)) < len(names):
        raise SettingsError(f"{path}: two proposers have the same model or pipeline")
    return tuple(found)


def settings_digest(settings: Settings) -> str:
    """A digest of what changes proposals or what becomes of them: not the key, limits of time, size, rate or cost."""
    left_out = {"key", "timeout", "requests_a_minute", "attempts", "longest_wait", "most_bytes", "most_cost"}
    left_out |= {"failures", "pause", "pauses"}
    left_out |= {"prompt_price", "completion_price", "currency"}
    values = {key: value for key, value in asdict(settings).items() if key not in left_out}
    return digest(json.dumps(values, sort_keys=True, default=str).encode("utf-8"))


def _settings(fields: Fields, environment_keys: Mapping[str, str]) -> Settings:
    kind = fields.choice("kind", ("endpoint", "spacy"))
    return _endpoint(fields, environment_keys) if kind == "endpoint" else _spacy(fields)


def _endpoint(fields: Fields, environment_keys: Mapping[str, str]) -> EndpointSettings:
    address, private = endpoint_address(fields.text("base_url"))
    chunk = fields.whole("chunk_characters", 6000, 500, 100_000)
    price = Fields(fields.take("price", dict, "a mapping of prompt, completion and currency", {}), "price.")
    settings = EndpointSettings(
        base_url=address,
        model=fields.line("model"),
        key=_key(fields, environment_keys, private),
        facts=fields.truth("facts", False),
        chunk_characters=chunk,
        overlap_characters=fields.whole("overlap_characters", min(600, chunk // 2), 0, chunk // 2),
        most_tokens=fields.whole("most_tokens", 4096, 64, 1_000_000),
        timeout=fields.number("timeout", 120.0, 0.05, 3600.0),
        requests_a_minute=fields.number("requests_a_minute", 30.0, 0.01, 100_000.0),
        attempts=fields.whole("attempts", 4, 1, 10),
        longest_wait=fields.number("longest_wait", 60.0, 0.0, 3600.0),
        failures=fields.whole("failures", 3, 1, 1000),
        pause=fields.number("pause", 60.0, 0.0, 3600.0),
        pauses=fields.whole("pauses", 3, 0, 100),
        most_bytes=fields.whole("most_bytes", 2 * 1024 * 1024, 1024, 64 * 1024 * 1024),
        prompt_price=price.number("prompt", 0.0, 0.0, 1e6),
        completion_price=price.number("completion", 0.0, 0.0, 1e6),
        currency=price.line("currency", "USD"),
        most_cost=fields.number("most_cost", -1.0, 0.0, 1e9) if fields.has("most_cost") else None,
        options=_options(fields),
    )
    price.end()
    fields.end()
    if settings.most_cost is not None and not settings.prompt_price + settings.completion_price:
        raise FieldError("most_cost", "needs prices: without them nothing is reckoned")
    return settings


def _key(fields: Fields, environment_keys: Mapping[str, str], private: bool) -> str | None:
    variable = fields.line("key_variable", "")
    if not variable:
        return None
    if not variable.startswith(KEY_PREFIX):
        raise FieldError("key_variable", f"must begin with {KEY_PREFIX}")
    key = environment_keys.get(variable, "")
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise FieldError("key_variable", f"names {variable}, which is not set to a key")
    if not private:
        raise FieldError("base_url", "must be https where a key is sent, or be on this machine")
    return key


def _options(fields: Fields) -> Mapping[str, Any]:
    options = fields.take("options", dict, "a mapping of fields of the request", {})
    for name in options:
        if name in ("model", "messages", "response_format", "stream"):
            raise FieldError(f"options.{name}", "is not for the operator to set")
    try:
        json.dumps(options, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise FieldError("options", f"cannot be written as JSON: {error}") from None
    return dict(options)


def _spacy(fields: Fields) -> SpacySettings:
    labels = fields.take("labels", dict, "a mapping of labels to types", {})
    for label, kind in labels.items():
        if kind not in load_ontology().entities:
            raise FieldError(f"labels.{label}", f"is {kind!r}, which is no type of the ontology")
    settings = SpacySettings(
        fields.line("pipeline"),
        fields.truth("facts", False),
        fields.line("spans", "policygraph"),
        {str(label): str(kind) for label, kind in labels.items()},
    )
    fields.end()
    return settings
