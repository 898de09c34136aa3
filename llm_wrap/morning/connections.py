"""What the settings of the morning run name, opened: the sources, the mail server, the folder of sent mail. Secrets are found
here and only when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from llm_wrap.access import find_secret, run_token_command
from llm_wrap.config import Settings
from llm_wrap.delivery.imap_line import ImapAccount
from llm_wrap.delivery.imap_source import ImapSource, SentMailbox
from llm_wrap.delivery.inbox import FolderSource, Source, oldest_wanted
from llm_wrap.delivery.line import Secret
from llm_wrap.delivery.mail_filter import MailFilter
from llm_wrap.delivery.maildir import MaildirSource
from llm_wrap.delivery.sent import SentFolder, SentMaildir
from llm_wrap.delivery.smtp import Submission
from llm_wrap.errors import MailError, SettingsError
from llm_wrap.mail_settings import InboxSettings, MailSettings, SentSettings

_SENT_S = 60.0  # seconds for one look-up in the folder of sent mail


def open_sources(settings: Settings, environment: Mapping[str, str], now: datetime) -> tuple[Source, ...]:
    """The places of [inbox]. SettingsError where none is named."""
    inbox = settings.inbox
    since = oldest_wanted(now, inbox.max_age_days)
    matching = MailFilter(inbox.senders, inbox.subject)
    sources: list[Source] = []
    if inbox.folder is not None:
        sources.append(FolderSource(inbox.folder, settings.max_bytes, since))
    if inbox.maildir is not None:
        sources.append(MaildirSource(inbox.maildir, matching, settings.max_bytes, since))
    if inbox.host is not None:
        sources.append(open_imap_source(settings, environment, now))
    if not sources:
        raise SettingsError(
            "no place for wraps to arrive at: set folder, maildir or host under [inbox], or name a FILE"
        )
    return tuple(sources)


def open_imap_source(settings: Settings, environment: Mapping[str, str], now: datetime) -> ImapSource:
    """The mailbox of [inbox]."""
    inbox = settings.inbox
    return ImapSource(
        account=_account(inbox, inbox.mailbox, inbox.deadline_s, "inbox"),
        find_secret=find_mail_secret(inbox, environment, "inbox"),
        matching=MailFilter(inbox.senders, inbox.subject),
        limit=settings.max_bytes,
        since=oldest_wanted(now, inbox.max_age_days),
        ca_file=settings.ca_file,
    )


def open_submission(settings: Settings, environment: Mapping[str, str]) -> Submission:
    """The mail server of [mail]; it is connected when the first mail goes out. SettingsError where it is not named."""
    mail = settings.mail
    if mail.host is None or mail.sender is None:
        raise SettingsError(
            "nothing can be mailed: set host and sender under [mail]; `llm-wrap init` explains every setting"
        )
    return Submission(mail, find_mail_secret(mail, environment, "mail"), settings.ca_file)


def open_sent_folder(settings: Settings, environment: Mapping[str, str], now: datetime) -> SentFolder | None:
    """Where copies of sent mail are looked up; None where the settings name no place."""
    sent = settings.mail.sent
    if sent.maildir is not None:
        return SentMaildir(sent.maildir)
    if sent.host is not None:
        account = _account(sent, sent.folder, _SENT_S, "mail.sent")
        return SentMailbox(account, find_mail_secret(sent, environment, "mail.sent"), now, settings.ca_file)
    return None


def find_mail_secret(
    server: MailSettings | InboxSettings | SentSettings, environment: Mapping[str, str], entry: str
) -> Callable[[], Secret | None]:
    """Finds the token or the password of a server when it is called; `entry`: with the host, its name in the keyring."""

    def find() -> Secret | None:
        if server.token_command is not None:
            return Secret(run_token_command(server.token_command), is_token=True)
        try:
            value = find_secret(environment, [server.password_env], server.password_file, f"{entry}:{server.host}")
        except SettingsError as error:
            raise MailError(str(error)) from error
        return Secret(value) if value else None

    return find


def _account(server: InboxSettings | SentSettings, folder: str, seconds: float, table: str) -> ImapAccount:
    assert server.host is not None
    return ImapAccount(
        host=server.host,
        port=server.port,
        security=server.security,
        user=server.user,
        folder=folder,
        deadline_s=seconds,
        remedy=f"set {server.password_env}, or {table}.password_file or token_command in the settings",
    )
