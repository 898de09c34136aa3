"""The HTTP client under the openai SDK: bounded in requests, bytes and time, and the place where every request is counted.

The SDK's own retries are off. They wait for a Retry-After that is longer than our deadline, retry an exhausted quota and
read answers of any size; and only here are retries and re-asks both seen, so only here can a budget hold before a call.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import ssl
import time
from collections.abc import Collection
from contextvars import ContextVar
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from llm_wrap.errors import AnswerRefused, ModelError, ModelUnavailable
from llm_wrap.llm import text_log
from llm_wrap.llm.account import MAX_REQUESTS, Bill, Budget, Spent
from llm_wrap.llm.mailbox import Mailbox, question_digest
from llm_wrap.llm.tokens import TokenCounter
from llm_wrap.llm.wire import answer_text, check_message, read_bill, read_payload, unfence

log = logging.getLogger(__name__)

MAX_ANSWER_BYTES = 2_000_000  # an answer has 2 KB; its log-probabilities 100 KB
_RETRIED = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
_FIRST_PAUSE_S = 0.5
_TEXT_LOGGED = 20_000  # characters of a prompt or answer with --log-text


@dataclass(slots=True)
class Question:
    """The question that the requests of this task belong to. `deadline` by the event loop's clock; `direct` past any
    batch."""

    spent: Spent
    deadline: float
    max_tokens: int
    requests: int = 0
    direct: bool = False

    @property
    def left(self) -> float:
        return self.deadline - asyncio.get_running_loop().time()


current: ContextVar[Question | None] = ContextVar("question", default=None)


class BoundedClient(httpx2.AsyncClient):
    """Sends with retries of its own. Raises ModelError, which the SDK wraps; other failures are the SDK's to name."""

    def __init__(
        self,
        *,
        budget: Budget,
        counter: TokenCounter,
        retries: int,
        patience_s: float = 0.0,
        secrets: Collection[str] = (),
        mailbox: Mailbox | None = None,
        **options: Any,
    ) -> None:
        # No redirects: they would carry the wrap's text to a host that nobody has allowed.
        super().__init__(follow_redirects=False, **options)
        self._budget = budget
        self._counter = counter
        self._retries = retries
        self._secrets = secrets
        self._mailbox = mailbox
        self._held: dict[str, int] = {}  # reservations for what a batch has not answered yet
        self._patience_s = patience_s
        self._not_before = 0.0  # a server's wish to wait holds for all questions, under way or to come
        self._long_waits = 0

    @property
    def held_s(self) -> float:
        """Seconds until the next request may be sent."""
        return max(0.0, self._not_before - asyncio.get_running_loop().time())

    async def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        question = current.get()
        if question is None:
            return await super().send(request, stream=stream, **options)
        options["follow_redirects"] = False
        if self._mailbox is not None and not question.direct:
            return self._look_up(self._mailbox, request, question)
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            try:
                response = await self._attempt(request, question, options)
            except httpx2.TransportError as error:
                log.info("request %d failed: %s", question.requests, type(error).__name__)
                if last or not _may_pass(error):
                    raise name_transport(error) from error
                await self._pause(_backoff(attempt), question, "no_connection")
                continue
            if response.status_code not in _RETRIED or last or _is_out_of_quota(response):
                return response
            wished = _retry_after(response)
            limited = response.status_code == 429
            pause = _backoff(attempt) if wished is None else wished
            if limited and self._concerns_all(pause, question):
                self._not_before = max(self._not_before, asyncio.get_running_loop().time() + pause)
            log.debug("request %d: trying again in %.1f s", question.requests, pause)
            await self._pause(pause, question, "rate_limited" if limited else "server_error")
        raise AssertionError("the last attempt returns or raises")

    async def _attempt(self, request: httpx2.Request, question: Question, options: Any) -> httpx2.Response:
        if question.requests >= MAX_REQUESTS:
            raise ModelError("server_error", f"no usable answer after {MAX_REQUESTS} requests")
        while self.held_s > 0:  # it may be prolonged meanwhile
            await self._pause(self.held_s, question, "rate_limited")
        reservation = await self._budget.reserve(self._most(request.content, question))
        question.requests += 1
        question.spent.attempts += 1
        started = time.monotonic()
        self._log_text("sent", request.content)
        try:
            response = await super().send(request, stream=True, **options)
            body = bytes(await _read_bounded(response))
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, httpx2.UnsupportedProtocol):
            self._budget.settle(reservation, None)
            raise
        except BaseException:
            self._budget.forfeit(reservation)
            raise
        seconds = time.monotonic() - started
        if not response.is_success:
            self._budget.settle(reservation, None)
            log.info("request %d: status %d after %.2f s", question.requests, response.status_code, seconds)
        else:
            payload, bill = self._settle(request.content, body, question, reservation)
            message = payload["choices"][0]["message"]
            if message["content"] != (bare := unfence(message["content"])):  # a re-ask would cost a call
                message["content"] = bare
                body = json.dumps(payload).encode()
            log.info(
                "request %d: answered after %.2f s, %d tokens in, %d out",
                question.requests, seconds, bill.prompt, bill.completion,
            )  # fmt: skip
        self._log_text("got", body)
        plain = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _OF_THE_WIRE]
        return httpx2.Response(response.status_code, headers=plain, content=body, request=request)

    def _look_up(self, mailbox: Mailbox, request: httpx2.Request, question: Question) -> httpx2.Response:
        """The answer that a batch gave, read as if it came over the wire; ModelError where there is none."""
        sent = request.content
        answer = mailbox.find(sent)
        if answer is None:
            if mailbox.is_new(sent):
                most = self._most(sent, question)
                self._held[question_digest(sent)] = self._budget.reserve_now(replace(most, batch=True))
            raise mailbox.want(sent)
        question.requests += 1
        first = mailbox.note_use(sent)
        reservation = self._held.pop(question_digest(sent), -1)
        if first:
            question.spent.attempts += 1
        if answer.error is not None:
            self._budget.settle(reservation, None)
            raise ModelError(answer.error, "the batch gave no answer to this question; the same command asks again")
        body = answer.body
        if 200 <= answer.status < 300:
            payload, _ = self._settle(sent, body, question if first else _copy(question), reservation, batch=True)
            payload["choices"][0]["message"]["content"] = unfence(payload["choices"][0]["message"]["content"])
            body = json.dumps(payload).encode()
        else:
            self._budget.settle(reservation, None)
        self._log_text("got by batch", body)
        return httpx2.Response(answer.status, headers=_JSON, content=body, request=request)

    def _log_text(self, what: str, body: bytes) -> None:
        if not text_log.isEnabledFor(logging.DEBUG):
            return
        text = body.decode("utf-8", "replace")
        for secret in self._secrets:  # a server may repeat the key that it refuses
            text = text.replace(secret, "[secret]")
        text_log.debug("%s: %s", what, text[:_TEXT_LOGGED])

    def _settle(
        self, sent: bytes, body: bytes, question: Question, reservation: int, *, batch: bool = False
    ) -> tuple[dict[str, Any], Bill]:
        """Books what the answer cost, also where it is no good; then says what is wrong with it."""
        try:
            payload = read_payload(body)
        except ModelError:
            self._budget.settle(reservation, None)
            raise
        bill = read_bill(payload, len(sent), question.max_tokens)
        if bill is None:
            bill = Bill(
                self._counter.count_request(json.loads(sent)), self._counter.count(answer_text(payload)), estimated=True
            )
        bill = replace(bill, batch=batch)
        question.spent.add(bill)
        self._budget.settle(reservation, bill)
        check_message(payload)
        return payload, bill

    def _most(self, sent: bytes, question: Question) -> Bill:
        return Bill(self._counter.count_request(json.loads(sent)) if self._budget.limited else 0, question.max_tokens)

    def _concerns_all(self, pause: float, question: Question) -> bool:
        """Whether all questions have to wait. A wish to wait for longer than we would is one question's bad luck the first
        time, and the account's state the second."""
        if pause < max(question.left, self._patience_s):
            return True
        self._long_waits += 1
        return self._long_waits > 1

    async def _pause(self, seconds: float, question: Question, reason: str) -> None:
        if seconds >= question.left:
            raise ModelError(reason, f"trying again would take {seconds:.0f} s, longer than the deadline")
        await asyncio.sleep(seconds)


def _copy(question: Question) -> Question:
    """Another one, whose account nobody looks at."""
    return replace(question, spent=Spent())


_JSON = {"Content-Type": "application/json"}
_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


async def _read_bounded(response: httpx2.Response) -> bytearray:
    """The body, decoded; refused as soon as it is known to be too large, so that no answer can fill the memory."""
    try:
        announced = response.headers.get("content-length", "")
        body = bytearray()
        if announced.isascii() and announced.isdigit() and len(announced) < 20 and int(announced) > MAX_ANSWER_BYTES:
            raise AnswerRefused("too_large", f"the answer has more than {MAX_ANSWER_BYTES:,} bytes")
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                raise AnswerRefused("too_large", f"the answer has more than {MAX_ANSWER_BYTES:,} bytes")
        return body
    finally:
        await response.aclose()


def _may_pass(error: httpx2.TransportError) -> bool:
    """Whether trying again could help: not where a certificate is wrong or the address is."""
    return not isinstance(error, (httpx2.UnsupportedProtocol, httpx2.ProxyError)) and _tls_error(error) is None


def name_transport(error: httpx2.TransportError) -> ModelError:
    tls = _tls_error(error)
    match error:
        case _ if tls is not None:
            why = getattr(tls, "verify_message", "") or "the handshake failed"
            return ModelUnavailable(
                "tls_error", f"the connection is not secure ({why}); for a company CA set ca_file or SSL_CERT_FILE"
            )
        case httpx2.ProxyError():
            return ModelUnavailable("no_connection", "the proxy refused: check HTTPS_PROXY and NO_PROXY")
        case httpx2.TimeoutException():
            return ModelError("timeout", "the server did not answer in time")
        case httpx2.ConnectError() | httpx2.UnsupportedProtocol():
            return ModelUnavailable("no_connection", "cannot reach the server: is it running, and is --base-url right?")
        case _:
            return ModelError("connection_lost", "the connection broke before the answer was whole")


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _is_out_of_quota(response: httpx2.Response) -> bool:
    if response.status_code != 429:
        return False
    try:
        error = json.loads(response.content).get("error")
    except (ValueError, AttributeError, RecursionError):
        return False
    return isinstance(error, dict) and "insufficient_quota" in (error.get("code"), error.get("type"))


def _retry_after(response: httpx2.Response) -> float | None:
    """Seconds that the server wants us to wait; None where it does not say."""
    for header, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = response.headers.get(header, "")
        try:
            seconds = float(value) / unit
        except ValueError:
            continue
        return seconds if 0 <= seconds < float("inf") else None
    try:
        return max(0.0, parsedate_to_datetime(response.headers.get("retry-after", "")).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


def _backoff(attempt: int) -> float:
    return float(_FIRST_PAUSE_S * 2**attempt * random.uniform(0.75, 1.0))
