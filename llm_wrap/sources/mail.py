"""A stored mail to text: the part that holds the wrap, under the Subject.

Takes multipart, quoted-printable, base64, HTML-only and forwarded mails, and wraps that are attached, as PDF too. What is
past MAX_PARTS parts or MAX_DEPTH levels is not read.
"""

from __future__ import annotations

import email
import email.errors
import email.policy
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from email.header import decode_header
from email.message import Message
from itertools import islice

from llm_wrap.errors import InputError
from llm_wrap.sources.html import html_to_text
from llm_wrap.sources.pdf import pdf_to_text
from llm_wrap.sources.text import undo_double_encoding

MAX_PARTS = 200
MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Document:
    """A part of a mail. `name`: its file name or its subject; `kind`: its content type as the mail has it; `attached`: it is a
    file or a mail of its own, not the body."""

    name: str
    data: bytes
    kind: str
    attached: bool


# Words of a wrap's headings; the part with the most of them is the wrap.
_MARKERS = (*"synopsis digest gainers decliners markets currencies economic".split(), "company news", "trading higher")


def mail_to_text(data: bytes, display: str) -> str:
    """The text of the mail's best part, with the Subject above it.

    Raises:
        InputError: the mail holds no text.
    """
    # compat32: the newer policies parse headers eagerly, and some Pythons let an encoded newline make a header of its own.
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        parts = list(_text_parts(message, 0, [MAX_PARTS]))
    except (email.errors.MessageError, RecursionError, ValueError, LookupError) as error:
        raise InputError(
            f"{display} is a mail that cannot be read ({type(error).__name__}): save the wrap as text."
        ) from None
    if not parts:
        raise InputError(f"{display} is a mail without text: save the wrap's text or its attachment instead.")
    best = max(parts, key=lambda part: (_score(part[1]), _has_rows(part[1]), part[0], len(part[1])))
    subject = read_subject(message)
    return f"Subject: {subject}\n\n{best[1]}" if subject else best[1]


def list_documents(data: bytes) -> list[Document]:
    """The parts of a mail that have content: attached files, attached mails and what is in them, the body. The carriers that
    are read best come last."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        found = list(_documents(message, 0, [MAX_PARTS]))
    except (email.errors.MessageError, RecursionError, ValueError, LookupError):
        return []
    return [document for _, document in sorted(found, key=lambda part: part[0])]


def _documents(message: Message, depth: int, left: list[int]) -> Iterator[tuple[int, Document]]:
    """The documents, each with its preference."""
    left[0] -= 1
    if depth > MAX_DEPTH or left[0] < 0:
        return
    payload = message.get_payload()
    kind = message.get_content_type()
    if isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                if kind == "message/rfc822":
                    yield 3, Document(read_subject(part) or "attached mail", part.as_bytes(), kind, True)
                yield from _documents(part, depth + 1, left)
        return
    name = _decode_header(str(message.get_filename() or ""))
    content = message.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        return
    attached = bool(name) or message.get_content_disposition() == "attachment"
    document = Document(name or ("a part without a name" if attached else "body"), content, kind, attached)
    if _is_pdf(message):
        yield 0, document
    elif kind == "text/html" or name.lower().endswith((".html", ".htm")):
        yield 1, document
    elif kind in ("text/plain", "text/markdown") or name.lower().endswith((".txt", ".md")):
        yield 2, replace(document, data=_decode(content, message.get_content_charset()).encode())
    else:
        yield -1, document


def _is_pdf(message: Message) -> bool:
    return message.get_content_type() == "application/pdf" or str(message.get_filename() or "").lower().endswith(".pdf")


def _score(text: str) -> int:
    lowered = text.lower()
    return sum(marker in lowered for marker in _MARKERS)


_LEAST_ROWS = 5
_BETWEEN_CELLS = re.compile(r"\t| \| | {3,20}")


def _has_rows(text: str) -> bool:
    """Whether a text has rows in columns; the plain part that a mail program makes of a page may have a line for each cell."""
    rows = (line for line in text.splitlines() if len(_BETWEEN_CELLS.findall(line[:400].strip())) > 1)
    return len(list(islice(rows, _LEAST_ROWS))) == _LEAST_ROWS


def read_subject(message: Message) -> str:
    """The decoded Subject on one line; "" where there is none."""
    return _decode_header(str(message.get("Subject") or ""))


def _decode_header(value: str) -> str:
    parts: list[str] = []
    try:
        for chunk, charset in decode_header(value[:2000]):
            parts.append(_decode(chunk, charset) if isinstance(chunk, bytes) else chunk)
    except (email.errors.MessageError, ValueError, LookupError):
        parts = [value]
    return " ".join("".join(parts).split())


def _text_parts(message: Message, depth: int, left: list[int]) -> Iterator[tuple[int, str]]:
    """The text parts as (preference, text): plain text before HTML."""
    left[0] -= 1
    if depth > MAX_DEPTH or left[0] < 0:
        return
    payload = message.get_payload()
    if message.is_multipart() and isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from _text_parts(part, depth + 1, left)
        return
    if _is_pdf(message):
        content = message.get_payload(decode=True)
        if isinstance(content, bytes):
            with suppress(InputError):  # another part will do; where none does, this mail is no wrap, which is told
                yield -1, pdf_to_text(content, "the attached PDF")
        return
    kind = message.get_content_type()
    name = str(message.get_filename() or "").lower()
    if not (kind.startswith("text/") or name.endswith((".txt", ".html", ".htm", ".md"))):
        return
    content = message.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        return
    text = _decode(content, message.get_content_charset())
    if kind == "text/html" or name.endswith((".html", ".htm")):
        try:
            yield 0, html_to_text(text)
        except InputError:
            return  # the plain part, if there is one, will do
    elif kind in ("text/plain", "text/markdown") or name.endswith((".txt", ".md")):
        if message.get_param("format") == "flowed":
            text = _unflow(text, str(message.get_param("delsp") or "").lower() == "yes")
        yield 1, text


def _decode(content: bytes, charset: str | None) -> str:
    return undo_double_encoding(_decode_once(content, charset))


def _decode_once(content: bytes, charset: str | None) -> str:
    if charset in (None, "us-ascii", "ascii", "unknown-8bit", "iso-8859-1", "latin-1"):
        # Mailers mislabel: UTF-8 where it is valid, else the Windows code page that they call Latin-1.
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            return content.decode("cp1252", errors="replace")
    try:
        return content.decode(charset or "utf-8", errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


def _unflow(text: str, delete_space: bool) -> str:
    """RFC 3676: a line that ends in a space goes on in the next one."""
    out: list[str] = []
    flowing = False
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith(" ") and not flowing:
            line = line[1:]
        soft = line.endswith(" ") and line != "-- "
        body = line[:-1] if soft and delete_space else line
        if flowing:
            out[-1] += body
        else:
            out.append(body)
        flowing = soft
    return "\n".join(out)
