"""Questions to an endpoint, one after the other: paced, tried again where that can help, within a limit of cost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from policygraph.annotate.proposers.settings import EndpointSettings
from policygraph.annotate.proposers.spending import Spending, estimate
from policygraph.annotate.proposers.transport import Answer, TransportError, post
from policygraph.archive.fetch import user_agent

FAILURES = ("endpoint_failed", "endpoint_refuses", "endpoint_busy")
"""Codes of the issues of documents that are to be asked about again."""

_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
_NEVER = frozenset({401, 402, 403, 404, 405})  # another question would fare no better
_LONGEST_BACKOFF = 30.0  # seconds


class AskError(Exception):
    """A question that has no answer: ``code`` is a short fixed word, the message a phrase.

    ``later`` says whether the next run may fare better; ``stops`` whether this run asks no more; ``pause``, a phrase,
    that the next question waits ("" where it does not).
    """

    def __init__(self, code: str, reason: str, *, later: bool = True, stops: bool = False, pause: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.later = later
        self.stops = stops
        self.pause = pause


class Asker:
    """Asks one endpoint. ``wait`` and ``clock`` are those of ``time`` but for tests."""

    def __init__(
        self,
        settings: EndpointSettings,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._wait = wait
        self._clock = clock
        self._next = clock()
        self._failures = 0
        self._pauses = 0
        self._one_at_a_time = threading.Lock()
        self.spending = Spending(settings.prompt_price, settings.completion_price)
        self.stopped = False

    def ask(self, body: bytes) -> bytes:
        """The body of the answer to a question. Raises AskError; ``stopped`` is True from the one that ends asking."""
        with self._one_at_a_time:
            self._check_cost()
            try:
                answer = self._tried(body)
            except AskError as error:
                self._failures += 1
                if not error.stops and error.later and self._failures >= self._settings.failures:
                    error = self._too_many(error)
                self.stopped = error.stops
                raise error from None
            self._failures = 0
            return answer

    def _too_many(self, error: AskError) -> AskError:
        """The error that ends a row of failures: it asks for a pause, or ends the asking where none is left."""
        row, most = f"{self._failures} questions in a row have failed", self._settings.pauses
        if self._pauses == most:
            return AskError(error.code, f"{error}; {row}, so no more are asked", stops=True)
        self._pauses += 1
        self._failures = 0
        self._next = max(self._next, self._clock() + self._settings.pause)
        pause = f"{row}: the next one waits {self._settings.pause:g} seconds (pause {self._pauses} of {most})"
        return AskError(error.code, str(error), pause=pause)

    def _check_cost(self) -> None:
        most = self._settings.most_cost
        if most is not None and self.spending.cost >= most:
            self.stopped = True
            reason = f"the limit of {most:g} {self._settings.currency} a run is reached; the rest is for the next run"
            raise AskError("cost_limit", reason, stops=True)

    def _tried(self, body: bytes) -> bytes:
        reason = ""
        for attempt in range(self._settings.attempts):
            self._pace()
            pause = min(2.0**attempt, _LONGEST_BACKOFF, self._settings.longest_wait)
            try:
                answer = self._sent(body)
            except TransportError as error:
                if error.code == "too_large":
                    raise AskError("answer_too_large", str(error), later=False) from error
                reason = str(error)
            else:
                if answer.status == 200:
                    return answer.body
                reason = self._failure(answer)
                if asked := _retry_after(answer):
                    if asked > self._settings.longest_wait:
                        limit = f"{self._settings.longest_wait:g}"
                        told = f"{reason}; it asks to wait {asked:.0f} seconds, and at most {limit} are waited"
                        raise AskError("endpoint_busy", told, stops=True)
                    pause = asked
            if attempt + 1 < self._settings.attempts:
                self._wait(pause)
        raise AskError("endpoint_failed", f"{reason}, after {self._settings.attempts} attempts")

    def _pace(self) -> None:
        """Keep the requests a minute: the next one starts no sooner than its share of a minute after the last."""
        early = self._next - self._clock()
        if early > 0:
            self._wait(early)
        self._next = self._clock() + 60.0 / self._settings.requests_a_minute

    def _sent(self, body: bytes) -> Answer:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": user_agent()}
        if self._settings.key:
            headers["Authorization"] = f"Bearer {self._settings.key}"
        self.spending.requests += 1
        try:
            return post(
                f"{self._settings.base_url}/chat/completions",
                body,
                headers,
                timeout=self._settings.timeout,
                most_bytes=self._settings.most_bytes,
            )
        except TransportError as error:
            if error.code != "unreachable":  # it was worked on, and will be charged for
                self.spending.add(None, estimate(len(body)), self._settings.most_tokens)
            raise

    def _failure(self, answer: Answer) -> str:
        """Why an answer is none, as a phrase. Raises AskError where asking again cannot help."""
        reason = f"the endpoint answered with status {answer.status}"
        if 300 <= answer.status < 400:
            raise AskError("endpoint_redirects", f"{reason}: redirects are not followed", stops=True)
        if answer.status in _NEVER:
            raise AskError("endpoint_refuses", reason, stops=True)
        if answer.status not in _AGAIN:
            raise AskError("endpoint_refuses", reason)
        return reason


def _retry_after(answer: Answer) -> float:
    """Seconds that an answer asks to wait (RFC 9110, 10.2.3: a number or a date); 0 where it asks for nothing."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # numbers that no date has
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
