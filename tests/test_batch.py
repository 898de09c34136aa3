"""Many files: every file has its result, in order, whatever is in it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llm_wrap import batch
from llm_wrap.batch import parse_many, parse_one
from llm_wrap.errors import InputError
from llm_wrap.sources import list_wraps

WRAP = "Sep 12 ,2025\nMarkets:\nNikkei: 395.62 or +0.89% to 44768.12\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(40):
        (tmp_path / f"{number:02}.txt").write_text(WRAP, encoding="utf-8")
    (tmp_path / "17.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0")
    (tmp_path / "18.txt").write_text("Beat two eggs. Add flour.", encoding="utf-8")
    (tmp_path / ".hidden.txt").write_text(WRAP, encoding="utf-8")
    (tmp_path / "notes.log").write_text(WRAP, encoding="utf-8")
    return tmp_path


def test_a_folder_is_parsed_in_order_and_errors_are_data(folder: Path) -> None:
    names = list_wraps(str(folder))
    assert len(names) == 40
    results = list(parse_many(names, workers=2))
    assert [result["file"] for result in results] == list(names)
    errors = {Path(str(result["file"])).name: result["error"] for result in results if result["error"]}
    assert set(errors) == {"17.txt", "18.txt"}
    assert "binary" in str(errors["17.txt"])
    assert "no market wrap" in str(errors["18.txt"])
    assert all(json.dumps(result) for result in results)


def test_pool_and_single_process_agree(folder: Path) -> None:
    names = list_wraps(str(folder))
    assert list(parse_many(names, workers=2)) == list(parse_many(names, workers=1))


def _die_on_second(names: tuple[str, ...], limit: int) -> list[batch.Result]:
    if any(name.endswith("02.txt") for name in names):
        os.kill(os.getpid(), signal.SIGKILL)
    return [parse_one(name, limit=limit) for name in names]


def test_a_killed_worker_costs_one_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_parse_chunk", _die_on_second)
    names = [name for name in list_wraps(str(folder)) if not name.endswith(("17.txt", "18.txt"))]
    results = list(parse_many(names, workers=2))
    assert [result["file"] for result in results] == names
    assert [Path(str(result["file"])).name for result in results if result["error"]] == ["02.txt"]


def _workers_of(pid: int) -> list[bytes]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [line for child in children if b"spawn_main" in (line := Path(f"/proc/{child}/cmdline").read_bytes())]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc to see the workers start")
@pytest.mark.parametrize("when", ["as the workers start", "in the middle"])
def test_ctrl_c_ends_all_without_a_word_too_many(tmp_path: Path, when: str) -> None:
    for number in range(4_000):
        (tmp_path / f"{number:04}.txt").write_text(WRAP, encoding="utf-8")
    command = [sys.executable, "-m", "llm_wrap", "parse", str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, bufsize=1, start_new_session=True) as process:
        assert process.stdout
        assert process.stderr
        if when == "in the middle":
            assert json.loads(process.stdout.readline())["error"] is None
        else:
            deadline = time.monotonic() + 60
            while not _workers_of(process.pid) and time.monotonic() < deadline:
                time.sleep(0.005)
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to every process of the command
        lines = process.stdout.read()
        assert process.stderr.read().strip() == "llm-wrap: stopped"
        assert process.wait() == 130
    assert len([json.loads(line) for line in lines.splitlines()]) < 3_900


def test_no_wraps_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no wrap"):
        list_wraps(str(tmp_path))
    with pytest.raises(InputError, match="does not exist"):
        list_wraps(str(tmp_path / "missing"))
