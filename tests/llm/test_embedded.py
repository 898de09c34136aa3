"""The embedded server: real weights, real llama.cpp, its own process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from llm_wrap.errors import ModelUnavailable
from llm_wrap.llm.account import Spent
from llm_wrap.llm.chat import ChatClient
from llm_wrap.llm.embedded import EmbeddedServer
from llm_wrap.llm.endpoint import EmbeddedModel
from llm_wrap.llm.logprobs import read_chances
from llm_wrap.llm.weights import SMOLLM2, weights_path


class Direction(BaseModel):
    direction: Literal["up", "down"]


def test_a_typed_answer_with_probabilities(models_dir: Path) -> None:
    server = EmbeddedServer(EmbeddedModel("embedded/test", weights_path(models_dir, SMOLLM2)))
    try:
        endpoint = server.endpoint()
        assert endpoint.base_url.startswith("http://127.0.0.1:")
        spent = Spent()

        async def ask() -> tuple[Direction, dict[str, float] | None]:
            async with ChatClient(endpoint, 60) as client:
                messages = [{"role": "user", "content": "Shares rose. up or down?"}]
                reply = await client.ask(messages, Direction, spent, max_tokens=60)
                return reply.answer, read_chances(reply.tokens, "direction", ("up", "down"))

        answer, chances = asyncio.run(ask())
        assert answer.direction in ("up", "down")
        assert chances is not None
        assert sum(chances.values()) == pytest.approx(1)
        assert spent.prompt_tokens > 5
        assert spent.completion_tokens > 3

        body = json.dumps({"messages": [{"role": "user", "content": "x"}], "max_tokens": 1}).encode()
        stranger = urllib.request.Request(
            f"{endpoint.base_url}/chat/completions", body, {"Authorization": "Bearer guess"}
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(stranger)
        assert refused.value.code == 401, "only the run that started it may ask"
    finally:
        server.close()


def test_weights_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(b"GGUF" + b"\0" * 5000)
    server = EmbeddedServer(EmbeddedModel("embedded/bad", path))
    try:
        with pytest.raises(ModelUnavailable, match=r"bad\.gguf: cannot serve it") as raised:
            server.endpoint()
        assert raised.value.reason == "embedded_failed"
    finally:
        server.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_the_server_does_not_outlive_a_run_that_is_killed(models_dir: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from llm_wrap.llm.embedded import EmbeddedServer; from llm_wrap.llm.endpoint import EmbeddedModel;"
        f"server = EmbeddedServer(EmbeddedModel('m', Path({str(weights_path(models_dir, SMOLLM2))!r})));"
        "server.endpoint(); print(server._process.pid, flush=True); time.sleep(60)"
    )
    run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    server_pid = int(run.stdout.readline())
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    end = time.monotonic() + 15
    while _is_running(server_pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _is_running(server_pid)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
