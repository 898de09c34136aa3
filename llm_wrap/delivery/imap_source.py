"""Wraps that arrive by mail over IMAP, and the folder of sent mail over IMAP.

A mail is known by its folder's UIDVALIDITY and its UID. What is known is not fetched again; where the server counts anew
(another UIDVALIDITY) all are fetched, and the archive knows their content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import compat32
from pathlib import Path

from llm_wrap.delivery.imap import Dropped, Mailbox
from llm_wrap.delivery.imap_line import ImapAccount
from llm_wrap.delivery.imap_words import FetchedMessage, quote_string, search_date, search_senders
from llm_wrap.delivery.inbox import nothing_is_known
from llm_wrap.delivery.line import Secret
from llm_wrap.delivery.mail_filter import MailFilter
from llm_wrap.errors import InputError
from llm_wrap.models.delivery import FoundWrap

_CONNECTIONS = 2  # a server that goes away is asked once more; then the next run goes on
_SENT_DAYS = 3  # so far back a folder of sent mail is read where its search finds nothing


@dataclass(frozen=True, slots=True)
class ImapSource:
    """The mails of a folder that match; they are left unread.

    Attributes:
        limit: bytes; a larger mail is refused.
        since: what the server got before is passed over.
    """

    account: ImapAccount
    find_secret: Callable[[], Secret | None]
    matching: MailFilter
    limit: int
    since: datetime
    ca_file: Path | None = None

    @property
    def origin(self) -> str:
        return f"imap:{self.account.user or ''}@{self.account.host}/{self.account.folder}"

    def find(self, is_known: Callable[[str], bool] = nothing_is_known) -> Iterator[FoundWrap]:
        """The mails, oldest first. One that is too large or gone is told of when the others were given."""
        given: set[str] = set()
        troubles: dict[int, str] = {}
        for connection in range(_CONNECTIONS):
            try:
                for found in self._read(lambda source_id: source_id in given or is_known(source_id), troubles):
                    given.add(found.source_id)
                    yield found
                break
            except Dropped:
                if connection == _CONNECTIONS - 1:
                    raise
        if troubles:
            raise InputError(" ".join(troubles.values()))

    def handled(self, source_id: str) -> None:
        """Nothing to do: the outbox knows the mail by UIDVALIDITY and UID, and on the server it stays as it was."""

    def _read(self, is_known: Callable[[str], bool], troubles: dict[int, str]) -> Iterator[FoundWrap]:
        with self._open() as mailbox:
            for header, subject in self.match(mailbox):
                source_id = f"{self.origin};UIDVALIDITY={mailbox.uid_validity};UID={header.uid}"
                if is_known(source_id) or header.uid in troubles:
                    continue
                name = f"mail {header.uid} ({subject})"
                if header.size is not None and header.size > self.limit:
                    troubles[header.uid] = f"{name} is larger than {self.limit:,} bytes (max_bytes)."
                    continue
                data = mailbox.fetch_text(header.uid)
                if not data:
                    troubles[header.uid] = f"{name} was gone before it could be read."
                    continue
                assert header.received is not None
                yield FoundWrap(origin=self.origin, name=name, data=data, received=header.received, source_id=source_id)

    def match(self, mailbox: Mailbox) -> list[tuple[FetchedMessage, str]]:
        """The headers of what matches, with the decoded subject, oldest first."""
        # The day before: SINCE knows no time zones. The subject is compared here: servers differ over encoded ones.
        criteria = ["SINCE", search_date(self.since - timedelta(days=1)), *search_senders(self.matching.senders)]
        matches = []
        for header in mailbox.fetch_headers(mailbox.search(*criteria), "FROM SUBJECT"):
            if header.received is None or header.received < self.since or header.data is None:
                continue
            subject = self.matching.match(message_from_bytes(header.data, policy=compat32))
            if subject is not None:
                matches.append((header, subject))
        return sorted(matches, key=lambda match: (match[0].received, match[0].uid))

    def _open(self) -> Mailbox:
        return Mailbox(self.account, self.find_secret, self.ca_file, self.limit)


@dataclass(frozen=True, slots=True)
class SentMailbox:
    """A folder over IMAP that has a copy of every accepted mail.

    Attributes:
        now: for how far back to read where the server's search finds nothing.
    """

    account: ImapAccount
    find_secret: Callable[[], Secret | None]
    now: datetime
    ca_file: Path | None = None

    def has(self, message_id: str) -> bool:
        """Asks the server's search, then reads the headers of the last days: a search index may be late, and a wrong
        "not there" sends a mail twice."""
        for connection in range(_CONNECTIONS):
            try:
                return self._has(message_id)
            except Dropped:
                if connection == _CONNECTIONS - 1:
                    raise
        raise AssertionError

    def _has(self, message_id: str) -> bool:
        with Mailbox(self.account, self.find_secret, self.ca_file) as mailbox:
            for criteria in (
                ("HEADER", "Message-ID", quote_string(message_id)),
                ("SINCE", search_date(self.now - timedelta(days=_SENT_DAYS))),
            ):
                for header in mailbox.fetch_headers(mailbox.search(*criteria), "MESSAGE-ID"):
                    words = message_from_bytes(header.data or b"", policy=compat32).get("Message-ID", "")
                    if str(words).strip() == message_id:
                        return True
        return False
