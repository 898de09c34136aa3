"""A PDF with text to text lines. Needs the light library pypdf, which the `pdf` extra brings.

A page's text is laid out as printed, so that paragraphs keep the space between them and cells their gaps; where that loses
text, or columns of prose stand side by side, it comes in the order in which the PDF has it. Lines that the page's width cut
are joined: its letters are of different widths, so that no column tells later where a line was full.
"""

from __future__ import annotations

import io
import logging
import re
from itertools import pairwise
from typing import Any

from llm_wrap.errors import InputError

MAX_PAGES = 100
MAX_CHARACTERS = 5_000_000


def pdf_to_text(data: bytes, display: str) -> str:
    """The text of a PDF, pages joined by a line end.

    Raises:
        InputError: pypdf is missing, the file is damaged or locked, or its pages are pictures.
    """
    try:
        import pypdf
    except ImportError:
        raise InputError(
            f"{display} is a PDF, and reading one needs pypdf: run pip install pypdf, or save it as text."
        ) from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings about odd files are no news to a reader
    pages: list[str] = []
    size = 0
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(f"{display} is locked with a password: save it without one.")
        for page in reader.pages[:MAX_PAGES]:
            pages.append(join_lines(_read_page(page)))
            size += len(pages[-1])
            if size > MAX_CHARACTERS:
                break
    except InputError:
        raise
    except Exception as error:  # a damaged PDF raises anything from KeyError to RecursionError out of pypdf
        raise InputError(f"{display} is a damaged PDF ({type(error).__name__}): save it again, or as text.") from None
    text = "\n".join(pages)
    if not text.strip():
        raise InputError(f"{display} is a PDF of pictures without text: run it through OCR, or save the wrap as text.")
    return text


def _read_page(page: Any) -> str:
    plain = str(page.extract_text())
    try:
        laid_out = str(page.extract_text(extraction_mode="layout"))
    except Exception:  # an older pypdf, or a font or an operator that only this way stumbles over
        return plain
    if _count_letters(laid_out) < 0.98 * _count_letters(plain) or _has_columns(laid_out):
        return plain
    return laid_out


def _count_letters(text: str) -> int:
    return len(text) - sum(map(str.isspace, text))


_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
_LEAST_COLUMN = 25  # characters
# "+6.6% GE (GE Aerospace): …"  "(8.7%) AAL: …"  "• …": a row or an item begins
_BEGINS = re.compile(r"[-+(\u2212]?[0-9.]{1,8}%\)? [A-Z0-9~.*/]{1,14}(?: \(|:)|[^\w\s\"'(+$-] ")
_MOVE = re.compile(r"[-+(\u2212][0-9]{1,3}\.[0-9]{1,2}%")  # of a title, which names an index and its move
_FULL = 0.9  # of the widest line: what a full line of letters of different widths reaches


def _has_columns(text: str) -> bool:
    """Whether prose stands beside prose, which reads across the page as nonsense."""
    lines = [line for line in text.split("\n") if line.strip()]
    beside = 0
    for line in lines:
        parts = [part for part in _GAP.split(line.strip()) if len(part) >= _LEAST_COLUMN and part.count(" ") >= 3]
        beside += len(parts) > 1
    return beside >= 3 and beside * 10 > len(lines)


def join_lines(text: str) -> str:
    """A page's text with each paragraph that its width cut as one line.

    >>> join_lines("The Nikkei rose as chip makers and banks led a broad rally and the\\nTopix fell.\\n\\nNikkei   3.1   5.2")
    'The Nikkei rose as chip makers and banks led a broad rally and the Topix fell.\\n\\nNikkei   3.1   5.2'
    """
    lines = [line.rstrip() for line in text.split("\n")]
    prose = [len(line.strip()) for line in lines if line and not _GAP.search(line)]
    width = max(prose, default=0)
    blanks = sum(not upper and bool(lower) for upper, lower in pairwise(lines))
    spaced = blanks * 6 >= len(prose)  # a blank line between paragraphs
    out: list[list[str]] = []
    last = ""  # the line above as it was cut
    for line in lines:
        body = line.strip()
        goes_on = bool(last and body) and width >= 60 and _goes_on(last, body, width, spaced)
        if goes_on:
            out[-1].append(body)
        elif body or (out and out[-1][0]):
            out.append([line])
        last = "" if _GAP.search(line) else body
    return "\n".join(map(" ".join, out))


def _goes_on(upper: str, lower: str, width: int, spaced: bool) -> bool:
    """Whether `lower` is the rest of the paragraph that `upper` is of: its first word had no room there."""
    if _GAP.search(lower) or _BEGINS.match(lower):
        return False
    ended = upper[-1] in ".!?"
    if not ended and " Market" in upper and _MOVE.search(lower, 0, 80):
        return True  # the title, in larger letters than the rest
    if upper[-1] == ":":
        return False
    if not ended and (lower[0].islower() or upper[-1] == "," or _MOVE.match(lower)):
        return True
    if ended and (not spaced or lower[-1] == ":"):
        return False
    return len(upper) + 1 + len(lower.partition(" ")[0]) > _FULL * width
