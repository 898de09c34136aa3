"""Mails with wraps in their attachments, and what is left out of them."""

from __future__ import annotations

import io
import json
import mailbox
import os
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from hashlib import sha256
from pathlib import Path

import pytest

from llm_wrap.attachments import parse_found, split_found
from llm_wrap.batch import parse_one
from llm_wrap.cli.brief import run_brief
from llm_wrap.cli.brief_series import run_series
from llm_wrap.cli.morning import run_status
from llm_wrap.cli.parse import run_parse
from llm_wrap.config import load_settings, override
from llm_wrap.delivery.identity import identify_wrap
from llm_wrap.delivery.mail_filter import MailFilter
from llm_wrap.delivery.maildir import MaildirSource
from llm_wrap.errors import InputError
from llm_wrap.models.delivery import FoundWrap, RunReport
from llm_wrap.pipeline import read_wrap
from tests.conftest import ROOT
from tests.delivery.desk import MONDAY, Desk
from tests.proofs.wraps import make_wrap
from tests.sources.test_carriers import WRAP, make_pdf

NOW = datetime(2025, 11, 14, 6, 0, tzinfo=UTC)
KINDS = {
    "pdf": ("application", "pdf"),
    "htm": ("text", "html"),
    "ocx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "png": ("image", "png"),
    "bin": ("application", "octet-stream"),
    "eml": ("application", "octet-stream"),
}
DAMAGED = make_pdf(WRAP.splitlines() * 3)[:-300]
WORD = b"PK\x03\x04" + bytes(range(256)) * 40
EMPTY_WRAP = b"Notable Gainers:\nto follow\nNotable Decliners:\nto follow\nMarkets:\nto follow\n"
UNDATED = WRAP.replace("Sep 12 ,2025\n", "").replace("44768.12", "44768.21").replace("26388.16", "26388.61").encode()
TERMS = b"Terms of use. These words are no market wrap and bind whoever reads them.\n" * 30


def attached(*files: tuple[str, bytes], body: str = "The wraps of the day are attached.") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "wraps@example.com", "Today's wraps"
    message.set_content(body)
    for name, data in files:
        kind = KINDS.get(name[-3:], ("text", "plain"))
        message.add_attachment(data, maintype=kind[0], subtype=kind[1], filename=name)
    return message.as_bytes()


def test_a_mail_with_several_wraps_is_all_of_them() -> None:
    asia, europe = (
        ROOT / "evals/corpus" / name for name in ("2025-08-14-asia-recap-a.txt", "2025-08-27-europe-recap-a.txt")
    )
    found = FoundWrap(origin="o", name="mail 1", data=b"", received=NOW, source_id="id")
    both = attached(("asia.txt", asia.read_bytes()), ("europe.txt", europe.read_bytes()))
    parts, left_out = split_found(replace(found, data=both))
    assert left_out == []
    keys = [identify_wrap(parse_found(part).wrap)[0].key for part in parts]
    assert keys == ["asia/recap/2025-08-14", "europe/recap/2025-08-27"]
    assert [part.source_id for part in parts] == [f"id;part={keys[0]}", "id"]

    for subject in (b"European Pre-open and Asia Recap", b"Asian Market Recap, 13 November 2025"):
        parts, _ = split_found(replace(found, data=both.replace(b"Today's wraps", subject)))
        assert len(parts) == 2, "the subject makes no third one"

    for data in (
        attached(("asia.txt", asia.read_bytes())),
        attached(("asia.txt", asia.read_bytes()), ("asia-again.txt", asia.read_bytes())),
        attached(body=asia.read_text(encoding="utf-8")),
        asia.read_bytes(),
    ):
        whole = replace(found, data=data)
        (part,), left_out = split_found(whole)
        assert (part.data, part.source_id, left_out) == (data, "id", [])
        assert identify_wrap(parse_found(part).wrap)[0].key == "asia/recap/2025-08-14"


def test_parse_and_brief_of_a_mail_name_what_they_do_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The best part was read and nothing said of the other wrap in the mail, nor of a file that may be one."""
    corpus = ROOT / "evals/corpus"
    asia, europe = (corpus / name for name in ("2025-08-14-asia-recap-a.txt", "2025-08-27-europe-recap-a.txt"))
    mail = tmp_path / "two of them.eml"
    mail.write_bytes(
        attached(
            ("asia.txt", asia.read_bytes()),
            ("europe.txt", europe.read_bytes()),
            ("us.docx", WORD),
            ("logo.png", bytes(999)),
        )
    )
    settings = override(load_settings(None, {}), state_dir=tmp_path / "state", cache=False)
    issues = [issue for issue in read_wrap(str(mail), settings).issues if issue.kind == "other_wraps"]
    assert [issue.message.partition(": ")[2] for issue in issues] == [
        "asia.txt (asia recap, 2025-08-14).",
        "ask for text, HTML or PDF.",
    ]
    told = (
        f"llm-wrap: {mail}: {issues[0].message} {issues[1].message} All that it has: llm-wrap run --preview '{mail}'\n"
    )
    assert run_parse(str(mail), settings, "json", None, coverage=False) == 0
    shown = capsys.readouterr()
    assert shown.err == told
    assert [issue["kind"] for issue in json.loads(shown.out)["wrap"]["issues"]][:2] == ["other_wraps"] * 2
    assert run_brief(str(mail), settings, {}, "md", None, llm=False) == 0
    assert capsys.readouterr().err == told
    assert run_series([str(mail)], settings, {}, "md", tmp_path / "briefs", llm=False) == 0
    assert capsys.readouterr().err.startswith(told)
    assert str(parse_one(str(mail))["document"]).count("other_wraps") == 2

    mail.write_bytes(
        attached(("asia.txt", asia.read_bytes()), ("asia.pdf", make_pdf(["Terms of use."])), ("logo.png", bytes(9)))
    )
    assert run_parse(str(mail), settings, "table", None, coverage=True) == 0
    assert capsys.readouterr().err == ""


def test_a_wrap_attached_as_pdf_is_read() -> None:
    pytest.importorskip("pypdf")
    pdf = make_pdf(WRAP.splitlines())
    found = FoundWrap(origin="o", name="mail 1", data=attached(("wrap.pdf", pdf)), received=NOW, source_id="id")
    assert parse_found(found).wrap.session_date == parse_found(replace(found, data=WRAP.encode())).wrap.session_date


def mail(*files: tuple[str, bytes], body: str = "The wraps of the day are attached.", subject: str = "") -> FoundWrap:
    data = attached(*files, body=body)
    if subject:
        data = data.replace(b"Subject: Today's wraps", b"Subject: " + subject.encode())
    return FoundWrap(origin="o", name="mail 1 (Today's wraps)", data=data, received=NOW, source_id="id")


def wrap_file(day: date = MONDAY) -> tuple[str, bytes]:
    return "asia.txt", make_wrap(day)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("europe.pdf", DAMAGED, "europe.pdf in mail 1 (Today's wraps) is a damaged PDF"),
        ("europe.pdf", make_pdf([""] * 100), "europe.pdf in mail 1 (Today's wraps) is a PDF of pictures without text"),
        ("europe.docx", WORD, "europe.docx in mail 1 (Today's wraps) is a word processor's document"),
        ("europe.bin", WORD, "europe.bin in mail 1 (Today's wraps) is a file of a kind that is not read"),
        ("europe.bin", bytes(range(256)) * 9, "europe.bin in mail 1 (Today's wraps) is a binary file"),
        ("europe.txt", EMPTY_WRAP, "europe.txt in mail 1 (Today's wraps): This text is no market wrap"),
        (
            "europe.htm",
            b"<p>" + EMPTY_WRAP.replace(b"\n", b"</p><p>"),
            "europe.htm in mail 1 (Today's wraps): This text",
        ),
        ("europe.txt", UNDATED, "europe.txt in mail 1 (Today's wraps) reads as a wrap without a date"),
    ],
)
def test_what_may_be_a_second_wrap_is_told(name: str, data: bytes, words: str) -> None:
    pytest.importorskip("pypdf")
    (wrap,), (left_out,) = split_found(mail(wrap_file(), (name, data)))
    assert identify_wrap(parse_found(wrap).wrap)[0].session_date == MONDAY
    assert left_out.may_be_wrap
    assert left_out.reason.startswith(words)
    assert wrap.source_id != "id", "the mail is known when what is left out is noted"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("logo.png", b"\x89PNG\r\n" + bytes(5000), "a picture"),
        ("image001.bin.png", b"\x89PNG\r\n" + bytes(5000), "a picture"),
        ("terms.txt", TERMS, "no market wrap"),
        ("terms.pdf", make_pdf(TERMS.decode().splitlines()), "no market wrap"),
        ("Disclaimer.pdf", DAMAGED, "cannot be read"),
        ("legal notice.docx", WORD, "a word processor's document"),
        ("levels.xlsx", WORD, "a spreadsheet"),
        ("tiny.bin", WORD[:300], "a file of a kind that is not read"),
    ],
)
def test_what_is_plainly_no_wrap_is_only_noted(name: str, data: bytes, words: str) -> None:
    pytest.importorskip("pypdf")
    (_,), (left_out,) = split_found(mail(wrap_file(), (name, data)))
    assert (left_out.name, left_out.reason, left_out.may_be_wrap) == (name, words, False)


def test_a_wrap_behind_a_password_is_told() -> None:
    pypdf = pytest.importorskip("pypdf")
    writer, locked = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf(WRAP.splitlines()))), io.BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(locked)
    _, (left_out,) = split_found(mail(wrap_file(), ("europe.pdf", locked.getvalue())))
    assert left_out.reason.startswith("europe.pdf in mail 1 (Today's wraps) is locked with a password")
    assert left_out.may_be_wrap


def test_a_wrap_in_two_carriers_and_a_covering_note_leave_nothing_out() -> None:
    pytest.importorskip("pypdf")
    text = WRAP.replace("Sep 12 ,2025\n", "")
    for subject, body in (
        ("Asia Market Recap Sep 12 ,2025", text),
        ("Wraps", WRAP),
        ("Wraps", text),
        ("Wraps", "Enjoy."),
    ):
        found = mail(("wrap.pdf", make_pdf(WRAP.splitlines())), body=body, subject=subject)
        (wrap,), left_out = split_found(found)
        assert left_out == []
        assert str(parse_found(wrap).wrap.session_date) == "2025-09-12"


def test_wraps_in_a_mail_that_is_attached_and_in_files_of_any_kind_are_found() -> None:
    outer = EmailMessage()
    outer["Subject"] = "Fwd"
    outer.set_content("See below.")
    inner = attached(wrap_file(), ("europe.bin", make_wrap(MONDAY + timedelta(days=1))), ("late.docx", WORD))
    outer.add_attachment(message_from_bytes(inner, policy=default))
    wraps, left_out = split_found(replace(mail(), data=outer.as_bytes()))
    assert {identify_wrap(parse_found(wrap).wrap)[0].session_date for wrap in wraps} == {
        MONDAY,
        MONDAY + timedelta(days=1),
    }
    assert [part.name for part in left_out if part.may_be_wrap] == ["late.docx"]


def test_a_mail_without_a_readable_wrap_says_why_of_each_attachment() -> None:
    pytest.importorskip("pypdf")
    with pytest.raises(InputError) as raised:
        split_found(mail(("asia.docx", WORD), ("europe.pdf", DAMAGED), ("logo.png", b"\x89PNG" + bytes(5000))))
    told = str(raised.value)
    assert told.startswith("mail 1 (Today's wraps): This text is no market wrap")
    assert "asia.docx in mail 1 (Today's wraps) is a word" in told
    assert "europe.pdf in mail 1 (Today's wraps) is a damaged PDF" in told
    assert "logo" not in told


def test_a_run_and_the_status_tell_what_was_left_out_once(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Out of a Maildir: the same logo and terms every day, and on one day a wrap that is locked."""
    pytest.importorskip("pypdf")
    box = mailbox.Maildir(str(desk.folder / "Maildir"))
    every_day = (("logo.png", b"\x89PNG" + bytes(5000)), ("terms.txt", TERMS))

    def arrive(*files: tuple[str, bytes]) -> None:
        path = desk.folder / "Maildir" / "new" / box.add(attached(*files, *every_day))
        os.utime(path, (desk.now.timestamp(),) * 2)

    def run(again: bool = False) -> RunReport:
        source = MaildirSource(desk.folder / "Maildir", MailFilter(), 1_000_000, desk.now - timedelta(days=14))
        return desk.run(sources=(source,), again=again)

    def status() -> tuple[int, str]:
        code = run_status(replace(desk.settings, inbox=replace(desk.settings.inbox, max_age_days=99_999)), 5)
        return code, capsys.readouterr().out

    arrive(wrap_file())
    report = run()
    assert (report.taken, report.sent, report.problems, report.whole) == (1, 1, (), True)
    assert desk.log.getvalue().count('"event": "left_out"') == 1
    code, told = status()
    assert code == 0
    assert told.count("left out, ") == 1
    assert "was taken without logo.png (a picture), terms.txt (no market wrap)" in told

    desk.later(days=1)
    arrive(("asia.txt", make_wrap(MONDAY + timedelta(days=1))), ("europe.pdf", DAMAGED))
    report = run()
    assert (report.taken, report.sent, len(report.problems), report.whole) == (1, 1, 1, False)
    assert "europe.pdf in mail " in report.problems[0]
    assert report.problems[0].endswith("The rest of the mail was taken.")
    code, told = status()
    assert (code, told.count("europe.pdf"), told.count("logo.png")) == (1, 1, 1)

    report = run()
    assert (report.found, report.problems) == (0, ()), "told once, and the mail is not fetched again"
    code, told = status()
    assert (code, told.count("europe.pdf"), told.count("no wrap, ")) == (0, 1, 1)
    assert desk.log.getvalue().count('"event": "left_out"') == 1

    for _ in range(2):
        report = run(again=True)
        assert (report.taken, report.mails, len(report.problems)) == (0, 0, 1), "looked at again, nothing mailed twice"
    assert len(desk.mails()) == 2


def test_a_part_that_can_be_read_later_is_taken_then_and_the_other_one_not_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pypdf")
    europe = make_pdf(make_wrap(MONDAY + timedelta(days=1)).decode().splitlines())
    (desk.folder / "wraps" / "mail.eml").write_bytes(attached(wrap_file(), ("europe.pdf", europe)))
    monkeypatch.setitem(sys.modules, "pypdf", None)
    report = desk.run()
    assert (report.taken, report.sent) == (1, 1)
    assert "pip install pypdf" in report.problems[0]
    monkeypatch.undo()
    assert desk.run().taken == 0
    report = desk.run(again=True)
    assert (report.taken, report.sent, report.problems) == (1, 1, ())
    with desk.outbox() as outbox:
        assert outbox.refusals(desk.now - timedelta(days=1)) == ()
        assert [len(wrap.edition.identity.key) > 0 and wrap.edition.number for wrap in outbox.archived()] == [1, 1]
    assert (desk.run().found, desk.run(again=True).taken) == (1, 0)


def test_what_was_left_out_is_forgotten_with_the_rest(desk: Desk) -> None:
    (desk.folder / "wraps" / "mail.eml").write_bytes(attached(wrap_file(), ("terms.txt", TERMS)))
    desk.run()
    with desk.outbox() as outbox:
        (note,) = outbox.left_out(desk.now)
        assert "terms.txt" in note.reason
        outbox.purge(desk.now + timedelta(days=1))
        assert outbox.left_out(desk.now - timedelta(days=1)) == ()
        assert outbox.is_left_out(sha256(TERMS).hexdigest()), "by its digest"
