"""The settings of the morning run, as tables of the one settings file: [mail], [[mail.to]], [inbox], [morning].

Records, their checks and the lines of the template; `config` reads them. Passwords are never here: a table names the
variable or the file that holds one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import time
from pathlib import Path

from llm_wrap.errors import SettingsError
from llm_wrap.mail_address import check_address, split_address

SECURITY = ("starttls", "tls", "none")
LOGS = ("text", "json")
INTERVALS = (5, 6, 10, 12, 15, 20, 30, 60)  # minutes; each fits into an hour, as crontab lines want it


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One who gets the brief.

    Attributes:
        address: the bare address.
        watchlist: tickers and names to look for.
        wraps: which wraps are wanted, each "asia", "recap" or "asia recap"; empty is all.
    """

    address: str
    watchlist: tuple[str, ...] = ()
    wraps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSettings:
    """Where a copy of each accepted mail can be looked up by its Message-ID: over IMAP, or in a Maildir on this machine.

    Attributes:
        host: of the IMAP server; None is no look-up over IMAP. folder: that has the copies.
        maildir: a Maildir that the mail server files a copy in.
        settle_s: seconds after an attempt until "not there" counts: RFC 5321 gives a server ten minutes to accept a text.
    """

    host: str | None = None
    port: int = 993
    security: str = "tls"
    user: str | None = None
    password_env: str = "LLM_WRAP_MAIL_SENT_PASSWORD"
    password_file: Path | None = None
    token_command: str | None = None
    folder: str = "Sent"
    maildir: Path | None = None
    settle_s: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The mail server, the sender and who gets the brief.

    Attributes:
        host: of the SMTP server; None sends nothing.
        security: "starttls" (asked for and required), "tls" from the first byte, or "none".
        user: to log in as; None does not log in. token_command: prints an OAuth token, which is used in place of a password.
        sender: "Name <address>" or an address. reply_to: an address.
        list_id: "morning-brief.example.com". list_unsubscribe: a mailto: or https: address.
        one_click: the https address takes a POST without a question (RFC 8058); mail programs then offer a button.
        deadline_s: seconds for one mail, from the envelope to the server's last reply.
        retry_s: for so long a run tries again what a server did not take for now.
    """

    host: str | None = None
    port: int = 587
    security: str = "starttls"
    user: str | None = None
    password_env: str = "LLM_WRAP_MAIL_PASSWORD"
    password_file: Path | None = None
    token_command: str | None = None
    sender: str | None = None
    reply_to: str | None = None
    list_id: str | None = None
    list_unsubscribe: str | None = None
    one_click: bool = False
    deadline_s: float = 120.0
    retry_s: float = 900.0
    to: tuple[Recipient, ...] = ()
    sent: SentSettings = field(default_factory=SentSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxSettings:
    """Where wraps arrive: a folder, a Maildir, a mailbox over IMAP, or several of them.

    Attributes:
        folder, maildir: on this machine.
        host: of an IMAP server; `mailbox` is the folder there.
        senders: addresses (or "@example.com") that wraps come from; empty is anybody.
        subject: words that the subject must hold, in any case; None is any subject.
        max_age_days: a wrap that arrived before is not looked at.
        deadline_s: seconds of waiting for the IMAP server in a run, all together.
    """

    folder: Path | None = None
    maildir: Path | None = None
    host: str | None = None
    port: int = 993
    security: str = "tls"
    user: str | None = None
    password_env: str = "LLM_WRAP_INBOX_PASSWORD"
    password_file: Path | None = None
    token_command: str | None = None
    mailbox: str = "INBOX"
    senders: tuple[str, ...] = ()
    subject: str | None = None
    max_age_days: int = 14
    deadline_s: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningSettings:
    """When the brief is due and what happens around it.

    Attributes:
        deadline: local time in `time_zone` at which the brief is to be out.
        calendar: the exchange whose trading days count ("JPX", "XLON"); None takes Monday to Friday.
        early_minutes, late_minutes: the hours of the scheduled runs: so long before and after the deadline, of one day.
        every_minutes: between two scheduled runs.
        labels_s: seconds that labelling may take; less where the deadline is nearer.
        notices: whether "no wrap yet" is mailed once where none has come by the deadline on a trading day.
        retention_days: how long wraps and mails are kept; the addresses go with them.
        ping_url: told of start, success and failure by GET: URL/start, URL, URL/fail.
        log: "text" or "json" lines on stderr.
    """

    deadline: time = time(7, 30)
    time_zone: str = "UTC"
    calendar: str | None = None
    early_minutes: int = 90
    late_minutes: int = 150
    every_minutes: int = 10
    labels_s: float = 600.0
    notices: bool = False
    retention_days: int = 90
    ping_url: str | None = None
    log: str = "text"


def check_mail(mail: MailSettings, where: str) -> None:
    """SettingsError where a setting of [mail] cannot be meant."""
    _check_server(mail, f"{where}: mail")
    _check_server(mail.sent, f"{where}: mail.sent")
    for name in ("sender", "reply_to"):
        value = getattr(mail, name)
        if value is not None:
            check_address(split_address(value).address, f"{where}: mail.{name}")
    if mail.list_unsubscribe is not None and not mail.list_unsubscribe.startswith(("mailto:", "https://")):
        raise SettingsError(f"{where}: mail.list_unsubscribe is no mailto: or https: address")
    if mail.one_click and not (mail.list_unsubscribe or "").startswith("https://"):
        raise SettingsError(f"{where}: mail.one_click needs an https address in mail.list_unsubscribe")
    if not 1 <= mail.deadline_s <= 3600:
        raise SettingsError(f"{where}: mail.deadline_s = {mail.deadline_s:g} is not between 1 and 3600 seconds")
    if not 0 <= mail.retry_s <= 86_400:
        raise SettingsError(f"{where}: mail.retry_s = {mail.retry_s:g} is not between 0 and 86,400 seconds")
    if not 0 <= mail.sent.settle_s <= 86_400:
        raise SettingsError(f"{where}: mail.sent.settle_s = {mail.sent.settle_s:g} is not between 0 and 86,400 seconds")
    seen = set()
    for recipient in mail.to:
        check_address(recipient.address, f"{where}: mail.to")
        if recipient.address.lower() in seen:
            raise SettingsError(f"{where}: mail.to has {recipient.address} twice; one entry can want several wraps")
        seen.add(recipient.address.lower())


def check_inbox(inbox: InboxSettings, where: str) -> None:
    """SettingsError where a setting of [inbox] cannot be meant."""
    _check_server(inbox, f"{where}: inbox")
    if not 1 <= inbox.max_age_days <= 366:
        raise SettingsError(f"{where}: inbox.max_age_days = {inbox.max_age_days} is not between 1 and 366")
    if not 1 <= inbox.deadline_s <= 3600:
        raise SettingsError(f"{where}: inbox.deadline_s = {inbox.deadline_s:g} is not between 1 and 3600 seconds")
    for sender in inbox.senders:
        _, at, domain = sender.strip().rpartition("@")
        if not (at and domain) or not sender.isascii() or not sender.isprintable():
            raise SettingsError(f'{where}: inbox.senders: {sender!r} is neither an address nor "@example.com"')
    if inbox.subject is not None and not inbox.subject.isprintable():
        raise SettingsError(f"{where}: inbox.subject holds a control character")


def check_morning(morning: MorningSettings, where: str) -> None:
    """SettingsError where a setting of [morning] cannot be meant."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(morning.time_zone)
    except (OSError, ValueError, KeyError):
        raise SettingsError(
            f'{where}: morning.time_zone = {morning.time_zone!r} is no time zone; one is "Europe/London"'
        ) from None
    for name in ("early_minutes", "late_minutes"):
        if not 0 <= getattr(morning, name) <= 1440:
            raise SettingsError(f"{where}: morning.{name} = {getattr(morning, name)} is not between 0 and 1,440")
    if morning.every_minutes not in INTERVALS:
        told = ", ".join(map(str, INTERVALS))
        raise SettingsError(f"{where}: morning.every_minutes = {morning.every_minutes} is none of {told}")
    if not 1 <= morning.labels_s <= 86_400:
        raise SettingsError(f"{where}: morning.labels_s = {morning.labels_s:g} is not between 1 and 86,400 seconds")
    if not 1 <= morning.retention_days <= 36_500:
        raise SettingsError(f"{where}: morning.retention_days = {morning.retention_days} is not between 1 and 36,500")
    if morning.log not in LOGS:
        raise SettingsError(f"{where}: morning.log = {morning.log!r} is none of {', '.join(LOGS)}")
    url = morning.ping_url
    if url is not None and not (
        url.startswith(("http://", "https://")) and url.isascii() and url.isprintable() and " " not in url
    ):
        raise SettingsError(f"{where}: morning.ping_url is no http address")


def _check_server(server: MailSettings | SentSettings | InboxSettings, where: str) -> None:
    for setting in fields(server):
        value = getattr(server, setting.name)
        if isinstance(value, str) and not value.isprintable():
            raise SettingsError(f"{where}.{setting.name} holds a control character")
    if server.security not in SECURITY:
        raise SettingsError(f"{where}.security = {server.security!r} is none of {', '.join(SECURITY)}")
    if not 1 <= server.port <= 65_535:
        raise SettingsError(f"{where}.port = {server.port} is no port")


TEMPLATE = """\

# ---- The morning run (llm-wrap run): from inbox to inbox, once. In the environment [mail] host is LLM_WRAP_MAIL_HOST, and so on.
# Passwords: from the variable named here, from a file that only you may read, or from the keyring
# (keyring set llm-wrap mail:HOST, mail.sent:HOST or inbox:HOST); never in this file.

[mail]
# The server that sends, how the connection is secured (starttls, tls, or none for a server on this machine) and the login:
# host = "smtp.example.com"
# port = 587
# security = "starttls"
# user = "brief@example.com"
# password_env = "LLM_WRAP_MAIL_PASSWORD"
# password_file = "~/.config/llm-wrap/mail-password"
# A command that prints an OAuth token (XOAUTH2: Microsoft 365, Gmail), used in place of a password:
# token_command = "my-token --scope smtp"
# Who it is from, and where answers go:
# sender = "Morning brief <brief@example.com>"
# reply_to = "desk@example.com"
# Headers for mail programs that sort and for people who want off the list:
# list_id = "morning-brief.example.com"
# list_unsubscribe = "mailto:brief@example.com?subject=unsubscribe"
# Whether that is an https address that takes a POST without a question (RFC 8058), so that mail programs show a button:
# one_click = false
# Seconds for one mail, whatever the server does, and for how long a run tries again what the server did not take for now:
# deadline_s = 120
# retry_s = 900

# Where a copy of each accepted mail can be looked up after a crash or a lost reply: the Sent folder over IMAP, or a
# Maildir. Without one such a mail is held as "unknown" for you to decide (llm-wrap outbox list); it is never sent blindly again.
[mail.sent]
# host = "imap.example.com"
# port = 993
# security = "tls"
# user = "brief@example.com"
# password_env = "LLM_WRAP_MAIL_SENT_PASSWORD"
# password_file = "~/.config/llm-wrap/mail-password"
# token_command = "my-token --scope imap"
# folder = "Sent"
# maildir = "/var/mail/sent"
# Seconds until "not there" counts:
# settle_s = 600

# Who gets it; as many of these as there are readers. wraps: "asia", "recap" or "asia recap"; without it all.
# [[mail.to]]
# address = "analyst@example.com"
# watchlist = ["7203.JP", "Hanseo Memory"]
# wraps = ["asia recap", "europe"]

[inbox]
# Where wraps arrive: a folder, a Maildir, a mailbox over IMAP (mail is left unread), or several of them:
# folder = "~/wraps"
# maildir = "~/Maildir"
# host = "imap.example.com"
# port = 993
# security = "tls"
# user = "desk@example.com"
# password_env = "LLM_WRAP_INBOX_PASSWORD"
# password_file = "~/.config/llm-wrap/inbox-password"
# token_command = "my-token --scope imap"
# mailbox = "INBOX"
# Only mail from these addresses or domains, with these words in the subject, and not older than this:
# senders = ["wraps@example.com", "@example.org"]
# subject = "recap"
# max_age_days = 14
# Seconds of waiting for the IMAP server in a run, all together:
# deadline_s = 120

[morning]
# When the brief is to be out, and whose trading days count (JPX, HKEX, SSE, KRX, TWSE, NSE, ASX, LSE, XETR, Euronext, NYSE,
# BVMF or another exchange's code, with the extra `schedule`; without it Monday to Friday):
# deadline = "07:30"
# time_zone = "UTC"
# calendar = "JPX"
# Runs of `llm-wrap schedule install` and `llm-wrap watch`: from so long before the deadline to so long after it, every so often:
# early_minutes = 90
# late_minutes = 150
# every_minutes = 10
# Seconds that labelling may take, less where the deadline is nearer: then the brief goes out with what there is, marked.
# labels_s = 600
# One short mail where no wrap has come by the deadline of a trading day:
# notices = false
# How long wraps, mails and addresses are kept:
# retention_days = 90
# An address that is told of start, success and failure (URL/start, URL, URL/fail), as dead-man services have it:
# ping_url = "https://ping.example.com/my-check"
# Lines on stderr as "text" or "json":
# log = "text"
"""
