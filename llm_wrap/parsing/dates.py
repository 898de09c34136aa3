"""Dates as wraps print them, and whether they hold.

    date = month day ["," ] year | day month year | day "-" month "-" year | year "-" month "-" day | day "-" month "-" two digits
           each with an optional weekday before it: "Sep 12 ,2025", "12-Sep-2025", "Friday, September 12, 2025"

A date that names no day of the calendar ("Feb 30, 2025") is found and reported, never moved to a neighbour.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "sept",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|tember|ober)?"
_WEEKDAY = r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\ {0,2})?"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_DATE = tuple(
    re.compile(r"(?<![0-9a-z])" + _WEEKDAY + shape + r"(?![0-9])", re.IGNORECASE)
    for shape in (
        # "Sep 12 ,2025"  "September 12th, 2025"
        rf"(?P<month>{_MONTH})\.?\ {{1,2}}(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\ {{0,2}},?\ {{0,2}}{_YEAR}",
        # "12-Sep-2025"  "12 September 2025"  "12/Sep/2025"
        rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[-/\ ]\ ?(?P<month>{_MONTH})\.?,?[-/\ ]\ ?{_YEAR}",
        # "2025-09-12"  "2025/09/12"
        rf"{_YEAR}[-/](?P<month>[0-9]{{1,2}})[-/](?P<day>[0-9]{{1,2}})",
        # "09/12/2025" is September 12: the wraps are American
        rf"(?P<month>[0-9]{{1,2}})/(?P<day>[0-9]{{1,2}})/{_YEAR}",
        # "12-Sep-25": the day is first, as in all such dates
        rf"(?P<day>[0-9]{{1,2}})[-/](?P<month>{_MONTH})[-/](?P<year>[0-9]{{2}})",
    )
)
# "as of 04:10 ET"  "(07:40 HKT)"  "as of 7.40am GMT"
_AS_OF = re.compile(
    r"(?<![0-9:])[0-2]?[0-9][:.][0-5][0-9](?:\ ?[ap]\.?m\.?)?(?:\ |(?<=:[0-9]{2}))(?:[A-Z]{2,4}|GMT[+-][0-9]{1,2})(?![A-Za-z])",
)


class FoundDate(NamedTuple):
    """A date as printed. `day` is None where the calendar has no such day; `weekday` is 0 for Monday, or None."""

    text: str
    start: int
    day: date | None
    weekday: int | None


def find_dates(text: str) -> list[FoundDate]:
    """All dates in the first 400 characters of `text`, in order of place.

    >>> find_dates("Sep 12 ,2025")[0].day
    datetime.date(2025, 9, 12)
    """
    text = text[:400]
    if "20" not in text and "19" not in text and "-" not in text and "/" not in text:
        return []
    found: list[FoundDate] = []
    for shape in _DATE:
        for hit in shape.finditer(text):
            month = hit["month"]
            number = int(month) if month.isdigit() else MONTHS.index(month[:3].lower()) + 1
            try:
                year = hit["year"] if len(hit["year"]) == 4 else f"20{hit['year']}"
                day = date(int(year), number, int(hit["day"]))
            except ValueError:
                day = None
            word = hit["weekday"]
            weekday = next((i for i, name in enumerate(WEEKDAYS) if word and name.startswith(word.lower())), None)
            if not any(other.start <= hit.start() < other.start + len(other.text) for other in found):
                found.append(FoundDate(hit.group().strip(), hit.start(), day, weekday))
    return sorted(found, key=lambda one: one.start)


def find_as_of(text: str) -> str | None:
    """The time stamp in `text` as printed.

    >>> find_as_of("European Pre-open as of 04:10 ET"), find_as_of("Asian Market Recap as of 04:15ET")
    ('04:10 ET', '04:15ET')
    """
    hit = _AS_OF.search(text[:600])
    return hit.group() if hit else None


def is_date_line(text: str) -> bool:
    """Whether `text` holds a date and little else ("Date: Friday, September 12, 2025 (04:10 ET)")."""
    if len(text) > 80:
        return False
    dates = find_dates(text)
    if not dates:
        return False
    rest = text
    for one in dates:
        rest = rest.replace(one.text, "")
    stamp = find_as_of(rest)
    if stamp:
        rest = rest.replace(stamp, "")
    words = [word for word in re.split(r"[^A-Za-z]+", rest) if word]
    return all(
        word.lower() in {"date", "as", "of", "for", "published", "updated", "session", "the", *WEEKDAYS}
        for word in words
    )


MAX_DATED = 120  # characters of a line that has the date among other words


def has_date(text: str) -> bool:
    """Whether a short line that is no sentence has a date among other words: "MORNING NOTE   Thursday 16 October 2025"."""
    return len(text) <= MAX_DATED and text[-1] != "." and bool(find_dates(text))
