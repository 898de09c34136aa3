"""The outbox's database: its tables, the way from each older version to this one, and what is done with one that is broken.

`PRAGMA user_version` counts the scripts of MIGRATIONS that a file has seen. A file of a newer version is refused, one that is
damaged is set aside: its successor knows since when nothing is known (`lost_at`), so that nothing is sent blindly again.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from llm_wrap.errors import OutboxError
from llm_wrap.files import write_whole

FILE = "outbox.sqlite3"
LAST_RUN = "last-run"  # beside it: when the last run ended, or "running"
BUSY_S = 30.0
CLOCK_DOUBT = timedelta(minutes=5)

# Never edit a script: add one. Times are ISO 8601 in UTC.
MIGRATIONS = (
    """
    CREATE TABLE wrap (                     -- each edition that was taken in: the archive
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,                  -- of the identity
        edition INTEGER NOT NULL,
        region TEXT, kind TEXT, session_date TEXT, text_hash TEXT,
        content_hash TEXT NOT NULL,         -- of what the parser found
        data_hash TEXT NOT NULL,            -- of the bytes
        name TEXT NOT NULL, origin TEXT NOT NULL, received TEXT NOT NULL, title TEXT,
        data BLOB,                          -- NULL when its retention is over
        planned INTEGER NOT NULL DEFAULT 0, -- its mails are in the outbox
        UNIQUE (key, edition), UNIQUE (key, content_hash)
    ) STRICT;
    CREATE INDEX wrap_data ON wrap (data_hash);
    CREATE TABLE seen (source_hash TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
    CREATE TABLE mail (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL,
        message_id TEXT NOT NULL UNIQUE, date TEXT NOT NULL, data BLOB NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('new', 'sending', 'sent', 'refused', 'unknown')),
        reason TEXT, attempts INTEGER NOT NULL DEFAULT 0, attempted TEXT, changed TEXT NOT NULL,
        owner TEXT                          -- the process that is at it
    ) STRICT;
    CREATE INDEX mail_state ON mail (state);
    CREATE TABLE carried (                  -- which mail brings which wrap to whom: one, ever
        wrap INTEGER NOT NULL REFERENCES wrap (id),
        recipient TEXT NOT NULL,
        mail INTEGER NOT NULL REFERENCES mail (id) ON DELETE CASCADE,
        part TEXT NOT NULL CHECK (part IN ('full', 'listed')),
        PRIMARY KEY (wrap, recipient)
    ) STRICT;
    CREATE INDEX carried_mail ON carried (mail);
    CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    """,
    """
    ALTER TABLE mail ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE run (id TEXT PRIMARY KEY, started TEXT NOT NULL, ended TEXT, report TEXT) STRICT;
    CREATE INDEX run_started ON run (started);
    """,
    """
    CREATE TABLE body (                     -- a mail's bytes, apart: what becomes of it is noted in one small write
        mail INTEGER PRIMARY KEY REFERENCES mail (id) ON DELETE CASCADE,
        data BLOB NOT NULL
    ) STRICT;
    INSERT INTO body (mail, data) SELECT id, data FROM mail;
    ALTER TABLE mail DROP COLUMN data;
    """,
    """
    ALTER TABLE seen ADD COLUMN refused TEXT; -- why it is no wrap, with its name; NULL for a wrap, or when its retention is over
    CREATE INDEX seen_refused ON seen (at) WHERE refused IS NOT NULL;
    """,
    """
    ALTER TABLE seen ADD COLUMN left_out TEXT; -- what of a mail that was taken is no wrap; NULL when its retention is over
    CREATE INDEX seen_left_out ON seen (at) WHERE left_out IS NOT NULL;
    """,
)
VERSION = len(MIGRATIONS)


def open_database(folder: Path, now: datetime, *, repair: bool) -> sqlite3.Connection:
    """The outbox in `folder`, made or brought to this version where need be; with `repair` a damaged one is set aside.

    Raises:
        OutboxError: the folder cannot be used, a newer llm-wrap wrote the file, or it is damaged and `repair` is off.
    """
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        database = _connect(path)
    except OSError as error:
        raise OutboxError(
            f"{path}: cannot be opened ({error.strerror}); state_dir in the settings names the folder"
        ) from error
    try:
        with explained(path):
            _check(database)
    except DamagedOutbox:
        database.close()
        if not repair:
            raise
        database = _start_anew(path, now)
    with explained(path):
        _migrate(database, path)
    return database


class DamagedOutbox(OutboxError):
    """The file is no sound database."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """sqlite3's errors as ours, each with what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise OutboxError(
                f"{path}: the disk is full; nothing is lost, make room and run again: what was not sent is sent then"
            ) from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise DamagedOutbox(f"{path}: the database is damaged ({error}); the next run sets it aside") from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise OutboxError(f"{path}: another program has it locked; run again when that is done") from error
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM):
            raise OutboxError(f"{path}: cannot be written ({error}); check the disk and its permissions") from error
        raise


def _connect(path: Path) -> sqlite3.Connection:
    with explained(path):
        database = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
        database.row_factory = sqlite3.Row
    return database


def _check(database: sqlite3.Connection) -> None:
    # FULL: with WAL only that makes a commit outlast a power cut. fullfsync is what macOS needs for the same.
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "fullfsync = ON",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        database.execute(f"PRAGMA {pragma}")
    verdict = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise DamagedOutbox(verdict)


def _start_anew(path: Path, now: datetime) -> sqlite3.Connection:
    aside = path.with_name(f"{path.name}.damaged-{now:%Y%m%dT%H%M%SZ}")
    for ending in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.replace(f"{path}{ending}", f"{aside}{ending}")
    database = _connect(path)
    with explained(path):
        _check(database)
        _migrate(database, path)
        lost_at = _last_end(path.parent) or now
        database.execute("INSERT INTO fact VALUES ('lost_at', ?), ('lost_to', ?)", (lost_at.isoformat(), str(aside)))
    return database


def note_run(folder: Path, words: str) -> None:
    """Keeps beside the database when the last run ended: should the database be lost, what came later was in no mail."""
    try:
        write_whole(words.encode("ascii"), folder / LAST_RUN)
    except OSError as error:
        raise OutboxError(f"{folder / LAST_RUN}: cannot be written ({error.strerror}); check the disk") from error


def _last_end(folder: Path) -> datetime | None:
    """A few minutes later than noted: the clocks of mail servers are not ours."""
    try:
        return datetime.fromisoformat((folder / LAST_RUN).read_text(encoding="ascii")) + CLOCK_DOUBT
    except (OSError, ValueError):
        return None


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    if database.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    database.execute("BEGIN IMMEDIATE")
    try:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise OutboxError(
                f"{path}: a newer llm-wrap wrote it (version {version}, this one knows {VERSION}); use that one"
            )
        for script in MIGRATIONS[version:]:
            for statement in _statements(script):
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """One by one: `executescript` would commit what is open."""
    lines = "\n".join(line.partition("--")[0] for line in script.splitlines())
    yield from (statement for statement in lines.split(";") if statement.strip())
