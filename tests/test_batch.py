"""Many files: every file has its result, in order, whatever is in it."""

from __future__ import annotations

import json
import os
import signal
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


def test_no_wraps_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no wrap"):
        list_wraps(str(tmp_path))
    with pytest.raises(InputError, match="does not exist"):
        list_wraps(str(tmp_path / "missing"))
