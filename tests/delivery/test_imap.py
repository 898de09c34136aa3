"""Wraps out of a mailbox: against Debian's Dovecot over TLS, and against a server that says what no server should."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from llm_wrap.delivery.imap import Mailbox
from llm_wrap.delivery.imap_line import ImapAccount
from llm_wrap.delivery.imap_source import ImapSource, SentMailbox
from llm_wrap.delivery.imap_words import (
    decode_mailbox,
    encode_mailbox,
    quote_string,
    read_fetched,
    read_folders,
    search_senders,
)
from llm_wrap.delivery.line import Secret
from llm_wrap.delivery.mail_filter import MailFilter
from llm_wrap.errors import InputError, LlmWrapError, MailError
from tests import dovecot
from tests.conftest import need
from tests.delivery.desk import MONDAY, Desk
from tests.delivery.test_attachments import attached
from tests.dovecot import PASSWORD, PLAIN_PASSWORD, TOKEN, Dovecot
from tests.fake_imap import GOOD, GREETING, FakeImap
from tests.proofs.wraps import make_wrap

NOW = datetime(2025, 11, 14, 6, 0, tzinfo=UTC)
ACCOUNT = ImapAccount(
    host="127.0.0.1", port=0, security="tls", user="desk", folder="INBOX", deadline_s=20, remedy="set PASSWORD"
)


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def server(ca: trustme.CA) -> Iterator[Dovecot]:
    need(dovecot.PROGRAM is not None, "Dovecot (Debian: apt-get install dovecot-imapd)")
    running = Dovecot(ca)
    yield running
    running.close()


@pytest.fixture
def inbox(server: Dovecot) -> Dovecot:
    """The server with an empty mailbox."""
    shutil.rmtree(server.base / "home")
    (server.base / "home").mkdir()
    server._chown(server.base / "home")
    server.maildir()
    return server


def source(server: Dovecot, *, secret: Secret | None = None, limit: int = 100_000, **changes: object) -> ImapSource:
    matching = MailFilter(("wraps@example.com", "@example.org"), "recap")
    account = replace(ACCOUNT, **{"port": server.port, **changes})  # type: ignore[arg-type]
    return ImapSource(
        account, lambda: secret or Secret(PASSWORD), matching, limit, NOW - timedelta(days=14), server.ca_file
    )


def mail(subject: str = "Asia recap", sender: str = "Wraps <wraps@example.com>", body: str = "text") -> bytes:
    return f"From: {sender}\r\nSubject: {subject}\r\nMessage-ID: <{subject.split()[0]}@x>\r\n\r\n{body}\r\n".encode()


def days_ago(days: float) -> float:
    return (NOW - timedelta(days=days)).timestamp()


def test_what_matches_comes_oldest_first_and_stays_unread(inbox: Dovecot) -> None:
    inbox.put(mail("Asia RECAP 2"), name="2.a", at=days_ago(1))
    first = mail("=?utf-8?b?QXNpYSByZWNhcCDigJMgxZF6?=", "X <anybody@example.org>", "x" * 30_000)
    inbox.put(first, name="1.a", at=days_ago(2))
    inbox.put(mail("Asia recap", "evil@example.net"), name="3.a", at=days_ago(1))
    inbox.put(mail("Lunch", "wraps@example.com"), name="4.a", at=days_ago(1))
    inbox.put(mail("Asia recap", '"wraps@example.com" <evil@example.net>'), name="5.a", at=days_ago(1))
    inbox.put(mail("Asia recap, old"), name="6.a", at=days_ago(14.5))
    found = list(source(inbox).find())
    assert [thing.name.partition("(")[2] for thing in found] == ["Asia recap – őz)", "Asia RECAP 2)"]
    assert found[0].data == first
    assert found[0].received == NOW - timedelta(days=2)
    paths = list(inbox.maildir().rglob("*.a*"))
    assert len(paths) == 6
    assert not any("S" in path.name.partition("2,")[2] for path in paths), "a mail was marked as seen"

    known = {found[0].source_id}
    assert [thing.source_id for thing in source(inbox).find(known.__contains__)] == [found[1].source_id]


def test_an_attachment_that_may_be_a_wrap_and_is_not_taken_is_told_and_looked_at_again(
    inbox: Dovecot, desk: Desk
) -> None:
    both = attached(("asia.txt", make_wrap(MONDAY)), ("europe.docx", b"PK\x03\x04" + bytes(5000)))
    inbox.put(both.replace(b"Today's wraps", b"Recap"), name="1.a", at=desk.now.timestamp())
    report = desk.run(sources=(source(inbox),))
    assert (report.found, report.taken, report.sent) == (1, 1, 1)
    assert report.problems == (
        "europe.docx in mail 1 (Recap) is a word processor's document: ask for text, HTML or PDF. The rest of the mail was "
        "taken.",
    )
    assert (desk.run(sources=(source(inbox),)).found, desk.states()) == (0, ["sent"])
    report = desk.run(sources=(source(inbox),), again=True)
    assert (report.found, report.taken, len(report.problems), desk.states()) == (1, 0, 1, ["sent"])


def test_a_mail_that_is_known_is_not_fetched_again() -> None:
    server = FakeImap()
    plain = fake_source(server)
    (thing,) = plain.find()
    assert list(plain.find({thing.source_id}.__contains__)) == []
    assert sum(b"BODY.PEEK[])" in line for line in server.seen) == 1
    assert thing.source_id == "imap:desk@127.0.0.1/INBOX;UIDVALIDITY=7;UID=5"
    assert not any(b"BODY[" in line or b" SELECT " in line for line in server.seen)
    server.close()


def test_a_changed_uidvalidity_makes_every_mail_a_new_one(inbox: Dovecot) -> None:
    inbox.put(mail(), name="1.a", at=days_ago(1))
    (before,) = source(inbox).find()
    (inbox.maildir() / "dovecot-uidlist").unlink()
    for index in inbox.maildir().glob("dovecot.index*"):
        index.unlink()
    time.sleep(1.1)  # Dovecot makes UIDVALIDITY of the time in seconds
    (after,) = source(inbox).find({before.source_id}.__contains__)
    assert after.source_id != before.source_id
    assert after.data == before.data


def test_a_large_mailbox(inbox: Dovecot) -> None:
    """Three thousand mails of the last days, a handful of them wanted."""
    for number in range(3000):
        wanted = number % 1000 == 7
        inbox.put(
            mail(f"Asia recap {number}" if wanted else "News", "wraps@example.com"),
            name=f"{number:05}.a",
            at=days_ago(5) + number,
        )
    found = list(source(inbox).find())
    assert [thing.name.partition("(")[2] for thing in found] == [f"Asia recap {n})" for n in (7, 1007, 2007)]


def test_a_folder_with_a_name_of_any_letters(inbox: Dovecot) -> None:
    inbox.put(mail(), name="1.a", folder=encode_mailbox("Märkte & “Co”"), at=days_ago(1))
    assert len(list(source(inbox, folder="Märkte & “Co”").find())) == 1
    with pytest.raises(MailError, match="no folder 'Nowhere'"):
        list(source(inbox, folder="Nowhere").find())
    with Mailbox(replace(ACCOUNT, port=inbox.port), lambda: Secret(PASSWORD), inbox.ca_file) as mailbox:
        assert set(mailbox.folders()) >= {"INBOX", "Märkte & “Co”"}


def test_too_large_is_told_when_the_others_were_given(inbox: Dovecot) -> None:
    inbox.put(mail("recap big", body="x" * 3000), name="1.a", at=days_ago(2))
    inbox.put(mail("recap small"), name="2.a", at=days_ago(1))
    finding = source(inbox, limit=2000).find()
    assert next(finding).name.endswith("(recap small)")
    with pytest.raises(InputError, match=r"recap big\) is larger than 2,000 bytes"):
        next(finding)


def test_one_that_vanishes_is_told(inbox: Dovecot) -> None:
    inbox.put(mail("recap 1"), name="1.a", at=days_ago(2))
    inbox.put(mail("recap 2"), name="2.a", at=days_ago(1))
    finding = source(inbox).find()
    next(finding)
    for path in inbox.maildir().rglob("2.a*"):
        path.unlink()
    with pytest.raises(InputError, match=r"recap 2\) was gone"):
        next(finding)


def test_a_token_logs_in_and_a_bad_one_is_told_of_without_being_shown(inbox: Dovecot) -> None:
    inbox.put(mail(), name="1.a", at=days_ago(1))
    assert len(list(source(inbox, secret=Secret(TOKEN, is_token=True)).find())) == 1
    with pytest.raises(MailError, match=r"token was refused.*status 401") as raised:
        list(source(inbox, secret=Secret("ya29.other", is_token=True)).find())
    assert "ya29" not in str(raised.value)
    with pytest.raises(MailError, match="AUTHENTICATIONFAILED") as raised:
        list(source(inbox, secret=Secret("wrong horse")).find())
    assert "wrong horse" not in str(raised.value)


def test_certificates_are_checked(inbox: Dovecot, tmp_path: Path) -> None:
    with pytest.raises(MailError, match=r"not trusted.*ca_file"):
        list(replace(source(inbox), ca_file=None).find())
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    with pytest.raises(MailError, match="not trusted"):
        list(replace(source(inbox), ca_file=other).find())


def test_starttls(inbox: Dovecot) -> None:
    inbox.put(mail(), name="1.a", at=days_ago(1), user="plain")
    account = {"port": inbox.plain_port, "user": "plain"}
    assert len(list(source(inbox, secret=Secret(PLAIN_PASSWORD), security="starttls", **account).find())) == 1


def test_the_sent_folder_is_asked_by_message_id(inbox: Dovecot) -> None:
    account = replace(ACCOUNT, port=inbox.port, folder="Sent")
    sent = SentMailbox(account, lambda: Secret(PASSWORD), NOW, inbox.ca_file)
    inbox.put(mail("there"), name="1.a", folder="Sent", at=days_ago(0))
    assert (sent.has("<there@x>"), sent.has("<here@x>"), sent.has("<re@x>")) == (True, False, False)
    with pytest.raises(MailError, match="control"):
        sent.has("<a\r\nb@x>")
    shutil.rmtree(inbox.maildir("Sent"))
    with pytest.raises(MailError, match="no folder 'Sent'"):
        sent.has("<there@x>")


# --- a server that does not do as it should -----------------------------------------------------------------------------


def fake_source(server: FakeImap, **changes: object) -> ImapSource:
    account = replace(ACCOUNT, port=server.port, security="none", deadline_s=1.0)
    account = replace(account, **changes)  # type: ignore[arg-type]
    return ImapSource(account, lambda: Secret("hunter2"), MailFilter(), 10_000, NOW - timedelta(days=14))


def test_a_server_that_knows_the_login_command_only() -> None:
    server = FakeImap({"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n"}, b"* OK hello\r\n")
    secret = Secret(PLAIN_PASSWORD)
    assert len(list(replace(fake_source(server, user="me you"), find_secret=lambda: secret).find())) == 1
    assert server.seen[1].partition(b" ")[2] == b'LOGIN "me you" "pass \\"word\\" \\\\"\r\n'
    with pytest.raises(MailError, match="non-ASCII"):
        list(replace(fake_source(server), find_secret=lambda: Secret("ü")).find())
    server.close()


@pytest.mark.parametrize("step", ["EXAMINE", "SEARCH", "HEADERS", "TEXT"])
def test_a_server_that_drops_once_is_asked_again(step: str) -> None:
    whole = GOOD[step]
    server = FakeImap({step: lambda number: whole[: len(whole) // 2] + FakeImap.DROP if number == 1 else whole})
    assert [thing.name for thing in fake_source(server).find()] == ["mail 5 (recap)"]
    assert server.connections == 2
    server.close()


@pytest.mark.parametrize("step", ["EXAMINE", "SEARCH", "HEADERS", "TEXT", "LOGOUT"])
@pytest.mark.parametrize(
    "how",
    [
        None,
        FakeImap.DROP,
        b"* OK still here\r\n" + FakeImap.DRIP,
        b"* 1 FETCH (UID 5 BODY[] {9000}\r\nab" + FakeImap.DRIP,
    ],
)
def test_whatever_it_does_there_is_an_end(step: str, how: bytes | None) -> None:
    server = FakeImap({step: how})
    started = time.monotonic()
    if step == "LOGOUT":
        assert len(list(fake_source(server, deadline_s=0.5).find())) == 1
    else:
        with pytest.raises(MailError) as raised:
            list(fake_source(server, deadline_s=0.5).find())
        assert "hunter2" not in str(raised.value)
    assert time.monotonic() - started < 6
    server.close()


def test_an_answer_without_end_fills_no_memory() -> None:
    flood = b"* OK " + b"x" * 60_000 + b"\r\n"
    for says in (
        {"TEXT": b"* 1 FETCH (UID 5 BODY[] {99999999999}\r\nab"},
        {"SEARCH": flood * 30},
        {"SEARCH": b"* SEARCH " + b"1 " * 600_000 + b"\r\n"},
    ):
        server = FakeImap(says)
        with pytest.raises(MailError, match=r"larger than|got more than"):
            list(fake_source(server, deadline_s=5).find())
        server.close()


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({"EXAMINE": b"* 1 EXISTS\r\n"}, "no UIDVALIDITY"),
        ({"SEARCH": b"* BYE going down\r\n" + FakeImap.DROP}, "going down"),
        ({"CAPABILITY": b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n"}, "no password over this connection"),
        ({"CAPABILITY": b"* CAPABILITY NOTHING\r\n"}, "IMAP4"),
    ],
)
def test_what_cannot_be_used_is_told(says: dict[str, bytes], words: str) -> None:
    greeting = b"* OK hello\r\n" if "CAPABILITY" in says else GREETING
    server = FakeImap(says, greeting)
    with pytest.raises(LlmWrapError, match=words):
        list(fake_source(server).find())
    server.close()


def test_preauth_does_not_get_around_starttls() -> None:
    """CVE-2020-12398's kind: a greeting that is logged in already must not stop the line from being secured."""
    server = FakeImap(greeting=b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hello\r\n")
    server.says["CAPABILITY"] = b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\n"
    with pytest.raises(MailError):
        list(fake_source(server, security="starttls").find())
    assert not any(b"EXAMINE" in line or b"AUTHENTICATE" in line for line in server.seen)
    server.close()


@pytest.mark.parametrize("bad", ["a\r\nb", "a\nDELETE INBOX", "a\0b", "a\x7fb", "a\tb"])
def test_no_control_character_reaches_the_wire(bad: str) -> None:
    server = FakeImap()
    with pytest.raises(MailError, match="control"):
        list(fake_source(server, folder=bad).find())
    with pytest.raises(MailError, match="control"):
        quote_string(bad)
    plain = Mailbox(replace(ACCOUNT, port=server.port, security="none"), lambda: Secret("x"))
    with plain as mailbox, pytest.raises(MailError, match="control"):
        mailbox.search("SUBJECT", bad)
    assert not any(b"DELETE" in line or b"a" in line.split()[1:2] for line in server.seen)
    server.close()


def test_answers_of_every_shape() -> None:
    """UID behind the literal, news in between, a literal that looks like an answer, NIL, an empty string."""
    pieces = [
        (b"1 (BODY[] {26}", b") UID 99 (UID 98 RFC822.SIZE 1"), b" UID 5 FLAGS (\\Seen))",
        b"2 (FLAGS (\\Seen))", b"2 (UID 7 FLAGS (\\Seen))",
        b"3 (UID 8 RFC822.SIZE 12 BODY[] NIL)",
        (b'4 (INTERNALDATE " 2-Sep-2025 08:31:07 +0200" RFC822.SIZE 44 UID 9 BODY[HEADER.FIELDS (FROM)] {2}', b"\r\n"), b")",
        None,
    ]  # fmt: skip
    messages = read_fetched(pieces)
    assert [(m.uid, m.size, m.data) for m in messages] == [
        (5, None, b") UID 99 (UID 98 RFC822.SIZE 1"), (8, 12, None), (9, 44, b"\r\n"),
    ]  # fmt: skip
    assert messages[2].received == datetime(2025, 9, 2, 6, 31, 7, tzinfo=UTC)
    listed = [
        b'(\\HasNoChildren) "/" "Sent \\"x\\""', b'(\\Noselect) "." "Archive"', b'() NIL INBOX',
        (b'(\\HasNoChildren) "." {12}', b"M&AOQ-rkte"), b"", None,
    ]  # fmt: skip
    assert read_folders(listed) == ['Sent "x"', "INBOX", "Märkte"]


@pytest.mark.parametrize("name", ["INBOX", "a&b", "Entwürfe", "日本語/台北", "🙂 &-", "a,b~c", "&"])
def test_mailbox_names_go_there_and_back(name: str) -> None:
    coded = encode_mailbox(name)
    assert coded.isascii()
    assert decode_mailbox(coded) == name


def test_mailbox_names_of_the_rfc() -> None:
    assert encode_mailbox("~peter/mail/台北/日本語") == "~peter/mail/&U,BTFw-/&ZeVnLIqe-"
    assert decode_mailbox("&Jjo!") == "&Jjo!"
    assert search_senders(()) == []
