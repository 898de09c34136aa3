"""What words for a time come to: one function a shape of `times`. In: its match and the session date. Out: first and last day, and kind.

A function returns None, or raises ValueError, where the words name no day of the calendar ("Feb 30").
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from llm_wrap.reading.stretches import (
    coming_weekday,
    month_number,
    month_range,
    place_year,
    quarter_range,
    stretch,
    week_of,
    weekday_number,
    year_of_month,
    year_range,
)

# fixed: a date as such. coming: ahead by its words ("next week"). gone: past by its words ("last Friday").
# following: counted from the time before it ("the day after"), and ahead where that is.
# weekday, current ("this week", "today"), period ("in December", "Q4"): past or ahead by what the sentence says.
TimeKind = Literal["fixed", "coming", "gone", "weekday", "current", "period", "following"]
Range = tuple[date, date, TimeKind]
Resolve = Callable[[re.Match[str], date], Range | None]

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fourteen": 14, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}


def _day_number(word: str) -> int:
    return int(word.rstrip("sthndr"))


def _year_of(word: str | None) -> int | None:
    return int(word) if word else None


def _make_day(month: str, day: str, year: str | None, session: date) -> date:
    number, one = month_number(month), _day_number(day)
    return date(int(year), number, one) if year else place_year(number, one, session)


def _part_of(word: str | None) -> str:
    lowered = (word or "").lower().removeprefix("the ")
    for name, part in (
        ("early", "early"),
        ("start", "early"),
        ("beginning", "early"),
        ("mid", "mid"),
        ("late", "late"),
    ):
        if lowered.startswith(name):
            return part
    return "end" if lowered.startswith("end") else ""


def resolve_iso(hit: re.Match[str], session: date) -> Range:
    """ "2025-11-10"."""
    day = date(int(hit["year"]), int(hit["month"]), int(hit["day"]))
    return day, day, "fixed"


def resolve_two_dates(hit: re.Match[str], session: date) -> Range | None:
    """ "Oct 31 to Nov 1", "30-Dec to 2-Jan" across the year's end."""
    first = _make_day(hit["month"], hit["day"], hit["year"], session)
    month = hit["month2"] or hit["month"]
    last = date(first.year, month_number(month), _day_number(hit["day2"]))
    if last < first:
        last = last.replace(year=first.year + 1)
    return (first, last, "fixed") if (last - first).days <= 200 else None


def resolve_one_date(hit: re.Match[str], session: date) -> Range:
    """ "Thursday, Nov 13", "10-Nov"."""
    day = _make_day(hit["month"], hit["day"], hit["year"], session)
    return day, day, "fixed"


def resolve_week_from(hit: re.Match[str], session: date) -> Range:
    """ "the week of Nov 10"."""
    return (*week_of(_make_day(hit["month"], hit["day"], None, session)), "fixed")


def resolve_week_of_month(hit: re.Match[str], session: date) -> Range:
    """ "the third week of November"."""
    month = month_number(hit["month"])
    year = year_of_month(month, session)
    last = monthrange(year, month)[1]
    first = {"first": 1, "second": 8, "third": 15, "fourth": 22}.get(hit["nth"].lower(), last - 6)
    return date(year, month, first), date(year, month, min(first + 6, last)), "period"


def resolve_week_after_next(hit: re.Match[str], session: date) -> Range:
    """ "the week after next"."""
    return (*week_of(session + timedelta(days=14)), "coming")


def resolve_day_of_month(hit: re.Match[str], session: date) -> Range | None:
    """ "the 20th": the next such day; only behind "on", "by" or "until"."""
    if hit.string[: hit.start()].rstrip().rpartition(" ")[2].lower() not in (
        "on",
        "by",
        "until",
        "till",
        "before",
        "from",
    ):
        return None
    months = session.year * 12 + session.month - 1 + (int(hit["day"]) < session.day)
    day = date(months // 12, months % 12 + 1, int(hit["day"]))
    return day, day, "weekday"


def resolve_part_of_month(hit: re.Match[str], session: date) -> Range:
    """ "mid-December", "March 2026"."""
    month, part = month_number(hit["month"]), _part_of(hit["part"])
    year = _year_of(hit["year"]) or year_of_month(month, session)
    return (*month_range(year, month, part), "period")


def resolve_month_next_year(hit: re.Match[str], session: date) -> Range:
    """ "January of next year"."""
    return (*month_range(session.year + 1, month_number(hit["month"])), "period")


def resolve_quarter(hit: re.Match[str], session: date) -> Range:
    """ "Q4 2025", "fourth quarter of next year"."""
    quarter = int(hit["q"]) if hit["q"] else _ORDINALS[hit["nth"].lower()]
    year = _year_of(hit["year"]) or _next_year(hit["next"], session)
    first, last = quarter_range(year or session.year, quarter, _part_of(hit["part"]))
    if year is None and last < session:
        first, last = quarter_range(session.year + 1, quarter, _part_of(hit["part"]))
    return first, last, "period"


def resolve_half(hit: re.Match[str], session: date) -> Range:
    """ "H2", "second half of 2026"."""
    half = int(hit["h"]) if hit["h"] else _ORDINALS[hit["nth"].lower()]
    year = _year_of(hit["year"]) or _next_year(hit["next"], session) or session.year
    first, last = (date(year, 1, 1), date(year, 6, 30)) if half == 1 else (date(year, 7, 1), date(year, 12, 31))
    if last < session and not hit["year"]:
        first, last = first.replace(year=year + 1), last.replace(year=year + 1)
    return first, last, "period"


def resolve_half_month(hit: re.Match[str], session: date) -> Range:
    """ "second half of November", "first half of next month"."""
    if hit["month"]:
        month = month_number(hit["month"])
        first, last = month_range(year_of_month(month, session), month)
    else:
        first, last = stretch("month", session, int(hit["which"] == "next"), "")
    middle = first.replace(day=15)
    first, last = (first, middle) if hit["nth"].lower() == "first" else (middle + timedelta(days=1), last)
    return first, last, "period"


def _next_year(words: str | None, session: date) -> int | None:
    return None if not words else session.year + ("next" in words)


def resolve_named_stretch(hit: re.Match[str], session: date) -> Range | None:
    """ "later this week", "early next month", "the end of the year"."""
    part, which, unit = _part_of(hit["part"]), (hit["which"] or "").lower().removeprefix("the "), hit["unit"].lower()
    later = (hit["later"] or "").lower().startswith("later")
    if which in ("last", "past", "previous", "prior"):
        return (*stretch(unit, session, 0, ""), "gone")
    ahead = which in ("next", "coming", "following")
    first, last = stretch(unit, session, 1 if ahead else 0, part)
    if later and not ahead:
        first = max(first, session + timedelta(days=1))
        return (first, last, "coming") if first <= last else None
    if unit in ("year", "quarter"):
        return first, last, "period"
    return first, last, "coming" if ahead else "period" if part else "current"


def resolve_unit_end(hit: re.Match[str], session: date) -> Range:
    """ "year-end", "by month-end"."""
    first, last = stretch(hit["unit"].lower(), session, 0, "end")
    return first, last, "period"


def resolve_weekend(hit: re.Match[str], session: date) -> Range:
    """ "this weekend"."""
    which = (hit["which"] or "").lower()
    if which in ("last", "past", "previous"):
        saturday = week_of(session)[0] - timedelta(days=2)
        return saturday, saturday + timedelta(days=1), "gone"
    saturday = week_of(session)[0] + timedelta(days=5 + (7 if which == "next" and session.weekday() >= 5 else 0))
    first = max(saturday, session) if session.weekday() >= 5 and which != "next" else saturday
    return first, saturday + timedelta(days=1), "coming" if which in ("next", "coming") else "weekday"


def resolve_relative_day(hit: re.Match[str], session: date) -> Range:
    """ "tomorrow", "later today"."""
    word = hit.group().lower()
    if "after tomorrow" in word:
        day = session + timedelta(days=2)
    elif "tomorrow" in word:
        day = session + timedelta(days=1)
    elif "yesterday" in word:
        return session - timedelta(days=1), session - timedelta(days=1), "gone"
    else:
        day = session
    return day, day, "coming" if "tomorrow" in word or "later" in word or "tonight" in word else "current"


def resolve_in_units(hit: re.Match[str], session: date) -> Range:
    """ "in two weeks", "within 30 days", "three months from now": the day that is so far away."""
    number = hit["number"].lower()
    count = _NUMBERS.get(number) or int(number)
    end = _count_on(session, count, hit["unit"].lower())
    span = hit["lead"].lower().startswith(("within", "over", "during"))
    return session if span else end, end, "coming"


def resolve_units_from(hit: re.Match[str], session: date) -> Range:
    """ "a week from Friday", "a fortnight from today", "six months from now"."""
    number, day = hit["number"].lower(), hit["from"].lower()
    count = _NUMBERS.get(number) or int(number)
    if day in ("today", "now"):
        start = session
    elif day == "tomorrow":
        start = session + timedelta(days=1)
    else:
        start = coming_weekday(weekday_number(day), session)
    end = _count_on(start, count, hit["unit"].lower())
    return end, end, "coming"


def _count_on(start: date, count: int, unit: str) -> date:
    """The day that is so many days, weeks, fortnights or months after `start`."""
    if unit.startswith("month"):
        months = start.year * 12 + start.month - 1 + count
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(start.day, monthrange(year, month)[1]))
    return start + timedelta(days=count * (14 if unit.startswith("fortnight") else 7 if unit.startswith("week") else 1))


def resolve_following(hit: re.Match[str], anchor: date) -> Range:
    """ "the day after", "the following week", "two days later": counted from `anchor`."""
    if hit["stretch"]:
        return (*stretch(hit["stretch"], anchor, 1, ""), "following")
    number = (hit["number"] or "a").lower()
    day = _count_on(anchor, _NUMBERS.get(number) or int(number), hit["units"] or "day")
    return day, day, "following"


def resolve_coming_weeks(hit: re.Match[str], session: date) -> Range:
    """ "over the next two weeks": from tomorrow to that day."""
    count = _NUMBERS.get(hit["number"].lower()) or int(hit["number"])
    unit = hit["unit"].lower()
    days = count * (7 if unit.startswith("week") else 30 if unit.startswith("month") else 1)
    return session + timedelta(days=1), session + timedelta(days=days), "coming"


def resolve_weekday(hit: re.Match[str], session: date) -> Range:
    """One weekday or two: "next Monday", "Tuesday-Wednesday", "Monday of next week"."""
    modifier = (hit["which"] or "").lower().strip()
    later = (hit["later"] or "").lower()
    number = weekday_number(hit["day"])
    if modifier in ("last", "past", "previous"):
        back = (session.weekday() - number - 1) % 7 + 1
        return session - timedelta(days=back), session - timedelta(days=back), "gone"
    next_week = modifier == "next" or "next" in later or "following" in later
    first = coming_weekday(number, session, "next" if next_week else "")
    if later.strip() == "week":  # "Friday week": a week after the coming one
        first += timedelta(days=7)
    last = first
    if hit["day2"]:
        last = first + timedelta(days=(weekday_number(hit["day2"]) - number) % 7)
    coming = next_week or modifier in ("coming", "upcoming") or "week" in later
    return first, last, "coming" if coming else "weekday"


def resolve_next_week_weekday(hit: re.Match[str], session: date) -> Range:
    """ "next week on Tuesday"."""
    first = coming_weekday(weekday_number(hit["day"]), session, "next")
    return first, first, "coming"


def resolve_whole_year(hit: re.Match[str], session: date) -> Range | None:
    """ "2027", "early 2026"."""
    year = int(hit["year"])
    if year < session.year or year > session.year + 15:
        return None
    return (*year_range(year, _part_of(hit["part"])), "period")
