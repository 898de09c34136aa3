"""The text part of a mail: complete, in plain lines of at most 78 columns."""

from __future__ import annotations

from collections.abc import Iterator

from llm_wrap.brief.escaping import clean
from llm_wrap.brief.figures import edition as edition_name
from llm_wrap.brief.figures import long_date
from llm_wrap.brief.text import render_text
from llm_wrap.models import BriefEntry, Edition, MailContent

WIDTH = 78
_RULE = "=" * WIDTH


def render_mail_text(content: MailContent) -> str:
    """All that the mail says: notes first, each brief in full, then the wraps that are listed only."""
    return f"\n\n{_RULE}\n\n".join(_blocks(content)) + "\n"


def entry_marks(entry: BriefEntry) -> tuple[str, ...]:
    """What a reader must know about an entry before its figures."""
    marks = []
    if entry.corrects:
        marks.append("Correction: this replaces the edition that you were sent before.")
    if entry.late:
        marks.append("Late: this is not the last session.")
    return tuple(marks)


def name_edition(edition: Edition) -> str:
    """“Asia market recap, Friday 12 September 2025”, with the number of a correction."""
    identity = edition.identity
    day = long_date(identity.session_date) if identity.session_date else "date unknown"
    number = f" (edition {edition.number})" if edition.number > 1 else ""
    return f"{edition_name(identity.region, identity.kind)}, {day}{number}"


def _blocks(content: MailContent) -> Iterator[str]:
    head = [clean(words) for words in (*([content.notice] if content.notice else []), *content.notes)]
    if head:
        yield "\n".join(head)
    for entry in content.entries:
        yield "\n".join((*entry_marks(entry), render_text(entry.brief, width=WIDTH, full=True).rstrip("\n")))
    if content.listed:
        lines = [
            f"- {name_edition(wrap.edition)}" + (f": {clean(wrap.title)}" if wrap.title else "")
            for wrap in content.listed
        ]
        yield "\n".join(("Older wraps since the last mail, kept in the archive (llm-wrap archive show DATE):", *lines))
