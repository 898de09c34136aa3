"""The outbox by itself: what a crash leaves, who may change what, and files of other versions."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from llm_wrap.delivery.outbox import CRASHED, NewMail, Outbox
from llm_wrap.delivery.schema import FILE, LAST_RUN, MIGRATIONS, VERSION, note_run
from llm_wrap.errors import InputError, OutboxError
from llm_wrap.models.delivery import FoundWrap, RunReport, WrapIdentity

NOW = datetime(2025, 11, 3, 6, 30, tzinfo=UTC)
MAIL = NewMail(
    kind="brief", recipient="a@example.com", subject="s", message_id="<1@example.com>", date=NOW, data=b"bytes\r\n"
)
IDENTITY = WrapIdentity(region="asia", kind="recap", session_date=date(2025, 11, 3))


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path, NOW)


def found(text: bytes = b"wrap", source_id: str = "1") -> FoundWrap:
    return FoundWrap(origin="folder:/w", name="w.txt", data=text, received=NOW, source_id=source_id)


def add(outbox: Outbox, **changes: object) -> int:
    outbox.plan([replace(MAIL, **changes)], (), NOW)  # type: ignore[arg-type]
    return outbox.deliveries()[-1].id


def test_a_commit_outlasts_a_power_cut(outbox: Outbox) -> None:
    pragmas = {
        name: outbox._database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    with Outbox(tmp_path / "state", NOW):
        pass
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0
    assert (tmp_path / "state" / FILE).stat().st_mode & 0o077 == 0


def test_a_wrap_is_taken_once_and_another_text_is_another_edition(outbox: Outbox) -> None:
    first = outbox.take(found(), IDENTITY, "hash 1", "title", NOW)
    assert first is not None
    assert first.number == 1
    assert outbox.take(found(source_id="2"), IDENTITY, "hash 1", None, NOW) is None, "the same content elsewhere"
    assert outbox.take(found(source_id="3"), IDENTITY, "other hash", None, NOW) is None, "the same bytes, parsed anew"
    second = outbox.take(found(b"corrected", "4"), IDENTITY, "hash 2", None, NOW)
    assert second is not None
    assert second.number == 2
    assert [outbox.is_seen(source_id) for source_id in "12345"] == [True] * 4 + [False]
    other = outbox.take(found(b"europe", "5"), replace(IDENTITY, region="europe"), "hash 3", None, NOW)
    assert other is not None
    assert other.number == 1
    assert [wrap.edition.number for wrap in outbox.unplanned()] == [1, 2, 1]


def test_mails_are_planned_with_their_wraps_or_not_at_all(outbox: Outbox) -> None:
    outbox.take(found(), IDENTITY, "hash", None, NOW)
    (wrap,) = outbox.unplanned()
    mail = replace(MAIL, carries=((wrap.id, "full"),))
    with pytest.raises(sqlite3.IntegrityError):
        outbox.plan([mail, replace(mail, message_id="<2@example.com>")], [wrap.id], NOW)
    assert (outbox.deliveries(), len(outbox.unplanned())) == ((), 1), "two mails of one wrap to one reader cannot be"
    assert outbox.plan([mail], [wrap.id], NOW) == 1
    assert outbox.unplanned() == ()
    assert outbox.plan([replace(mail, message_id="<3@example.com>")], [wrap.id], NOW) == 0, "planned meanwhile"
    assert outbox.deliveries()[0].wraps == ("asia/recap/2025-11-03#1",)
    assert outbox.plan([MAIL], (), NOW) == 0, "the same Message-ID is the same mail"


def test_the_way_of_a_mail(outbox: Outbox) -> None:
    mail = add(outbox)
    claimed = outbox.claim(mail, "me")
    assert claimed is not None
    assert (claimed.data, claimed.state, claimed.attempts) == (b"bytes\r\n", "new", 0)
    assert outbox.claim(mail, "me") is None
    assert outbox.claim(mail, "you") is None
    assert not outbox.hold(mail, NOW), "it is being sent"
    with pytest.raises(RuntimeError):
        outbox.mark_sending(mail, "you", NOW)
    outbox.mark_sending(mail, "me", NOW)
    with pytest.raises(RuntimeError):
        outbox.mark_sending(mail, "me", NOW)
    assert outbox.delivery(mail).state == "sending"
    outbox.finish(mail, "you", "refused", "no", NOW)
    assert outbox.delivery(mail).state == "sending", "only its owner settles it"
    outbox.finish(mail, "me", "sent", None, NOW)
    done = outbox.delivery(mail)
    assert (done.state, done.attempts, done.attempted, done.reason) == ("sent", 1, NOW, None)
    outbox.finish(mail, "me", "new", "late", NOW)
    assert outbox.delivery(mail).state == "sent", "what is settled stays so"
    assert (outbox.claim(mail, "me"), outbox.retry(mail, NOW), outbox.hold(mail, NOW)) == (None, False, False)
    assert not outbox.resolve(mail, "new", None, NOW)


def test_what_surely_was_not_accepted_waits_again(outbox: Outbox) -> None:
    mail = add(outbox)
    outbox.claim(mail, "me")
    outbox.finish(mail, "me", "new", "450 busy", NOW)
    assert (outbox.delivery(mail).state, outbox.delivery(mail).reason) == ("new", "450 busy")
    assert outbox.claim(mail, "you") is not None


def test_what_became_of_a_mail_is_a_small_write_however_long_its_text(outbox: Outbox) -> None:
    """The shorter it takes, the fewer crashes fall between the server's answer and the note of it."""
    mail = add(outbox, data=b"x" * 500_000)
    outbox.claim(mail, "me")
    outbox.mark_sending(mail, "me", NOW)
    outbox._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    outbox.finish(mail, "me", "sent", None, NOW)
    assert 0 < outbox.path.with_name(f"{FILE}-wal").stat().st_size < 40_000
    assert outbox.delivery(mail).data == b"x" * 500_000


def test_recovery_frees_what_was_not_sent_and_holds_what_may_have_been(outbox: Outbox) -> None:
    free, doubtful, done = (add(outbox, message_id=f"<{n}@x>") for n in range(3))
    for mail in (free, doubtful, done):
        outbox.claim(mail, "dead")
    outbox.mark_sending(doubtful, "dead", NOW)
    outbox.mark_sending(done, "dead", NOW)
    outbox.finish(done, "dead", "sent", None, NOW)
    assert outbox.recover(NOW) == (doubtful,)
    assert outbox.recover(NOW) == ()
    assert [outbox.delivery(mail).state for mail in (free, doubtful, done)] == ["new", "unknown", "sent"]
    assert outbox.delivery(doubtful).reason == CRASHED
    assert outbox.claim(free, "me") is not None
    assert outbox.claim(doubtful, "me") is None


def test_an_error_of_ours_lets_go_of_a_mail_as_a_crash_does(outbox: Outbox) -> None:
    before, after = (add(outbox, message_id=f"<{n}@x>") for n in range(2))
    for mail in (before, after):
        outbox.claim(mail, "me")
    outbox.mark_sending(after, "me", NOW)
    for mail in (before, after):
        outbox.release(mail, "you", NOW)
        outbox.release(mail, "me", NOW)
    assert [outbox.delivery(mail).state for mail in (before, after)] == ["new", "unknown"]
    assert outbox.delivery(after).reason == CRASHED
    assert outbox.claim(before, "you") is not None


@pytest.mark.parametrize(("state", "after"), [("sent", "sent"), ("new", "new")])
def test_the_operator_settles_what_is_unknown(outbox: Outbox, state: str, after: str) -> None:
    mail = add(outbox)
    outbox.claim(mail, "me")
    outbox.mark_sending(mail, "me", NOW)
    outbox.finish(mail, "me", "unknown", "lost", NOW)
    assert not outbox.retry(mail, NOW), "it may have arrived: resolve says what is the case"
    assert outbox.resolve(mail, state, "looked", NOW)  # type: ignore[arg-type]
    assert (outbox.delivery(mail).state, outbox.delivery(mail).reason) == (after, "looked")
    assert (outbox.claim(mail, "me") is not None) is (state == "new")


def test_held_and_refused_mails_wait_for_a_retry(outbox: Outbox) -> None:
    held, refused = (add(outbox, message_id=f"<{n}@x>") for n in range(2))
    assert outbox.hold(held, NOW)
    assert outbox.claim(held, "me") is None
    outbox.claim(refused, "me")
    outbox.finish(refused, "me", "refused", "550", NOW)
    assert outbox.claim(refused, "me") is None
    for mail in (held, refused):
        assert outbox.retry(mail, NOW)
        assert not outbox.retry(mail, NOW)
        assert outbox.claim(mail, "me") is not None
    with pytest.raises(InputError, match="there is no mail 99"):
        outbox.delivery(99)


def test_a_doubtful_mail_starts_as_unknown(outbox: Outbox) -> None:
    mail = add(outbox, doubtful="lost")
    assert (outbox.delivery(mail).state, outbox.delivery(mail).reason) == ("unknown", "lost")


def test_an_earlier_edition_counts_when_its_mail_may_have_arrived(outbox: Outbox) -> None:
    outbox.take(found(), IDENTITY, "hash", None, NOW)
    (wrap,) = outbox.unplanned()
    outbox.plan([replace(MAIL, carries=((wrap.id, "full"),))], [wrap.id], NOW)

    def earlier() -> tuple[tuple[str, ...], tuple[int, ...]]:
        second = (IDENTITY.key, 2, "a@example.com")
        return outbox.earlier_mails(*second), outbox.overtaken(*second)

    assert earlier() == ((), (1,)), "what waits is replaced, not corrected"
    assert outbox.carried_by(1) == (replace(wrap, planned=True),)
    outbox.claim(1, "me")
    assert earlier() == ((), ())
    outbox.mark_sending(1, "me", NOW)
    assert earlier() == (("<1@example.com>",), ())
    outbox.finish(1, "me", "unknown", "lost", NOW)
    assert earlier() == (("<1@example.com>",), ())
    outbox.resolve(1, "sent", "seen", NOW)
    assert earlier() == (("<1@example.com>",), ()), "what a correction refers to"
    assert not outbox.earlier_mails(IDENTITY.key, 1, "a@example.com")
    assert not outbox.earlier_mails(IDENTITY.key, 2, "b@example.com")


@pytest.mark.parametrize("state", ["new", "refused", "held", "claimed"])
def test_a_mail_that_nobody_got_gives_way_or_nothing_is_planned(outbox: Outbox, state: str) -> None:
    outbox.take(found(), IDENTITY, "hash", None, NOW)
    outbox.plan([replace(MAIL, carries=((1, "full"),))], [1], NOW)
    outbox.take(found(b"corrected", "2"), IDENTITY, "hash 2", None, NOW)
    if state == "held":
        outbox.hold(1, NOW)
    if state in ("refused", "claimed"):
        outbox.claim(1, "me")
    if state == "refused":
        outbox.finish(1, "me", "refused", "550", NOW)
    second = replace(MAIL, message_id="<2@example.com>", carries=((1, "listed"), (2, "full")), replaces=(1,))
    gone = state in ("new", "refused")
    assert outbox.plan([second], [2], NOW) == gone
    assert [mail.id for mail in outbox.deliveries()] == ([2] if gone else [1])
    assert len(outbox.unplanned()) == (not gone)
    assert [row["mail"] for row in outbox._rows("SELECT mail FROM body")] == ([2] if gone else [1])


def test_purge_keeps_what_is_open_and_what_is_young(outbox: Outbox) -> None:
    for number in range(4):
        add(outbox, message_id=f"<{number}@x>")
    for number, state in ((2, "sent"), (3, "unknown"), (4, "refused")):
        outbox.claim(number, "me")
        outbox.mark_sending(number, "me", NOW)
        outbox.finish(number, "me", state, None, NOW)  # type: ignore[arg-type]
    assert outbox.purge(NOW) == 0
    assert outbox.purge(NOW + timedelta(seconds=1)) == 2
    assert [mail.state for mail in outbox.deliveries()] == ["new", "unknown"]


def test_purge_leaves_no_text_and_no_address_of_what_is_old_but_knows_it(outbox: Outbox) -> None:
    outbox.take(found(b"old text", "1"), IDENTITY, "hash 1", "old title", NOW)
    outbox.take(
        replace(found(b"waiting text", "2"), name="2.txt"), replace(IDENTITY, region="us"), "hash 2", "title 2", NOW
    )
    outbox.take(
        replace(found(b"open text", "3"), name="3.txt"), replace(IDENTITY, region="europe"), "hash 3", "title 3", NOW
    )
    outbox.plan([replace(MAIL, recipient="gone@example.com", carries=((1, "full"),))], [1], NOW)
    outbox.plan([replace(MAIL, message_id="<2@x>", recipient="open@example.com", carries=((3, "full"),))], [3], NOW)
    outbox.claim(1, "me")
    outbox.finish(1, "me", "sent", None, NOW)
    outbox.start_run("old run", NOW)
    outbox.start_run("young run", NOW + timedelta(days=1))
    assert outbox.purge(NOW + timedelta(days=1)) == 1
    files = b"".join(path.read_bytes() for path in outbox.path.parent.iterdir())
    for word in (b"old text", b"w.txt", b"old title", b"gone@example.com"):
        assert word not in files
    assert [row["mail"] for row in outbox._rows("SELECT mail FROM body")] == [2]
    kept = {wrap.id: (wrap.data, wrap.edition.name, wrap.title) for wrap in outbox.archived()}
    assert kept == {
        1: (None, "", None),
        2: (b"waiting text", "2.txt", "title 2"),
        3: (b"open text", "3.txt", "title 3"),
    }
    assert outbox.take(found(b"old text, again", "4"), IDENTITY, "hash 1", None, NOW) is None, "it is still known"
    assert [run.run_id for run in outbox.runs(5)] == ["young run"]


def test_mails_of_a_kind_are_counted_by_their_date(outbox: Outbox) -> None:
    for number, (kind, hours) in enumerate([("brief", 0), ("brief", 1), ("notice", 1), ("notice", 2)]):
        add(outbox, kind=kind, date=NOW + timedelta(hours=hours), message_id=f"<{number}@x>")
    assert [outbox.made_since(NOW + timedelta(hours=hours), "brief") for hours in (0, 1, 2)] == [2, 1, 0]
    assert outbox.made_since(NOW + timedelta(hours=1, seconds=1), "notice") == 1


def test_a_run_that_cannot_be_noted_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutboxError) as raised:
        note_run(tmp_path / "none", "running")
    assert (
        str(raised.value)
        == f"{tmp_path / 'none' / LAST_RUN}: cannot be written (No such file or directory); check the disk"
    )


def test_every_older_version_is_brought_to_this_one(tmp_path: Path) -> None:
    for version in range(1, VERSION):
        folder = tmp_path / str(version)
        folder.mkdir()
        database = sqlite3.connect(folder / FILE)
        for script in MIGRATIONS[:version]:
            database.executescript(script)
        data, value = (", data", ", x'00'") if version < 3 else ("", "")
        database.execute(
            f"INSERT INTO mail (kind, recipient, subject, message_id, date, state, changed{data}) "
            f"VALUES ('brief', 'a@example.com', 's', '<1@x>', ?1, 'new', ?1{value})",
            (NOW.isoformat(),),
        )
        if version >= 3:  # a mail's bytes are in a table of their own
            database.execute("INSERT INTO body (mail, data) VALUES (1, x'00')")
        database.execute(
            "INSERT INTO seen (source_hash, at) VALUES (?, ?)", (sha256(b"1").hexdigest(), NOW.isoformat())
        )
        database.execute(f"PRAGMA user_version = {version}")
        database.commit()
        database.close()
        with Outbox(folder, NOW) as outbox:
            assert outbox._database.execute("PRAGMA user_version").fetchone()[0] == VERSION
            claimed = outbox.claim(1, "me")
            assert claimed is not None
            assert claimed.data == b"\0"
            assert outbox.runs(5) == ()
            assert outbox.is_taken("1"), "what was handled before refusals were kept is not looked at again"


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with Outbox(tmp_path, NOW) as outbox:
        outbox._database.execute(f"PRAGMA user_version = {VERSION + 1}")
    for repair in (False, True):
        with pytest.raises(OutboxError, match="a newer llm-wrap wrote it"):
            Outbox(tmp_path, NOW, repair=repair)
    assert [path.name for path in tmp_path.glob("*.damaged*")] == []


@pytest.mark.parametrize("damage", ["header", "page"])
def test_a_damaged_file_is_set_aside_by_a_run_only(tmp_path: Path, damage: str) -> None:
    with Outbox(tmp_path, NOW) as outbox:
        for number in range(60):
            add(outbox, message_id=f"<{number}@x>", data=b"x" * 3000)
        outbox._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / FILE
    with path.open("r+b") as file:
        file.seek(0 if damage == "header" else 3 * 4096)
        file.write(os.urandom(4096) if damage == "header" else b"\xff" * 40_000)
    with pytest.raises(OutboxError):
        Outbox(tmp_path, NOW)
    assert path.stat().st_size > 100_000, "a look at it changes nothing"
    with Outbox(tmp_path, NOW, repair=True) as outbox:
        assert outbox.deliveries() == ()
        assert outbox.lost_at == NOW
        assert outbox.lost_to is not None
        assert Path(outbox.lost_to).stat().st_size > 100_000


@pytest.mark.parametrize("noted", [None, "running", "2025-11-02T07:30:00.000000+00:00"])
def test_what_is_set_aside_can_be_looked_at_and_its_successor_knows_since_when(
    tmp_path: Path, noted: str | None
) -> None:
    damaged = b"no database" * 1000
    (tmp_path / FILE).write_bytes(damaged)
    if noted is not None:
        (tmp_path / LAST_RUN).write_text(noted)
    with pytest.raises(OutboxError) as raised:
        Outbox(tmp_path, NOW)
    assert str(raised.value) == (
        f"{tmp_path / FILE}: the database is damaged (file is not a database); the next run sets it aside"
    )
    with Outbox(tmp_path, NOW, repair=True) as outbox:
        aside = tmp_path / f"{FILE}.damaged-20251103T063000Z"
        assert outbox.lost_to == str(aside)
        since = datetime(2025, 11, 2, 7, 35, tzinfo=UTC)  # clocks differ by minutes
        assert outbox.lost_at == (since if noted and noted != "running" else NOW)
        add(outbox)
        assert outbox._database.execute("PRAGMA user_version").fetchone()[0] == VERSION
    assert aside.read_bytes() == damaged
    with Outbox(tmp_path, NOW + timedelta(days=1), repair=True) as outbox:
        assert len(outbox.deliveries()) == 1, "a sound one is left alone"


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutboxError, match="state_dir in the settings"):
        Outbox(tmp_path / "file" / "state", NOW)


def test_runs_are_kept_as_they_were_reported(outbox: Outbox) -> None:
    whole = RunReport(
        run_id="2",
        started=NOW + timedelta(hours=1),
        ended=NOW + timedelta(hours=2),
        found=1,
        taken=2,
        skipped=3,
        mails=4,
        sent=5,
        refused=6,
        unknown=7,
        waiting=8,
        problems=("one", "two"),
    )
    outbox.start_run("1", NOW)
    outbox.start_run(whole.run_id, whole.started)
    last = outbox.path.parent / LAST_RUN
    assert last.read_text() == "running"
    outbox.end_run(whole)
    assert outbox.runs(5) == (whole, RunReport(run_id="1", started=NOW))
    assert outbox.runs(1) == (whole,)
    assert datetime.fromisoformat(last.read_text()) == whole.ended
