"""One typed question to any OpenAI-compatible server, embedded or hosted: instructor over the openai client.

What comes back has been validated against the response model. What can go wrong becomes a ModelError with a short,
stable reason; `transport` retries twice, instructor re-asks once, and a deadline of our own stands around it all (the
SDK's timeouts are per read, so a dripping server never trips them).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from llm_wrap.errors import AnswerRefused, ModelError, ModelUnavailable
from llm_wrap.llm.account import Budget, Spent
from llm_wrap.llm.endpoint import Endpoint
from llm_wrap.llm.logprobs import TokenChoice
from llm_wrap.llm.mailbox import Dialect, Mailbox
from llm_wrap.llm.tokens import TokenCounter

if TYPE_CHECKING:
    from pydantic import BaseModel

    from llm_wrap.llm.transport import Question

Answer = TypeVar("Answer", bound="BaseModel")

_TRANSPORT_RETRIES = 2
_REASKS = 1
_THINKING_TOKENS = 4000  # a model that thinks first counts that as completion


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn: at temperature 0 the likeliest, above it by chance, the same for the same seed."""

    temperature: float = 0.0
    seed: int = 1


GREEDY = Sampling()


@dataclass(frozen=True, slots=True)
class Reply(Generic[Answer]):
    """A validated answer, the text it was read from, and the token choices where the server gave them."""

    answer: Answer
    text: str
    tokens: tuple[TokenChoice, ...]


class ChatClient:
    """Asks an `Endpoint`. Use as `async with ChatClient(endpoint, deadline_s=60) as client`."""

    def __init__(
        self,
        endpoint: Endpoint,
        deadline_s: float,
        *,
        budget: Budget | None = None,
        counter: TokenCounter | None = None,
        patience_s: float = 0.0,
        mailbox: Mailbox | None = None,
        transport: Any = None,
    ) -> None:
        import httpx2
        import instructor
        import openai

        from llm_wrap.llm.transport import BoundedClient

        logging.getLogger("instructor").addHandler(logging.NullHandler())  # else its errors go to our user's stderr
        self._endpoint = endpoint
        self._deadline_s = deadline_s
        self._dialect = mailbox.dialect if mailbox is not None else Dialect()
        self._http = BoundedClient(
            budget=budget or Budget(),
            counter=counter or TokenCounter(),
            retries=_TRANSPORT_RETRIES if endpoint.retried else 0,
            patience_s=patience_s,
            mailbox=mailbox,
            secrets=endpoint.secrets,
            transport=transport,
            trust_env=not endpoint.loopback,
            verify=_trust(endpoint),
            timeout=httpx2.Timeout(deadline_s, connect=min(10.0, deadline_s)),
            limits=httpx2.Limits(max_connections=100, max_keepalive_connections=100),
        )
        shared: dict[str, Any] = {
            "base_url": endpoint.base_url,
            "api_key": endpoint.api_key,
            "default_headers": dict(endpoint.headers),
            "http_client": self._http,
            "max_retries": 0,
        }
        self.sdk: openai.AsyncOpenAI = (
            openai.AsyncAzureOpenAI(api_version=endpoint.azure_version, **shared)
            if endpoint.azure_version
            else openai.AsyncOpenAI(**shared)
        )
        self._typed = instructor.from_openai(self.sdk, mode=instructor.Mode.JSON_SCHEMA)

    async def __aenter__(self) -> ChatClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sdk.close()

    @property
    def held_s(self) -> float:
        """Seconds for which the server wants no request, as it last said."""
        return self._http.held_s

    async def ask(
        self,
        messages: list[dict[str, str]],
        response_model: type[Answer],
        spent: Spent,
        *,
        max_tokens: int,
        deadline_s: float | None = None,
        requests: int = 0,
        sampling: Sampling = GREEDY,
        direct: bool = False,
    ) -> Reply[Answer]:
        """The model's answer as a `response_model`; `spent` is filled in also when a ModelError is raised. `requests` is how
        many this question has had before; `direct` asks past the mailbox."""
        from llm_wrap.llm.transport import Question, current

        seconds = self._deadline_s if deadline_s is None else min(deadline_s, self._deadline_s)
        question = Question(spent, asyncio.get_running_loop().time() + seconds, max_tokens, requests, direct)
        token = current.set(question)
        try:
            async with asyncio.timeout(seconds):
                return await self._ask_within(messages, response_model, question, sampling)
        except TimeoutError as error:
            raise ModelError("timeout", f"no answer within {seconds:g} s") from error
        except Exception as error:
            raise name_failure(error) from error
        finally:
            current.reset(token)

    async def _ask_within(
        self, messages: list[Any], response_model: type[Answer], question: Question, sampling: Sampling
    ) -> Reply[Answer]:
        asked_for = question.max_tokens
        while True:
            # What a server may refuse without harm to the answer; one that does is not asked with it again.
            options: dict[str, Any] = {"temperature": sampling.temperature, "seed": sampling.seed}
            options |= {"logprobs": True, "top_logprobs": 20}
            options = {name: value for name, value in options.items() if name not in self._dialect.refused}
            limit_name = self._dialect.limit_name
            question.max_tokens = asked_for + (_THINKING_TOKENS if limit_name != "max_tokens" else 0)
            options[limit_name] = question.max_tokens
            try:
                answer, completion = await self._typed.chat.completions.create_with_completion(
                    model=self._endpoint.model,
                    messages=messages,
                    response_model=response_model,
                    max_retries=_REASKS,
                    extra_body=dict(self._endpoint.extra_body),
                    **options,
                )
            except Exception as error:
                if not self._learn_refusal(_root_cause(error), set(options), limit_name):
                    raise
                continue
            choice = completion.choices[0]
            return Reply(answer, choice.message.content or "", _read_tokens(choice))

    def _learn_refusal(self, cause: BaseException, sent: set[str], limit_name: str) -> bool:
        """Whether `cause` is a server's refusal of an option that can be left out or renamed next time."""
        import openai

        if not isinstance(
            cause, (openai.BadRequestError, openai.PermissionDeniedError, openai.UnprocessableEntityError)
        ):
            return False
        text = str(cause)
        if limit_name == "max_tokens" and "max_completion_tokens" in text:
            self._dialect.limit_name = "max_completion_tokens"
            return True
        refused = {name for name in sent - {limit_name} if name in text}
        self._dialect.refused |= refused
        return bool(refused)


def preview_requests(
    model: str, questions: Sequence[tuple[list[dict[str, str]], type[BaseModel]]], *, max_tokens: int
) -> list[dict[str, Any]]:
    """The bodies that would be sent for `questions`, as instructor and the SDK word them. Nothing is sent."""
    import httpx2

    bodies: list[dict[str, Any]] = []

    def keep(request: httpx2.Request) -> httpx2.Response:
        bodies.append(json.loads(request.content))
        return httpx2.Response(400, json={"error": {"message": "kept, not sent"}})

    async def ask_nobody() -> None:
        nowhere = Endpoint("http://127.0.0.1/v1", model, "none", loopback=True)
        async with ChatClient(nowhere, 60, transport=httpx2.MockTransport(keep)) as client:
            for messages, response_model in questions:
                with contextlib.suppress(ModelError):
                    await client.ask(messages, response_model, Spent(), max_tokens=max_tokens)

    asyncio.run(ask_nobody())
    return bodies


def find_model(endpoint: Endpoint, deadline_s: float) -> str:
    """What the server's list of models says about ours; ModelError where the server cannot be asked."""

    async def ask() -> str:
        async with ChatClient(endpoint, deadline_s) as client:
            try:
                async with asyncio.timeout(deadline_s):
                    names = [model.id for model in (await client.sdk.models.list()).data]
            except TimeoutError as error:
                raise ModelError("timeout", f"no answer within {deadline_s:g} s") from error
            except Exception as error:
                raise name_failure(error) from error
        if endpoint.model in names:
            return f"answers, and knows {endpoint.model}"
        return f"answers; {endpoint.model} is not among the {len(names)} models that it lists"

    return asyncio.run(ask())


def _trust(endpoint: Endpoint) -> Any:
    """What certificates are held against: the setting's, else SSL_CERT_FILE's or the system's. ModelUnavailable where
    they cannot be read."""
    if endpoint.loopback and endpoint.base_url.startswith("http://"):
        return False  # there are none, and loading the usual ones takes a tenth of a second
    if endpoint.ca_file is None:
        return True
    import ssl

    try:
        return ssl.create_default_context(cafile=str(endpoint.ca_file))
    except (OSError, ssl.SSLError) as error:
        raise ModelUnavailable("tls_error", f"{endpoint.ca_file}: cannot read certificates there (ca_file)") from error


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
    """What instructor and the SDK wrapped: a ModelError of ours, or the error of the SDK or of pydantic."""
    import openai
    from instructor.v2.core.errors import InstructorRetryException

    while isinstance(error, (InstructorRetryException, openai.APIConnectionError)) and error.__cause__ is not None:
        error = error.__cause__
    return error


def name_failure(error: Exception) -> ModelError:
    """The ModelError for whatever openai, instructor or pydantic raised. Its text holds no answer and no secret."""
    import httpx2
    import openai
    import pydantic
    from instructor.v2.core.errors import IncompleteOutputException, InstructorError

    from llm_wrap.llm.transport import name_transport

    cause = _root_cause(error)
    match cause:
        case ModelError():
            return cause
        case httpx2.TransportError():
            return name_transport(cause)
        case openai.APITimeoutError():
            return ModelError("timeout", "the server did not answer in time")
        case openai.APIConnectionError():
            return ModelUnavailable("no_connection", "cannot reach the server: is it running, and is --base-url right?")
        case openai.AuthenticationError():
            return ModelUnavailable("bad_key", "the server refused the API key")
        case openai.PermissionDeniedError():
            return ModelUnavailable("forbidden", "this API key may not use this model")
        case openai.NotFoundError():
            return ModelUnavailable(
                "no_such_model", "the server does not know this model or address: check --model and --base-url"
            )
        case openai.RateLimitError() if "insufficient_quota" in (cause.code, cause.type):
            return ModelUnavailable("no_quota", "the account has no quota left")
        case openai.RateLimitError():
            return ModelError("rate_limited", "the server is limiting requests")
        case openai.BadRequestError() if "context" in str(cause).lower():
            return ModelError("too_long", "the item is longer than the model can read")
        case openai.BadRequestError() | openai.UnprocessableEntityError():
            return ModelError("bad_request", f"the server does not accept the question (status {cause.status_code})")
        case openai.APIStatusError() if 300 <= cause.status_code < 400:
            return ModelUnavailable("redirected", "the server points to another address: give that one as --base-url")
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
