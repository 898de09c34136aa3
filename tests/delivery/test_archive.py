"""The archive by itself: what came comes back as it was, in order, and by day."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from llm_wrap.delivery.archive import Archive, Refusal, StoredWrap, stamp
from llm_wrap.delivery.outbox import Outbox
from llm_wrap.models import Region, WrapKind
from llm_wrap.models.delivery import Edition, FoundWrap, RunReport, WrapIdentity

NOW = datetime(2025, 11, 3, 6, 30, tzinfo=UTC)
MONDAY = date(2025, 11, 3)


@pytest.fixture
def archive(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path, NOW)


def put(
    archive: Archive,
    number: int,
    day: date | None,
    region: Region = "asia",
    kind: WrapKind = "recap",
    received: datetime = NOW,
) -> Edition:
    found = FoundWrap(
        origin="folder:/w",
        name=f"{number}.txt",
        data=b"wrap %d" % number,
        received=received,
        source_id=f"source {number}",
    )
    identity = WrapIdentity(region=region, kind=kind, session_date=day, text_hash=None if day else f"text {number}")
    edition = archive.take(found, identity, f"content {number}", f"title {number}", NOW)
    assert edition is not None
    return edition


def test_a_wrap_comes_back_as_it_came(archive: Outbox) -> None:
    edition = put(archive, 1, MONDAY, "europe", "pre-open", NOW + timedelta(microseconds=7))
    assert edition == Edition(
        identity=WrapIdentity(region="europe", kind="pre-open", session_date=MONDAY),
        number=1,
        content_hash="content 1",
        name="1.txt",
        origin="folder:/w",
        received=NOW + timedelta(microseconds=7),
    )
    stored = StoredWrap(id=1, edition=edition, title="title 1", planned=False, data=b"wrap 1")
    assert archive.unplanned() == archive.archived() == (stored,)
    assert archive.plan((), [1], NOW) == 0
    assert archive.unplanned() == ()
    assert archive.archived()[0].planned
    without = put(archive, 2, None)
    assert archive.unplanned()[0].edition == without
    assert without.identity.text_hash == "text 2"


def test_wraps_wait_in_the_order_of_their_sessions(archive: Outbox) -> None:
    put(archive, 1, MONDAY)
    put(archive, 2, MONDAY - timedelta(days=3), received=NOW + timedelta(hours=1))
    put(archive, 3, None, received=NOW - timedelta(days=1))
    put(archive, 4, MONDAY, "us", received=NOW - timedelta(hours=1))
    put(archive, 5, MONDAY, "latam", received=NOW - timedelta(hours=1))
    assert [wrap.id for wrap in archive.unplanned()] == [2, 3, 4, 5, 1]


def test_the_archive_is_newest_first_and_has_each_day(archive: Outbox) -> None:
    put(archive, 1, MONDAY - timedelta(days=3))
    put(archive, 2, MONDAY, "europe")
    put(archive, 3, MONDAY, "asia")
    put(archive, 4, MONDAY, "asia")
    put(archive, 5, None, received=NOW - timedelta(days=3))
    put(archive, 6, None, received=NOW - timedelta(days=3, hours=20))
    assert [wrap.id for wrap in archive.archived()] == [4, 3, 2, 5, 1, 6]
    assert [wrap.edition.number for wrap in archive.archived(MONDAY)] == [2, 1, 1]
    assert [wrap.id for wrap in archive.archived(MONDAY)] == [4, 3, 2]
    assert [wrap.id for wrap in archive.archived(MONDAY - timedelta(days=3))] == [5, 1]
    assert archive.archived(MONDAY + timedelta(days=1)) == ()


def test_what_was_handled_is_known_by_its_digest_only(archive: Outbox) -> None:
    assert not archive.is_seen("imap:desk@example.com/INBOX;UID=1")
    for _ in range(2):
        archive.refuse("imap:desk@example.com/INBOX;UID=1", "no wrap", NOW)
    archive.refuse("folder:/w/\udce9.txt", "no wrap", NOW)
    assert archive.is_seen("imap:desk@example.com/INBOX;UID=1")
    assert archive.is_seen("folder:/w/\udce9.txt"), "a name that is no UTF-8"
    assert not archive.is_seen("folder:/w/\udcea.txt")
    rows = archive._database.execute("SELECT source_hash, at FROM seen ORDER BY at").fetchall()
    assert {len(row["source_hash"]) for row in rows} == {64}
    assert {row["at"] for row in rows} == {"2025-11-03T06:30:00.000000+00:00"}


def test_what_was_refused_may_be_taken_later_and_never_the_other_way_round(archive: Outbox) -> None:
    later = NOW + timedelta(hours=1)
    archive.refuse("source 1", "a.txt is no wrap", NOW)
    archive.refuse("source 2", "b.txt is no wrap", NOW)
    archive.refuse("source 2", "b.txt is still no wrap", later)
    assert archive.refusals(NOW) == (
        Refusal(at=NOW, reason="a.txt is no wrap"),
        Refusal(at=later, reason="b.txt is still no wrap"),
    )
    assert archive.refusals(later)[0].reason == "b.txt is still no wrap"
    put(archive, 1, MONDAY)
    archive.refuse("source 1", "a.txt is no wrap", later)
    assert [archive.is_taken(f"source {number}") for number in (1, 2, 3)] == [True, False, False]
    assert [archive.is_seen(f"source {number}") for number in (1, 2, 3)] == [True, True, False]
    assert len(archive.refusals(NOW)) == 1


def test_moments_are_kept_in_utc_wherever_the_desk_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are compared as text, and a desk may move."""
    tokyo = datetime(2025, 11, 3, 15, 30, tzinfo=timezone(timedelta(hours=9)))
    assert stamp(tokyo) == "2025-11-03T06:30:00.000000+00:00"
    if not hasattr(time, "tzset"):
        return
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert stamp(tokyo) == stamp(NOW) == "2025-11-03T06:30:00.000000+00:00"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_error_in_a_change_undoes_all_of_it(archive: Outbox) -> None:
    def spoil() -> None:
        with archive._change() as database:
            database.execute("INSERT INTO seen (source_hash, at) VALUES ('x', 'y')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spoil()
    assert archive._rows("SELECT * FROM seen") == []
    assert not archive._database.in_transaction


def test_what_others_do_is_seen_and_a_closed_file_is_no_longer_used(tmp_path: Path) -> None:
    tmp_path = tmp_path / "made" / "where it is missing"
    with Outbox(tmp_path, NOW) as one, Outbox(tmp_path, NOW) as other:
        put(one, 1, MONDAY)
        assert len(other.archived()) == 1
        assert (one.lost_at, one.lost_to) == (None, None)
    with pytest.raises(Exception, match="closed"):
        one.archived()


def test_the_last_runs_come_newest_first(archive: Outbox) -> None:
    for number in range(4):
        archive.start_run(f"run {number}", NOW + timedelta(minutes=number // 2))
    assert [run.run_id for run in archive.runs(3)] == ["run 3", "run 2", "run 1"]
    ended = RunReport(run_id="run 1", started=NOW, ended=NOW + timedelta(seconds=1), sent=2, problems=("a", "b"))
    archive.end_run(ended)
    assert archive.runs(9)[2:] == (ended, RunReport(run_id="run 0", started=NOW))
