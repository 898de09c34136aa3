"""The words of a mail that are no brief's: what an entry is, what is in the mail, how to leave. Both parts say them alike."""

from __future__ import annotations

from collections.abc import Iterator

from llm_wrap import __version__
from llm_wrap.brief.figures import edition as edition_name
from llm_wrap.brief.figures import long_date, signed
from llm_wrap.brief.view import view_brief
from llm_wrap.brief.wording import count_words
from llm_wrap.delivery.identity import describe_wrap
from llm_wrap.models import MarketWrap
from llm_wrap.models.delivery import BriefEntry, Edition, ListedWrap, MailContent, MailHeaders, WrapIdentity

_INDICES = 2  # named in a headline
OLDER = "Older wraps since the last mail, kept in the archive (llm-wrap archive show DATE):"


def entry_marks(entry: BriefEntry) -> tuple[str, ...]:
    """What a reader must know about an entry before its figures."""
    marks = []
    if entry.corrects:
        marks.append("Correction: this replaces the edition that you were sent before.")
    if entry.late:
        marks.append("Late: this is not the last session.")
    return tuple(marks)


def mark_words(entry: BriefEntry) -> str:
    """The marks as they stand before a name: "Correction: ", "Correction: Late: ", or nothing."""
    return ("Correction: " if entry.corrects else "") + ("Late: " if entry.late else "")


def name_edition(edition: Edition) -> str:
    """“Asia market recap, Friday 12 September 2025”, with the number of a correction."""
    return _name(edition.identity) + (f" (edition {edition.number})" if edition.number > 1 else "")


def name_entry(entry: BriefEntry) -> str:
    """“Asia market recap, Friday 12 September 2025”."""
    return _name(entry.brief.wrap)


def headline(wrap: MarketWrap) -> str:
    """The first indices with their moves, else the title, else the first headline, else nothing."""
    moves = [f"{row.name} {signed(row.change_pct, '%')}" for row in wrap.markets if row.change_pct is not None]
    return ", ".join(moves[:_INDICES]) or describe_wrap(wrap) or ""


def top_words(content: MailContent) -> tuple[str, ...]:
    """What the reader must know about the mail, on top of it."""
    notes = [content.notice] if content.notice else []
    notes += content.notes
    if content.listed:
        notes.append(f"{count_words(len(content.listed), 'older wrap')} that came since the last mail: see the end.")
    return tuple(notes)


def list_contents(content: MailContent) -> tuple[str, ...]:
    """A line for each wrap of a mail that has several, with its headline and whether it is whole; () for one wrap."""
    if len(content.entries) < 2:
        return ()
    return tuple(
        f"{mark_words(entry)}{name_entry(entry)}{f': {line}' if (line := headline(entry.brief.wrap)) else ''}. "
        f"{view_brief(entry.brief).outcome}"
        for entry in content.entries
    )


def list_older(wrap: ListedWrap) -> str:
    """An older wrap by name and title."""
    return name_edition(wrap.edition) + (f": {wrap.title}" if wrap.title else "")


def foot_words(headers: MailHeaders) -> Iterator[str]:
    """Where the mail comes from and whom to ask; how to leave the list is `leave_words`."""
    yield f"This mail was made and sent by llm-wrap {__version__}, by itself. It is information, not advice."
    owner = headers.reply_to or headers.sender
    yield (
        f"To get other wraps or to change your watchlist, write to {owner} "
        "(who runs llm-wrap sets both in [[mail.to]] of the settings)."
    )


def leave_words(headers: MailHeaders) -> tuple[str, str | None]:
    """How to leave the list, and the address that does it, where there is one."""
    if headers.list_unsubscribe:
        return "To leave the list:", headers.list_unsubscribe
    return f"To leave the list, write to {headers.reply_to or headers.sender}.", None


def _name(of: WrapIdentity | MarketWrap) -> str:
    day = long_date(of.session_date) if of.session_date else "date unknown"
    return f"{edition_name(of.region, of.kind)}, {day}"
