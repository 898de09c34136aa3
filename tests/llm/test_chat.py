"""One typed question over real HTTP, and what each failure is called."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict

from llm_wrap.errors import AnswerRefused, ModelError, ModelUnavailable
from llm_wrap.llm.account import Spent
from llm_wrap.llm.chat import ChatClient, Reply
from llm_wrap.llm.endpoint import Endpoint
from tests.fake_openai import FakeOpenAI, FakeRequest, Response, completion, failure

SECRET = "sk-very-secret"


class Colour(BaseModel):
    model_config = ConfigDict(extra="forbid")
    colour: Literal["red", "blue"]


def _ask(url: str, *, deadline_s: float = 20, spent: Spent | None = None) -> Reply[Colour]:
    async def ask() -> Reply[Colour]:
        async with ChatClient(Endpoint(url, "fake", SECRET, loopback=True), deadline_s) as client:
            return await client.ask(
                [{"role": "user", "content": "Which {{ colour }}?"}], Colour, spent or Spent(), max_tokens=9
            )

    return asyncio.run(ask())


def test_the_request_is_what_we_mean_to_send(fake_openai: FakeOpenAI) -> None:
    fake_openai.script = lambda request: completion('{"colour":"red"}')
    spent = Spent()
    assert _ask(fake_openai.url, spent=spent).answer.colour == "red"
    (request,) = fake_openai.requests
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert request.body["messages"] == [{"role": "user", "content": "Which {{ colour }}?"}], "text is no template"
    assert request.body["temperature"] == 0
    assert request.body["logprobs"] is True
    assert request.body["max_tokens"] == 9
    schema = request.body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["colour"]["enum"] == ["red", "blue"]
    assert schema["additionalProperties"] is False
    assert (spent.attempts, spent.prompt_tokens, spent.completion_tokens, spent.billed) == (1, 100, 10, True)


def test_an_answer_off_the_schema_is_asked_for_again_once_and_billed_twice(fake_openai: FakeOpenAI) -> None:
    answers = ['{"colour":"green"}', '{"colour":"blue"}']
    fake_openai.script = lambda request: completion(answers[request.number])
    spent = Spent()
    assert _ask(fake_openai.url, spent=spent).answer.colour == "blue"
    assert (spent.attempts, spent.prompt_tokens, spent.completion_tokens) == (2, 200, 20)


def test_a_server_without_usage_is_said_to_have_none(fake_openai: FakeOpenAI) -> None:
    fake_openai.script = lambda request: completion('{"colour":"red"}', usage=None)
    spent = Spent()
    _ask(fake_openai.url, spent=spent)
    assert spent.billed is False
    assert spent.prompt_tokens > 0, "estimated"


def test_an_option_that_a_server_refuses_is_left_out(fake_openai: FakeOpenAI) -> None:
    def refuse_logprobs(request: FakeRequest) -> Response:
        if "logprobs" in request.body:
            return failure(400, "Unsupported parameter: 'logprobs' is not supported with this model.")
        return completion('{"colour":"red"}')

    fake_openai.script = refuse_logprobs
    assert _ask(fake_openai.url).answer.colour == "red"
    assert "logprobs" not in fake_openai.requests[-1].body
    assert fake_openai.requests[-1].body["temperature"] == 0


def _slow(request: FakeRequest) -> Response:
    time.sleep(4)
    return completion('{"colour":"red"}')


@pytest.mark.parametrize(
    ("script", "kind", "reason", "requests"),
    [
        (lambda r: failure(401), ModelUnavailable, "bad_key", 1),
        (lambda r: failure(403), ModelUnavailable, "forbidden", 1),
        (lambda r: failure(404), ModelUnavailable, "no_such_model", 1),
        (lambda r: failure(400, "bad"), ModelError, "bad_request", 1),
        (lambda r: failure(400, "maximum context length is 10"), ModelError, "too_long", 1),
        (lambda r: failure(429, **{"Retry-After": "0"}), ModelError, "rate_limited", 3),
        (lambda r: failure(429, code="insufficient_quota", **{"Retry-After": "0"}), ModelUnavailable, "no_quota", 1),
        (lambda r: failure(500), ModelError, "server_error", 3),
        (lambda r: completion("red"), AnswerRefused, "invalid_answer", 2),
        (lambda r: completion('{"colour":"green"}'), AnswerRefused, "invalid_answer", 2),
        (lambda r: completion('{"colour":"red","more":1}'), AnswerRefused, "invalid_answer", 2),
        (lambda r: completion(None), AnswerRefused, "empty_answer", 1),
        (lambda r: completion("", finish="length"), AnswerRefused, "cut_off", 1),
        (
            lambda r: Response(body=b'{"choices": []}', headers={"Content-Type": "application/json"}),
            AnswerRefused,
            "empty_answer",
            1,
        ),
        (
            lambda r: Response(body=b"<html>", headers={"Content-Type": "text/html"}),
            ModelError,
            "not_an_api",
            1,
        ),
        (_slow, ModelError, "timeout", None),
    ],
)
def test_each_failure_has_its_reason(
    fake_openai: FakeOpenAI, script: Any, kind: type[ModelError], reason: str, requests: int | None
) -> None:
    fake_openai.script = script
    spent = Spent()
    with pytest.raises(ModelError) as raised:
        _ask(fake_openai.url, deadline_s=3 if script is _slow else 20, spent=spent)
    assert (type(raised.value), raised.value.reason) == (kind, reason)
    assert SECRET not in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert requests is None or len(fake_openai.requests) == requests
    assert len(fake_openai.requests) <= 6


def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(ModelUnavailable) as raised:
        _ask(f"http://127.0.0.1:{port}/v1")
    assert raised.value.reason == "no_connection"


def test_a_dripping_server_meets_our_deadline() -> None:
    """The SDK's timeout is per read, so only a deadline around the call ends this one."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n")
        try:
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.2)
        except OSError:
            pass

    async def run() -> tuple[str, float]:
        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        async with ChatClient(Endpoint(url, "fake", SECRET, loopback=True), 2) as client:
            start = time.monotonic()
            try:
                await client.ask([{"role": "user", "content": "?"}], Colour, Spent(), max_tokens=9)
            except ModelError as error:
                return error.reason, time.monotonic() - start
            finally:
                server.close()
        raise AssertionError("an answer came")

    reason, seconds = asyncio.run(run())
    assert reason == "timeout"
    assert 1.9 <= seconds < 10, "the deadline of 2 s ended it, not the server"


def test_loopback_is_reached_past_a_proxy(fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    fake_openai.script = lambda request: completion(json.dumps({"colour": "red"}))
    assert _ask(fake_openai.url).answer.colour == "red"
