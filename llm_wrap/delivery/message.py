"""A mail as bytes. In: what it says and its headers. Out: RFC 5322 bytes, 7 bit clean, the same for the same input.

Pure: the clock, the sender and the Message-ID are passed in. Words of a wrap reach the header through `header_text` only.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256

from llm_wrap.brief.escaping import clean
from llm_wrap.brief.figures import edition as edition_name
from llm_wrap.brief.figures import long_date, signed
from llm_wrap.delivery.mail_html import render_mail_html
from llm_wrap.delivery.mail_text import render_mail_text
from llm_wrap.models import BriefEntry, MailContent, MailHeaders, MarketWrap

_POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
_SUBJECT_LENGTH = 150  # characters; more is cut by every mail program
_INDICES = 2  # in a subject


def build_message(content: MailContent, headers: MailHeaders) -> bytes:
    """The mail: multipart/alternative, the text part complete, CRLF line ends."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(headers.sender)
    message["To"] = _address(headers.recipient)
    if headers.reply_to:
        message["Reply-To"] = _address(headers.reply_to)
    message["Subject"] = make_subject(content)
    message["Date"] = format_datetime(headers.date)
    message["Message-ID"] = headers.message_id
    message["Auto-Submitted"] = "auto-generated"
    if headers.list_id:
        message["List-Id"] = f"<{header_text(headers.list_id)}>"
    if headers.list_unsubscribe:
        message["List-Unsubscribe"] = f"<{header_text(headers.list_unsubscribe)}>"
    message.set_content(render_mail_text(content), subtype="plain", charset="utf-8", cte="quoted-printable")
    message.add_alternative(render_mail_html(content), subtype="html", charset="utf-8", cte="quoted-printable")
    message.set_boundary(f"=_{sha256(headers.message_id.encode()).hexdigest()[:32]}")
    return message.as_bytes()


def make_subject(content: MailContent) -> str:
    """The date and a headline of the first wrap, what the mail is where it is no plain brief, and how many more there are."""
    if not content.entries:
        return "No wrap yet" if content.notice else "Market wraps"
    first = content.entries[0]
    more = len(content.entries) - 1
    marks = [mark for mark, holds in (("Correction", first.corrects), ("Late", first.late)) if holds]
    words = "".join(f"{mark}: " for mark in marks) + name_entry(first)
    headline = _headline(first.brief.wrap)
    if headline:
        words += f": {headline}"
    tail = f" (+{more} more)" if more else ""
    words = header_text(words)
    return (
        words if len(words) + len(tail) <= _SUBJECT_LENGTH else words[: _SUBJECT_LENGTH - len(tail) - 1] + "…"
    ) + tail


def name_entry(entry: BriefEntry) -> str:
    """“Asia market recap, Friday 12 September 2025”."""
    wrap = entry.brief.wrap
    day = long_date(wrap.session_date) if wrap.session_date else "date unknown"
    return f"{edition_name(wrap.region, wrap.kind)}, {day}"


def header_text(text: str) -> str:
    """Words for a header: on one line, nothing that acts, and nothing that reads as an encoded word (whose decoding could
    bring a line break back)."""
    return " ".join(clean(text).replace("=?", "= ?").split())


def _headline(wrap: MarketWrap) -> str:
    moves = [f"{row.name} {signed(row.change_pct, '%')}" for row in wrap.markets if row.change_pct is not None]
    if moves:
        return ", ".join(moves[:_INDICES])
    if wrap.title:
        return wrap.title
    return next((item.headline for item in wrap.digest if item.headline), "")


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    return Address(header_text(name), local, domain.encode("idna").decode("ascii"))
