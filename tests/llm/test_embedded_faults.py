"""Faults of the embedded server, with real weights and real processes: each ends with a reason, none loses the brief."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from llm_wrap.cache import AnswerCache
from llm_wrap.errors import ModelUnavailable
from llm_wrap.labelling.choose import choose_model
from llm_wrap.labelling.labeller import ask_items
from llm_wrap.labelling.themes import load_themes
from llm_wrap.llm.session import ModelSession
from llm_wrap.llm.weights import SMOLLM2, file_sha256, verify_weights, weights_path
from llm_wrap.models import DigestItem, LabelledItem

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

ITEMS = {
    n: DigestItem(
        headline=f"Sylvania retail sales beat {n}",
        body=f"Retail sales rose {n}.4% in May.",
        sentences=(f"Retail sales rose {n}.4% in May.",),
    )
    for n in range(4)
}


def _label(models_dir: Path, on_done: Any, most: int = 4) -> dict[int, LabelledItem]:
    choice = choose_model(
        "embedded", None, lambda host, needed: "none", load_themes(), models_dir, AnswerCache(None), concurrency=1
    )
    session = ModelSession(choice.provide, concurrency=1, deadline_s=60, vocabulary_dir=Path(os.devnull) / "none")

    async def run() -> dict[int, LabelledItem]:
        try:
            return await ask_items(
                choice.task,
                "digest",
                dict(list(ITEMS.items())[:most]),
                session,
                AnswerCache(None),
                lambda labelled: on_done(session),
            )
        finally:
            await session.close()

    return asyncio.run(run())


def _kill_soon(session: ModelSession) -> None:
    """Kills the server while it works on the next item, which takes a good part of a second."""
    server = session._server
    assert server is not None
    threading.Timer(0.05, os.kill, (server._process.pid, signal.SIGKILL)).start()


def test_a_server_killed_mid_run_costs_one_item(models_dir: Path) -> None:
    done: list[int] = []

    def kill_after_first(session: ModelSession) -> None:
        done.append(1)
        if len(done) == 1:
            _kill_soon(session)

    labels = _label(models_dir, kill_after_first)
    reasons = [labels[n].reason for n in sorted(labels)]
    assert reasons.count("server_died") == 1
    assert sum(labels[n].label is not None for n in labels) == 3, reasons


def test_a_server_that_dies_again_is_not_started_a_third_time(models_dir: Path) -> None:
    alive: list[Any] = []

    def kill_each(session: ModelSession) -> None:
        if session._server is not None:
            alive.append(session._server)
            _kill_soon(session)

    labels = _label(models_dir, kill_each)
    reasons = [labels[n].reason for n in sorted(labels)]
    assert reasons[1] == "server_died"
    assert reasons[3] == "server_died"
    assert len(set(alive)) <= 2


def test_corrupt_weights_are_found_before_they_are_served(models_dir: Path, tmp_path: Path) -> None:
    path = weights_path(tmp_path, SMOLLM2)
    shutil.copyfile(weights_path(models_dir, SMOLLM2), path)
    with path.open("r+b") as file:
        file.seek(50_000_000)
        byte = file.read(1)
        file.seek(50_000_000)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(ModelUnavailable) as raised:
        verify_weights(tmp_path, SMOLLM2)
    assert raised.value.reason == "corrupt_weights"
    assert "models pull --force" in str(raised.value)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs RLIMIT_AS")
def test_a_server_without_memory_says_so(models_dir: Path) -> None:
    """The limit is set in a process of its own, whose server inherits it: enough for Python, not for the model."""
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from llm_wrap.llm.embedded import EmbeddedServer; from llm_wrap.llm.endpoint import EmbeddedModel\n"
        "from llm_wrap.errors import ModelUnavailable\n"
        "resource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000))\n"
        f"server = EmbeddedServer(EmbeddedModel('m', Path({str(weights_path(models_dir, SMOLLM2))!r})), threads=1)\n"
        "try:\n    server.endpoint()\nexcept ModelUnavailable as error:\n    print(error.reason, len(str(error).splitlines()))\n"
        "finally:\n    server.close()\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert result.stdout.strip() == "embedded_failed 1", result.stderr[-800:]
    assert "Traceback" not in result.stderr


def test_two_runs_at_once_fetch_and_keep_whole_weights(models_dir: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "llm_wrap", "models", "pull", "--force", "--from"]
    command.append(str(weights_path(models_dir, SMOLLM2)))
    environment = {**os.environ, "LLM_WRAP_MODELS_DIR": str(tmp_path / "models")}
    runs = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [run.wait(timeout=120) for run in runs] == [0, 0]
    assert file_sha256(weights_path(tmp_path / "models", SMOLLM2)) == SMOLLM2.sha256
    assert [path.name for path in (tmp_path / "models").iterdir()] == [SMOLLM2.filename], "no scratch is left"


def test_two_runs_at_once_serve_side_by_side(models_dir: Path) -> None:
    results: list[dict[int, LabelledItem]] = []
    runs = [
        threading.Thread(target=lambda: results.append(_label(models_dir, lambda session: None, 1))) for _ in range(2)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [labelled.label is not None for labels in results for labelled in labels.values()] == [True] * 2
