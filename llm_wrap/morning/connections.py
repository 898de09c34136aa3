"""What the settings of the morning run name, opened: the sources, the mail server, the folder of sent mail. Secrets are found
here and only when they are needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from llm_wrap.access import find_secret
from llm_wrap.config import Settings
from llm_wrap.delivery.inbox import FolderSource, Source, oldest_wanted
from llm_wrap.delivery.line import Secret
from llm_wrap.delivery.sent import SentFolder, SentMaildir
from llm_wrap.delivery.smtp import Submission
from llm_wrap.errors import SettingsError


def open_sources(settings: Settings, environment: Mapping[str, str], now: datetime) -> tuple[Source, ...]:
    """The places of [inbox]. SettingsError where none is named."""
    inbox = settings.inbox
    since = oldest_wanted(now, inbox.max_age_days)
    sources: list[Source] = []
    if inbox.folder is not None:
        sources.append(FolderSource(inbox.folder, settings.max_bytes, since))
    if not sources:
        raise SettingsError("no place for wraps to arrive at: set folder under [inbox], or name a FILE")
    return tuple(sources)


def open_submission(settings: Settings, environment: Mapping[str, str]) -> Submission:
    """The mail server of [mail]; it is connected when the first mail goes out. SettingsError where it is not named."""
    mail = settings.mail
    if mail.host is None or mail.sender is None:
        raise SettingsError(
            "nothing can be mailed: set host and sender under [mail]; `llm-wrap init` explains every setting"
        )

    def find() -> Secret | None:
        value = find_secret(environment, [mail.password_env], mail.password_file, f"mail:{mail.host}")
        return Secret(value) if value else None

    return Submission(mail, find, settings.ca_file)


def open_sent_folder(settings: Settings, environment: Mapping[str, str]) -> SentFolder | None:
    """Where copies of sent mail are looked up; None where the settings name no place."""
    sent = settings.mail.sent
    return SentMaildir(sent.maildir) if sent.maildir is not None else None
