"""The prompt files are found in a checkout, in an editable install and in an installed wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from llm_wrap.llm.adapter import shipped_adapter
from tests.conftest import ROOT, need

ASK = (
    "from llm_wrap.labelling.prompts import load_prompt, prompts_folder; from llm_wrap.labelling.themes import load_themes;"
    "print(load_prompt('label_item_trained').digest, len(load_themes().names), prompts_folder())"
)


def _ask(python: str, cwd: Path, **env: str) -> tuple[str, str, Path]:
    result = subprocess.run(
        [python, "-c", ASK], cwd=cwd, capture_output=True, text=True, check=True, env={**os.environ, **env}
    )
    digest, themes, folder = result.stdout.split()
    return digest, themes, Path(folder)


@pytest.fixture(scope="module")
def in_checkout(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, Path]:
    return _ask(sys.executable, tmp_path_factory.mktemp("cwd"), PYTHONPATH=str(ROOT))


def test_in_a_checkout(in_checkout: tuple[str, str, Path]) -> None:
    assert in_checkout[1:] == ("9", ROOT / "prompts")


def test_a_checkout_that_turns_line_ends_leaves_the_prompts_alone() -> None:
    """As Git for Windows does it by default; a prompt with other line ends is no prompt."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout")
    archive = subprocess.run(
        ["git", "-c", "core.autocrlf=true", "archive", "--format=zip", "HEAD", "prompts"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    files = zipfile.ZipFile(BytesIO(archive.stdout))
    assert [name for name in files.namelist() if b"\r" in files.read(name)] == []


@pytest.mark.parametrize("editable", [True, False])
def test_in_an_install(editable: bool, tmp_path: Path, in_checkout: tuple[str, str, Path]) -> None:
    """Both from the same sources with the build backend that pyproject.toml names; our own files only, no dependencies."""
    venv.create(tmp_path / "venv", with_pip=True, symlinks=os.name != "nt")
    python = str(tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    source = [*(["--editable"] if editable else []), str(ROOT)]
    install = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", *source], capture_output=True, text=True
    )
    if install.returncode != 0 and "hatchling" in install.stderr:
        need(False, "hatchling from a package index, to build the wheel")
    assert install.returncode == 0, install.stderr
    digest, themes, folder = _ask(python, tmp_path, PYTHONPATH="")
    assert (digest, themes) == in_checkout[:2]
    assert (folder == ROOT / "prompts") is editable
    assert ("site-packages" in str(folder)) is not editable


def test_the_wheel_holds_what_a_run_needs_and_no_tests(tmp_path: Path) -> None:
    build = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
    )
    if build.returncode != 0 and "hatchling" in build.stderr:
        need(False, "hatchling from a package index, to build the wheel")
    assert build.returncode == 0, build.stderr
    (wheel,) = tmp_path.glob("llm_wrap_brief-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "py.typed",
        "prompts/themes.toml",
        "prompts/label_item.md",
        f"llm/adapters/{shipped_adapter().path.name}",
    ):
        assert f"llm_wrap/{needed}" in names
    assert [name for name in names if name.endswith((".html", ".html.j2", ".jinja"))], "the page's template"
    assert not [name for name in names if name.startswith(("tests/", "evals/"))]
