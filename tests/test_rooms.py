"""The rooms and the order of their imports, and that a warm brief imports nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import llm_wrap
from llm_wrap.daybook import CODE
from llm_wrap.pipeline import make_brief, read_wrap
from tests.conftest import SAMPLE
from tests.fake_openai import FakeOpenAI

PACKAGE = Path(llm_wrap.__file__).parent

# What each room may import of ours. A room that is not listed may not exist.
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": {"cli"},
    "models": set(),
    "errors": set(),
    "files": set(),
    "sources": {"models", "errors"},
    "parsing": {"models", "errors"},
    "llm": {"models", "errors", "files"},
    "cache": {"models", "errors"},
    "labelling": {"models", "errors", "llm", "cache"},
    "listings": {"errors"},
    "summary": {"models", "errors", "llm", "cache", "labelling", "parsing", "listings"},
    "reading": {"models", "errors", "parsing", "listings"},  # what it may import decides it: `daybook.CODE`
    "brief": {"models", "errors", "sources", "parsing", "summary", "reading", "labelling"},
    "evaluation": {"models", "errors", "parsing", "labelling", "summary", "reading"},
    "training": {"models", "errors", "files", "parsing", "labelling", "llm", "evaluation"},
    "delivery": {"models", "errors", "files", "sources", "brief", "mail_settings", "mail_address"},
    "mail_settings": {"errors", "mail_address"},
    "mail_address": {"errors"},
    "config": {"models", "errors", "mail_settings"},
    "access": {"models", "errors", "files", "config"},
    "series": {"models", "errors", "config", "cache", "labelling", "desk", "pipeline", "reporter"},
    "plan": {"models", "errors", "config", "cache", "labelling", "llm", "pipeline", "summary", "choice", "reporter"},
    "prediction": {"models", "errors", "cache", "config", "evaluation", "labelling", "choice", "desk", "reporter"},
    "releases": {"models", "reading"},
    "daybook": {"models", "errors", "config", "cache", "listings", "reading", "releases"},
    "attachments": {"models", "errors", "sources", "parsing", "delivery"},
    "batch": {"models", "errors", "sources", "parsing", "brief", "attachments"},
    "reporter": {"models"},
    "choice": {"llm", "cache", "labelling", "config", "access", "reporter"},
    "desk": {"models", "errors", "llm", "cache", "labelling", "summary", "config", "access", "choice", "reporter"},
    "morning": {
        "models",
        "errors",
        "sources",
        "parsing",
        "brief",
        "delivery",
        "config",
        "mail_settings",
        "access",
        "attachments",
        "daybook",
        "pipeline",
        "reporter",
    },
    "pipeline": {
        "models",
        "errors",
        "sources",
        "parsing",
        "llm",
        "cache",
        "labelling",
        "summary",
        "brief",
        "config",
        "access",
        "attachments",
        "desk",
        "daybook",
        "reporter",
    },
}
HEAVY = (
    "llm_wrap.reading",
    "llm_wrap.models.delivery",
    "openai",
    "instructor",
    "xllamacpp",
    "tiktoken",
    "pydantic",
    "jinja2",
    "asyncio",
    "httpx2",
    "torch",
    "selectolax",
)


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_imports_run_one_way() -> None:
    files = sorted(PACKAGE.rglob("*.py"))
    assert len(files) > 30
    wrong = []
    for path in files:
        room = _room(path)
        allowed = MAY_IMPORT.get(room, set(MAY_IMPORT)) if room != "cli" else set(MAY_IMPORT)
        assert room in MAY_IMPORT or room == "cli", f"{room} is a new room: say above what it may import"
        for name in _imports(path):
            if name.startswith("llm_wrap."):
                other = name.split(".")[1]
                if other != room and other not in allowed and other != "__version__":
                    wrong.append(f"{path.relative_to(PACKAGE)} imports {other}")
    assert wrong == []


def test_only_the_llm_room_knows_the_model_libraries() -> None:
    libraries = {"openai", "instructor", "xllamacpp", "tiktoken", "genai_prices"}
    wrong = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        if _room(path) not in ("llm", "training")
        for name in _imports(path)
        if name.split(".")[0] in libraries
    ]
    assert wrong == []


def test_a_kept_reading_is_of_all_the_code_that_can_decide_it() -> None:
    assert {*CODE} == {"reading", *MAY_IMPORT["reading"]} - {"errors"}
    for room in CODE:
        assert [path for path in (PACKAGE / room).glob("*/*") if path.suffix != ".pyc"] == [], (
            "no folders in these rooms"
        )


@pytest.mark.parametrize("summaries", ["extractive", "abstractive"])
def test_a_warm_brief_imports_nothing_heavy(fake_openai: FakeOpenAI, summaries: str) -> None:
    from llm_wrap.config import load_settings, override

    settings = override(load_settings(None, {}), model="m", base_url=fake_openai.url, summaries=summaries)
    make_brief(read_wrap(str(SAMPLE), settings), settings, {})
    asked = len(fake_openai.requests)
    assert asked
    program = (
        "import sys; from llm_wrap.cli import main\n"
        f"sys.argv = ['llm-wrap', 'brief', {str(SAMPLE)!r}, '--model', 'm', '--base-url', {fake_openai.url!r}, "
        f"'--summaries', {summaries!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    code = end.code\n"
        f"print(code, [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stderr.strip() == "0 []"
    assert len(fake_openai.requests) == asked
