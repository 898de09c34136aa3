"""A mail as bytes. In: what it says and its headers. Out: RFC 5322 bytes, 7 bit clean, the same for the same input.

Pure: the clock, the sender and the Message-ID are passed in. The header is written here, field by field, and not by the
`email` package: up to Python 3.12.1 that decodes an encoded line break in a value and writes it out as a line break, and all
versions encode addresses and URLs that they find too long. Words of a wrap reach it through `header_text` alone.

Both parts are quoted-printable, not 8bit: a relay without 8BITMIME would have to change an 8bit mail (and break its
signature), no line is longer than 76 characters whatever a wrap has, and the stored bytes are those that arrive. Base64 would
add a third, and spam filters distrust it for text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import quote

from llm_wrap.brief.escaping import clean
from llm_wrap.delivery.mail_html import render_mail_html
from llm_wrap.delivery.mail_text import render_mail_text
from llm_wrap.delivery.mail_words import headline, mark_words, name_entry
from llm_wrap.errors import MailError
from llm_wrap.mail_address import is_address, split_address
from llm_wrap.models.delivery import MailContent, MailHeaders

_POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
_SUBJECT_LENGTH = 150  # characters; more is cut by every mail program
_NAME_LENGTH = 80
_LINE = 76
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+>")
_NOT_LIST_ID = re.compile(r"[^A-Za-z0-9._-]+")
_URL = "!#$%&'()*+-./:;=?@_~"  # what stands in a URL as it is; angle brackets, commas and spaces end one


def build_message(content: MailContent, headers: MailHeaders, *, up_colour: str = "green") -> bytes:
    """The mail: multipart/alternative, the text part complete, CRLF line ends. `up_colour`: of a rise, green or red.

    Raises:
        MailError: an address or a Message-ID that is none.
    """
    body = EmailMessage(policy=_POLICY)
    text, html = render_mail_text(content, headers), render_mail_html(content, headers, up_colour=up_colour)
    body.set_content(text, subtype="plain", charset="utf-8", cte="quoted-printable")
    body.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    body.set_boundary(f"=_{sha256(headers.message_id.encode()).hexdigest()[:32]}")
    head = "".join(f"{name}: {value}\r\n" for name, value in _fields(content, headers))
    return head.encode("ascii") + body.as_bytes()


def make_subject(content: MailContent) -> str:
    """The date and a headline of the first wrap, what the mail is where it is no plain brief, and how many more there are."""
    if not content.entries:
        return "No wrap yet" if content.notice else "Market wraps"
    first = content.entries[0]
    more = len(content.entries) - 1
    words = mark_words(first) + name_entry(first)
    if line := headline(first.brief.wrap):
        words += f": {line}"
    tail = f" (+{more} more)" if more else ""
    return _cut(header_text(words), _SUBJECT_LENGTH - len(tail)) + tail


def header_text(text: str) -> str:
    """Words for a header: on one line, nothing that acts, and nothing that reads as an encoded word (whose decoding could
    bring a line break back).

    >>> header_text("Up 2%\\r\\nBcc: x@example.com =?utf-8?q?a=0AB?=")
    'Up 2% Bcc: x@example.com = ?utf-8?q?a=0AB? ='
    """
    return " ".join(clean(text).replace("=?", "= ?").replace("?=", "? =").split())


def _fields(content: MailContent, headers: MailHeaders) -> Iterator[tuple[str, str]]:
    """The header, in the order of a mail program."""
    yield "From", _address("From", headers.sender)
    yield "To", _address("To", headers.recipient)
    if headers.reply_to:
        yield "Reply-To", _address("Reply-To", headers.reply_to)
    yield "Subject", _words("Subject", make_subject(content))
    yield "Date", format_datetime(headers.date)
    yield "Message-ID", _message_id(headers.message_id)
    if headers.references:
        # A correction stands below what it corrects in programs that thread.
        yield "In-Reply-To", _message_id(headers.references[-1])
        yield "References", "\r\n ".join(map(_message_id, headers.references))
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "OOF, AutoReply"
    if headers.list_id:
        yield "List-Id", f"<{_NOT_LIST_ID.sub('-', clean(headers.list_id)).strip('-')}>"
    if headers.list_unsubscribe:
        yield "List-Unsubscribe", f"<{quote(header_text(headers.list_unsubscribe), safe=_URL)}>"
        if headers.one_click and headers.list_unsubscribe.startswith("https:"):
            yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _words(name: str, text: str) -> str:
    """A field of words, folded; encoded where it must be: no ASCII, or no place to fold at."""
    plain = text.isascii() and max(map(len, text.split()), default=0) < _LINE - len(name) - 2
    return Header(text, "us-ascii" if plain else "utf-8", maxlinelen=_LINE, header_name=name).encode(linesep="\r\n")


def _address(field: str, text: str) -> str:
    name, address = split_address(clean(text))
    if not is_address(address):
        raise MailError(f"{field}: {clean(text)!r} is no mail address")
    words = _cut(header_text(name), _NAME_LENGTH)
    if not words:
        return address
    if words.isascii():
        escaped = words.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"\r\n <{address}>' if len(words) + len(address) > _LINE - 16 else f'"{escaped}" <{address}>'
    return f"{_words(field, words)}\r\n <{address}>"


def _message_id(text: str) -> str:
    if not _MESSAGE_ID.fullmatch(text):
        raise MailError(f"{text!r} is no Message-ID")
    return text


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
