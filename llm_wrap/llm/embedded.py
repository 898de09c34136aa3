"""Starts the embedded model: llama.cpp's own server on loopback, in a process of its own, with a key of its own."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from typing import IO

from llm_wrap.errors import ModelUnavailable
from llm_wrap.llm.endpoint import EmbeddedModel, Endpoint

CONTEXT_TOKENS = 4096  # an item of 2,500 words; a longer one is `unlabelled(too_long)`
_START_SECONDS = 120.0


class EmbeddedServer:
    """The running server. `endpoint()` waits until it is up; `close()` ends it."""

    def __init__(self, model: EmbeddedModel, threads: int | None = None) -> None:
        self._model = model
        self._key = secrets.token_urlsafe(24)
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "llm_wrap.llm.serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            start_new_session=True,  # Ctrl-C is ours to handle: the server ends with its stdin
        )
        wanted = {
            "weights": str(model.weights),
            "adapter": str(model.adapter) if model.adapter else None,
            "api_key": self._key,
            "context_tokens": CONTEXT_TOKENS,
            "threads": threads or _usable_cores(),
        }
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(wanted) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it died at once; endpoint() says why

    def endpoint(self) -> Endpoint:
        """Where the server listens. ModelUnavailable with llama.cpp's last words where it did not start."""
        assert self._process.stdout is not None
        watchdog = threading.Timer(_START_SECONDS, self._process.kill)
        watchdog.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        try:
            answer = json.loads(line)
        except ValueError:
            answer = {"error": f"the server ended with code {self._process.wait()}"}
        if "url" not in answer:
            raise ModelUnavailable(
                "embedded_failed",
                f"{self._model.weights.name}: cannot serve it ({answer['error']}{self._last_words()})",
            )
        return Endpoint(
            base_url=f"{answer['url']}/v1",
            model=self._model.name,
            api_key=self._key,
            loopback=True,
            extra_body={"cache_prompt": True},
            retried=False,  # a server of our own that does not answer is dead, and started anew instead
        )

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._stderr.close()

    def _last_words(self) -> str:
        self._stderr.seek(0)
        lines = [
            line.strip() for line in self._stderr.read()[-4000:].decode("utf-8", "replace").splitlines() if line.strip()
        ]
        return f"; {lines[-1][:160]}" if lines else ""


def _usable_cores() -> int:
    """All cores but one. llama.cpp's threads wait for each other at every layer, spinning: where something else holds one of
    their cores, a second run say, all of them are many times slower than one fewer would be."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores - 1, 8))  # a 135M model does not get faster beyond that
