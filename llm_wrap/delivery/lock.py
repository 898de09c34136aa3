"""One run at a time: a file lock that the system takes back when its holder dies, however it dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from llm_wrap.errors import OutboxError

_POLL_S = 0.05


@contextmanager
def only_run(folder: Path, *, wait_s: float = 0.0, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Holds the lock of the outbox in `folder`.

    Raises:
        OutboxError: another run still has it after `wait_s` seconds.
    """
    path = folder / "run.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise OutboxError(
            f"{path}: cannot be opened ({error.strerror}); state_dir in the settings names the folder"
        ) from error
    try:
        end = time.monotonic() + wait_s
        while not _try_lock(handle):
            if time.monotonic() >= end:
                raise OutboxError(
                    f"another run is under way (process {_holder(handle)}, {path}); --wait SECONDS waits for its end"
                )
            sleep(_POLL_S)
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)  # which gives the lock back


def _holder(handle: int) -> str:
    try:
        return os.read(handle, 20).decode("ascii", "replace").strip() or "?"
    except OSError:  # Windows does not let a locked file be read
        return "?"


def _try_lock(handle: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
