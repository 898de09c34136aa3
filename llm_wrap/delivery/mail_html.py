"""The HTML part of a mail, at most 80 kB: what it must leave out for that, it counts on top and at its place.

In: what the mail says and its headers. Out: one document. Every word of a wrap goes through `esc`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from llm_wrap.delivery.mail_entry import entry_parts
from llm_wrap.delivery.mail_markup import LIST, document, esc, heading, link, listing, notice, paragraph
from llm_wrap.delivery.mail_size import LIMIT, Part, fit_parts
from llm_wrap.delivery.mail_words import (
    OLDER,
    foot_words,
    leave_words,
    list_contents,
    list_older,
    mark_words,
    name_entry,
    top_words,
)
from llm_wrap.models.delivery import MailContent, MailHeaders

_PREHEADER = 150  # characters; lists of mails show fewer
_RULE = '<hr style="margin:28px 0 18px 0">\n'
_SHORTENED = "Shortened to fit a mail; the places say what is left out. The mail's plain-text part has all of it."
_ROOM_FOR_NOTE = 700  # bytes of the words above, in their box


def render_mail_html(content: MailContent, headers: MailHeaders, *, up_colour: str = "green") -> str:
    """The document. `up_colour`: of a rise, green or red."""
    parts = tuple(_parts(content, headers, up_colour))
    frame = document(_title(content), _preheader(content), "")
    room = LIMIT - len(frame.encode()) - len(parts)  # a line end after each
    if sum(part.size for part in parts) > room:
        parts = (Part(rank=0, head=notice(_SHORTENED)), *fit_parts(parts, room - _ROOM_FOR_NOTE))
    return document(_title(content), _preheader(content), "\n".join(_write(parts)))


def _parts(content: MailContent, headers: MailHeaders, up_colour: str) -> Iterator[Part]:
    top = list(top_words(content))
    if content.notice and not content.entries:
        yield Part(rank=0, head=heading(1, "No wrap yet") + paragraph(esc(top.pop(0))))
    if top:
        yield Part(rank=0, head=notice("<br>".join(map(esc, top))))
    several = list_contents(content)
    if several:
        rows = listing(esc(line) for line in several)
        yield Part(
            rank=2,
            head=paragraph("<b>In this mail</b>") + LIST[0],
            rows=rows,
            foot=LIST[1] + _RULE,
            noun="wraps",
            least=3,
        )
    for number, entry in enumerate(content.entries):
        yield from entry_parts(entry, up_colour)
        if number < len(content.entries) - 1:
            yield Part(rank=0, head=_RULE)
    if content.listed:
        rows = listing(esc(list_older(wrap)) for wrap in content.listed)
        head = heading(2, "Older wraps") + paragraph(esc(OLDER)) + LIST[0]
        yield Part(rank=2, head=head, rows=rows, foot=LIST[1], noun="wraps", least=30)
    yield Part(rank=0, head=_RULE + "".join(_foot(headers)))


def _write(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if part.head or part.rows:
            yield part.head + "".join(part.rows) + part.foot + _left_out(part)


def _left_out(part: Part) -> str:
    if not part.lost:
        return ""
    some = (
        f"{part.lost:,} of {part.lost + len(part.rows):,} {part.noun}"
        if part.rows
        else f"All {part.lost:,} {part.noun}"
    )
    return paragraph(f"<b>{some} left out here: see the plain-text part.</b>", "mixed")


def _foot(headers: MailHeaders) -> Iterator[str]:
    yield from (paragraph(esc(words), "muted", size=13) for words in foot_words(headers))
    words, address = leave_words(headers)
    told = esc(words)
    if address:
        shown = address.removeprefix("mailto:").partition("?")[0] if address.startswith("mailto:") else address
        told += f" {link(address, shown or address)}"
    yield paragraph(told, "muted", size=13)


def _title(content: MailContent) -> str:
    if not content.entries:
        return "No wrap yet" if content.notice else "Market wraps"
    return mark_words(content.entries[0]) + name_entry(content.entries[0])


def _preheader(content: MailContent) -> str:
    if content.notice or not content.entries:
        return content.notice or ""
    brief = content.entries[0].brief
    words = " ".join(day.text for day in brief.day) or " ".join(brief.wrap.synopsis)
    words = " ".join(content.notes) + (" " if content.notes else "") + words
    return words if len(words) <= _PREHEADER else words[:_PREHEADER].rpartition(" ")[0] + "…"
