"""One model for one run: started or connected to when the first question comes, never before.

A brief from a warm cache asks nothing, so it starts no server and imports no openai.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from llm_wrap.errors import ModelUnavailable
from llm_wrap.llm.chat import ChatClient, Spent
from llm_wrap.llm.embedded import EmbeddedServer
from llm_wrap.llm.endpoint import EmbeddedModel, Endpoint

Reply = TypeVar("Reply")
Provider = Callable[[], "EmbeddedModel | Endpoint"]


class ModelSession:
    """Hands out the client and keeps the account. `provide` says what to serve or where to ask; it may fetch weights.

    Attributes:
        concurrency: questions under way at once; one for the embedded model, whose slot is shared.
        unavailable: why the model cannot be had, once it is known.
    """

    def __init__(self, provide: Provider, *, concurrency: int, deadline_s: float, vocabulary_dir: Path) -> None:
        self.concurrency = concurrency
        self.unavailable: ModelUnavailable | None = None
        self.total = Spent()
        self._provide = provide
        self._deadline_s = deadline_s
        self._vocabulary_dir = vocabulary_dir
        self._client: ChatClient | None = None
        self._server: EmbeddedServer | None = None
        self._starting = asyncio.Lock()

    async def client(self) -> ChatClient:
        """The connected client. ModelUnavailable where there is no model; the second try is not made."""
        async with self._starting:
            if self.unavailable is not None:
                raise self.unavailable
            if self._client is None:
                try:
                    self._client = await self._start()
                except ModelUnavailable as error:
                    self.unavailable = error
                    raise
            return self._client

    async def watch(self, question: Awaitable[Reply]) -> Reply:
        """The reply; where it shows that the model is not to be had at all, no further question is asked."""
        try:
            return await question
        except ModelUnavailable as error:
            self.unavailable = error
            raise

    async def _start(self) -> ChatClient:
        provided = self._provide()
        if isinstance(provided, Endpoint):
            return ChatClient(provided, self._deadline_s)
        self._server = EmbeddedServer(provided)
        # The server loads its weights in its own process; importing the client meanwhile takes about as long.
        import instructor  # noqa: F401
        import openai  # noqa: F401

        endpoint = await asyncio.to_thread(self._server.endpoint)
        return ChatClient(endpoint, self._deadline_s)

    def note(self, spent: Spent) -> None:
        """Adds what one question used to the run's account."""
        self.total.attempts += spent.attempts
        self.total.prompt_tokens += spent.prompt_tokens
        self.total.completion_tokens += spent.completion_tokens
        self.total.billed = self.total.billed and spent.billed

    def estimate(self, spent: Spent, messages: list[dict[str, str]], answer: str) -> None:
        """Fills in the tokens of a server that does not bill them; the account says that they are an estimate."""
        from llm_wrap.llm.tokens import count_tokens

        spent.prompt_tokens += sum(count_tokens(message["content"], self._vocabulary_dir) for message in messages)
        spent.completion_tokens += count_tokens(answer, self._vocabulary_dir)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.__aexit__()
            self._client = None
        if self._server is not None:
            self._server.close()
            self._server = None
