"""What wraps expected of economic releases, and what they printed: kept between runs. In: a wrap's reading. Out: earlier ones.

One row a wrap (session date, region, kind) with its expectations and its prints, so that the same wrap read again writes
the same row, and the order in which wraps are read does not matter. SQLite, because two runs may write at once. A file
that is none is set aside, and trouble of any kind is said and stops no brief.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from llm_wrap.models import EconomicPrint, Expectation, MarketWrap, Place
from llm_wrap.reading.prints import meet_expectation

FILE = "releases.sqlite3"
_KEPT_FOR = timedelta(days=120)  # before the session that is read
_PATIENCE_S = 30.0  # that a run waits for another's write
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS wraps (session TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, "
    "expectations TEXT NOT NULL, prints TEXT NOT NULL, PRIMARY KEY (session, region, kind))"
)


class ReleaseBook:
    """The file in the state folder. `trouble` is what went wrong with it, in words, or None."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.trouble: str | None = None

    def recall(self, session: date) -> tuple[Expectation, ...]:
        """What wraps before `session` expected, each with the earliest print between it and `session` that met it."""
        rows = self._read(
            "SELECT session, expectations, prints FROM wraps WHERE session < ? AND session >= ? ORDER BY session",
            (session.isoformat(), (session - _KEPT_FOR).isoformat()),
        )
        try:
            wraps = [
                (date.fromisoformat(day), _load(Expectation, told), _load(EconomicPrint, out))
                for day, told, out in rows
            ]
        except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
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
            json.dumps([_plain(one) for one in own]),
            json.dumps([_plain(one) for one in wrap.economic]),
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
    for day, prints in later:
        met = meet_expectation(one, prints, day)
        if met.actual is not None:
            return met
    return one


def _plain(record: object) -> object:
    if isinstance(record, Decimal):
        return format(record, "f")
    if isinstance(record, date):
        return record.isoformat()
    if isinstance(record, Expectation | EconomicPrint | Place):
        return {field.name: _plain(getattr(record, field.name)) for field in fields(record)}
    return record


def _load(kind: type[Any], text: str) -> tuple[Any, ...]:
    return tuple(kind(**dict(_revive(kind, one))) for one in json.loads(text))


def _revive(kind: type[Any], values: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    types = {field.name: str(field.type) for field in fields(kind)}
    for name, value in values.items():
        if value is not None and types[name].startswith("Decimal"):
            value = Decimal(value)
        elif value is not None and types[name].startswith("date"):
            value = date.fromisoformat(value)
        elif types[name] == "Place":
            value = Place(**value)
        yield name, value
