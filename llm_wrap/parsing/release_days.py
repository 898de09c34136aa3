"""When a release of a calendar is due, as the wrap prints it: by its row, by the heading that it stands under.

heading = words of a calendar beside a day                        "Friday 7 Nov:"  "Data tomorrow (CET)"  "Calendar for 10 November"
row     = a cell under "Date" or "Time", or an hour before it     "Fri 7 Nov | 08:00 | France | …"  "08:30 ET - US CPI"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from llm_wrap.parsing.columns import Head, split_row
from llm_wrap.parsing.economic import RELEASE_HOUR
from llm_wrap.parsing.layout import Block

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DATE = rf"(?:[0-3]?[0-9](?:st|nd|rd|th)?[- ]{_MONTH}|{_MONTH}[- ][0-3]?[0-9](?:st|nd|rd|th)?|20[0-9]{{2}}-[01][0-9]-[0-3][0-9])(?![0-9])(?:,?[- ]20[0-9]{{2}}(?![0-9]))?"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_SHORT = r"(?:Mon|Tues?|Weds?|Thurs?|Thu|Fri|Sat|Sun)"
_DAY = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?:{_WEEKDAY}|{_SHORT}\.?),?\ {_DATE}|{_WEEKDAY}|{_SHORT}(?=[.:,;)]|\Z|\ [0-2]?[0-9][:.h])|{_DATE}|[Tt]oday|[Tt]omorrow)(?![A-Za-z0-9])"
)
# What a heading of a calendar says beside its day.
_BESIDE = frozenset(
    """
    the for on of in and key main economic macro data calendar releases release events event agenda diary due ahead earnings results
    reports schedule docket looking today's tomorrow's coming up this afternoon morning's morning et est edt cet cest gmt bst utc ist jst
    hkt sgt local time times all s
    """.split()
)
_DATE_HEADS = frozenset({"date", "day"})


class ReleaseDay(NamedTuple):
    """The day and the hour of a row, as printed; "" where it says none."""

    day: str
    hour: str


def find_day(text: str) -> str | None:
    """The words of `text` that name a day, or None.

    >>> find_day("DATA TODAY (CET)"), find_day("Fri 7 Nov:"), find_day("Japan July"), find_day("Economic")
    ('TODAY', 'Fri 7 Nov', None, None)
    """
    words = text[:80]
    found = _DAY.search(words.title() if words.isupper() else words)
    return words[found.start() : found.end()] if found else None


def read_day_heading(text: str) -> str | None:
    """The day that a line names and does nothing else, or None.

    >>> read_day_heading("Calendar for Monday 10 November"), read_day_heading("Thursday: UK GDP")
    ('Monday 10 November', None)
    """
    day = find_day(text) if len(text) <= 80 else None
    if day is None:
        return None
    rest = text.replace(day, " ", 1).lower().split()
    return day if all(word.strip("():,;.-–—*'’") in _BESIDE | {""} for word in rest) else None


def read_release_day(block: Block, heads: Sequence[Head]) -> ReleaseDay:
    """The day and the hour that a row itself gives."""
    cells = split_row(block, tuple(heads)) if heads else None
    if cells is None:
        timed = RELEASE_HOUR.match(block.text)
        return ReleaseDay("", timed[0].rstrip(" -–—|") if timed else "")
    when = [
        (head.text.lower().strip(" :*"), cell.strip())
        for head, cell in zip(heads, cells, strict=True)
        if head.role == "other"
    ]
    days = [cell for head, cell in when if head in _DATE_HEADS and cell]
    hours = [cell for head, cell in when if head not in _DATE_HEADS and _HOUR.fullmatch(cell)]
    return ReleaseDay(" ".join(days), " ".join(hours))


_HOUR = re.compile(r"[0-2]?[0-9][:.h][0-5][0-9](?:\ ?[ap]\.?m\.?)?(?:\ [A-Z]{2,4})?")
