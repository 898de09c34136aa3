"""One model for one run: started or connected to when the first question comes, never before.

A brief from a warm cache asks nothing, so it starts no server and imports no openai.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from llm_wrap.errors import ModelError, ModelUnavailable
from llm_wrap.llm.account import MAX_REQUESTS, Budget, Spent
from llm_wrap.llm.batches import BatchPost
from llm_wrap.llm.chat import GREEDY, ChatClient, Reply, Sampling
from llm_wrap.llm.embedded import EmbeddedServer
from llm_wrap.llm.endpoint import EmbeddedModel, Endpoint, without_user
from llm_wrap.llm.mailbox import Mailbox
from llm_wrap.llm.tokens import TokenCounter

if TYPE_CHECKING:
    from pydantic import BaseModel

Answer = TypeVar("Answer", bound="BaseModel")
Provider = Callable[[], "EmbeddedModel | Endpoint"]

log = logging.getLogger(__name__)
_DEATH_NOTICE_S = 0.5  # a killed process is gone from its socket a moment before it can be waited for


@dataclass(frozen=True, slots=True)
class Batches:
    """Questions go by batch: where what is under way is kept, and who is told what is waited for."""

    folder: Path
    on_wait: Callable[[str], None]


class ModelSession:
    """Asks the one model of a run. `provide` says what to serve or where to ask; it may fetch weights.

    Attributes:
        gate: lets as many through at once as there may be questions under way; one for the embedded model, whose slot
            is shared.
        deadline_s: seconds for one question, retries included.
        patience_s: seconds for which a rate limit is waited out where it is longer than a question's deadline.
        unavailable: why the model cannot be had, once it is known; no further question is sent then.
    """

    def __init__(
        self,
        provide: Provider,
        *,
        concurrency: int,
        deadline_s: float,
        vocabulary_dir: Path,
        run_deadline_s: float | None = None,
        patience_s: float = 0.0,
        budget: Budget | None = None,
        batches: Batches | None = None,
    ) -> None:
        self.gate = asyncio.Semaphore(concurrency)
        self.unavailable: ModelUnavailable | None = None
        self._provide = provide
        self.deadline_s = deadline_s
        self.patience_s = patience_s
        self._run_deadline_s = run_deadline_s
        self._run_end: float | None = None
        self._vocabulary_dir = vocabulary_dir
        self._budget = budget
        self._batches = batches
        self._mailbox = Mailbox() if batches is not None else None
        self._post: BatchPost | None = None
        self._client: ChatClient | None = None
        self._server: EmbeddedServer | None = None
        self._restarted = False
        self._starting = asyncio.Lock()

    async def ask(
        self,
        messages: list[dict[str, str]],
        response_model: type[Answer],
        spent: Spent,
        *,
        max_tokens: int,
        sampling: Sampling = GREEDY,
    ) -> Reply[Answer]:
        """The checked reply, or a ModelError. Where it shows that the model is not to be had at all, every later
        question gets the same ModelUnavailable at once. An embedded server that died is started anew, once."""
        if self._run_deadline_s is not None and self._run_end is None:
            self._run_end = asyncio.get_running_loop().time() + self._run_deadline_s
        try:
            return await self._ask_patiently(messages, response_model, spent, max_tokens, sampling)
        except ModelError as error:
            if error.reason == "timeout" and self.seconds_left() == 0.0:
                raise self._give_up(self._out_of_time()) from error
            if await self._server_has_died():
                await self._bury_server()
                if self._restarted:
                    raise self._give_up(
                        ModelUnavailable("server_died", "the embedded server died again after one restart")
                    ) from error
                self._restarted = True
                raise ModelError("server_died", "the embedded server died over this item") from error
            if isinstance(error, ModelUnavailable):
                raise self._give_up(error) from None
            raise

    async def _ask_patiently(
        self,
        messages: list[dict[str, str]],
        response_model: type[Answer],
        spent: Spent,
        max_tokens: int,
        sampling: Sampling,
        *,
        direct: bool = False,
    ) -> Reply[Answer]:
        """Where the server wants all of us to wait, and not for too long, the question waits before its own time begins."""
        before = spent.attempts
        client = await self._connect()
        while True:
            if 0 < client.held_s <= self.patience_s:
                left = self.seconds_left()
                if left is not None and client.held_s >= left:
                    raise ModelError("rate_limited", "the server is limiting requests for longer than the run may take")
                log.info("the server wants us to wait: %.0f s", client.held_s)
                await asyncio.sleep(client.held_s)
            try:
                if self._mailbox is not None and not self._mailbox.probed and not direct:
                    async with self._mailbox.probing:
                        if not self._mailbox.probed:
                            try:
                                return await self._ask_patiently(
                                    messages, response_model, spent, max_tokens, sampling, direct=True
                                )
                            finally:
                                self._mailbox.probed = True
                return await client.ask(
                    messages,
                    response_model,
                    spent,
                    max_tokens=max_tokens,
                    deadline_s=self.seconds_left(),
                    requests=spent.attempts - before,
                    sampling=sampling,
                    direct=direct,
                )
            except ModelError as error:
                if error.reason != "rate_limited" or not 0 < client.held_s <= self.patience_s:
                    raise
                if spent.attempts - before >= MAX_REQUESTS:
                    raise

    async def exchange_batches(self, turn: AbstractAsyncContextManager[None]) -> bool:
        """Submits the questions that wait for a batch, in our `turn`, and waits for all that is under way; False where
        nothing was. Then asking again finds the answers. Raises ModelError; nothing is lost by it."""
        await self._connect()
        if self._post is None:
            return False
        try:
            async with turn:
                self._post.restore()
                await self._post.submit()
            return await self._post.collect(self.seconds_left)
        except ModelError:
            self._run_deadline_s = self._run_end = (
                None  # nothing is waited for any more; what has come is still looked up
            )
            raise

    async def close(self) -> None:
        if self._client is not None:
            await self._client.__aexit__()
            self._client = None
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _connect(self) -> ChatClient:
        async with self._starting:
            if self.unavailable is not None:
                raise self.unavailable
            if self.seconds_left() == 0.0:
                raise self._out_of_time()
            if self._client is None:
                try:
                    async with asyncio.timeout(self.seconds_left()):
                        self._client = await self._start()
                except TimeoutError:
                    raise self._out_of_time() from None
            return self._client

    async def _start(self) -> ChatClient:
        provided = self._provide()
        if isinstance(provided, Endpoint):
            log.info("asking %s at %s", provided.model, without_user(provided.base_url))
            client = self._client_of(provided)
            if self._batches is not None and self._mailbox is not None:
                self._post = BatchPost(client, provided, self._mailbox, self._batches.folder, self._batches.on_wait)
                self._post.restore()
            return client
        log.info("starting the embedded server: %s", provided.name)
        self._server = EmbeddedServer(provided)
        # The server loads its weights in its own process; importing the client meanwhile takes about as long.
        import instructor  # noqa: F401
        import openai  # noqa: F401

        endpoint = await asyncio.to_thread(self._server.endpoint)
        log.info("the embedded server listens at %s", endpoint.base_url)
        return self._client_of(endpoint)

    def _client_of(self, endpoint: Endpoint) -> ChatClient:
        return ChatClient(
            endpoint,
            self.deadline_s,
            budget=self._budget,
            counter=TokenCounter(self._vocabulary_dir),
            patience_s=self.patience_s,
            mailbox=self._mailbox,
        )

    def seconds_left(self) -> float | None:
        """Of the run; None where it has no deadline."""
        return None if self._run_end is None else max(0.0, self._run_end - asyncio.get_running_loop().time())

    def _out_of_time(self) -> ModelUnavailable:
        return ModelUnavailable(
            "run_deadline", f"the run's {self._run_deadline_s:g} s were over (run_deadline_s in the settings)"
        )

    def _give_up(self, error: ModelUnavailable) -> ModelUnavailable:
        if self.unavailable is None:
            log.warning("no further question is asked: %s", error)
            self.unavailable = error
        return self.unavailable

    async def _server_has_died(self) -> bool:
        """Whether there was an embedded server that answered and is no more."""
        if self._server is None or self._client is None:
            return False
        end = asyncio.get_running_loop().time() + _DEATH_NOTICE_S
        while self._server.is_running and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.05)
        return not self._server.is_running

    async def _bury_server(self) -> None:
        log.warning("the embedded server died")
        await self.close()
