"""Mornings at a desk, over real sockets and files: who gets what, once, and what the operator is told."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from llm_wrap.delivery.lock import only_run
from llm_wrap.delivery.schema import FILE
from llm_wrap.errors import OutboxError, SettingsError
from tests.delivery.desk import MONDAY, Desk, Recipient, text_of
from tests.fake_smtp import Act
from tests.proofs.wraps import make_wrap
from tests.sources.test_carriers import make_pdf

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def to_europe(data: bytes) -> bytes:
    return data.replace(b"Asia Market Recap", b"European Markets Pre-Open").replace(b"Asian", b"European")


def test_a_wrap_is_mailed_once_however_often_it_is_run(desk: Desk) -> None:
    desk.put(MONDAY)
    report = desk.run()
    assert (report.found, report.taken, report.mails, report.sent, report.whole) == (1, 1, 1, 1, True)
    again = desk.run()
    assert (again.found, again.taken, again.skipped, again.mails, again.sent) == (1, 0, 1, 0, 0)
    (mail,) = desk.mails()
    assert mail["Subject"].strip() == "Asia market recap, Monday 3 November 2025: Nikkei +0.89%, Hang Seng +1.16%"
    assert mail["Date"] == "Mon, 03 Nov 2025 06:30:00 +0000"
    assert "Senba Tools (6871.JP) said a customer" in text_of(mail)


def test_the_same_wrap_from_another_place_or_carrier_is_known(desk: Desk) -> None:
    desk.put(MONDAY)
    desk.run()
    desk.put(MONDAY, name="copy.txt")
    desk.put(
        MONDAY,
        name="mail.eml",
        change=lambda data: b"Subject: Fwd\nMIME-Version: 1.0\nContent-Type: text/plain\n\n" + data,
    )
    report = desk.run()
    assert (report.found, report.taken, len(desk.mails())) == (3, 0, 1)


def test_another_text_of_a_wrap_is_a_correction_for_those_who_had_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Recipient(address="a@example.com"), Recipient(address="b@example.com", wraps=("europe",)))
    desk.put(MONDAY)
    desk.run()
    desk.put(MONDAY, text=1)
    desk.change("mail", to=(*desk.settings.mail.to, Recipient(address="new@example.com")))
    desk.run()
    first, second = desk.mails("a@example.com")
    assert not first["Subject"].startswith("Correction")
    assert second["Subject"].strip().startswith("Correction: Asia market recap")
    assert "Correction: this replaces the edition that you were sent before." in text_of(second)
    assert first["Message-ID"] != second["Message-ID"]
    (only,) = desk.mails("new@example.com")
    assert only["Subject"].strip().startswith("Asia market recap"), "nobody corrects what was never sent"
    assert desk.mails("b@example.com") == []


def test_nobody_is_sent_a_correction_of_what_was_refused_or_still_waits(tmp_path: Path) -> None:
    """The first edition is refused for b and waits for c; each then gets one mail, of the second, with all of the first's."""
    desk = Desk(tmp_path, *(Recipient(address=f"{name}@example.com") for name in "abc"))
    replies = {"b": Act(b"550 gone\r\n"), "c": Act(b"450 busy\r\n")}
    desk.server.acts = {"rcpt": lambda address: replies.get(address[0], Act(b"250 ok\r\n"))}
    desk.put(MONDAY)
    desk.put(MONDAY, name="europe.txt", change=to_europe)
    desk.run()
    assert desk.states() == ["sent", "refused", "new"]
    with desk.outbox() as outbox:
        assert outbox.retry(2, desk.now), "what waits again was got by nobody either"
    desk.server.acts = {}
    desk.put(MONDAY, text=1)
    report = desk.run()
    assert (report.mails, report.sent, report.whole) == (3, 3, True)
    assert [mail["Subject"].strip().partition(":")[0] for mail in desk.mails("a@example.com")] == [
        "Asia market recap, Monday 3 November 2025",
        "Correction",
    ]
    for name in "bc":
        (mail,) = desk.mails(f"{name}@example.com")
        assert "Correction" not in mail["Subject"]
        assert mail["References"] is None
        text = text_of(mail)
        assert "Correction" not in text
        assert {"ASIA MARKET RECAP", "EUROPE PRE-OPEN"} <= {
            words for words in ("ASIA MARKET RECAP", "EUROPE PRE-OPEN") if words in text
        }
    with desk.outbox() as outbox:
        assert [mail.id for mail in outbox.deliveries()] == [1, 4, 5, 6]


def test_a_mail_that_the_operator_holds_is_neither_replaced_nor_corrected(desk: Desk) -> None:
    desk.server.acts = {"rcpt": Act(b"450 busy\r\n")}
    desk.put(MONDAY)
    desk.run()
    with desk.outbox() as outbox:
        assert outbox.hold(1, desk.now)
    desk.server.acts = {}
    desk.put(MONDAY, text=1)
    assert desk.run().sent == 1
    assert "Correction" not in desk.mails()[0]["Subject"]
    assert desk.states() == ["new", "sent"]


def test_a_mail_that_may_have_arrived_is_corrected_by_a_mail_of_its_own(desk: Desk) -> None:
    desk.server.acts = {"dot": Act(store=True, then="close")}
    desk.put(MONDAY)
    desk.run()
    desk.server.acts = {}
    desk.put(MONDAY, text=1)
    assert (desk.run().sent, desk.states()) == (1, ["unknown", "sent"])
    assert desk.mails()[1]["Subject"].strip().startswith("Correction: ")


def test_an_edition_that_is_replaced_before_it_was_mailed_goes_to_nobody(desk: Desk) -> None:
    desk.put(MONDAY, name="1.txt")
    desk.later(minutes=1)
    desk.put(MONDAY, text=1, name="2.txt")
    report = desk.run()
    assert (report.taken, report.mails) == (2, 1)
    (mail,) = desk.mails()
    assert not mail["Subject"].startswith("Correction")
    assert "order number 1" in text_of(mail)
    assert desk.run().mails == 0


def test_a_mail_gathers_what_a_reader_wants(tmp_path: Path) -> None:
    desk = Desk(
        tmp_path,
        Recipient(address="all@example.com"),
        Recipient(address="asia@example.com", wraps=("Asia recap",)),
        Recipient(address="open@example.com", wraps=("pre-open", "us")),
        Recipient(address="none@example.com", wraps=("latam",)),
    )
    desk.put(MONDAY)
    desk.put(MONDAY, name="europe.txt", change=to_europe)
    report = desk.run()
    assert (report.taken, report.mails, report.sent) == (2, 3, 3)
    (both,) = desk.mails("all@example.com")
    assert both["Subject"].endswith("(+1 more)")
    assert {"ASIA MARKET RECAP", "EUROPE PRE-OPEN"} <= {
        name for name in ("ASIA MARKET RECAP", "EUROPE PRE-OPEN") if name in text_of(both)
    }
    (asia,) = desk.mails("asia@example.com")
    (europe,) = desk.mails("open@example.com")
    assert "EUROPE" not in text_of(asia)
    assert "Europe pre-open" in europe["Subject"]


def test_each_reader_has_a_watchlist_of_their_own(tmp_path: Path) -> None:
    desk = Desk(
        tmp_path,
        Recipient(address="a@example.com", watchlist=("9301.JP", "Nobody Industries")),
        Recipient(address="b@example.com", watchlist=("Senba Tools",)),
        Recipient(address="c@example.com"),
    )
    desk.put(MONDAY)
    assert desk.run().whole
    texts = {
        to: text_of(desk.mails(to)[0]).lower().partition("watchlist")[2] for to in ("a@example.com", "b@example.com")
    }
    assert "nobody industries" in texts["a@example.com"]
    assert "nobody industries" not in texts["b@example.com"]
    assert "senba tools" in texts["b@example.com"]
    assert "nobody industries" not in text_of(desk.mails("c@example.com")[0]).lower()


def test_a_watch_list_that_cannot_be_read_holds_up_no_brief(desk: Desk) -> None:
    desk.settings = replace(desk.settings, watch=(str(desk.folder / "none.txt"),))
    desk.put(MONDAY)
    report = desk.run()
    assert (report.sent, report.whole) == (1, False)
    assert "cannot read the watch list" in report.problems[0]
    assert "Senba Tools" in text_of(desk.mails()[0])
    desk.settings = replace(desk.settings, watch=())
    desk.change("mail", to=(Recipient(address="a@example.com", watchlist=(str(desk.folder / "none.txt"),)),))
    desk.put(TUESDAY)
    report = desk.run()
    assert (report.sent, report.whole) == (1, False)
    assert "a reader's watch list is left out" in report.problems[0]


def test_after_a_gap_one_mail_has_the_newest_in_full_and_the_others_by_name(desk: Desk) -> None:
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        desk.put(day)
    desk.later(days=4)  # Friday: Thursday's wrap never came
    report = desk.run()
    assert (report.taken, report.mails, report.sent) == (3, 1, 1)
    (mail,) = desk.mails()
    assert mail["Subject"].strip().startswith("Late: Asia market recap, Wednesday 5 November 2025")
    text = text_of(mail)
    assert "Late: this is not the last session." in text
    older = text.partition("Older wraps since the last mail")[2]
    assert older.index("Tuesday 4 November") < older.index("Monday 3 November")
    assert "Wednesday" not in older
    with desk.outbox() as outbox:
        assert [wrap.edition.identity.session_date for wrap in outbox.archived()] == [WEDNESDAY, TUESDAY, MONDAY]
        assert [wrap.data is not None for wrap in outbox.archived(TUESDAY)] == [True]
    assert desk.run().mails == 0


@pytest.mark.parametrize(("days", "late"), [(0, False), (1, False), (2, True)])
def test_a_wrap_is_late_when_a_session_lies_between(desk: Desk, days: int, late: bool) -> None:
    desk.put(MONDAY)
    desk.later(days=days)
    desk.run()
    assert desk.mails()[0]["Subject"].strip().startswith("Late") is late


def test_a_weekend_makes_nothing_late(desk: Desk) -> None:
    desk.put(date(2025, 10, 31))
    desk.run()
    assert not desk.mails()[0]["Subject"].strip().startswith("Late")


def test_what_the_server_did_not_take_is_sent_later_in_the_same_bytes(desk: Desk) -> None:
    desk.put(MONDAY)
    desk.server.acts = {"rcpt": Act(b"450 busy\r\n")}
    report = desk.run()
    assert (report.sent, report.waiting, report.whole) == (0, 1, False)
    assert "not sent yet (RCPT TO: 450 busy)" in " ".join(report.problems)
    with desk.outbox() as outbox:
        before = outbox.delivery(1)
    desk.server.acts = {}
    desk.later(hours=3)
    assert desk.run().sent == 1
    assert desk.server.stored[0][1] == before.data
    assert desk.mails()[0]["Date"] == "Mon, 03 Nov 2025 06:30:00 +0000"


def test_a_run_tries_again_for_a_while(desk: Desk) -> None:
    desk.put(MONDAY)
    desk.change("mail", retry_s=600)
    desk.server.acts = {"mail": Act(b"451 later\r\n")}
    pauses: list[float] = []

    def recover_in_time() -> None:
        pauses.append(desk.slept)
        if len(pauses) == 3:
            desk.server.acts = {}

    desk.on_sleep = recover_in_time
    report = desk.run()
    assert (report.sent, report.waiting) == (1, 0)
    assert pauses == [2, 6, 14]


def test_a_run_gives_up_in_time(desk: Desk) -> None:
    desk.put(MONDAY)
    desk.change("mail", retry_s=600)
    desk.server.acts = {"mail": Act(b"451 later\r\n")}
    assert desk.run().waiting == 1
    assert 500 < desk.slept <= 600


def test_a_wrong_setting_is_not_tried_again(desk: Desk) -> None:
    desk.put(MONDAY)
    desk.change("mail", retry_s=600)
    desk.server.acts = {"mail": Act(b"550 who are you\r\n")}
    report = desk.run()
    assert (report.waiting, desk.slept, desk.server.connections) == (1, 0.0, 1)


def test_one_refused_reader_holds_up_no_other(tmp_path: Path) -> None:
    desk = Desk(tmp_path, *(Recipient(address=f"{name}@example.com") for name in "abc"))
    desk.server.acts = {"rcpt": lambda address: Act(b"550 gone\r\n" if address[0] == "b" else b"250 ok\r\n")}
    desk.put(MONDAY)
    report = desk.run()
    assert (report.sent, report.refused) == (2, 1)
    assert "mail 2 was refused: llm-wrap outbox show 2" in " ".join(report.problems)
    assert desk.states() == ["sent", "refused", "sent"]
    assert desk.run().whole, "it is told once"


def test_a_lost_answer_is_held_and_told_until_it_is_resolved(desk: Desk) -> None:
    desk.put(MONDAY)
    desk.server.acts = {"dot": Act(store=True, then="close")}
    for _ in range(2):
        report = desk.run()
        assert (report.unknown, report.sent, len(desk.server.stored)) == (1, 0, 1)
        assert "llm-wrap outbox resolve 1 --sent, or --not-sent" in " ".join(report.problems)
    desk.server.acts = {}
    with desk.outbox() as outbox:
        assert outbox.resolve(1, "sent", "seen", desk.now)
    assert desk.run().whole
    assert len(desk.server.stored) == 1


@pytest.mark.parametrize("stored", [True, False])
def test_a_lost_answer_is_settled_by_the_folder_of_sent_mail(desk: Desk, stored: bool) -> None:
    """Both readers' answers are lost; the copies, where there are any, come a while later."""
    folder = desk.folder / "sent"
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    desk.change("mail", to=(Recipient(address="a@example.com"), Recipient(address="b@example.com")))
    desk.change("mail.sent", maildir=folder, settle_s=300)
    desk.put(MONDAY)
    desk.server.acts = {"dot": Act(store=stored, then="close")}

    def pass_on() -> None:
        desk.server.acts = {}
        for number, (_, data) in enumerate(desk.server.stored):
            (folder / "cur" / f"{number}:2,S").write_bytes(data)

    desk.on_sleep = pass_on
    report = desk.run()
    assert (report.unknown, report.waiting, report.sent) == (0, 0, 2)
    assert sorted(to for to, _ in desk.server.stored) == ["a@example.com", "b@example.com"]
    assert desk.slept == (60 if stored else 300), "not there counts only when there was time to file it"


def test_a_folder_of_sent_mail_that_cannot_be_asked_settles_nothing(desk: Desk) -> None:
    desk.change("mail.sent", maildir=desk.folder / "none", settle_s=0)
    desk.put(MONDAY)
    desk.server.acts = {"dot": Act(store=True, then="close")}
    report = desk.run()
    assert (report.unknown, len(desk.server.stored)) == (1, 1)
    assert "no Maildir" in report.problems[0]


def test_no_wrap_by_the_deadline_is_told_once(desk: Desk) -> None:
    desk.change("morning", notices=True, deadline=time(7, 30))
    assert desk.run().mails == 0, "the deadline is still to come"
    desk.later(hours=1)
    assert desk.run().sent == 1
    desk.later(minutes=5)
    assert desk.run().mails == 0
    (notice,) = desk.mails()
    assert notice["Subject"] == "No wrap yet"
    assert "No wrap has come by 07:30 (UTC). The brief is mailed when one comes." in text_of(notice)
    assert "could not be read" not in text_of(notice)
    desk.put(MONDAY)
    assert desk.run().sent == 1, "the brief is mailed when it comes"
    desk.later(days=5)  # Saturday
    assert desk.run().mails == 0


def test_a_notice_says_what_came_and_could_not_be_read(desk: Desk) -> None:
    desk.change("morning", notices=True, deadline=time(7, 30))
    (desk.folder / "wraps" / "a.txt").write_text("Dear all,\nthe canteen is closed.\n")
    desk.run()
    desk.later(hours=1)
    desk.run()
    (notice,) = desk.mails()
    assert "1 of the files and mails that came could not be read as a wrap." in text_of(notice)
    assert "places" not in text_of(notice)
    desk.later(days=1)
    desk.run()
    assert "could not be read" not in text_of(desk.mails()[1]), "that was yesterday's"


def test_what_came_after_the_last_deadline_is_todays_wrap(desk: Desk) -> None:
    desk.change("morning", notices=True, deadline=time(7, 30))
    desk.now = datetime(2025, 10, 31, 22, 0, tzinfo=UTC)  # Friday evening, say from New York
    desk.put(date(2025, 10, 31))
    assert desk.run().sent == 1
    desk.now = datetime(2025, 11, 3, 7, 30, tzinfo=UTC)
    assert desk.run().mails == 0
    desk.now = datetime(2025, 11, 4, 7, 30, tzinfo=UTC)
    assert desk.run().mails == 1


def test_one_lost_answer_holds_the_others_back_and_makes_them_not_unknown(desk: Desk) -> None:
    desk.change("mail", to=tuple(Recipient(address=f"{name}@example.com") for name in "abc"))
    desk.put(MONDAY)
    desk.server.acts = {"dot": Act(store=True, then="close")}
    report = desk.run()
    assert (report.unknown, report.waiting, desk.states()) == (1, 2, ["unknown", "new", "new"])
    desk.server.acts = {}
    assert desk.run().sent == 2
    assert sorted(to[0] for to, _ in desk.server.stored) == ["a", "b", "c"]


def test_what_is_no_wrap_is_told_once_and_stops_nothing(desk: Desk) -> None:
    (desk.folder / "wraps" / "a.txt").write_text("Dear all,\nthe canteen is closed.\n")
    (desk.folder / "wraps" / "b.txt").write_bytes(b"\0\1\2" * 300)
    (desk.folder / "wraps" / "c.txt").write_bytes(b"")
    desk.put(MONDAY)
    report = desk.run()
    assert (report.taken, report.sent, len(report.problems)) == (1, 1, 3)
    assert len(desk.run().problems) == 1, "an empty file may still be written"
    again = desk.run(again=True)
    assert (again.taken, again.mails, len(again.problems)) == (0, 0, 3), "what is mailed stays mailed"


def test_what_was_no_wrap_is_read_when_somebody_asks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pypdf")
    (desk.folder / "wraps" / "a.pdf").write_bytes(make_pdf(make_wrap(MONDAY).decode().splitlines()))
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "pypdf", None)
        assert "pip install pypdf" in desk.run().problems[0]
    assert (desk.run().taken, desk.mails()) == (0, [])
    assert (desk.run(again=True).sent, desk.run(again=True).mails) == (1, 0)
    with desk.outbox() as outbox:
        assert outbox.refusals(datetime.min.replace(tzinfo=UTC)) == ()


def test_a_place_that_cannot_be_read_stops_nothing(desk: Desk) -> None:
    from llm_wrap.delivery.inbox import FolderSource

    desk.put(MONDAY)
    good = FolderSource(desk.folder / "wraps", 10_000_000)
    report = desk.run(sources=(FolderSource(desk.folder / "none", 10_000_000), good))
    assert report.sent == 1
    assert "no such folder" in report.problems[0]


def test_a_damaged_outbox_is_set_aside_and_nothing_is_sent_blindly(desk: Desk) -> None:
    desk.put(MONDAY)
    desk.run()
    database = desk.settings.state_dir / FILE
    database.write_bytes(b"no database any more" * 500)
    for ending in ("-wal", "-shm"):
        Path(f"{database}{ending}").unlink(missing_ok=True)
    desk.later(hours=1)
    desk.put(TUESDAY)
    report = desk.run()
    assert len(list(desk.settings.state_dir.glob(f"{FILE}.damaged-*"))) == 1
    assert "the outbox was damaged and lies now in" in report.problems[0]
    assert len(desk.mails()) == 2
    assert "Tuesday 4 November" in desk.mails()[1]["Subject"], "what came after the last run was surely in no mail"
    assert desk.run().mails == 0


def test_what_may_have_been_mailed_before_the_damage_is_held(desk: Desk) -> None:
    desk.put(MONDAY)
    desk.run()
    (desk.settings.state_dir / FILE).write_bytes(b"no database any more" * 500)
    report = desk.run()
    assert (report.mails, report.sent, report.unknown, len(desk.mails())) == (1, 0, 1, 1)
    with desk.outbox() as outbox:
        assert outbox.resolve(1, "sent", "the operator looked", desk.now)
    assert desk.run().whole


def test_a_full_disk_is_told_and_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put(MONDAY)
    with desk.outbox() as outbox:
        pages = outbox._database.execute("PRAGMA page_count").fetchone()[0]
    connect = sqlite3.connect

    def small(*arguments: object, **named: object) -> sqlite3.Connection:
        database = connect(*arguments, **named)  # type: ignore[call-overload]
        database.execute(f"PRAGMA max_page_count = {pages + 2}")
        return database

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", small)
        with pytest.raises(OutboxError, match="the disk is full; nothing is lost"):
            desk.run()
    assert desk.server.stored == []
    assert desk.run().sent == 1


def test_a_second_copy_is_refused_or_waits(desk: Desk) -> None:
    desk.put(MONDAY)
    with only_run(desk.settings.state_dir), pytest.raises(OutboxError, match="another run is under way"):
        desk.run()
    assert desk.run(wait_s=1).sent == 1


def test_nothing_to_do_without_readers_or_server(desk: Desk) -> None:
    desk.change("mail", host=None)
    with pytest.raises(SettingsError, match="set host and sender"):
        desk.run()
    desk.change("mail", to=())
    with pytest.raises(SettingsError, match="nobody gets the brief"):
        desk.run()


def test_retention_forgets_text_and_addresses_but_not_what_was_handled(desk: Desk) -> None:
    desk.change("morning", retention_days=30)
    desk.put(MONDAY)
    canteen = desk.folder / "wraps" / "canteen.txt"
    canteen.write_text("Dear all,\nthe canteen is closed.\n")
    desk.run()
    desk.later(days=29)
    desk.run()
    assert desk.states() == ["sent"]
    desk.later(days=2)
    report = desk.run()
    assert (desk.states(), report.mails) == ([], 0)
    files = b"".join(path.read_bytes() for path in desk.settings.state_dir.iterdir())
    assert b"a@example.com" not in files
    assert b"Senba" not in files
    assert b"canteen" not in files
    desk.put(MONDAY, name="again.txt")
    assert desk.run().mails == 0, "it is still known"


def test_the_log_is_json_with_one_summary_and_no_address(desk: Desk) -> None:
    desk.put(MONDAY)
    desk.run()
    lines = [json.loads(line) for line in desk.log.getvalue().splitlines()]
    assert {line["run"] for line in lines} == {"run-1"}
    (end,) = (line for line in lines if line["event"] == "end")
    assert (end["taken"], end["sent"], end["problems"]) == (1, 1, 0)
    assert "@" not in desk.log.getvalue()


def test_a_dead_man_switch_is_told(desk: Desk) -> None:
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    desk.change("morning", ping_url=f"http://127.0.0.1:{server.server_port}/check")
    desk.put(MONDAY)
    desk.run()
    desk.put(TUESDAY)
    desk.server.acts = {"mail": Act(b"550 no\r\n")}
    desk.run()
    server.shutdown()
    server.server_close()
    assert paths == ["/check/start", "/check", "/check/start", "/check/fail"]
    desk.server.acts = {}
    assert desk.run().sent == 1, "nobody there to be told is no reason to stop"
