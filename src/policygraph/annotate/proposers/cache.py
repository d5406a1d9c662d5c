"""Answers on disk, by a digest of the question: what was asked once is not asked, or paid for, again."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from policygraph.model.identity import digest


class AnswerCache:
    """A folder of answers, readable by its owner only: they hold what documents say."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def key(self, address: str, question: bytes) -> str:
        """The digest of a question: where it is asked, and all of its body (model, prompt, schema, text, options)."""
        return digest(address.encode("utf-8") + b"\x00" + question)

    def get(self, key: str) -> bytes | None:
        """The answer that was kept for a question, or None."""
        try:
            return self._file(key).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, key: str, answer: bytes) -> None:
        """Keep an answer; the file appears whole or not at all."""
        file = self._file(key)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(answer)
        Path(name).replace(file)

    def _file(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"
