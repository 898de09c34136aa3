"""The wraps in a folder, or that patterns name. Out: the paths of the files that may be wraps, sorted."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from llm_wrap.errors import InputError

SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".eml", ".pdf"})


def list_wraps(folder: str, *, may_be_empty: bool = False) -> tuple[str, ...]:
    """The files of `folder` and of the folders in it that have a wrap's suffix; hidden ones are left out.

    Raises:
        InputError: it is missing, is no folder, or holds no such file where it may not be empty.
    """
    root = Path(folder)
    if not root.exists():
        raise InputError(f"{folder} does not exist: check the path.")
    if not root.is_dir():
        raise InputError(f"{folder} is a file, not a folder: name the folder that holds the wraps.")
    found = sorted(
        str(path)
        for path in root.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
        and path.is_file()
    )
    if not found and not may_be_empty:
        raise InputError(f"{folder} holds no wrap: its files must end in {', '.join(sorted(SUFFIXES))}.")
    return tuple(found)


def find_wraps(named: Sequence[str]) -> list[tuple[str, str]]:
    """The wraps that folders, files and patterns (`2025-*.txt`, `**/*.eml`) name: each file once, with its name inside the
    folder that was given.

    Raises:
        InputError: one of them names nothing.
    """
    found: dict[Path, tuple[str, str]] = {}
    for name in named:
        path = Path(name)
        if path.is_dir():
            files = [(file, Path(file).relative_to(path).as_posix()) for file in list_wraps(name)]
        elif path.exists():
            files = [(name, path.name)]
        else:
            matches = sorted(match for match in glob.glob(name, recursive=True) if Path(match).is_file())
            files = [(match, Path(match).name) for match in matches]
        if not files:
            raise InputError(f"{name} does not exist, and no file matches it: check the path.")
        for file, inside in files:
            found.setdefault(Path(file).resolve(), (file, inside))
    return list(found.values())
