"""The calendar of a brief as an iCalendar file (RFC 5545). In: a `Brief`. Out: text with CRLF and folded lines.

An item's headline and the sentences that tell it again are one event. All events are whole days; the end is the day after the last, as the RFC has it. A UID comes of the session, the days and
the words, so that the same wrap read again updates its entries and adds none. DTSTAMP is the session's midnight: the file
of a wrap is the same whenever it is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta

from llm_wrap.brief.escaping import clean
from llm_wrap.brief.wording import word_event
from llm_wrap.models import Brief, CalendarEvent

_FOLD = 73  # octets of content a line, under the RFC's 75 with the leading space of a continuation


def render_ics(brief: Brief) -> str:
    """The file; a wrap without events gives a calendar without any."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//llm-wrap//brief//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for event, retold in fold_events(brief.reading.calendar):
        lines += _event_lines(brief, event, retold)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in fold_line(line))


def fold_events(events: Sequence[CalendarEvent]) -> Iterator[tuple[CalendarEvent, list[str]]]:
    """The events, each with the sentences that tell it again: those of an item whose headline has the same words for the day."""
    heads = {
        _place_of(event): event for event in events if event.place.section == "digest" and event.place.sentence is None
    }
    retold: dict[CalendarEvent, list[str]] = {}
    for event in events:
        head = event if event.place.sentence is None else heads.get(_place_of(event), event)
        told = retold.setdefault(head, [])
        if event is not head:
            told.append(event.what)
    yield from retold.items()


def _place_of(event: CalendarEvent) -> tuple[object, ...]:
    return event.place.section, event.place.item, event.start, event.end, event.words


def _event_lines(brief: Brief, event: CalendarEvent, retold: Sequence[str]) -> Iterator[str]:
    session = brief.wrap.session_date or event.start
    seed = "\n".join((session.isoformat(), event.start.isoformat(), event.end.isoformat(), event.words, event.what))
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256(seed.encode('utf-8', 'replace')).hexdigest()[:32]}@llm-wrap"
    yield f"DTSTAMP:{session:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{event.start:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.end + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escape_text(word_event(event))}"
    told = (*retold, f"“{event.words}” in the wrap of {session.isoformat()}")
    yield "DESCRIPTION:" + "\\n".join(map(escape_text, told))
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escape_text(words: str) -> str:
    """
    >>> escape_text("Fed, BoE; one\\\\two")
    'Fed\\\\, BoE\\\\; one\\\\\\\\two'
    """
    return clean(words).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def fold_line(line: str) -> list[str]:
    """A content line in pieces of at most 75 octets, never cut inside a character."""
    pieces: list[str] = []
    piece, size = "", 0
    for char in line:
        octets = len(char.encode("utf-8", "replace"))
        if size + octets > _FOLD:
            pieces.append(piece)
            piece, size = " ", 0
        piece += char
        size += octets
    return [*pieces, piece]
