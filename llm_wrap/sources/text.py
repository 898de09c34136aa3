"""A file or standard input to decoded text, with every refusal in one line that says what to do.

Takes text of any usual encoding (UTF-8, UTF-16 and UTF-32 with or without a byte order mark, Windows-1252), Markdown, HTML,
a stored mail or a PDF with text; what a file is, its content tells and not its name. Refuses what is missing, a folder,
empty, larger than the limit, binary or undecodable. Reads no more than the limit of any file.
"""

from __future__ import annotations

import codecs
import re
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from llm_wrap.errors import InputError

Carrier = Literal["text", "markdown", "html", "mail", "pdf"]
DEFAULT_LIMIT = 10_000_000  # bytes

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """The text of one wrap.

    Attributes:
        name: what to call it in messages: the path as given, or "<stdin>".
        text: decoded. Its lines are those of the file for text and Markdown, and of the text taken out of it otherwise.
        carrier: what the file was.
        mail: the mail that it was taken out of, which may hold more; None of any other carrier.
    """

    name: str
    text: str
    carrier: Carrier = "text"
    mail: bytes | None = field(default=None, repr=False)


def read_bytes(name: str, *, limit: int = DEFAULT_LIMIT) -> tuple[str, bytes]:
    """The display name and the bytes of a file, or of standard input where `name` is "-".

    Raises:
        InputError: missing, not readable, a folder, empty, or larger than `limit`.
    """
    if name == "-":
        display, data = "<stdin>", sys.stdin.buffer.read(limit + 1)
    else:
        display = name
        try:
            path = Path(name)
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                raise InputError(f"{name} is a folder, not a wrap: name a file in it.")
            with path.open("rb") as file:
                data = file.read(limit + 1)
        except FileNotFoundError:
            raise InputError(f"{name} does not exist: check the path, or use - to read standard input.") from None
        except PermissionError:
            raise InputError(f"{name} may not be read: check its permissions.") from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            shown = name.replace("\0", "\\0")
            raise InputError(f"{shown} could not be read ({reason}): check the path.") from None
    if len(data) > limit:
        raise InputError(
            f"{display} is larger than {limit:,} bytes: a daily wrap is some 20 KB, so check what this is."
        )
    if not data.strip(b" \t\r\n\0"):
        raise InputError(f"{display} is empty: save the wrap again.")
    return display, data


def decode_text(data: bytes, display: str) -> str:
    """The text that `data` holds.

    Raises:
        InputError: binary data, or text in no encoding that we know.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise InputError(
                    f"{display} says that it is {encoding.removesuffix('-sig').upper()} and is not: save it again as UTF-8 text."
                ) from None
    guess = _guess_wide(data)
    if guess:
        try:
            return data.decode(guess)
        except UnicodeDecodeError:
            pass
    text = _decode_utf8(data)
    if text:
        if _looks_binary(text):
            raise InputError(f"{display} is a binary file, not a wrap: save the wrap as text, HTML or mail.")
        return undo_double_encoding(text)
    # Windows-1252 is what mail programs and older exports mean by "Latin-1"; five of its bytes mean nothing.
    text = data.decode("cp1252", errors="replace")
    odd = text.count("\ufffd") + sum(text.count(chr(code)) for code in (*range(9), *range(14, 32)))
    if b"\0" in data or odd * 100 > len(text):
        raise InputError(f"{display} is a binary file, not a wrap: save the wrap as text, HTML or mail.")
    if odd:
        text = data.decode("latin-1")
    return text


def _decode_utf8(data: bytes) -> str:
    """The text where the bytes are UTF-8 but for a few (a file cut in the middle of a character), else ""."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(not char.isascii() for char in text[:1_000_000]) - broken
    return text if whole >= 4 * broken else ""


# What the second and later bytes of a UTF-8 character become when it is read as Windows-1252 (five stay control characters).
_LATER = "".join(
    bytes([code]).decode("cp1252", errors="replace").replace("\ufffd", chr(code)) for code in range(0x80, 0xC0)
)
# "\u00e2\u20ac\u2122" (an apostrophe)  "\u00c2\xa3" (a pound sign)  "\u00c3\xa9" (an e with its accent)
_DOUBLED = re.compile(
    f"[\u00c2-\u00df][{re.escape(_LATER)}]|[\u00e0-\u00ef][{re.escape(_LATER)}]{{2}}|[\u00f0-\u00f4][{re.escape(_LATER)}]{{3}}"
)
# Pairs that stand in no text as it was meant; a capital A with a tilde before a closing quote may (Portuguese).
_SURELY_DOUBLED = re.compile(r"\u00e2(?:\u20ac|\u201a\u00ac)|\u00c2[\u00a0-\u00bf]|\u00c3[\u00a1-\u00bf]")


def undo_double_encoding(text: str) -> str:
    """Text that was UTF-8 twice ("\u00e2\u20ac\u2122" for an apostrophe) as it was meant, also where only parts were; any other as it is."""
    for _ in range(2):  # some texts went through it twice
        if text.isascii() or not _SURELY_DOUBLED.search(text):
            break
        text = _DOUBLED.sub(_decode_again, text)
    return text


def _decode_again(found: re.Match[str]) -> str:
    data = b"".join(char.encode("latin-1") if ord(char) < 0x100 else char.encode("cp1252") for char in found[0])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return found[0]


def _guess_wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of mostly Western text is zero."""
    sample = data[:4000]
    if len(sample) < 4 or len(data) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 10 > len(sample) * 4 and even * 20 < len(sample):
        return "utf-16-le"
    if even * 10 > len(sample) * 4 and odd * 20 < len(sample):
        return "utf-16-be"
    return None


def _looks_binary(text: str) -> bool:
    """More than one control character in fifty is no text. A stray NUL in a wrap is."""
    controls = sum(text.count(chr(code)) for code in (*range(9), *range(14, 27), *range(28, 32)))
    return controls * 50 > len(text)


def read_wrap_text(name: str, *, limit: int = DEFAULT_LIMIT) -> SourceText:
    """The text of the wrap that `name` holds: a path, or "-" for standard input.

    Raises:
        InputError: in one line what is wrong with the file and what to do.
    """
    display, data = read_bytes(name, limit=limit)
    source = read_carrier(data, display)
    if not source.text.strip("\ufeff \t\r\n\0"):
        raise InputError(f"{display} is empty: save the wrap again.")
    return source


def read_carrier(data: bytes, display: str) -> SourceText:
    """The text in the bytes of any carrier. The imports are here because most wraps are text and need none of them."""
    if data.lstrip()[:5] == b"%PDF-":
        from llm_wrap.sources.pdf import pdf_to_text

        return SourceText(name=display, text=pdf_to_text(data, display), carrier="pdf")
    if looks_like_mail(data):
        from llm_wrap.sources.mail import mail_to_text

        return SourceText(name=display, text=mail_to_text(data, display), carrier="mail", mail=data)
    text = decode_text(data, display)
    if looks_like_html(text):
        from llm_wrap.sources.html import html_to_text

        return SourceText(name=display, text=html_to_text(text, display), carrier="html")
    from llm_wrap.sources.markdown import looks_like_markdown, markdown_to_text

    if display.lower().endswith((".md", ".markdown")) or looks_like_markdown(text):
        return SourceText(name=display, text=markdown_to_text(text), carrier="markdown")
    return SourceText(name=display, text=text)


def looks_like_html(text: str) -> bool:
    """Whether the text is a page or a fragment of one."""
    head = text[:4000].lstrip("\ufeff \t\r\n").lower()
    if head.startswith(("<!doctype html", "<html", "<body", "<?xml")):
        return True
    return head.startswith("<") and any(
        tag in head for tag in ("<p", "<div", "<table", "<ul", "<br", "<h1", "<h2", "<span")
    )


# A stored mail starts with headers of these names, unlike a mail that was pasted, whose headers have no transport among them.
_TRANSPORT = (b"\nmime-version:", b"\ncontent-type:", b"\nreceived:", b"\nmessage-id:", b"\ncontent-transfer-encoding:")


def looks_like_mail(data: bytes) -> bool:
    """Whether the bytes are a stored mail (RFC 5322)."""
    text = data[:20_000].lstrip()
    if text.startswith(b"From "):
        text = text.partition(b"\n")[2]
    head = text.replace(b"\r\n", b"\n").partition(b"\n\n")[0].lower()
    first, colon, _ = head.partition(b":")
    if not colon or not first or len(first) > 60 or not first.replace(b"-", b"").isalnum():
        return False
    return any(mark in b"\n" + head for mark in _TRANSPORT)
