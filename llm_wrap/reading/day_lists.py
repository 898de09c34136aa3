"""Lists of what a coming day brings, with no word of expectation: "PMIs on Thursday: composite 50.7 (50.9)"."""

from __future__ import annotations

import re
from typing import NamedTuple

from llm_wrap.parsing.patterns import has_digit

_DAY = re.compile(
    r"\b(?:(?:Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri)(?:day|sday|nesday|rsday)?|[Tt]omorrow|[Tt]oday|[Tt]onight|[0-3]?[0-9]-[A-Z][a-z]{2})\b"
)


class DayList(NamedTuple):
    """Where the words for a day stand, and where the list of what it brings begins."""

    day: int
    begin: int


def find_day_list(text: str) -> DayList | None:
    """The list behind a day: "PMIs on Thursday: composite 50.7 (50.9)", with no figure and no other sentence between."""
    for hit in _DAY.finditer(text):
        for place, char in enumerate(text[hit.end() : hit.end() + 62], hit.end() + 1):
            if char in ":(" and has_digit(text[place : place + 60]):
                return DayList(hit.start(), place)
            if char in ":(.;" or char.isdigit():
                break
    return None
