"""`llm-wrap doctor --mail`: what the morning run needs, found out by talking to the servers. Nothing is fetched but headers, and
nothing is sent but one test mail where it was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from zoneinfo import ZoneInfo

from llm_wrap.cli.doctor import Finding, find_config, print_findings
from llm_wrap.config import Settings, load_settings
from llm_wrap.delivery.imap import Mailbox
from llm_wrap.delivery.imap_source import ImapSource
from llm_wrap.delivery.planning import make_message_id
from llm_wrap.delivery.schedule import next_run
from llm_wrap.delivery.trading_days import open_calendar
from llm_wrap.errors import LlmWrapError, MailError
from llm_wrap.mail_address import check_address
from llm_wrap.morning.connections import open_imap_source, open_sent_folder, open_sources, open_submission

_PICKED_SHOWN = 3
# What servers and the system say, and what to do; the first that fits.
_REMEDIES = (
    ("refused", "check host and port"),
    ("not be looked up", "check the host's name and the network"),
    ("name or service", "check the host's name and the network"),
    ("deadline", "the server is slow, or a firewall drops the port"),
    ("timed out", "the server is slow, or a firewall drops the port"),
    ("wrong version number", 'this port speaks no TLS from the first byte: security = "starttls", or another port'),
    ("unexpected_eof", "this port may speak no TLS, or another kind: check port and security"),
    ("no starttls", 'security = "tls" with port 465 (SMTP) or 993 (IMAP), where the server has it'),
    ("535", "check user and password; Gmail wants an app password, Microsoft 365 a token (token_command)"),
    (
        "authenticationfailed",
        "check user and password; Gmail wants an app password, Microsoft 365 a token (token_command)",
    ),
    ("530", "the server wants a login: set mail.user"),
)


def run_doctor_mail(config: Path | None, environment: Mapping[str, str], send_to: str | None) -> int:
    """Prints the findings; 1 where one is not well."""
    return print_findings(examine_mail(config, environment, send_to))


def examine_mail(config: Path | None, environment: Mapping[str, str], send_to: str | None) -> Iterator[Finding]:
    try:
        settings = load_settings(config, environment)
        if send_to is not None:
            check_address(send_to, "--send-to")
    except LlmWrapError as error:
        yield Finding("settings", False, str(error))
        return
    yield find_config(config, environment)
    readers = len(settings.mail.to)
    yield Finding("readers", bool(readers), f"{readers}" if readers else "nobody: add a [[mail.to]] with an address")
    yield from _examine_server(settings, environment)
    yield from _examine_inbox(settings, environment)
    yield _examine_sent(settings, environment)
    yield from _examine_calendar(settings)
    if send_to is not None:
        yield _send(settings, environment, send_to)


def _examine_server(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    mail = settings.mail
    try:
        with open_submission(settings, environment) as server:
            yield Finding("server", True, f"{mail.host}:{mail.port}: {server.check()}")
    except LlmWrapError as error:
        yield Finding("server", False, _with_remedy(str(error)))


def _examine_inbox(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    now = datetime.now(UTC)
    try:
        sources = open_sources(settings, environment, now)
    except LlmWrapError as error:
        yield Finding("inbox", False, str(error))
        return
    for source in sources:
        if isinstance(source, ImapSource):
            yield from _examine_mailbox(open_imap_source(settings, environment, now))
            continue
        try:
            names = [f"{found.received:%Y-%m-%d %H:%M} {found.name}" for found in source.find(lambda source_id: False)]
            yield Finding("inbox", True, f"{source.origin}: {_pick(names)}")
        except LlmWrapError as error:
            yield Finding("inbox", False, str(error))


def _examine_mailbox(source: ImapSource) -> Iterator[Finding]:
    mailbox = Mailbox(source.account, source.find_secret, source.ca_file)
    try:
        how = mailbox.log_in()
        yield Finding("inbox", True, f"{source.account.host}:{source.account.port}: {how}")
        folders = mailbox.folders()
        if source.account.folder not in folders and source.account.folder.upper() != "INBOX":
            told = ", ".join(sorted(folders)[:20])
            yield Finding("inbox", False, f"there is no folder {source.account.folder!r}; inbox.mailbox may be: {told}")
            return
        mailbox.examine()
        matches = source.match(mailbox)
        names = [f"{header.received:%Y-%m-%d %H:%M} {subject}" for header, subject in matches]
        yield Finding("inbox", True, f"{source.account.folder}: {mailbox.count} mails; {_pick(names)}")
        if not source.matching.senders:
            yield Finding("inbox", True, "every mail is looked at: inbox.senders names those that wraps come from")
    except MailError as error:
        yield Finding("inbox", False, _with_remedy(str(error)))
    finally:
        mailbox.close()


def _pick(names: list[str]) -> str:
    if not names:
        return "nothing in it would be taken: check senders, subject and max_age_days if that is a surprise"
    return f"{len(names)} would be looked at, the newest: {'; '.join(names[-_PICKED_SHOWN:][::-1])}"


def _examine_sent(settings: Settings, environment: Mapping[str, str]) -> Finding:
    try:
        folder = open_sent_folder(settings, environment, datetime.now(UTC))
        if folder is None:
            return Finding(
                "sent mail",
                True,
                "no place to look a mail up: after a crash or a lost answer you will be asked ([mail.sent])",
            )
        folder.has("<nothing@llm-wrap.invalid>")
    except LlmWrapError as error:
        return Finding("sent mail", False, _with_remedy(str(error)))
    return Finding("sent mail", True, "can be looked up by Message-ID")


def _examine_calendar(settings: Settings) -> Iterator[Finding]:
    morning = settings.morning
    try:
        days = open_calendar(morning.calendar)
    except LlmWrapError as error:
        yield Finding("calendar", False, str(error))
        return
    due = next_run(morning, days.weekdays(), datetime.now(UTC))
    yield Finding(
        "calendar",
        days.doubt is None,
        days.doubt or f"{days.name}; a scheduled run would be next {due:%a %Y-%m-%d %H:%M} {morning.time_zone}",
    )


def _send(settings: Settings, environment: Mapping[str, str], address: str) -> Finding:
    try:
        with open_submission(settings, environment) as server:
            sender = settings.mail.sender or ""
            outcome = server.send(sender, address, _write_test_mail(settings, address), lambda: None)
    except LlmWrapError as error:
        return Finding("test mail", False, _with_remedy(str(error)))
    if outcome.state == "sent":
        return Finding("test mail", True, f"the server took it for {address}: see whether it arrives, and where")
    return Finding("test mail", False, _with_remedy(f"{outcome.state}: {outcome.reason}"))


def _write_test_mail(settings: Settings, address: str) -> bytes:
    sender = settings.mail.sender or ""
    now = datetime.now(UTC).astimezone(ZoneInfo(settings.morning.time_zone))
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "Test mail of llm-wrap"
    message["From"] = sender
    message["To"] = address
    message["Date"] = now
    message["Message-ID"] = make_message_id(address, [f"test {now.isoformat()}"], sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("llm-wrap doctor sent this. The briefs of market wraps will come the same way.\n")
    return message.as_bytes()


def _with_remedy(words: str) -> str:
    lowered = words.lower()
    remedy = next((remedy for sign, remedy in _REMEDIES if sign in lowered), None)
    return f"{words}; {remedy}" if remedy else words
