"""Files that are whole or not there, whatever happens while they are written."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[Path]:
    """Gives a new file beside `path` to be written; when the block has ended well, it takes the place of `path` in one rename.

    Where the block or the disk fails, `path` is as it was and nothing lies beside it. A file that is replaced hands on who
    may read it; a new one is for its owner alone if `private`, else as the system has it. A link stays one. OSError.
    """
    target = path.resolve() if path.is_symlink() else path
    part = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    mode = 0o600 if private else target.stat().st_mode & 0o777 if target.exists() else None
    try:
        # One that others may not read stays so while it is written.
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else 0o600))
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        if mode is not None:
            part.chmod(mode)
        os.replace(part, target)
    finally:
        with suppress(OSError):
            part.unlink()


def write_whole(data: bytes, path: Path, *, private: bool = False) -> None:
    """Puts `data` into `path` by `replacing` it, or into what cannot be replaced (/dev/stdout, a named pipe). OSError."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    with replacing(path, private=private) as part:
        part.write_bytes(data)
