"""Which entries of the calendar tell one event. In: events. Out: fewer events, or whether two are one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from llm_wrap.models import CalendarEvent
from llm_wrap.reading.wording import content_words


def join_days(events: Iterable[CalendarEvent]) -> list[CalendarEvent]:
    """ "Fri 5 Dec: Saudi official selling prices (any time from Friday)" is one event of that day, under its fuller words."""
    joined: list[CalendarEvent] = []
    for event in events:
        told = next(
            (
                place
                for place, one in enumerate(joined)
                if (one.start, one.end) == (event.start, event.end)
                and (event.what in one.what or one.what in event.what)
            ),
            None,
        )
        if told is None:
            joined.append(event)
        else:
            words = max(joined[told].words, event.words, key=lambda words: (any(map(str.isdigit, words)), len(words)))
            joined[told] = replace(max(joined[told], event, key=lambda one: len(one.what)), words=words)
    return joined


def drop_headings(events: list[CalendarEvent]) -> list[CalendarEvent]:
    """ "Nvidia on Wednesday and Walmart on Thursday are the highlights of the coming week": the week is only their heading."""
    return [
        one
        for one in events
        if not (
            one.words.lower().endswith("week")
            and f"of {one.words}".lower() in one.what.lower()
            and any(
                one.start <= other.start and other.end <= one.end and (other.start, other.end) != (one.start, one.end)
                for other in events
            )
        )
    ]


def is_same_event(one: CalendarEvent, other: CalendarEvent) -> bool:
    """Whether two passages tell one thing; two lines of a list are two things, and the words for the day are none of it."""
    here, there = one.place, other.place
    if (one.start, one.end) != (other.start, other.end) or here == there:
        return False
    if here.section == "sections" and (here.section, here.item) == (there.section, there.item):
        return False
    mine, theirs = (content_words(event.what.replace(event.words, "")) for event in (one, other))
    shared = len(mine & theirs)
    return shared >= 2 and shared * 2 >= min(len(mine), len(theirs))
