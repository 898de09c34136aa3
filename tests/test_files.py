"""A file is whole or as it was, and who may read it does not change."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from llm_wrap.files import replacing, write_whole


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _stop_half_way(target: Path) -> None:
    with replacing(target) as part:
        part.write_bytes(b"half")
        raise KeyboardInterrupt


@pytest.mark.parametrize("before", [None, b"old"])
def test_where_writing_is_stopped_all_is_as_it_was(tmp_path: Path, before: bytes | None) -> None:
    target = tmp_path / "brief.json"
    if before is not None:
        target.write_bytes(before)
    with pytest.raises(KeyboardInterrupt):
        _stop_half_way(target)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == ({"brief.json": before} if before else {})


def test_where_the_disk_is_full_all_is_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "brief.json"
    target.write_bytes(b"old")
    code = (
        "import sys; from pathlib import Path; from llm_wrap.files import write_whole\n"
        "try: write_whole(b'x' * 50_000, Path(sys.argv[1]))\n"
        "except OSError as error: print(error.strerror)"
    )

    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        [sys.executable, "-c", code, str(target)], capture_output=True, text=True, preexec_fn=small_disk, check=True
    )
    assert done.stdout == "File too large\n"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"brief.json": b"old"}


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o664])
def test_a_replaced_file_is_read_by_the_same_people(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "brief.json"
    target.write_bytes(b"old")
    target.chmod(mode)
    with replacing(target) as part:
        assert _mode(part) == 0o600, "while it is written nobody else reads it"
        part.write_bytes(b"new")
    assert (target.read_bytes(), _mode(target)) == (b"new", mode)


def test_a_new_file_is_as_the_system_has_it_or_private(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(b"1", tmp_path / "open")
        write_whole(b"2", tmp_path / "private", private=True)
    finally:
        os.umask(before)
    assert (_mode(tmp_path / "open"), _mode(tmp_path / "private")) == (0o640, 0o600)


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    link = tmp_path / "latest.html"
    link.symlink_to(tmp_path / "kept" / "today.html")
    write_whole(b"page", link)
    assert link.is_symlink()
    assert (tmp_path / "kept" / "today.html").read_bytes() == b"page"


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_whole(b"brief", pipe)
    reader.join(10)
    assert read == [b"brief"]
    assert pipe.is_fifo()
