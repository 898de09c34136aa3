"""The fake OpenAI-compatible server of the tests in a process of its own: `python -m tests.proofs.llm_server` prints its URL."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.conftest import ROOT


@contextmanager
def running_llm() -> Iterator[str]:
    """The server's base URL, while the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.proofs.llm_server"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    from tests.fake_openai import FakeOpenAI

    print(FakeOpenAI().url, flush=True)
    threading.Event().wait()
