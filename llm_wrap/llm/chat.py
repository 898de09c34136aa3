"""One typed question to any OpenAI-compatible server, embedded or hosted: instructor over the openai client.

What comes back has been validated against the response model. What can go wrong becomes a ModelError with a short,
stable reason; the SDK retries transport twice, instructor re-asks once, and a deadline of our own stands around it all
(the SDK's timeouts are per read, so a dripping server never trips them).
"""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from llm_wrap.errors import AnswerRefused, ModelError, ModelUnavailable
from llm_wrap.llm.endpoint import Endpoint
from llm_wrap.llm.logprobs import TokenChoice

if TYPE_CHECKING:
    from pydantic import BaseModel

Answer = TypeVar("Answer", bound="BaseModel")

_TRANSPORT_RETRIES = 2
_REASKS = 1
_requests: ContextVar[list[int] | None] = ContextVar("requests_of_this_question", default=None)


@dataclass(slots=True)
class Spent:
    """What one question used, failed attempts included. `attempts` are HTTP requests; tokens as the server billed them."""

    attempts: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    billed: bool = True  # False where the server did not say, so that somebody has to estimate


@dataclass(frozen=True, slots=True)
class Reply(Generic[Answer]):
    """A validated answer, the text it was read from, and the token choices where the server gave them."""

    answer: Answer
    text: str
    tokens: tuple[TokenChoice, ...]


class ChatClient:
    """Asks an `Endpoint`. Use as `async with ChatClient(endpoint, deadline_s=60) as client`."""

    def __init__(self, endpoint: Endpoint, deadline_s: float) -> None:
        import httpx2
        import instructor
        import openai

        logging.getLogger("instructor").addHandler(logging.NullHandler())  # else its errors go to our user's stderr
        self._endpoint = endpoint
        self._deadline_s = deadline_s
        self._refused_options: set[str] = set()
        http = openai.DefaultAsyncHttpxClient(
            trust_env=not endpoint.loopback,
            # Plain HTTP on loopback has no certificate to check, and loading the CA bundle takes a tenth of a second.
            verify=not (endpoint.loopback and endpoint.base_url.startswith("http://")),
            timeout=httpx2.Timeout(deadline_s, connect=min(10.0, deadline_s)),
            event_hooks={"request": [_count_request]},
        )
        self._client = openai.AsyncOpenAI(
            base_url=endpoint.base_url, api_key=endpoint.api_key, http_client=http, max_retries=_TRANSPORT_RETRIES
        )
        self._typed = instructor.from_openai(self._client, mode=instructor.Mode.JSON_SCHEMA)

    async def __aenter__(self) -> ChatClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def ask(
        self,
        messages: list[dict[str, str]],
        response_model: type[Answer],
        spent: Spent,
        *,
        max_tokens: int,
    ) -> Reply[Answer]:
        """The model's answer as a `response_model`; `spent` is filled in also when a ModelError is raised."""
        counter = [0]
        token = _requests.set(counter)
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._ask_within(messages, response_model, spent, max_tokens)
        except TimeoutError as error:
            raise ModelError("timeout", f"no answer within {self._deadline_s:g} s") from error
        except ModelError:
            raise
        except Exception as error:
            raise _name_failure(error) from error
        finally:
            _requests.reset(token)
            spent.attempts += counter[0]

    async def _ask_within(
        self,
        messages: list[dict[str, str]],
        response_model: type[Answer],
        spent: Spent,
        max_tokens: int,
    ) -> Reply[Answer]:
        import openai
        from instructor.v2.core.hooks import HookName, Hooks

        def note_usage(response: Any) -> None:
            # Taken here and not from the completion that comes back: instructor overwrites that one's usage.
            usage = getattr(response, "usage", None)
            if usage is None or not usage.total_tokens:
                spent.billed = False
                return
            spent.prompt_tokens += usage.prompt_tokens
            spent.completion_tokens += usage.completion_tokens

        while True:
            hooks = Hooks()
            hooks.on(HookName.COMPLETION_RESPONSE, note_usage)
            # What a server may refuse without harm to the answer; one that does is not asked with it again.
            options = {"temperature": 0, "logprobs": True, "top_logprobs": 20, "seed": 1}
            options = {name: value for name, value in options.items() if name not in self._refused_options}
            try:
                answer, completion = await self._typed.chat.completions.create_with_completion(
                    model=self._endpoint.model,
                    messages=messages,
                    response_model=response_model,
                    max_retries=_REASKS,
                    max_tokens=max_tokens,
                    extra_body=dict(self._endpoint.extra_body),
                    hooks=hooks,
                    **options,
                )
            except Exception as error:
                cause = _root_cause(error)
                refused = (
                    {name for name in options if name in str(cause)}
                    if isinstance(cause, openai.BadRequestError)
                    else set()
                )
                if not refused:
                    raise
                self._refused_options |= refused
                continue
            choice = completion.choices[0]
            return Reply(answer, choice.message.content or "", _read_tokens(choice))


async def _count_request(_: object) -> None:
    counter = _requests.get()
    if counter is not None:
        counter[0] += 1


def _read_tokens(choice: Any) -> tuple[TokenChoice, ...]:
    content = getattr(getattr(choice, "logprobs", None), "content", None) or ()
    return tuple(
        TokenChoice(
            entry.token,
            {entry.token: entry.logprob, **{other.token: other.logprob for other in entry.top_logprobs or ()}},
        )
        for entry in content
    )


def _root_cause(error: BaseException) -> BaseException:
    """What instructor wrapped: the error of the SDK or of pydantic."""
    from instructor.v2.core.errors import InstructorRetryException

    while isinstance(error, InstructorRetryException) and error.__cause__ is not None:
        error = error.__cause__
    return error


def _name_failure(error: Exception) -> ModelError:
    """The ModelError for whatever openai, instructor or pydantic raised. Its text holds no answer and no secret."""
    import openai
    import pydantic
    from instructor.v2.core.errors import IncompleteOutputException, InstructorError

    cause = _root_cause(error)
    match cause:
        case openai.APITimeoutError():
            return ModelError("timeout", "the server did not answer in time")
        case openai.APIConnectionError():
            return ModelUnavailable("no_connection", "cannot reach the server: is it running, and is --base-url right?")
        case openai.AuthenticationError():
            return ModelUnavailable("bad_key", "the server refused the API key")
        case openai.PermissionDeniedError():
            return ModelUnavailable("forbidden", "this API key may not use this model")
        case openai.NotFoundError():
            return ModelUnavailable("no_such_model", "the server does not know this model: check --model")
        case openai.RateLimitError() if cause.code == "insufficient_quota":
            return ModelUnavailable("no_quota", "the account has no quota left")
        case openai.RateLimitError():
            return ModelError("rate_limited", "the server is limiting requests")
        case openai.BadRequestError() if "context" in str(cause).lower():
            return ModelError("too_long", "the item is longer than the model can read")
        case openai.APIStatusError():
            return ModelError("server_error", f"the server answered with status {cause.status_code}")
        case IncompleteOutputException():
            return AnswerRefused("cut_off", "the answer was cut off")
        case pydantic.ValidationError() | InstructorError():
            text = str(cause)
            if "evidence" in text and "not in the item" in text:
                return AnswerRefused("evidence_not_in_item", "the evidence that the model gave is not in the item")
            return AnswerRefused("invalid_answer", "the answer does not fit the schema")
        case _:
            return AnswerRefused("invalid_answer", f"the answer cannot be read ({type(cause).__name__})")
