"""One run at a time, and who has it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from llm_wrap.delivery.lock import only_run
from llm_wrap.errors import OutboxError


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody read a locked file")
def test_a_second_run_is_told_who_has_it(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with only_run(folder):
        path = folder / "run.lock"
        assert folder.stat().st_mode & 0o777 == 0o700
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.read_text() == f"{os.getpid()}\n"
        with pytest.raises(OutboxError) as raised, only_run(folder):
            pass
        assert str(raised.value) == (
            f"another run is under way (process {os.getpid()}, {path}); --wait SECONDS waits for its end"
        )
        path.write_bytes(b"\xff\xfe")
        with (
            pytest.raises(OutboxError, match="process \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER},"),
            only_run(folder),
        ):
            pass
        path.write_bytes(b"")
        with pytest.raises(OutboxError, match=r"process \?,"), only_run(folder):
            pass
    with only_run(folder):
        assert path.read_text() == f"{os.getpid()}\n", "what a longer number left is gone"


def test_a_run_that_waits_gets_it_as_soon_as_it_is_free(tmp_path: Path) -> None:
    first = only_run(tmp_path)
    first.__enter__()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            first.__exit__(None, None, None)

    with only_run(tmp_path, wait_s=60, sleep=sleep):
        assert slept == [0.05] * 3
    with only_run(tmp_path):
        pass


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "state"
    with pytest.raises(OutboxError) as raised, only_run(folder):
        pass
    assert str(raised.value) == (
        f"{folder / 'run.lock'}: cannot be opened (Not a directory); state_dir in the settings names the folder"
    )
