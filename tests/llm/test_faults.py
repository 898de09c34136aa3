"""Every fault of a model, a server or a network, over real HTTP: what becomes of the item, the others and the run.

The table in evals/faults.md is made from `FAULTS`: `pytest tests/llm/test_faults.py --update-table`.
"""

from __future__ import annotations

import itertools
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import create_model

from llm_wrap.cli import main
from llm_wrap.llm.chat import preview_requests
from llm_wrap.llm.tokens import TokenCounter
from tests.conftest import ROOT
from tests.fake_openai import FakeOpenAI, FakeRequest, Raw, Response, Script, completion, failure, good_answer

TABLE = ROOT / "evals" / "faults.md"
SECRET = "sk-secret-of-a-desk"
PASSWORD = "pass-of-a-gateway"
DEADLINE_S = 3.0
MOST_REQUESTS = (1 + 2) * (1 + 1)
FAULTY = "Freedonia tightens chip-tool exports"
WRAP = f"""Asia Market Recap
Mar 12 ,2025
Synopsis:
Asian equities ended mixed Wednesday.
Digest:
Sylvania central bank holds rates:
The Sylvania central bank held its policy rate at 2.50%. Economists had expected no change.
{FAULTY}:
Freedonia will require permits for chip tools from May. Shares of toolmakers fell 3.1% on the news.
Ruritania retail sales beat:
Ruritania retail sales rose 1.4% in February. Consensus was 0.9%.
Markets:
Nikkei: 395.62 or +0.89% to 44768.12
"""


@dataclass(frozen=True)
class Fault:
    """One row. `scope` is "item" where only one of three items meets the fault, "server" where every request does."""

    name: str
    does: str
    script: Script
    reason: str | None
    requests: int
    scope: str = "item"
    settings: tuple[tuple[str, str], ...] = ()


def _json(body: bytes) -> Response:
    return Response(body=body, headers={"Content-Type": "application/json"})


def _answer(**changes: Any) -> Script:
    return lambda request: completion(good_answer(request, **changes))


def _said(wrap: Callable[[str], str | None], **message: Any) -> Script:
    return lambda request: completion(wrap(good_answer(request)), **message)


def _head(length: int) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n".encode()


def _status(status: int, code: str | None = None, **headers: str) -> Script:
    return lambda request: failure(status, f"echo {request.headers['authorization']}", code, **headers)


def _once(first: Response) -> Script:
    seen: list[int] = []

    def script(request: FakeRequest) -> Response:
        seen.append(1)
        return first if len(seen) == 1 else completion(good_answer(request))

    return script


def _large(_: FakeRequest) -> Raw:
    return Raw(itertools.chain([_head(200_000_000)], itertools.repeat(b" " * 65_536, 3_052)))


def _large_chunked(_: FakeRequest) -> Raw:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return Raw(itertools.chain([head], itertools.repeat(b"10000\r\n" + b" " * 65_536 + b"\r\n", 3_052)))


def _usage(**usage: Any) -> Script:
    return lambda request: completion(good_answer(request), usage=usage)


def _hang(_: FakeRequest) -> Raw:
    return Raw([b""], pause=DEADLINE_S * 3)


RUN_3 = (("LLM_WRAP_RUN_DEADLINE_S", "3"), ("LLM_WRAP_DEADLINE_S", "60"))

FAULTS = (
    Fault("status 400", "refuses the question", _status(400), "bad_request", 1),
    Fault("status 401", "refuses the key", _status(401), "bad_key", 1, "server"),
    Fault("status 403", "forbids the model", _status(403), "forbidden", 1, "server"),
    Fault("status 404", "does not know the model", _status(404), "no_such_model", 1, "server"),
    Fault("status 408", "gives up waiting, each time", _status(408), "server_error", 3),
    Fault("status 409", "conflict, each time", _status(409), "server_error", 3),
    Fault("status 422", "cannot process the question", _status(422), "bad_request", 1),
    Fault("status 429, once", "Retry-After: 1, then answers", _once(failure(429, **{"Retry-After": "1"})), None, 2),
    Fault("status 429, short", "Retry-After: 0, each time", _status(429, **{"Retry-After": "0"}), "rate_limited", 3),
    Fault("status 429, long", "Retry-After: 3600", _status(429, **{"Retry-After": "3600"}), "rate_limited", 1),
    Fault("status 429, no word", "no Retry-After, each time", _status(429), "rate_limited", 3),
    Fault("insufficient_quota", "429 with that code", _status(429, "insufficient_quota"), "no_quota", 1, "server"),
    Fault("status 500", "each time", _status(500), "server_error", 3),
    Fault("status 500, once", "then answers", _once(failure(500)), None, 2),
    Fault("status 503", "each time", _status(503), "server_error", 3),
    Fault("redirect", "307 to another host", _status(307, Location="http://127.0.0.1:9/v1"), "redirected", 1, "server"),
    Fault("reset mid-body", "half an answer, then a reset", lambda r: Raw([_head(900), b'{"id"'], 0.05, True), "connection_lost", 3),
    Fault("closed mid-body", "half an answer, then the end", lambda r: Raw([_head(900), b'{"id"']), "connection_lost", 3),
    Fault("no HTTP", "bytes that are no HTTP", lambda r: Raw([b"SSH-2.0-x\r\n\r\n"]), "connection_lost", 3),
    Fault("hang", "takes the question and says nothing", _hang, "timeout", 1),
    Fault("one-byte drip", "a space each 0.2 s", lambda r: Raw(itertools.chain([_head(9999)], itertools.repeat(b" ")), 0.2), "timeout", 1),
    Fault("run deadline", "hangs; run_deadline_s = 3", _hang, "run_deadline", 1, "server", RUN_3),
    Fault("empty body", "200 with nothing", lambda r: _json(b""), "not_an_api", 1),
    Fault("HTML body", "200 with a login page", lambda r: Response(body=b"<html>Sign in", headers={"Content-Type": "text/html"}), "not_an_api", 1),
    Fault("JSON that is no object", "200 with []", lambda r: _json(b"[]"), "not_an_api", 1),
    Fault("deep JSON", "100,000 brackets", lambda r: _json(b"[" * 100_000), "not_an_api", 1),
    Fault("no choices", "choices: []", lambda r: _json(b'{"choices": []}'), "empty_answer", 1),
    Fault("null content", "content: null", _said(lambda text: None), "empty_answer", 1),
    Fault("refusal", "the model refuses", _said(lambda text: None, refusal=f"I cannot. {SECRET}"), "refused", 1),
    Fault("content filter", "finish_reason content_filter", _said(lambda text: "", finish="content_filter"), "refused", 1),
    Fault("cut off", "finish_reason length", _said(lambda text: text[:40], finish="length"), "cut_off", 1),
    Fault("fenced JSON", "```json … ```", _said(lambda text: f"```json\n{text}\n```"), None, 1),
    Fault("doubled JSON", "the same object twice", _said(lambda text: text + text), "invalid_answer", 2),
    Fault("prose", "words instead of JSON", _said(lambda text: "The theme is trade."), "invalid_answer", 2),
    Fault("wrong enum", "a theme that is none", _answer(theme="sports"), "invalid_answer", 2),
    Fault("extra fields", "a field that nobody asked for", _answer(mood="gloomy"), "invalid_answer", 2),
    Fault("missing field", "no sentiment", _said(lambda text: json.dumps({**json.loads(text), "sentiment": None})), "invalid_answer", 2),
    Fault("evidence not in the item", "words of another text", _answer(evidence="words of a few-shot example"), "evidence_not_in_item", 2),
    Fault("evidence nearly in the item", "one digit changed", _answer(evidence="Shares of toolmakers fell 3.7% on the news."), "evidence_not_in_item", 2),
    Fault("bad each time, then status 500", "wrong enum, then 500s", lambda r: _answer(theme="sports")(r) if len(r.body["messages"]) == 2 else failure(500), "server_error", 4),
    Fault("200 MB answer", "announces 200 MB", _large, "too_large", 1),
    Fault("200 MB answer, unannounced", "chunks without end", _large_chunked, "too_large", 1),
    Fault("negative usage", "prompt_tokens: -5", _usage(prompt_tokens=-5, completion_tokens=10, total_tokens=5), None, 1),
    Fault("absurd usage", "10^15 tokens", _usage(prompt_tokens=10**15, completion_tokens=10**15, total_tokens=2 * 10**15), None, 1),
    Fault("usage of no numbers", '"many"', _usage(prompt_tokens="many", completion_tokens=None), None, 1),
)  # fmt: skip

# What is no script of the fake server: each has a test of its own, below or in test_embedded_faults.py.
OTHERS = (
    ("connection refused", "nobody listens", "no_connection", "all"),
    ("DNS failure", "the host has no address", "no_connection", "all"),
    ("TLS error", "a certificate of nobody's", "tls_error", "all"),
    ("embedded server killed", "kill -9 in the middle of an item", "server_died", "one; the rest after one restart"),
    ("embedded server killed again", "kill -9 after the restart as well", "server_died", "all that are left"),
    ("corrupt weights", "SHA-256 differs", "corrupt_weights", "all"),
    ("out of memory", "the server cannot allocate", "embedded_failed", "all"),
    ("port taken", "cannot be: the system chooses a free port", None, "none"),
    ("two runs at once", "each has a server of its own", None, "none"),
    ("two runs fetch the weights at once", "each fetches; one rename wins", None, "none"),
)


@dataclass(frozen=True)
class Outcome:
    code: int
    labels: dict[str, dict[str, Any]]
    usage: dict[str, Any]
    output: str
    seconds: float


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Imports apart, which take seconds on a busy machine: a deadline is about the model."""
    preview_requests("m", [([{"role": "user", "content": "?"}], create_model("Any", a=(str, ...)))], max_tokens=1)
    TokenCounter(Path(os.devnull) / "none").count("some text")


@pytest.fixture
def brief(
    imported: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Outcome]:
    """Runs `llm-wrap brief` on the small wrap and holds every run to what holds for all faults."""
    wrap = tmp_path / "wrap.txt"
    wrap.write_text(WRAP)

    def run(url: str, *options: str, **environment: str) -> Outcome:
        settings = {"LLM_WRAP_DEADLINE_S": str(DEADLINE_S), "LLM_WRAP_CONCURRENCY": "1", "OPENAI_API_KEY": SECRET}
        for name, value in {**settings, **environment}.items():
            monkeypatch.setenv(name, value)
        arguments = ["brief", str(wrap), "--model", "m", "--base-url", url, "--format", "json", *options]
        monkeypatch.setattr(sys, "argv", ["llm-wrap", *arguments])
        start = time.monotonic()
        with pytest.raises(SystemExit) as end:
            main()
        seconds = time.monotonic() - start
        captured = capsys.readouterr()
        for text in (captured.out, captured.err):
            assert "Traceback" not in text
            assert SECRET not in text
            assert PASSWORD not in text
        document = json.loads(captured.out)
        assert document["wrap"]["markets"], "the tables always come out"
        items = [item["headline"] for item in document["wrap"]["digest"]]
        assert len(items) == 3
        labels = dict(zip(items, document["labels"], strict=True))
        assert isinstance(end.value.code, int)
        return Outcome(end.value.code, labels, document["usage"], captured.err, seconds)

    return run


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_has_its_outcome(fault: Fault, brief: Callable[..., Outcome], fake_openai: FakeOpenAI) -> None:
    def script(request: FakeRequest) -> Response | Raw:
        met = fault.scope == "server" or FAULTY in request.user_text
        return fault.script(request) if met else completion(good_answer(request))

    fake_openai.script = script
    url = fake_openai.url.replace("http://", f"http://user:{PASSWORD}@")
    outcome = brief(url, **dict(fault.settings))

    asked = [r for r in fake_openai.requests if fault.scope == "server" or FAULTY in r.user_text]
    assert len(asked) == fault.requests
    assert len(asked) <= MOST_REQUESTS
    assert outcome.seconds <= DEADLINE_S + 2
    assert outcome.code == (0 if fault.reason is None else 1)
    for headline, label in outcome.labels.items():
        if fault.reason is not None and (fault.scope == "server" or headline == FAULTY):
            assert (label["status"], label["reason"]) == ("unlabelled", fault.reason)
            assert (label["theme"], label["sentiment"]) == (None, None)
        else:
            assert (label["status"], label["reason"], label["theme"]) == ("labelled", None, "trade")
    if fault.reason is not None:
        assert fault.reason in outcome.output
        assert len(outcome.output.splitlines()) == 1
    assert fake_openai.bytes_sent < 30_000_000, "a large answer is not read to its end"
    assert 0 <= outcome.usage["prompt_tokens"] < 20_000
    assert 0 <= outcome.usage["completion_tokens"] < 2_000


def test_wrong_usage_figures_are_replaced_by_an_estimate(
    brief: Callable[..., Outcome], fake_openai: FakeOpenAI
) -> None:
    fake_openai.script = _usage(prompt_tokens=-5, completion_tokens=10**12)
    usage = brief(fake_openai.url).usage
    assert usage["estimated"] is True
    assert 1_000 < usage["prompt_tokens"] < 20_000


def test_failed_attempts_are_in_the_account(brief: Callable[..., Outcome], fake_openai: FakeOpenAI) -> None:
    fake_openai.script = _answer(theme="sports")
    usage = brief(fake_openai.url).usage
    assert (usage["calls"], usage["prompt_tokens"], usage["completion_tokens"]) == (6, 600, 60)


def test_nobody_listens(brief: Callable[..., Outcome]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    _all_unlabelled(brief(f"http://127.0.0.1:{port}/v1"), "no_connection")


def test_a_host_without_an_address(brief: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    def no_address(*_: object, **__: object) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_address)
    url = f"https://user:{PASSWORD}@gateway.invalid/v1"
    assert "gateway.invalid, for the first time" in brief(url).output
    _all_unlabelled(brief(url), "no_connection")


def test_a_certificate_that_nobody_vouches_for(brief: Callable[..., Outcome]) -> None:
    import ssl

    import trustme

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    server = FakeOpenAI(tls=context)
    try:
        outcome = brief(server.url)
        _all_unlabelled(outcome, "tls_error")
        assert "ca_file" in outcome.output
        assert server.requests == []
    finally:
        server.close()


def _all_unlabelled(outcome: Outcome, reason: str) -> None:
    assert outcome.code == 1
    assert {(label["status"], label["reason"]) for label in outcome.labels.values()} == {("unlabelled", reason)}
    assert outcome.seconds <= DEADLINE_S + 2
    assert len(outcome.output.splitlines()) == 1


def test_the_committed_table_is_this_one(request: pytest.FixtureRequest) -> None:
    table = _table()
    if request.config.getoption("--update-table"):
        TABLE.write_text(table, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == table


def _table() -> str:
    lines = [
        "# Faults and what becomes of them",
        "",
        "Made by `python -m pytest tests/llm/test_faults.py --update-table`; the tests hold every row, over real HTTP.",
        "For all of them: the tables and the other items come out, exit code 1 where an item has no label, one line on",
        "stderr, no traceback, no key, at most (1+2)×(1+1) = 6 requests an item, the deadline kept within 2 s.",
        "",
        "| fault | what the server does | item is | requests | without a label |",
        "|---|---|---|---|---|",
    ]
    for fault in FAULTS:
        state = "labelled" if fault.reason is None else f"`{fault.reason}`"
        lost = "none" if fault.reason is None else "all" if fault.scope == "server" else "this item"
        lines.append(f"| {fault.name} | {fault.does.replace('|', '/')} | {state} | {fault.requests} | {lost} |")
    for name, does, reason, lost in OTHERS:
        lines.append(f"| {name} | {does} | {f'`{reason}`' if reason else 'labelled'} | | {lost} |")
    return "\n".join(lines) + "\n"
