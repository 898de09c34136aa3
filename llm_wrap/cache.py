"""Answers of models, and readings of wraps, on disk: text in, text out, safe against a row that somebody planted.

diskcache unpickles what it reads (CVE-2025-69872). `TextDisk` stores text only and refuses every other kind of row and
every row that points to a file, so a planted row is a miss. A cache never stops a run: where it is broken or cannot be
opened, it is set aside or done without, and `AnswerCache.trouble` says so in one line.

Processes that want the same answer take turns by `claim`: a row that names its owner. diskcache's own `Lock` would do, but
for two things: after a kill -9 it holds until it expires, where a claim is void as soon as its owner is gone; and it is
released by whoever comes, where a claim is released by its owner only.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diskcache
from diskcache.core import MODE_RAW

from llm_wrap.errors import SettingsError

_NO_FILES = 1 << 40  # bytes from which diskcache would put a value into a file of its own: never
_SIZE_LIMIT = 256 << 20  # bytes; an answer has about 1 KB and a reading 10, so that is years of wraps
_MACHINE = os.uname().nodename if os.name == "posix" else ""
_CORRUPT = (sqlite3.DatabaseError, diskcache.Timeout, OSError)


class _RefusedRow(ValueError):
    """A row that this program cannot have written."""


class TextDisk(diskcache.Disk):  # type: ignore[misc]
    """Keys and values are text in the row itself. Nothing is pickled, nothing is unpickled, no file is followed."""

    def put(self, key: object) -> tuple[str, bool]:
        if type(key) is not str:
            raise TypeError("a cache key is text")
        return key, True

    def get(self, key: object, raw: object) -> str:
        if not raw or type(key) is not str:
            raise _RefusedRow("a key that is not text")
        return key

    def store(self, value: object, read: bool, key: object = None) -> tuple[int, int, None, str]:
        if type(value) is not str or read:
            raise TypeError("a cache value is text")
        return len(value), MODE_RAW, None, value

    def fetch(self, mode: int, filename: object, value: object, read: bool) -> str:
        if mode != MODE_RAW or filename is not None or type(value) is not str or read:
            raise _RefusedRow("a value that is not text in its row")
        return value

    def remove(self, file_path: str) -> None:
        """Nothing is ever in a file, so a row that names one (`../../notes.txt`) must not get it deleted."""


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What `llm-wrap cache stats` shows. `size` in bytes on disk."""

    folder: Path
    entries: int
    size: int


@dataclass(frozen=True, slots=True)
class CacheCheck:
    """What `llm-wrap cache verify` shows: rows that hold an entry under its key, and rows that cannot be ours."""

    sound: int
    unsound: int


def cache_key(parts: Mapping[str, Any]) -> str:
    """The SHA-256 of everything that the model sees, in canonical JSON: 64 hex digits.

    >>> cache_key({"b": 1, "a": "x"}) == cache_key({"a": "x", "b": 1})
    True
    """
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode("utf-8")).hexdigest()


class AnswerCache:
    """Validated answers, and readings, by key. `folder=None` is a cache that keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.trouble: str | None = None
        self._cache: diskcache.Cache | None = None
        if folder is not None:
            self._cache = self._open(folder)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of a brief must know about the cache: its trouble, where it has any."""
        return (f"The answer cache had a problem: {self.trouble}.",) if self.trouble else ()

    def get(self, key: str) -> str | None:
        """The text under `key`; None on a miss, on a row that was not written by us, and on a broken cache."""
        if self._cache is None:
            return None
        try:
            value = self._cache.get(key)
        except _RefusedRow as refusal:
            self.trouble = f"{self.folder}: ignored a planted row in the answer cache ({refusal})"
            return None
        except _CORRUPT as error:
            self._set_aside(error)
            return None
        return value if isinstance(value, str) else None

    def put(self, key: str, value: str) -> None:
        """Keeps `value`; a cache that cannot be written is noted in `trouble` and otherwise ignored."""
        if self._cache is None:
            return
        try:
            self._cache.set(key, value)
        except _CORRUPT as error:
            self._set_aside(error)

    def claim(self, key: str, seconds: float) -> bool:
        """Whether it is our turn to find the answer to `key`; else somebody else is at it, for `seconds` at most from when
        they began. A claim is a courtesy that saves a call: where there is no cache, it is always granted."""
        if self._cache is None:
            return True
        row = _claim_key(key)
        try:
            if self._cache.add(row, self._owner(), expire=seconds):
                return True
            with self._cache.transact():  # nobody else may take over between the look and the change
                if not _is_gone(self._cache.get(row)):
                    return False
                self._cache.set(row, self._owner(), expire=seconds)
                return True
        except _RefusedRow as refusal:
            self.trouble = f"{self.folder}: ignored a planted row in the answer cache ({refusal})"
        except _CORRUPT as error:
            self._set_aside(error)
        return True

    def release(self, key: str) -> None:
        """Ends our claim on `key`; one that was taken over is left alone."""
        if self._cache is None:
            return
        row = _claim_key(key)
        try:
            with self._cache.transact():
                if self._cache.get(row) == self._owner():
                    self._cache.delete(row)
        except _RefusedRow:
            pass  # not ours
        except _CORRUPT as error:
            self._set_aside(error)

    def clear(self) -> int:
        """Removes every entry and gives back how many there were."""
        if self._cache is None:
            return 0
        try:
            entries = len(self._cache)
            self._cache.clear()
        except _CORRUPT as error:
            self._set_aside(error)
            return 0
        return entries

    def stats(self) -> CacheStats:
        if self._cache is None or self.folder is None:
            raise SettingsError(self.trouble or "there is no answer cache: cache_dir is empty in the settings")
        try:
            return CacheStats(self.folder, len(self._cache), int(self._cache.volume()))
        except _CORRUPT as error:
            self._set_aside(error)
            return CacheStats(self.folder, 0, 0)

    def verify(self) -> CacheCheck:
        """Reads every row as it stands, unpickling nothing: a SHA-256 as the key, JSON text in the row, no file."""
        if self.folder is None or self._cache is None:
            return CacheCheck(0, 0)
        sound = unsound = 0
        try:
            with closing(sqlite3.connect(self.folder / "cache.db", timeout=10)) as database:
                (state,) = database.execute("PRAGMA quick_check(1)").fetchone()
                if state != "ok":
                    raise sqlite3.DatabaseError(f"malformed: {state}")
                for row in database.execute("SELECT key, raw, mode, filename, value FROM Cache"):
                    sound, unsound = (sound + 1, unsound) if _is_ours(*row) else (sound, unsound + 1)
        except _CORRUPT as error:
            self._set_aside(error)
        return CacheCheck(sound, unsound)

    def close(self) -> None:
        if self._cache is not None:
            with suppress(*_CORRUPT):
                self._cache.close()
            self._cache = None

    def _owner(self) -> str:
        return json.dumps([_MACHINE, os.getpid(), id(self)])

    def _open(self, folder: Path) -> diskcache.Cache | None:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _make_private(folder)
            return _open_checked(folder)
        except _RefusedRow as refusal:
            return self._rebuild(folder, refusal)
        except (sqlite3.DatabaseError, diskcache.Timeout) as error:
            return self._rebuild(folder, error)
        except OSError as error:
            self.trouble = f"{folder}: running without the answer cache ({error.strerror or error})"
            return None

    def _set_aside(self, error: Exception) -> None:
        self.close()
        if self.folder is None:
            return
        if isinstance(error, (sqlite3.OperationalError, diskcache.Timeout, OSError)) and not _is_corrupt(error):
            self.trouble = f"{self.folder}: running without the answer cache ({error})"
        else:
            self._cache = self._rebuild(self.folder, error)

    def _rebuild(self, folder: Path, error: Exception) -> diskcache.Cache | None:
        """Moves the broken database next to the cache folder, for whoever wants to look at it, and starts anew."""
        aside = folder.with_name(f"{folder.name}.broken-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}")
        try:
            folder.rename(aside)
            folder.mkdir(mode=0o700)
            fresh = _open_checked(folder)
        except (*_CORRUPT, _RefusedRow) as second:
            self.trouble = f"{folder}: running without the answer cache ({second})"
            return None
        self.trouble = (
            f"{folder}: the answer cache was broken ({error}); started a new one, the old one is {aside.name}"
        )
        return fresh


@contextmanager
def open_cache(folder: Path | None) -> Iterator[AnswerCache]:
    """An `AnswerCache` that is closed at the end."""
    cache = AnswerCache(folder)
    try:
        yield cache
    finally:
        cache.close()


def _open_checked(folder: Path) -> diskcache.Cache:
    # Every setting is given, so that none is taken from the Settings table of the file, which others may have written.
    return diskcache.Cache(
        str(folder),
        timeout=10,
        disk=TextDisk,
        disk_min_file_size=_NO_FILES,
        disk_pickle_protocol=0,
        eviction_policy="least-recently-stored",
        size_limit=_SIZE_LIMIT,
        cull_limit=10,
        statistics=0,
        tag_index=0,
        sqlite_auto_vacuum=1,
        sqlite_cache_size=2048,
        sqlite_journal_mode="wal",
        sqlite_mmap_size=0,
        sqlite_synchronous=0,  # a killed process loses nothing; after a power cut a broken file is set aside
    )


def _make_private(folder: Path) -> None:
    mode = stat.S_IMODE(folder.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        folder.chmod(0o700)


def _is_ours(key: object, raw: object, mode: object, filename: object, value: object) -> bool:
    if not (type(key) is str and len(key) == 64 and raw == 1 and mode == MODE_RAW and filename is None):
        return False
    if type(value) is not str:
        return False
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True


def _claim_key(key: str) -> str:
    return cache_key({"claim": key})


def _is_gone(owner: str | None) -> bool:
    """Whether the claim's owner has let go of it, or was a process on this machine that is no more."""
    try:
        machine, process, _ = json.loads(owner or "null")
        if machine != _MACHINE or os.name != "posix":  # elsewhere only its time can end it
            return False
        os.kill(process, 0)
    except (ValueError, TypeError, OverflowError, ProcessLookupError):
        return True
    except OSError:
        pass  # another user's, and alive
    return False


def _is_corrupt(error: Exception) -> bool:
    text = str(error).lower()
    return any(
        sign in text for sign in ("malformed", "not a database", "no such table", "no such column", "disk image")
    )
