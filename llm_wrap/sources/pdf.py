"""A PDF with text to text lines. Needs the light library pypdf, which the `pdf` extra brings."""

from __future__ import annotations

import io
import logging

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
            pages.append(page.extract_text())
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
