"""The Batch API: questions go up in a file, answers come back in one within a day, at half the price.

What was submitted twice is paid twice. So the state folder knows a submission from before its batch is made (an upload
alone costs nothing), and after a crash the server is asked for a batch of that very file before one is made. No text of a
wrap is kept, only the digests of the questions.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from llm_wrap.errors import ModelError, ModelUnavailable
from llm_wrap.files import write_whole
from llm_wrap.llm.endpoint import Endpoint, without_user
from llm_wrap.llm.mailbox import BatchAnswer, Mailbox, read_answers, write_questions

if TYPE_CHECKING:
    from openai.types import Batch

    from llm_wrap.llm.chat import ChatClient

log = logging.getLogger(__name__)
Result = TypeVar("Result")

MOST_QUESTIONS, MOST_BYTES = 50_000, 190_000_000  # of one file; the API takes 200 MB
_MOST_ANSWER_BYTES = 2_000_000_000
_FIRST_LOOK_S, _LAST_LOOK_S = 1.0, 60.0  # between two looks at a batch, growing
_TRIES = 4
_CLOCK_SLACK_S = 3600.0  # how far the server's clock may be off ours
_SECOND_LOOK_S = 2.0
_ENDED = frozenset({"completed", "failed", "expired", "cancelled"})


@dataclass(frozen=True, slots=True)
class Submission:
    """One batch, as the state folder keeps it.

    Attributes:
        questions: digests of what it asks.
        refused, limit_name: how its questions are worded (see Dialect).
        file: what the server calls its input. batch: None until the server has said what it calls the batch.
    """

    name: str
    server: str
    model: str
    created: float
    questions: tuple[str, ...]
    refused: tuple[str, ...]
    limit_name: str
    file: str
    batch: str | None = None


class BatchState:
    """The submissions whose answers have not been taken yet: a JSON file each, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, server: str, model: str) -> list[Submission]:
        """Those of `model` at `server`, oldest first. A file that is none of ours is left alone."""
        found = []
        for path in self._folder.glob("batch-*.json"):
            with suppress(OSError, ValueError, TypeError, KeyError):
                kept = json.loads(path.read_text(encoding="utf-8"))
                lists = {name: tuple(kept[name]) for name in ("questions", "refused")}
                found.append(Submission(**{**kept, **lists}))
        ours = [one for one in found if (one.server, one.model) == (server, model)]
        return sorted(ours, key=lambda one: (one.created, one.name))

    def write(self, submission: Submission) -> None:
        """ModelError where it cannot be kept: then nothing may be submitted."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(json.dumps(asdict(submission)).encode("utf-8"), self._path(submission), private=True)
        except OSError as error:
            raise ModelError(
                "batch_failed", f"{self._folder}: cannot keep a batch's state ({error.strerror})"
            ) from error

    def forget(self, submission: Submission) -> None:
        with suppress(OSError):
            self._path(submission).unlink(missing_ok=True)

    def _path(self, submission: Submission) -> Path:
        return self._folder / f"{submission.name}.json"


class BatchPost:
    """Carries a mailbox's questions to the server's batches and their answers back. `on_wait` is told, in a line each, what
    is waited for. Its methods raise ModelError; what is under way stays under way."""

    def __init__(
        self, client: ChatClient, endpoint: Endpoint, mailbox: Mailbox, folder: Path, on_wait: Callable[[str], None]
    ) -> None:
        if endpoint.azure_version is not None:
            raise ModelUnavailable(
                "batch_failed", "--batch: Azure's batches need deployments of their own; not supported"
            )
        self._client = client
        self._model = endpoint.model
        self._server = without_user(endpoint.base_url)
        self._mailbox = mailbox
        self._state = BatchState(folder)
        self._on_wait = on_wait
        self._delivered: list[Submission] = []

    def restore(self) -> None:
        """Takes up what is under way, by another run or an earlier one: its questions and how they are worded."""
        for one in self._state.read(self._server, self._model):
            self._mailbox.dialect.refused |= set(one.refused)
            self._mailbox.dialect.limit_name = one.limit_name
            self._mailbox.probed = True
            self._mailbox.submitted(one.questions)

    async def submit(self) -> None:
        """Makes batches of the questions that are wanted. Only one process at a time may do this."""
        while self._mailbox.wanted:
            some = self._take_some()
            name = f"batch-{secrets.token_hex(12)}"
            uploaded = await self._try(
                lambda some=some, name=name: self._client.sdk.files.create(  # type: ignore[misc]
                    file=(f"llm-wrap-{name}.jsonl", write_questions(some)), purpose="batch"
                )
            )
            submission = Submission(
                name=name,
                server=self._server,
                model=self._model,
                created=time.time(),
                questions=tuple(some),
                refused=tuple(sorted(self._mailbox.dialect.refused)),
                limit_name=self._mailbox.dialect.limit_name,
                file=uploaded.id,
            )
            self._state.write(submission)
            self._mailbox.submitted(some)
            log.info("%d questions uploaded as %s", len(some), uploaded.id)
            await self._make_batch(submission, may_exist=False)

    async def collect(self, seconds_left: Callable[[], float | None]) -> bool:
        """Waits for every batch under way and delivers its answers. False where there was none."""
        self.forget_delivered()
        under_way = self._state.read(self._server, self._model)
        for one in under_way:
            submission = one if one.batch is not None else await self._make_batch(one, may_exist=True)
            batch = await self._await_end(submission, seconds_left)
            self._mailbox.deliver(await self._fetch(batch, submission))
            self._delivered.append(submission)
        return bool(under_way)

    def forget_delivered(self) -> None:
        """To be called when the answers have been used, and are in the cache."""
        for submission in self._delivered:
            self._state.forget(submission)
        self._delivered = []

    def _take_some(self) -> dict[str, bytes]:
        some: dict[str, bytes] = {}
        size = 0
        for digest, body in self._mailbox.wanted.items():
            size += len(body) + 200
            if some and (len(some) >= MOST_QUESTIONS or size > MOST_BYTES):
                break
            some[digest] = body
        return some

    async def _make_batch(self, submission: Submission, *, may_exist: bool) -> Submission:
        """Makes the batch of an uploaded file, unless the server has one of that file; it is asked before every try but the
        first of a new file, since a request that broke may have been heard."""
        first = not may_exist

        async def find_or_create() -> Batch:
            nonlocal first
            looked_before = first
            first = False
            if not looked_before and (found := await self._find(submission)) is not None:
                return found
            return await self._client.sdk.batches.create(
                input_file_id=submission.file,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                metadata={"llm_wrap": submission.name},
            )

        batch = await self._try(find_or_create)
        known = replace(submission, batch=batch.id)
        self._state.write(known)
        log.info("batch %s: %d questions", batch.id, len(submission.questions))
        return known

    async def _find(self, submission: Submission) -> Batch | None:
        for pause in (0.0, _SECOND_LOOK_S):  # a list may lag a moment behind
            await asyncio.sleep(pause)
            async for batch in self._client.sdk.batches.list(limit=100):
                if batch.input_file_id == submission.file:
                    return batch
                if batch.created_at < submission.created - _CLOCK_SLACK_S:
                    break  # the newest come first
        return None

    async def _await_end(self, submission: Submission, seconds_left: Callable[[], float | None]) -> Batch:
        assert submission.batch is not None
        told, pause = "", _FIRST_LOOK_S
        while True:
            batch = await self._try(lambda: self._client.sdk.batches.retrieve(submission.batch or ""))
            counts = batch.request_counts
            said = batch.status.replace("_", " ") + (
                f", {counts.completed} of {counts.total} answered" if counts else ""
            )
            log.debug("batch %s: %s", batch.id, said)
            if batch.status in _ENDED:
                if batch.errors and batch.errors.data:
                    log.warning("batch %s: %s (%s)", batch.id, batch.status, batch.errors.data[0].code)
                return batch
            if not told:
                told = said
                self._on_wait(
                    f"{len(submission.questions)} questions are with the server as {batch.id}; it may take a day. "
                    "Stop whenever you like: the same command goes on with it"
                )
            left = seconds_left()
            if left is not None and left <= pause:
                raise ModelError("batch_pending", "the batch has not ended yet; the same command goes on with it")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LAST_LOOK_S)

    async def _fetch(self, batch: Batch, submission: Submission) -> dict[str, BatchAnswer]:
        """What the server says about each of the batch's questions, answered or not."""
        answers: dict[str, BatchAnswer] = {}
        for file in (batch.error_file_id, batch.output_file_id):
            if file:
                answers |= read_answers(await self._try(lambda file=file: self._download(file)))  # type: ignore[misc]
        missing = BatchAnswer(error="batch_expired" if batch.status == "expired" else "batch_failed")
        return {digest: answers.get(digest, missing) for digest in submission.questions}

    async def _download(self, file: str) -> bytes:
        body = bytearray()
        async with self._client.sdk.files.with_streaming_response.content(file) as response:
            async for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _MOST_ANSWER_BYTES:
                    raise ModelError("too_large", f"the batch's answers have more than {_MOST_ANSWER_BYTES:,} bytes")
        return bytes(body)

    async def _try(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """`call`, again after a moment where that may help."""
        from llm_wrap.llm.chat import name_failure

        for attempt in range(_TRIES):
            try:
                return await call()
            except Exception as failure:
                error = name_failure(failure)
                log.info("batch: %s (%s)", error, error.reason)
                if attempt == _TRIES - 1 or error.reason not in _PASSING:
                    raise error from failure
                await asyncio.sleep(0.5 * 3**attempt)
        raise AssertionError("the last try returns or raises")


_PASSING = frozenset({"no_connection", "connection_lost", "timeout", "rate_limited", "server_error"})
