"""From inbox to inbox: what was found, what it is, what is to be sent, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from llm_wrap.models.brief import Brief
from llm_wrap.models.wrap import Region, WrapKind

DeliveryState = Literal["new", "sending", "sent", "refused", "unknown"]
MailKind = Literal["brief", "notice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWrap:
    """Something that a source found and that may be a wrap.

    Attributes:
        origin: which source, e.g. "folder:/home/me/wraps" or "imap:desk@imap.example.com/INBOX".
        name: for messages: a path, a subject.
        data: the bytes of any carrier (text, HTML, mail, PDF).
        received: when it arrived, with a time zone.
        source_id: the same for the same thing in every run, and no other's: what `Source.handled` is told.
    """

    origin: str
    name: str
    data: bytes
    received: datetime
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapIdentity:
    """Which wrap it is: an Asian recap and a European pre-open of one day are two, a corrected text is the same one.

    Attributes:
        text_hash: stands for the date where the text has none; None otherwise.
    """

    region: Region | None
    kind: WrapKind | None
    session_date: date | None
    text_hash: str | None = None

    @property
    def key(self) -> str:
        """One line that is unique to the identity: "asia/recap/2025-09-12"."""
        day = self.session_date.isoformat() if self.session_date else f"sha256:{self.text_hash}"
        return f"{self.region or '-'}/{self.kind or '-'}/{day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One text of a wrap. `number` counts from 1; a later one is a correction. `received` with a time zone."""

    identity: WrapIdentity
    number: int
    content_hash: str
    name: str
    origin: str
    received: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefEntry:
    """A wrap that a mail carries in full.

    Attributes:
        corrects: it replaces an edition that readers were sent.
        late: it is not of the last session; the mail says so.
    """

    edition: Edition
    brief: Brief
    corrects: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWrap:
    """A wrap that a catch-up mail names and does not carry: an older one, in the archive. `title`: its title or headline."""

    edition: Edition
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContent:
    """What one mail says: briefs in full, older wraps by name, or a notice alone.

    Attributes:
        notice: the sentences of a "no wrap yet" mail, else None.
        notes: what the reader must know about this mail, one sentence each.
    """

    entries: tuple[BriefEntry, ...] = ()
    listed: tuple[ListedWrap, ...] = ()
    notice: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHeaders:
    """What goes into a mail's header apart from the subject, which is made of the content.

    Attributes:
        sender: "Name <address>" or an address. date: with a time zone. message_id: with its angle brackets.
        references: Message-IDs of the mails that this one corrects, oldest first.
        list_unsubscribe: a mailto: or https: address. one_click: the https address takes a POST without a question (RFC 8058).
    """

    sender: str
    recipient: str
    message_id: str
    date: datetime
    reply_to: str | None = None
    list_id: str | None = None
    list_unsubscribe: str | None = None
    one_click: bool = False
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One mail to one recipient.

    Attributes:
        id: its number in the outbox.
        wraps: keys of what it carries, "asia/recap/2025-09-12#1" (identity, edition); () for a notice.
        date, message_id, data: as stored before the first attempt; every attempt sends these same bytes. `data` is empty
            where it was not asked for or its retention is over.
        attempts: how often the whole text was given to a server.
        attempted: when last; None before the first.
        reason: of the state, in words; None for new and sent.
        held: the operator does not want it sent.
    """

    id: int
    kind: MailKind
    recipient: str
    wraps: tuple[str, ...]
    subject: str
    message_id: str
    date: datetime
    state: DeliveryState
    data: bytes = b""
    attempts: int = 0
    attempted: datetime | None = None
    reason: str | None = None
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What one run did.

    Attributes:
        found: things that the sources gave. taken: new wraps among them. skipped: known already, or no wraps.
        mails: made now. sent, refused, unknown, waiting: how deliveries stand that this run dealt with; waiting ones are
            tried again by the next run.
        problems: one line each for the operator, e.g. a source that failed.
    """

    run_id: str
    started: datetime
    ended: datetime | None = None
    found: int = 0
    taken: int = 0
    skipped: int = 0
    mails: int = 0
    sent: int = 0
    refused: int = 0
    unknown: int = 0
    waiting: int = 0
    problems: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Nothing is left that the operator must look at."""
        return not (self.problems or self.refused or self.unknown or self.waiting)
