"""What an endpoint has used, and what that costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

MILLION = 1_000_000
CHARACTERS_A_TOKEN = 3  # few, so that an estimate is rather too high than too low


@dataclass(slots=True)
class Spending:
    """Counts of a run. Prices are for a million tokens."""

    prompt_price: float
    completion_price: float
    requests: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def cost(self) -> float:
        """The cost so far, in the currency of the prices."""
        return (self.prompt_tokens * self.prompt_price + self.completion_tokens * self.completion_price) / MILLION

    def add(self, usage: object, prompt: int, completion: int) -> None:
        """Add what an answer says that it used; where it says nothing that can be believed, ``prompt`` and
        ``completion`` tokens, an estimate.
        """
        given = usage if isinstance(usage, dict) else {}
        self.prompt_tokens += _tokens(given.get("prompt_tokens"), prompt)
        self.completion_tokens += _tokens(given.get("completion_tokens"), completion)

    def counts(self) -> dict[str, int]:
        """The counts for the record of a run; cost in millionths of the currency."""
        return {
            "proposer_requests": self.requests,
            "proposer_answers_from_cache": self.cached,
            "proposer_prompt_tokens": self.prompt_tokens,
            "proposer_completion_tokens": self.completion_tokens,
            "proposer_cost_millionths": round(self.cost * MILLION),
        }


def estimate(characters: int) -> int:
    """Tokens of a text, roughly."""
    return math.ceil(characters / CHARACTERS_A_TOKEN)


def _tokens(value: object, estimated: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100 * MILLION:
        return value
    return estimated
