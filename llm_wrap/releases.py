"""What wraps expected of economic releases, and what they printed: kept between runs. In: a wrap's reading. Out: earlier ones.

One row a wrap (session date, region, kind) with its expectations and its prints, so that the same wrap read again writes
the same row, and the order in which wraps are read does not matter. SQLite, because two runs may write at once. A file
that is none is set aside, and trouble of any kind is said and stops no brief.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from llm_wrap.models import EconomicPrint, Expectation, MarketWrap
from llm_wrap.models.plain import Record, from_plain, to_plain

FILE = "releases.sqlite3"
_KEPT_FOR = timedelta(days=120)  # before the session that is read
_PATIENCE_S = 30.0  # that a run waits for another's write
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS wraps (session TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, "
    "expectations TEXT NOT NULL, prints TEXT NOT NULL, PRIMARY KEY (session, region, kind))"
)


class BookRow(NamedTuple):
    """What the book has of a wrap: its session date, and its expectations and prints as JSON. Nobody has checked it."""

    session: str
    expectations: str
    prints: str


class ReleaseBook:
    """The file in the state folder. `trouble` is what went wrong with it, in words, or None."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.trouble: str | None = None

    def rows_before(self, session: date) -> tuple[BookRow, ...]:
        """What is written of wraps before `session`, the oldest first, as it is written."""
        rows = self._read(
            "SELECT session, expectations, prints FROM wraps WHERE session < ? AND session >= ? ORDER BY session, region, kind",
            (session.isoformat(), (session - _KEPT_FOR).isoformat()),
        )
        return tuple(BookRow(*row) for row in rows)

    def read(self, rows: Iterable[BookRow]) -> tuple[Expectation, ...]:
        """What the wraps of these rows expected, each with the earliest print of a later one that met it."""
        try:
            wraps = [
                (
                    date.fromisoformat(row.session),
                    _load(Expectation, row.expectations),
                    _load(EconomicPrint, row.prints),
                )
                for row in rows
            ]
        except (ValueError, TypeError):
            self._set_aside("holds what llm-wrap did not write")
            return ()
        return tuple(
            _meet_first(one, ((other, prints) for other, _, prints in wraps if other > day))
            for day, expected, _ in wraps
            for one in expected
        )

    def keep(self, wrap: MarketWrap, expectations: Iterable[Expectation]) -> None:
        """Writes the wrap's row; the same wrap gives the same row. A wrap without a date is not kept."""
        if wrap.session_date is None:
            return
        own = [
            replace(one, actual=None, surprise=None, met_on=None)
            for one in expectations
            if one.stated_on == wrap.session_date
        ]
        row = (
            wrap.session_date.isoformat(),
            wrap.region or "",
            wrap.kind or "",
            json.dumps([to_plain(one) for one in own]),
            json.dumps([to_plain(one) for one in wrap.economic]),
        )
        self._write(row)

    def _read(self, query: str, values: tuple[str, ...]) -> list[tuple[str, str, str]]:
        if not self.path.is_file():
            return []
        try:
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE_S)) as base:
                # Another run may have made the file and not yet the table.
                made = base.execute("SELECT count(*) FROM sqlite_master WHERE name = 'wraps'").fetchone()
                return base.execute(query, values).fetchall() if made[0] else []
        except sqlite3.OperationalError as error:
            self.trouble = f"{self.path}: {error}"
        except sqlite3.DatabaseError as error:
            self._set_aside(str(error))
        return []

    def _write(self, row: tuple[str, ...]) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE_S, isolation_level=None)) as base:
                base.execute("BEGIN IMMEDIATE")  # waits for another run; a deferred one would give up at once
                base.execute(_SCHEMA)
                known = base.execute(
                    "SELECT * FROM wraps WHERE session = ? AND region = ? AND kind = ?", row[:3]
                ).fetchone()
                if known != row:
                    base.execute("INSERT OR REPLACE INTO wraps VALUES (?, ?, ?, ?, ?)", row)
                base.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            self.trouble = f"{self.path}: {error}"

    def _set_aside(self, why: str) -> None:
        """Moves the file out of the way, so that the next run starts a new one and a person can look at this one."""
        number = 1
        while (aside := self.path.with_name(f"{FILE}.bad-{number}")).exists():
            number += 1
        try:
            self.path.rename(aside)
            self.trouble = f"{self.path} ({why}) was set aside as {aside.name}"
        except OSError as error:
            self.trouble = f"{self.path}: {error}"


def _meet_first(one: Expectation, later: Iterable[tuple[date, tuple[EconomicPrint, ...]]]) -> Expectation:
    from llm_wrap.reading.prints import meet_expectation  # compiles much: not where nothing was written before

    for day, prints in later:
        met = meet_expectation(one, prints, day)
        if met.actual is not None:
            return met
    return one


def _load(kind: type[Record], text: str) -> tuple[Record, ...]:
    return tuple(from_plain(kind, one) for one in json.loads(text))
