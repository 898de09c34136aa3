"""What -v, -vv and --log-text show, and what must never be in any output: a key, and unasked, the wrap's text."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from tests.fake_openai import FakeOpenAI, FakeRequest, Response, completion, failure, good_answer

KEY, HEADER, PASSWORD = "sk-Zq7KEYzq7", "hdr-Zq8VALUEzq8", "pw-Zq9WORDzq9"
BASIC = b64encode(f"user:{PASSWORD}".encode()).decode()
WORDS = ("quondamish", "Zanthoria", "brumalight", "velleicorp")  # stand in the wrap and nowhere else
WRAP = """Asia Recap
Mar 5 ,2024
Synopsis:
Zanthoria markets closed brumalight on Tuesday.
Digest:
Zanthoria holds its quondamish rate:
The central bank of Zanthoria held its rate at 2.5% on Tuesday. Velleicorp had expected no brumalight move.
velleicorp lifts its levy:
velleicorp removed its 15% quondamish duty on tools. Shares fell 3.1% on the news.
Something brumalight that no parser knows ((((
Markets:
Nikkei: 395.62 or +0.89% to 44768.12
"""


@pytest.fixture
def wrap(tmp_path: Path) -> Path:
    path = tmp_path / "wrap.txt"
    path.write_text(WRAP)
    return path


def _run(fake: FakeOpenAI, *arguments: str, password: bool = False) -> subprocess.CompletedProcess[str]:
    """With the key, or with user and password in the URL, which take its place."""
    environment = {
        **os.environ,
        "LLM_WRAP_MODEL": "m",
        "LLM_WRAP_BASE_URL": fake.url.replace("http://", f"http://user:{PASSWORD}@") if password else fake.url,
        "LLM_WRAP_HEADERS": "X-Gateway: $GATEWAY",
        "GATEWAY": HEADER,
        "OPENAI_API_KEY": KEY,
        "LLM_WRAP_DEADLINE_S": "5",
    }
    return subprocess.run(
        [sys.executable, "-m", "llm_wrap", *arguments], capture_output=True, text=True, env=environment, timeout=60
    )


def _echo(request: FakeRequest) -> Response:
    """A server that repeats what it was sent, as some gateways do: in a refusal, and in an answer that does not hold."""
    sent = (
        f"{request.headers['authorization']} {request.headers['x-gateway']} {request.body['messages'][-1]['content']}"
    )
    if "velleicorp lifts" in request.user_text:
        return failure(400, f"cannot: {sent}")
    asked_before = len(request.body["messages"]) > 2
    return completion(good_answer(request) if asked_before else good_answer(request, theme=sent))


COMMANDS = {
    "brief": ("brief", "{wrap}", "--no-cache"),
    "brief --out-dir": ("brief", "{wrap}", "--out-dir", "{out}"),
    "explain": ("explain", "{wrap}", "1"),
    "parse": ("parse", "{wrap}"),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("password", [False, True])
def test_no_log_holds_a_secret_or_a_word_of_the_wrap(
    fake_openai: FakeOpenAI, wrap: Path, tmp_path: Path, command: str, password: bool
) -> None:
    fake_openai.script = _echo
    arguments = [part.format(wrap=wrap, out=tmp_path / "out") for part in COMMANDS[command]]
    result = _run(fake_openai, *arguments, "-vv", password=password)
    assert "Traceback" not in result.stderr
    assert "2 items" in result.stderr, "there is a log to look at"
    if command != "parse":
        assert "request 1: " in result.stderr
        sent = fake_openai.requests[0].headers
        assert sent["authorization"] == (f"Basic {BASIC}" if password else f"Bearer {KEY}")
        assert sent["x-gateway"] == HEADER
    for word in WORDS:
        assert word.lower() not in result.stderr.lower()
    _assert_no_secret(result, tmp_path)


@pytest.mark.parametrize("password", [False, True])
def test_log_text_shows_what_is_sent_and_answered_without_a_key(
    fake_openai: FakeOpenAI, wrap: Path, tmp_path: Path, password: bool
) -> None:
    fake_openai.script = _echo
    result = _run(fake_openai, "brief", str(wrap), "--log-text", password=password)
    sent = [line for line in result.stderr.splitlines() if "llm_wrap.text: sent: " in line]
    got = [line for line in result.stderr.splitlines() if "llm_wrap.text: got: " in line]
    assert any("quondamish" in line for line in sent)
    assert sum("[secret]" in line for line in got) >= 2, "the refusal and the bad answer repeated it"
    _assert_no_secret(result, tmp_path)


def _assert_no_secret(result: subprocess.CompletedProcess[str], folder: Path) -> None:
    """Neither in what was printed nor in any file that was written: briefs, cache, state."""
    written = [path for path in folder.rglob("*") if path.is_file()]
    for secret in (KEY, HEADER, PASSWORD, BASIC):
        assert secret not in result.stdout
        assert secret not in result.stderr
        for path in written:
            assert secret.encode() not in path.read_bytes(), path


def test_without_v_a_run_that_is_well_says_nothing_and_one_that_is_not_says_one_line(
    fake_openai: FakeOpenAI, wrap: Path
) -> None:
    assert _run(fake_openai, "brief", str(wrap)).stderr == ""
    fake_openai.script = lambda request: failure(401)
    assert len(_run(fake_openai, "brief", str(wrap), "--no-cache").stderr.splitlines()) == 1


def test_v_says_what_is_done_and_vv_says_more(fake_openai: FakeOpenAI, wrap: Path) -> None:
    fake_openai.script = lambda request: failure(500) if request.number == 0 else completion(good_answer(request))
    info = _run(fake_openai, "brief", str(wrap), "--no-cache", "-v")
    # Both items are asked at once: one of them meets the 500.
    for said in ("wrap.txt: text", "0 of 2 answers are in the cache", "asking m at", "status 500", "answered after",
                 ": labelled, 1 requests"):  # fmt: skip
        assert said in info.stderr, said
    assert "DEBUG" not in info.stderr
    fake_openai.script = lambda request: failure(500) if request.number == 3 else completion(good_answer(request))
    assert (
        "DEBUG llm_wrap.llm.transport: request 1: trying again in"
        in _run(fake_openai, "brief", str(wrap), "--no-cache", "-vv").stderr
    )
    assert info.stdout, "data goes where it went"


def test_the_embedded_model_is_logged_without_a_word_of_the_wrap(wrap: Path, models_dir: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "llm_wrap", "brief", str(wrap), "-vv"],
        capture_output=True, text=True, env={**os.environ, "LLM_WRAP_MODELS_DIR": str(models_dir)}, timeout=120,
    )  # fmt: skip
    assert result.stderr.count("starting the embedded server: ") == 1
    assert "the embedded server listens at http://127.0.0.1" in result.stderr
    for word in WORDS:
        assert word.lower() not in result.stderr.lower()
