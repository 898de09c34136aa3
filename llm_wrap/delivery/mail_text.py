"""The text part of a mail: complete, in plain lines of at most 78 columns.

Not format=flowed: half of it is columns, which a program that reflows lines would take apart, and Outlook and Gmail show
flowed text as it is anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from llm_wrap.brief.escaping import clean
from llm_wrap.brief.text import render_text
from llm_wrap.delivery.mail_words import (
    OLDER,
    entry_marks,
    foot_words,
    leave_words,
    list_contents,
    list_older,
    top_words,
)
from llm_wrap.models.delivery import MailContent, MailHeaders

WIDTH = 78
_RULE = "=" * WIDTH


def render_mail_text(content: MailContent, headers: MailHeaders) -> str:
    """All that the mail says: notes first, each brief in full, then the wraps that are listed only."""
    return f"\n\n{_RULE}\n\n".join(_blocks(content, headers)) + "\n"


def _blocks(content: MailContent, headers: MailHeaders) -> Iterator[str]:
    head = [line for words in top_words(content) for line in _lines(words)]
    several = [line for words in list_contents(content) for line in _lines(words, "- ")]
    if head or several:
        yield "\n".join((*head, *(("In this mail:", *several) if several else ())))
    for entry in content.entries:
        marks = [line for words in entry_marks(entry) for line in _lines(words)]
        yield "\n".join((*marks, render_text(entry.brief, width=WIDTH, full=True).rstrip("\n")))
    if content.listed:
        older = [line for listed in content.listed for line in _lines(list_older(listed), "- ")]
        yield "\n".join((*_lines(OLDER), *older))
    words, address = leave_words(headers)
    foot = [line for part in foot_words(headers) for line in _lines(part)]
    yield "\n".join((*foot, *_lines(words), *([clean(address)] if address else [])))


def _lines(words: str, start: str = "") -> list[str]:
    return wrap(clean(words), WIDTH, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False)
