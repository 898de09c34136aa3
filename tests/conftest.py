"""Shared fixtures. User data never leaves tmp, and no test reaches past loopback."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from llm_wrap.config import Settings
from tests.fake_openai import FakeOpenAI

ROOT = Path(__file__).resolve().parent.parent
REAL_WRAP = ROOT.parent / "shared" / "wraps" / "2025-09-12-asia-recap.txt"
MODELS_DIR = Path(os.environ.get("LLM_WRAP_MODELS_DIR") or Settings().models_dir)  # before the home moves to tmp
_CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_CHROMIUM += ["--disable-component-update", "--disable-sync"]
SAMPLE = ROOT / "evals" / "corpus" / "2025-08-14-asia-recap-a.txt"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-table", action="store_true", help="write evals/faults.md, and the table of evals/README.md, anew"
    )


def need(present: bool, what: str) -> None:
    """A real part that is missing: a failure in CI, a skip with a word on a user's machine."""
    if present:
        return
    if os.environ.get("CI"):
        pytest.fail(f"CI must have {what}")
    pytest.skip(f"needs {what}")


@pytest.fixture(autouse=True)
def _home_in_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LLM_WRAP_")]:
        monkeypatch.delenv(name)
    for name in ("OPENAI_API_KEY", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home" / name.lower()))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def connect_loopback(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "unix"
        if host not in {"127.0.0.1", "::1", "localhost", "unix"}:
            raise AssertionError(f"a test reached for {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect_loopback)


@pytest.fixture
def fake_openai() -> Iterator[FakeOpenAI]:
    server = FakeOpenAI()
    yield server
    server.close()


@pytest.fixture(scope="session")
def real_wrap() -> str:
    """The licensed wrap that lies beside the checkout; its text is never in the repo."""
    if not REAL_WRAP.is_file():
        pytest.skip("needs the licensed wrap beside the checkout (shared/wraps/2025-09-12-asia-recap.txt)")
    return REAL_WRAP.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """A folder with the embedded model's weights: fetched once, and kept for the next run where the user keeps them."""
    from llm_wrap.errors import ModelUnavailable
    from llm_wrap.llm.fetch import pull_weights
    from llm_wrap.llm.weights import SMOLLM2, weights_path

    if not weights_path(MODELS_DIR, SMOLLM2).is_file():
        try:
            pull_weights(MODELS_DIR, SMOLLM2)
        except ModelUnavailable as error:
            need(False, f"the embedded model's weights ({error})")
    return MODELS_DIR


@dataclass
class Visit:
    """An open page and all that it did."""

    page: Any
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    need(path is not None, "chromium (apt-get install chromium)")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        need(False, "playwright (pip install -e '.[dev]')")
    with sync_playwright() as playwright:  # a fresh profile in tmp each time
        browser = playwright.chromium.launch(executable_path=path, args=_CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Visit]]:
    """Opens an HTML text at a width, in light or dark."""
    contexts = []

    def open_page(html: str, width: int = 1200, scheme: str = "light") -> Visit:
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        seen = Visit(context.new_page())
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.on("console", lambda message: seen.messages.append(message.text))
        seen.page.on("pageerror", lambda error: seen.messages.append(str(error)))
        seen.page.on("dialog", lambda dialog: seen.messages.append("dialog"))
        seen.page.goto(path.as_uri())
        return seen

    yield open_page
    for context in contexts:
        context.close()
