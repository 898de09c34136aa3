"""What a run has used and what it may use: tokens as billed, request by request, and limits that hold before a call.

A request reserves what it could use at most. Its answer's bill replaces the reservation; a request that was sent and got
no answer keeps it, since the server may have billed it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from llm_wrap.errors import ModelError

MAX_REQUESTS = 6  # one question: (1 try + 2 retries) x (1 answer + 1 re-ask)


@dataclass(frozen=True, slots=True)
class Bill:
    """The tokens of one request. `cached` are those prompt tokens that the server had seen before and bills for less; what
    went by `batch` is billed at that price."""

    prompt: int
    completion: int
    cached: int = 0
    estimated: bool = False
    batch: bool = False


CostOf = Callable[[Bill], Decimal]  # US$ of one request


@dataclass(slots=True)
class Spent:
    """What one question used, failed attempts included. `attempts` are HTTP requests; tokens as the server billed them."""

    attempts: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    billed: bool = True  # False where the server did not say and the tokens are an estimate
    bills: list[Bill] = field(default_factory=list)

    def add(self, bill: Bill) -> None:
        self.bills.append(bill)
        self.prompt_tokens += bill.prompt
        self.completion_tokens += bill.completion
        self.billed = self.billed and not bill.estimated

    def include(self, other: Spent) -> None:
        """Adds what another question used."""
        self.attempts += other.attempts
        for bill in other.bills:
            self.add(bill)


class Budget:
    """Holds a run to `max_tokens` and `max_cost` (US$). Without either it lets everything pass and counts nothing."""

    def __init__(
        self, max_tokens: int | None = None, max_cost: Decimal | None = None, cost_of: CostOf | None = None
    ) -> None:
        if max_cost is not None and cost_of is None:
            raise ValueError("a limit on cost needs prices")
        self.limited = max_tokens is not None or max_cost is not None
        self._max_tokens = max_tokens
        self._max_cost = max_cost
        self._cost_of = cost_of
        self._spent: list[Bill] = []
        self._reserved: dict[int, Bill] = {}
        self._numbers = 0
        self._changed: asyncio.Event | None = None

    async def reserve(self, most: Bill) -> int:
        """A number for `settle`. Waits while answers under way could still make room; ModelError where none can."""
        if not self.limited:
            return -1
        while not self._fits([*self._spent, *self._reserved.values(), most]):
            if not self._reserved or not self._fits([*self._spent, most]):
                raise ModelError("over_budget", f"the next call could pass {self._limits()}")
            self._changed = self._changed or asyncio.Event()
            await self._changed.wait()
        return self._enter(most)

    def reserve_now(self, most: Bill) -> int:
        """As `reserve`, for what is answered much later: nothing is waited for."""
        if not self.limited:
            return -1
        if not self._fits([*self._spent, *self._reserved.values(), most]):
            raise ModelError("over_budget", f"the next question could pass {self._limits()}")
        return self._enter(most)

    def settle(self, number: int, bill: Bill | None) -> None:
        """Replaces reservation `number` by what was billed; None where nothing can have been."""
        if self._reserved.pop(number, None) is None:
            return
        if bill is not None:
            self._spent.append(bill)
        if self._changed is not None:
            self._changed.set()
            self._changed = None

    def forfeit(self, number: int) -> None:
        """The request was sent and no answer came: its reservation counts as spent."""
        self.settle(number, self._reserved.get(number))

    def _enter(self, most: Bill) -> int:
        self._numbers += 1
        self._reserved[self._numbers] = most
        return self._numbers

    def _fits(self, bills: list[Bill]) -> bool:
        if self._max_tokens is not None and sum(bill.prompt + bill.completion for bill in bills) > self._max_tokens:
            return False
        if self._max_cost is None or self._cost_of is None:
            return True
        return sum((self._cost_of(bill) for bill in bills), Decimal(0)) <= self._max_cost

    def _limits(self) -> str:
        tokens = None if self._max_tokens is None else f"{self._max_tokens:,} tokens (--max-tokens)"
        cost = None if self._max_cost is None else f"US${self._max_cost} (--max-cost)"
        return " or ".join(limit for limit in (tokens, cost) if limit)
