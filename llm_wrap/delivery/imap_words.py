"""What goes to an IMAP server and what comes back, as words. Pure.

mailbox names   modified UTF-7 (RFC 3501, 5.1.3): "Märkte & Co" is "M&AOQ-rkte &- Co"
strings         quoted; a control character is refused, for CR LF would begin a command of its own
FETCH answers   pieces as imaplib gives them to one record a message; what is in a literal is never taken for the answer
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from llm_wrap.errors import MailError

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# UID 4827313 in "12 (UID 4827313 RFC822.SIZE 44827 INTERNALDATE ... BODY[HEADER.FIELDS (FROM)] {310}"
_UID = re.compile(rb"[ (]UID (\d{1,10})[ )]")
_SIZE = re.compile(rb"[ (]RFC822\.SIZE (\d{1,19})[ )]")
# INTERNALDATE "12-Sep-2025 08:31:07 +0200"; the day of a month may be padded with a space
_DATE = re.compile(rb'INTERNALDATE "([ \d]?\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"')
# (\HasNoChildren \Sent) "/" "Sent Items"     or with {n} and the name as a literal behind it
_FOLDER = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.+)', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedMessage:
    """One message of a FETCH answer: its UID and what else was asked for, None where the server did not give it.

    Attributes:
        received: when the server got it, with its time zone. size: bytes. data: the literal: header fields or the whole.
    """

    uid: int
    received: datetime | None = None
    size: int | None = None
    data: bytes | None = None


def quote_string(text: str) -> str:
    r"""A quoted string of the protocol.

    Raises:
        MailError: a control character or a letter outside ASCII.

    >>> quote_string('a "b"')
    '"a \\"b\\""'
    """
    if not text.isascii() or not text.isprintable():
        raise MailError(f"{text!r} cannot be given to an IMAP server: it holds a control or non-ASCII character")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def encode_mailbox(name: str) -> str:
    """A mailbox' name in modified UTF-7.

    Raises:
        MailError: a control character.

    >>> encode_mailbox("Märkte & Co"), encode_mailbox("日本")
    ('M&AOQ-rkte &- Co', '&ZeVnLA-')
    """
    if any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in name):
        raise MailError(f"{name!r} is no mailbox' name: it holds a control character")
    out: list[str] = []
    run: list[str] = []

    def flush() -> None:
        if run:
            coded = b64encode("".join(run).encode("utf-16-be", "surrogatepass")).decode("ascii")
            out.append(f"&{coded.rstrip('=').replace('/', ',')}-")
            run.clear()

    for c in name:
        if c.isascii():
            flush()
            out.append("&-" if c == "&" else c)
        else:
            run.append(c)
    flush()
    return "".join(out)


def decode_mailbox(name: str) -> str:
    """A name as people write it; what is no modified UTF-7 stays as it is (servers have let plain UTF-8 in).

    >>> decode_mailbox("M&AOQ-rkte &- Co")
    'Märkte & Co'
    """

    def decode(match: re.Match[str]) -> str:
        coded = match[1].replace(",", "/")
        if not coded:
            return "&"
        try:
            return b64decode(coded + "=" * (-len(coded) % 4), validate=True).decode("utf-16-be")
        except (Base64Error, UnicodeDecodeError):
            return match[0]

    return re.sub(r"&([^&-]*)-", decode, name)


def search_date(day: datetime) -> str:
    """A day as SEARCH wants it, in English whatever the locale.

    >>> search_date(datetime(2025, 9, 2))
    '02-Sep-2025'
    """
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year:04}"


def search_senders(senders: Sequence[str]) -> list[str]:
    """The criteria for mail from any of the addresses or domains.

    >>> search_senders(["a@example.com", "@example.org", "b@example.com"])
    ['OR', 'FROM "a@example.com"', 'OR', 'FROM "@example.org"', 'FROM "b@example.com"']
    """
    criteria = []
    for left, sender in zip(range(len(senders) - 1, -1, -1), senders, strict=True):
        criteria += ["OR"] if left else []
        criteria.append(f"FROM {quote_string(sender)}")
    return criteria


def read_fetched(pieces: Iterable[object]) -> list[FetchedMessage]:
    """The messages of a FETCH answer, as imaplib gives it: (words, literal) pairs, and words alone behind or without one.

    News that the server slips in between (a flag that changed) have no UID, or nothing else, and are left out.
    """
    messages: list[FetchedMessage] = []
    words, literal = b"", None
    for piece in [*pieces, b""]:
        if isinstance(piece, tuple):
            words, literal = words + piece[0], piece[1] if literal is None else literal
            continue
        if isinstance(piece, bytes):
            message = _read_message(words + piece, literal)
            if message is not None:
                messages.append(message)
            words, literal = b"", None
    return messages


def _read_message(words: bytes, literal: bytes | None) -> FetchedMessage | None:
    uid, size, when = _UID.search(words), _SIZE.search(words), _DATE.search(words)
    if uid is None or (literal is None and size is None and when is None):
        return None
    return FetchedMessage(
        uid=int(uid[1]),
        received=_read_date(when) if when else None,
        size=int(size[1]) if size else None,
        data=literal,
    )


def _read_date(match: re.Match[bytes]) -> datetime | None:
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = (part.decode() for part in match.groups())
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes)) * (-1 if sign == "-" else 1)
    try:
        number = _MONTHS.index(month.title()) + 1
        return datetime(
            int(year), number, int(day), int(hour), int(minute), int(second), tzinfo=timezone(offset)
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_folders(pieces: Iterable[object]) -> list[str]:
    """The names of a LIST answer, decoded; folders that cannot be opened are left out."""
    names = []
    for piece in pieces:
        words = piece[0] if isinstance(piece, tuple) else piece
        match = _FOLDER.fullmatch(words) if isinstance(words, bytes) else None
        if match is None or b"\\noselect" in match["flags"].lower():
            continue
        raw = piece[1] if isinstance(piece, tuple) else _unquote(match["name"])
        names.append(decode_mailbox(raw.decode("utf-8", "replace")))
    return names


def _unquote(name: bytes) -> bytes:
    return re.sub(rb"\\(.)", rb"\1", name[1:-1]) if name.startswith(b'"') else name
