"""What is to be sent, to whom, and what became of it: one SQLite file that outlasts a crash at any point.

    wrap found ──take──► archived ──plan──► mails `new` ──claim──► (connection, envelope, text)
                                               ▲                        │ mark_sending, just before the text's last bytes
                          look-up: not there ──┤                        ▼
                                               └────── unknown ◄──── sending ──► sent | refused | new (surely not accepted)

A mail's bytes, Message-ID and Date are stored before its first attempt and never change. A wrap's edition reaches a
recipient in one mail, ever: that is the primary key of `carried`. `sending` that no live process is at means that nobody
knows: it becomes `unknown`, and only a look-up or the operator brings it back. What surely nobody got (`new`, `refused`) and
a later edition replaces gives way to the mail with that edition, which carries the rest of it as well.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from llm_wrap.delivery.archive import Archive, StoredWrap, stamp, stored_wrap
from llm_wrap.delivery.schema import explained
from llm_wrap.errors import InputError
from llm_wrap.models.delivery import Delivery, DeliveryState, MailKind

Part = Literal["full", "listed"]
_EARLIER = (  # mails with an earlier edition in full; takes the wrap's key, its edition, the recipient
    "carried JOIN wrap ON wrap.id = carried.wrap JOIN mail ON mail.id = carried.mail "
    "WHERE wrap.key = ? AND wrap.edition < ? AND carried.recipient = ? AND part = 'full'"
)
_NOT_GOT = "state IN ('new', 'refused') AND owner IS NULL AND NOT held"
CRASHED = "stopped before the server's answer was known"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMail:
    """A mail to be put into the outbox. `carries`: (wrap's id, how)."""

    kind: MailKind
    recipient: str
    subject: str
    message_id: str
    date: datetime
    data: bytes
    carries: tuple[tuple[int, Part], ...] = ()
    replaces: tuple[int, ...] = ()  # mails that nobody got (`overtaken`): they are gone once this one is in
    doubtful: str | None = None  # why it may have been sent already: it starts as `unknown` with this reason


class Outbox(Archive):
    """The archive with its mails, in one file: a wrap counts as planned in the transaction that puts its mails in.

    Methods raise OutboxError where the file cannot be read or written; then nothing of that call is kept.
    """

    # ---- plans

    def earlier_mails(self, key: str, edition: int, recipient: str) -> tuple[str, ...]:
        """The Message-IDs of the mails that brought the recipient an earlier edition in full, or may have; oldest first."""
        rows = self._rows(
            f"SELECT message_id FROM {_EARLIER} AND state IN ('sent', 'sending', 'unknown') ORDER BY mail.id",
            key,
            edition,
            recipient,
        )
        return tuple(str(row["message_id"]) for row in rows)

    def overtaken(self, key: str, edition: int, recipient: str) -> tuple[int, ...]:
        """The recipient's mails with an earlier edition in full that surely nobody got; what the operator holds is let be."""
        rows = self._rows(f"SELECT mail.id FROM {_EARLIER} AND {_NOT_GOT} ORDER BY mail.id", key, edition, recipient)
        return tuple(int(row["id"]) for row in rows)

    def carried_by(self, mail: int) -> tuple[StoredWrap, ...]:
        """The wraps that a mail carries, in full or by name, with their bytes."""
        rows = self._rows(
            "SELECT wrap.* FROM carried JOIN wrap ON wrap.id = carried.wrap WHERE mail = ? ORDER BY wrap.id", mail
        )
        return tuple(stored_wrap(row) for row in rows)

    def plan(self, mails: Sequence[NewMail], wraps: Sequence[int], now: datetime) -> int:
        """Puts the mails in and marks the wraps as planned, all or nothing; gives back how many mails are new.

        Nothing where another process has planned one of the wraps meanwhile, or is at a mail that one of these replaces: what
        it carries would reach readers twice.
        """
        made = 0
        with self._change() as database:
            for wrap in wraps:
                if not database.execute("UPDATE wrap SET planned = 1 WHERE id = ? AND NOT planned", (wrap,)).rowcount:
                    database.execute("ROLLBACK")
                    return 0
            for mail in mails:
                for old in mail.replaces:
                    if not database.execute(
                        f"DELETE FROM carried WHERE mail IN (SELECT id FROM mail WHERE id = ? AND {_NOT_GOT})", (old,)
                    ).rowcount:
                        database.execute("ROLLBACK")
                        return 0
                made += _insert(database, mail, now)
                # only now: numbers of mails are not used again
                database.executemany("DELETE FROM mail WHERE id = ?", [(old,) for old in mail.replaces])
        return made

    # ---- states

    def recover(self, now: datetime) -> tuple[int, ...]:
        """After a crash: what nobody knows becomes `unknown`, what surely was not accepted is free again. Gives back the
        ids of the former. Only while no other process sends (the run's lock)."""
        with self._change() as database:
            database.execute("UPDATE mail SET owner = NULL WHERE state = 'new' AND owner IS NOT NULL")
            rows = database.execute(
                "UPDATE mail SET state = 'unknown', owner = NULL, reason = ?, changed = ? WHERE state = 'sending' RETURNING id",
                (CRASHED, stamp(now)),
            ).fetchall()
        return tuple(sorted(row["id"] for row in rows))

    def claim(self, mail: int, owner: str) -> Delivery | None:
        """The mail with its bytes, for this process alone; None where it is not `new`, is held, or another has it."""
        with self._change() as database:
            row = database.execute(
                "UPDATE mail SET owner = ? WHERE id = ? AND state = 'new' AND NOT held AND owner IS NULL RETURNING *",
                (owner, mail),
            ).fetchone()
        return self._delivery(row, self._body(mail)) if row else None

    def mark_sending(self, mail: int, owner: str, now: datetime) -> None:
        """From now on only the server knows; durable before the last bytes of the text leave.

        Raises:
            RuntimeError: the mail is not claimed by `owner`; nothing must be sent.
        """
        with self._change() as database:
            changed = database.execute(
                "UPDATE mail SET state = 'sending', attempts = attempts + 1, attempted = ?1, changed = ?1, reason = NULL "
                "WHERE id = ?2 AND owner = ?3 AND state = 'new'",
                (stamp(now), mail, owner),
            ).rowcount
            if changed != 1:
                raise RuntimeError(f"mail {mail} is not ours to send")

    def finish(self, mail: int, owner: str, state: DeliveryState, reason: str | None, now: datetime) -> None:
        """What became of the attempt: `sent`, `refused`, `unknown`, or `new` where it surely was not accepted."""
        with self._change() as database:
            database.execute(
                "UPDATE mail SET state = ?, reason = ?, changed = ?, owner = NULL "
                "WHERE id = ? AND owner = ? AND state IN ('new', 'sending')",
                (state, reason, stamp(now), mail, owner),
            )

    def release(self, mail: int, owner: str, now: datetime) -> None:
        """The attempt was broken off by an error of ours: `new` again before the text's last bytes, else `unknown`."""
        with self._change() as database:
            database.execute(
                "UPDATE mail SET owner = NULL, changed = ?, reason = CASE state WHEN 'sending' THEN ? ELSE reason END, "
                "state = CASE state WHEN 'sending' THEN 'unknown' ELSE state END "
                "WHERE id = ? AND owner = ? AND state IN ('new', 'sending')",
                (stamp(now), CRASHED, mail, owner),
            )

    def resolve(self, mail: int, state: Literal["new", "sent"], reason: str | None, now: datetime) -> bool:
        """Settles an `unknown` mail, after a look-up or by the operator's word; False where it is not `unknown`."""
        with self._change() as database:
            return (
                database.execute(
                    "UPDATE mail SET state = ?, reason = ?, changed = ? WHERE id = ? AND state = 'unknown'",
                    (state, reason, stamp(now), mail),
                ).rowcount
                == 1
            )

    def retry(self, mail: int, now: datetime) -> bool:
        """A refused or held mail is sent by the next run; False where it is neither."""
        with self._change() as database:
            return (
                database.execute(
                    "UPDATE mail SET state = 'new', held = 0, reason = NULL, changed = ? "
                    "WHERE id = ? AND (state = 'refused' OR (state = 'new' AND held))",
                    (stamp(now), mail),
                ).rowcount
                == 1
            )

    def hold(self, mail: int, now: datetime) -> bool:
        """A mail that waits is not sent until `retry`; False where it does not wait or a run is just at it."""
        with self._change() as database:
            return (
                database.execute(
                    "UPDATE mail SET held = 1, changed = ? WHERE id = ? AND state = 'new' AND owner IS NULL",
                    (stamp(now), mail),
                ).rowcount
                == 1
            )

    # ---- queries

    def deliveries(self, *states: DeliveryState) -> tuple[Delivery, ...]:
        """The mails without their bytes, oldest first; of the given states only, if any are given."""
        chosen = f"WHERE state IN ({', '.join('?' * len(states))})" if states else ""
        rows = self._rows(f"SELECT * FROM mail {chosen} ORDER BY id", *states)
        return tuple(self._delivery(row) for row in rows)

    def delivery(self, mail: int) -> Delivery:
        """One mail with its bytes. InputError where there is none of this number."""
        rows = self._rows("SELECT * FROM mail WHERE id = ?", mail)
        if not rows:
            raise InputError(f"there is no mail {mail} in {self.path}; `llm-wrap outbox list` shows them")
        return self._delivery(rows[0], self._body(mail))

    def made_since(self, start: datetime, kind: MailKind) -> int:
        """How many mails of this kind have a Date from `start` on."""
        return int(
            self._rows("SELECT count(*) AS n FROM mail WHERE date >= ? AND kind = ?", stamp(start), kind)[0]["n"]
        )

    # ---- retention

    def purge(self, before: datetime) -> int:
        """Forgets the bytes of wraps, and mails with their addresses, that are older; gives back how many mails went.

        What still waits or is unknown stays. Of a wrap stays what tells it again when it comes back: its key and hashes.
        """
        at = stamp(before)
        with self._change() as database:
            gone = database.execute(
                "DELETE FROM mail WHERE changed < ? AND date < ? AND state IN ('sent', 'refused')", (at, at)
            ).rowcount
            database.execute(
                "UPDATE wrap SET data = NULL, name = '', title = NULL WHERE received < ? AND planned "
                "AND (data IS NOT NULL OR name != '') AND id NOT IN (SELECT wrap FROM carried)",
                (at,),
            )
            for words in ("refused", "left_out"):
                database.execute(f"UPDATE seen SET {words} = NULL WHERE {words} IS NOT NULL AND at < ?", (at,))
            database.execute("DELETE FROM run WHERE started < ?", (at,))
        if gone:
            with explained(self.path):
                self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    # ---- inside

    def _body(self, mail: int) -> bytes:
        return bytes(self._rows("SELECT data FROM body WHERE mail = ?", mail)[0]["data"])

    def _delivery(self, row: sqlite3.Row, data: bytes = b"") -> Delivery:
        carried = self._rows(
            "SELECT key || '#' || edition AS wrap FROM carried JOIN wrap ON wrap.id = carried.wrap WHERE mail = ? "
            "ORDER BY part, key",
            row["id"],
        )
        return Delivery(
            id=row["id"],
            kind=row["kind"],
            recipient=row["recipient"],
            wraps=tuple(entry["wrap"] for entry in carried),
            subject=row["subject"],
            message_id=row["message_id"],
            date=datetime.fromisoformat(row["date"]),
            state=row["state"],
            data=data,
            attempts=row["attempts"],
            attempted=datetime.fromisoformat(row["attempted"]) if row["attempted"] else None,
            reason=row["reason"],
            held=bool(row["held"]),
        )


def _insert(database: sqlite3.Connection, mail: NewMail, now: datetime) -> int:
    """1 where the mail is new, 0 where its Message-ID is there: the mail it belongs to says the same."""
    row = database.execute(
        "INSERT INTO mail (kind, recipient, subject, message_id, date, state, reason, changed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message_id) DO NOTHING RETURNING id",
        (
            mail.kind,
            mail.recipient,
            mail.subject,
            mail.message_id,
            stamp(mail.date),
            "unknown" if mail.doubtful else "new",
            mail.doubtful,
            stamp(now),
        ),
    ).fetchone()
    if row is None:
        return 0
    database.execute("INSERT INTO body (mail, data) VALUES (?, ?)", (row["id"], mail.data))
    database.executemany(
        "INSERT INTO carried (wrap, recipient, mail, part) VALUES (?, ?, ?, ?)",
        [(wrap, mail.recipient, row["id"], part) for wrap, part in mail.carries],
    )
    return 1
