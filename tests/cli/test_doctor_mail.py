"""`llm-wrap doctor --mail` against real servers: what is well, what is not, and what to do."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
import trustme

from llm_wrap.cli.doctor import Finding
from llm_wrap.cli.doctor_mail import examine_mail
from tests import dovecot
from tests.conftest import SAMPLE, need
from tests.dovecot import PASSWORD, Dovecot
from tests.fake_smtp import Act, FakeSmtp

PASSWORDS = {
    "LLM_WRAP_MAIL_PASSWORD": "p",
    "LLM_WRAP_INBOX_PASSWORD": PASSWORD,
    "LLM_WRAP_MAIL_SENT_PASSWORD": PASSWORD,
}


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def imap(ca: trustme.CA) -> Iterator[Dovecot]:
    need(dovecot.PROGRAM is not None, "Dovecot (Debian: apt-get install dovecot-imapd)")
    server = Dovecot(ca)
    server.maildir("Sent")
    wrap = b"From: Wraps <wraps@example.com>\r\nSubject: Asia recap of today\r\n\r\n" + SAMPLE.read_bytes()
    server.put(wrap, name="1.a")
    server.put(wrap.replace(b"wraps@", b"other@"), name="2.a")
    yield server
    server.close()


@pytest.fixture
def smtp(ca: trustme.CA) -> Iterator[FakeSmtp]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    server = FakeSmtp(tls=context, offers=("AUTH PLAIN",))
    yield server
    server.close()


def write_settings(tmp_path: Path, imap: Dovecot, smtp: FakeSmtp, **changes: str) -> Path:
    told = {"mailbox": "INBOX", "security": "starttls", "smtp_port": str(smtp.port), "calendar": "JPX", **changes}
    file = tmp_path / "config.toml"
    file.write_text(
        f"""
        ca_file = "{imap.ca_file}"
        [mail]
        host = "127.0.0.1"
        port = {told["smtp_port"]}
        security = "{told["security"]}"
        user = "me"
        sender = "Brief <brief@example.com>"
        [[mail.to]]
        address = "a@example.com"
        [mail.sent]
        host = "127.0.0.1"
        port = {imap.port}
        user = "desk"
        [inbox]
        host = "127.0.0.1"
        port = {imap.port}
        user = "desk"
        mailbox = "{told["mailbox"]}"
        senders = ["wraps@example.com"]
        [morning]
        calendar = "{told["calendar"]}"
        time_zone = "Asia/Tokyo"
        """
    )
    return file


def told(findings: list[Finding]) -> str:
    return "\n".join(f"{'ok' if finding.well else 'BAD'} {finding.what}: {finding.text}" for finding in findings)


def test_all_is_well_and_one_test_mail_is_sent(imap: Dovecot, smtp: FakeSmtp, tmp_path: Path) -> None:
    findings = list(examine_mail(write_settings(tmp_path, imap, smtp), PASSWORDS, "me@example.com"))
    assert all(finding.well for finding in findings), told(findings)
    words = told(findings)
    for wanted in (
        f"ok server: 127.0.0.1:{smtp.port}: starttls, logged in",
        f"ok inbox: 127.0.0.1:{imap.port}: tls, logged in",
        f"INBOX: 2 mails; 1 would be looked at, the newest: {datetime.now(UTC):%Y-%m-%d}",
        "ok sent mail: can be looked up",
        "ok calendar: JPX; a scheduled run would be next",
    ):
        assert wanted in words
    ((recipient, data),) = smtp.stored
    mail = message_from_bytes(data)
    assert (recipient, mail["Subject"], mail["Auto-Submitted"]) == (
        "me@example.com", "Test mail of llm-wrap", "auto-generated",
    )  # fmt: skip
    assert not any("S" in path.name.partition("2,")[2] for path in imap.maildir().rglob("*.a*"))


def test_what_is_wrong_is_told_with_its_remedy(imap: Dovecot, smtp: FakeSmtp, tmp_path: Path) -> None:
    def finding(changes: dict[str, str], passwords: dict[str, str] = PASSWORDS, send_to: str | None = None) -> str:
        findings = list(examine_mail(write_settings(tmp_path, imap, smtp, **changes), passwords, send_to))
        bad = [found for found in findings if not found.well]
        assert bad
        assert not any(secret in told(bad) for secret in ("hunter2", PASSWORD))
        return told(bad)

    assert "BAD inbox: there is no folder 'Wraps'; inbox.mailbox may be: INBOX, Sent" in finding({"mailbox": "Wraps"})
    assert "set LLM_WRAP_INBOX_PASSWORD" in finding({}, {**PASSWORDS, "LLM_WRAP_INBOX_PASSWORD": ""})
    assert "app password" in finding({}, {**PASSWORDS, "LLM_WRAP_INBOX_PASSWORD": "hunter2"})
    assert "check host and port" in finding({"smtp_port": "1"})
    assert "another port" in finding({"security": "tls"})
    assert "no exchange that is known" in finding({"calendar": "MOON"})
    smtp.acts = {"auth": Act(b"535 5.7.8 no\r\n")}
    assert "BAD server: " in finding({})
    smtp.acts = {"rcpt": Act(b"550 no such user\r\n")}
    assert "BAD test mail: refused: RCPT TO: 550 no such user" in finding({}, send_to="x@example.com")
    assert smtp.stored == []
    assert "no mail address" in finding({}, send_to="a\r\nb@example.com")
