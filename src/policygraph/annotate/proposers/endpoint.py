"""The proposer that asks an OpenAI-compatible endpoint, by the prompt and the schema of this package's data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policygraph.annotate.proposers.asking import Asker, AskError
from policygraph.annotate.proposers.cache import AnswerCache
from policygraph.annotate.proposers.chunks import Chunk, chunks
from policygraph.annotate.proposers.prompt import system_prompt, user_prompt
from policygraph.annotate.proposers.protocol import Piece, Proposals
from policygraph.annotate.proposers.rows import MOST_ROWS, mentions_of_rows, statements_of_rows
from policygraph.annotate.proposers.schema import data_file, load_schema
from policygraph.annotate.proposers.settings import EndpointSettings, settings_digest
from policygraph.annotate.proposers.spending import estimate
from policygraph.model.identity import digest
from policygraph.model.records import Document, Issue

VERSION_LENGTH = 12  # hex digits
_SCHEMA_NAME = "policygraph_proposals"


class AnswerError(ValueError):
    """An answer that cannot be used: ``code`` is a short fixed word, the message a phrase."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(slots=True)
class _Asked:
    """A document under way."""

    pieces: list[Piece]
    issues: list[Issue]
    complete: bool = True


class EndpointProposer:
    """Asks about each chunk of a document; answers that follow the schema are kept in the cache."""

    def __init__(self, settings: EndpointSettings, cache: AnswerCache, asker: Asker | None = None) -> None:
        self._settings = settings
        self._cache = cache
        self._asker = asker or Asker(settings)
        self.name = settings.name
        self.facts = settings.facts
        parts = (data_file("prompt.yml"), system_prompt(), json.dumps(load_schema()), settings_digest(settings))
        self.version = digest("\x00".join(parts).encode("utf-8"))[:VERSION_LENGTH]

    def propose(self, document: Document) -> Proposals:
        """Proposals for a document; a chunk whose answer cannot be used is an issue, and the others go on."""
        asked = _Asked([], [])
        for chunk in chunks(document, self._settings.chunk_characters, self._settings.overlap_characters):
            self._chunk(document, chunk, asked)
        return Proposals(tuple(asked.pieces), tuple(asked.issues), asked.complete)

    def spent(self) -> Mapping[str, int]:
        """Requests, answers from the cache, tokens and cost since this was made."""
        return self._asker.spending.counts()

    def _chunk(self, document: Document, chunk: Chunk, asked: _Asked) -> None:
        question = self._question(document, chunk)
        where = f"{self.name}: characters {chunk.start} to {chunk.end}"
        try:
            rows = self._answer(question)
        except AskError as error:
            asked.complete = asked.complete and not error.later
            asked.issues.append(Issue("annotate", error.code, f"{where}: {error}", document_id=document.id))
            if error.pause:
                reason = f"{self.name}: {error.pause}"
                asked.issues.append(Issue("annotate", "endpoint_paused", reason, document_id=document.id))
            return
        except AnswerError as error:
            asked.issues.append(Issue("annotate", error.code, f"{where}: {error}", document_id=document.id))
            return
        if rows is None:
            asked.complete = False
            return
        piece, refused = _piece(rows, chunk)
        asked.pieces.append(piece)
        asked.issues += [
            Issue("annotate", "proposal_malformed", f"{where}: {reason}", document_id=document.id) for reason in refused
        ]

    def _question(self, document: Document, chunk: Chunk) -> bytes:
        body: dict[str, Any] = {
            "model": self._settings.model,
            "messages": [
                {"role": "system", "content": system_prompt()},
                {"role": "user", "content": user_prompt(chunk.text, document.published)},
            ],
            "temperature": 0,
            "max_tokens": self._settings.most_tokens,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": _SCHEMA_NAME, "strict": True, "schema": load_schema()},
            },
        }
        body = {key: value for key, value in (body | dict(self._settings.options)).items() if value is not None}
        return json.dumps(body, ensure_ascii=True, sort_keys=True).encode("ascii")

    def _answer(self, question: bytes) -> dict[str, Any] | None:
        """The rows of an answer; None where the run has stopped asking. Raises AskError or AnswerError."""
        key = self._cache.key(self._settings.base_url, question)
        kept = self._cache.get(key)
        if kept is not None:
            try:
                rows = answer_rows(kept)
                self._asker.spending.cached += 1
                return rows
            except AnswerError:
                pass  # a file that was damaged: the question is asked again, and the file replaced
        if self._asker.stopped:
            return None
        answer = self._asker.ask(question)
        self._count(answer, question)
        rows = answer_rows(answer)
        self._cache.put(key, answer)
        return rows

    def _count(self, answer: bytes, question: bytes) -> None:
        try:
            usage = _json(answer, "the answer").get("usage")
        except AnswerError:
            usage = None
        self._asker.spending.add(usage, estimate(len(question)), estimate(len(answer)))


def answer_rows(answer: bytes) -> dict[str, Any]:
    """The lists ``mentions`` and ``statements`` of an answer of the chat completions API. Raises AnswerError."""
    outer = _json(answer, "the answer")
    try:
        choice = outer["choices"][0]
        message = choice["message"]
        content, refusal = message.get("content"), message.get("refusal")
        finish = choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise AnswerError("answer_malformed", "the answer has no message in its first choice") from error
    if finish == "length":
        raise AnswerError("answer_truncated", "the answer was cut off at its limit of tokens")
    if not isinstance(content, str):
        told = f": {refusal[:200]}" if isinstance(refusal, str) else ""
        raise AnswerError("answer_malformed", f"the message has no content{told}")
    rows = _json(_unfenced(content).encode("utf-8", "surrogatepass"), "the message")
    for kind in ("mentions", "statements"):
        if not isinstance(rows.get(kind), list):
            raise AnswerError("answer_malformed", f"the message has no list {kind!r}")
    return rows


def _json(text: bytes, what: str) -> dict[str, Any]:
    try:
        value = json.loads(text.decode("utf-8"))
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # halves of surrogate pairs fit no database
    except (ValueError, RecursionError) as error:
        raise AnswerError("answer_malformed", f"{what} is not JSON: {str(error)[:200]}") from error
    if not isinstance(value, dict):
        raise AnswerError("answer_malformed", f"{what} is not a JSON object")
    return value


def _unfenced(content: str) -> str:
    """A message without the code fence that some models put around JSON."""
    stripped = content.strip()
    if stripped.startswith("```") and stripped.endswith("```") and "\n" in stripped:
        return stripped.partition("\n")[2].removesuffix("```")
    return stripped


def _piece(rows: dict[str, Any], chunk: Chunk) -> tuple[Piece, list[str]]:
    mentions = list(mentions_of_rows(rows["mentions"][:MOST_ROWS]))
    statements = list(statements_of_rows(rows["statements"][:MOST_ROWS]))
    refused = [reason for reason in (*mentions, *statements) if isinstance(reason, str)]
    refused += [
        f"{len(rows[kind]) - MOST_ROWS} of the {kind} are not looked at: more than {MOST_ROWS} are given"
        for kind in ("mentions", "statements")
        if len(rows[kind]) > MOST_ROWS
    ]
    piece = Piece(
        chunk.start,
        chunk.end,
        tuple(mention for mention in mentions if not isinstance(mention, str)),
        tuple(statement for statement in statements if not isinstance(statement, str)),
    )
    return piece, refused
