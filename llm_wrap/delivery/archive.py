"""What came, what was handled, and how the runs went: the part of the outbox's file that no mail server has a say in.

    wrap found ──take──► archived, an edition of its own ──► `unplanned` until its mails are in the outbox
    no wrap ──refuse──► passed over from then on, unless somebody asks to look at it again

Each call is one transaction, durable when it returns (`schema` says how), or undone as a whole.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Self

from llm_wrap.delivery.schema import FILE, explained, note_run, open_database
from llm_wrap.models.delivery import Edition, FoundWrap, RunReport, WrapIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWrap:
    """An edition in the archive. `data` is None when its retention is over; `planned`: its mails are in the outbox."""

    id: int
    edition: Edition
    title: str | None
    planned: bool
    data: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What came and does not read as a wrap. `reason`: one line, with its name; `at`: when it was last looked at."""

    at: datetime
    reason: str


class Archive:
    """The open file, as far as wraps and runs go. Methods raise OutboxError where it cannot be read or written."""

    def __init__(self, folder: Path, now: datetime, *, repair: bool = False) -> None:
        self.path = folder / FILE
        self._database = open_database(folder, now, repair=repair)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    # ---- wraps

    def is_seen(self, source_id: str) -> bool:
        """Whether this very thing of a source was handled: taken, or refused."""
        return bool(self._rows("SELECT 1 FROM seen WHERE source_hash = ?", _digest(source_id)))

    def is_taken(self, source_id: str) -> bool:
        """Whether this very thing of a source was taken as a wrap, new or known."""
        return bool(self._rows("SELECT 1 FROM seen WHERE source_hash = ? AND refused IS NULL", _digest(source_id)))

    def refuse(self, source_id: str, reason: str, now: datetime) -> None:
        """It is no wrap, as far as this llm-wrap can read it."""
        with self._change() as database:
            _see(database, source_id, now, reason)

    def leave_out(
        self, source_id: str, parts: Iterable[str], refused: str | None, left_out: str | None, now: datetime
    ) -> None:
        """A mail's wraps were taken, and these parts (SHA-256 in hex) were not.

        `refused`: of those that may be wraps; the mail is then looked at again where somebody asks for that. `left_out`: of the
        others. None where there are none, or where they were told of before.
        """
        with self._change() as database:
            for part in parts:
                _see(database, _part_id(part), now)
            _see(database, source_id, now, refused, left_out)

    def is_left_out(self, part: str) -> bool:
        """Whether a part with this SHA-256 was left out of a mail before."""
        return self.is_seen(_part_id(part))

    def left_out(self, since: datetime) -> tuple[Refusal, ...]:
        """What was no wrap in mails that were taken from `since` on, oldest first."""
        return self._told("left_out", since)

    def refusals(self, since: datetime) -> tuple[Refusal, ...]:
        """What was refused from `since` on, oldest first."""
        return self._told("refused", since)

    def take(
        self, found: FoundWrap, identity: WrapIdentity, content_hash: str, title: str | None, now: datetime
    ) -> Edition | None:
        """Archives the wrap and gives its edition back; None where this text of it is known, from whatever source."""
        data_hash = sha256(found.data).hexdigest()
        with self._change() as database:
            known = database.execute(
                "SELECT 1 FROM wrap WHERE data_hash = ? OR (key = ? AND content_hash = ?)",
                (data_hash, identity.key, content_hash),
            ).fetchone()
            _see(database, found.source_id, now)
            if known:
                return None
            (number,) = database.execute(
                "SELECT coalesce(max(edition), 0) + 1 FROM wrap WHERE key = ?", (identity.key,)
            ).fetchone()
            database.execute(
                "INSERT INTO wrap (key, edition, region, kind, session_date, text_hash, content_hash, data_hash, name, "
                "origin, received, title, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    identity.key,
                    number,
                    identity.region,
                    identity.kind,
                    identity.session_date.isoformat() if identity.session_date else None,
                    identity.text_hash,
                    content_hash,
                    data_hash,
                    found.name,
                    found.origin,
                    stamp(found.received),
                    title,
                    found.data,
                ),
            )
        return Edition(
            identity=identity,
            number=number,
            content_hash=content_hash,
            name=found.name,
            origin=found.origin,
            received=found.received,
        )

    def unplanned(self) -> tuple[StoredWrap, ...]:
        """Wraps whose mails are still to be made, oldest session first, with their bytes."""
        rows = self._rows(
            "SELECT * FROM wrap WHERE NOT planned ORDER BY coalesce(session_date, received), received, id"
        )
        return tuple(stored_wrap(row) for row in rows)

    def archived(self, day: date | None = None) -> tuple[StoredWrap, ...]:
        """The archive, newest session first; of one session date only where `day` is given."""
        rows = self._rows(
            "SELECT * FROM wrap WHERE ?1 IS NULL OR session_date = ?1 OR (session_date IS NULL AND received LIKE ?1 || '%') "
            "ORDER BY coalesce(session_date, received) DESC, key, edition DESC",
            day.isoformat() if day else None,
        )
        return tuple(stored_wrap(row) for row in rows)

    @property
    def lost_at(self) -> datetime | None:
        """When an outbox was found damaged and set aside: of wraps that arrived before nobody knows who has them."""
        rows = self._rows("SELECT value FROM fact WHERE name = 'lost_at'")
        return datetime.fromisoformat(rows[0]["value"]) if rows else None

    @property
    def lost_to(self) -> str | None:
        """Where the damaged one is now."""
        rows = self._rows("SELECT value FROM fact WHERE name = 'lost_to'")
        return str(rows[0]["value"]) if rows else None

    # ---- runs

    def start_run(self, run_id: str, now: datetime) -> None:
        note_run(self.path.parent, "running")
        with self._change() as database:
            database.execute("INSERT INTO run (id, started) VALUES (?, ?)", (run_id, stamp(now)))

    def end_run(self, report: RunReport) -> None:
        assert report.ended is not None
        told = {name: value for name, value in asdict(report).items() if name not in ("run_id", "started", "ended")}
        with self._change() as database:
            database.execute(
                "UPDATE run SET ended = ?, report = ? WHERE id = ?",
                (stamp(report.ended), json.dumps(told), report.run_id),
            )
        note_run(self.path.parent, stamp(report.ended))

    def runs(self, count: int) -> tuple[RunReport, ...]:
        """The last runs, newest first. One without an end was stopped, or is under way."""
        return tuple(
            _report(row) for row in self._rows("SELECT * FROM run ORDER BY started DESC, rowid DESC LIMIT ?", count)
        )

    # ---- inside

    def _told(self, column: Literal["refused", "left_out"], since: datetime) -> tuple[Refusal, ...]:
        rows = self._rows(
            f"SELECT at, {column} FROM seen WHERE {column} IS NOT NULL AND at >= ? ORDER BY at, rowid", stamp(since)
        )
        return tuple(Refusal(at=datetime.fromisoformat(row["at"]), reason=row[column]) for row in rows)

    def _rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with explained(self.path):
            return self._database.execute(query, values).fetchall()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is durable when the block is left, and undone when it is left by an error."""
        with explained(self.path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                if self._database.in_transaction:  # the block may have undone it
                    self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


def _see(
    database: sqlite3.Connection,
    source_id: str,
    now: datetime,
    refused: str | None = None,
    left_out: str | None = None,
) -> None:
    """What was refused may be taken later, never the other way round."""
    database.execute(
        "INSERT INTO seen (source_hash, at, refused, left_out) VALUES (?, ?, ?, ?) ON CONFLICT (source_hash) DO UPDATE "
        "SET at = excluded.at, refused = excluded.refused, left_out = coalesce(excluded.left_out, left_out) "
        "WHERE seen.refused IS NOT NULL",
        (_digest(source_id), stamp(now), refused, left_out),
    )


def _part_id(part: str) -> str:
    return f"part:{part}"


def _digest(source_id: str) -> str:
    """A source's id may hold an address or a path; its digest tells it as well."""
    return sha256(source_id.encode("utf-8", "surrogateescape")).hexdigest()


def stamp(moment: datetime) -> str:
    """A moment as the database has it: ISO 8601 in UTC, which sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def stored_wrap(row: sqlite3.Row) -> StoredWrap:
    """A row of the table `wrap`."""
    identity = WrapIdentity(
        region=row["region"],
        kind=row["kind"],
        session_date=date.fromisoformat(row["session_date"]) if row["session_date"] else None,
        text_hash=row["text_hash"],
    )
    return StoredWrap(
        id=row["id"],
        edition=Edition(
            identity=identity,
            number=row["edition"],
            content_hash=row["content_hash"],
            name=row["name"],
            origin=row["origin"],
            received=datetime.fromisoformat(row["received"]),
        ),
        title=row["title"],
        planned=bool(row["planned"]),
        data=row["data"],
    )


def _report(row: sqlite3.Row) -> RunReport:
    told: dict[str, Any] = json.loads(row["report"]) if row["report"] else {}
    report = RunReport(
        run_id=row["id"],
        started=datetime.fromisoformat(row["started"]),
        ended=datetime.fromisoformat(row["ended"]) if row["ended"] else None,
    )
    return replace(report, **{**told, "problems": tuple(told.get("problems", ()))})
