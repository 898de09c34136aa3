"""A file or standard input to decoded text, with every refusal in one line that says what to do.

Takes text of any usual encoding (UTF-8, UTF-16 and UTF-32 with or without a byte order mark, Windows-1252). Refuses what
is missing, a folder, empty, larger than the limit, binary or undecodable. Reads no more than the limit of any file.
"""

from __future__ import annotations

import codecs
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from llm_wrap.errors import InputError

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
        text: decoded, line ends as stored.
    """

    name: str
    text: str


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
        raise InputError(f"{display} is larger than {limit:,} bytes: a daily wrap is some 20 KB, so check what this is.")
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
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text:
        if _looks_binary(text):
            raise InputError(f"{display} is a binary file, not a wrap: save the wrap as text, HTML or mail.")
        return text
    # Windows-1252 is what mail programs and older exports mean by "Latin-1"; five of its bytes mean nothing.
    text = data.decode("cp1252", errors="replace")
    odd = text.count("\ufffd") + sum(text.count(chr(code)) for code in (*range(9), *range(14, 32)))
    if b"\0" in data or odd * 100 > len(text):
        raise InputError(f"{display} is a binary file, not a wrap: save the wrap as text, HTML or mail.")
    if odd:
        text = data.decode("latin-1")
    return text


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
    text = decode_text(data, display)
    if not text.strip("\ufeff \t\r\n\0"):
        raise InputError(f"{display} is empty: save the wrap again.")
    return SourceText(name=display, text=text)
