"""Words for a day or a stretch of days, resolved against the session date. In: a sentence. Out: each with first and last day.

    day     = [weekday [","]] (month day | day month) [year] | weekday | "tomorrow" | "in ten days" | year-month-day
    stretch = day ("to" | "-" | "and") day | ["later"] ("this" | "next") (week | month | quarter | year) | weekend
            | ["early" | "mid" | "late" | "end"] (month | quarter | year) | "Q4" | "second half of next year"

What the words come to is in `stretches`. A date without a year is the one that is nearest ahead, unless it lies at most four months back.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal, NamedTuple

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
# weekday, current ("this week", "today"), period ("in December", "Q4"): past or ahead by what the sentence says.
TimeKind = Literal["fixed", "coming", "gone", "weekday", "current", "period"]


class FoundTime(NamedTuple):
    """Words that give a time. `start` is their offset; `first` and `last` are the days, both included."""

    words: str
    start: int
    first: date
    last: date
    kind: TimeKind

    @property
    def end(self) -> int:
        return self.start + len(self.words)


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = r"(?:[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"20[0-9]{2}"
_FULL_WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mon|Tues?|Weds?|Thurs?|Thu|Fri)"
_AND = r"(?:\ ?[-–/]\ ?|\ (?:to|through|thru|until|till|and|&)\ )"
_TO = r"(?:\ ?[-–/]\ ?|,?\ (?:to|through|thru|until|till)\ )"  # between dates of two months: an "and" joins two events
_LEAD = rf"(?:{_WEEKDAY}(?:,\ |\ \(|\.\ |\ the\ |\ ))?"
_ORDINAL = r"(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth)"
_PART = r"(?:[Ee]arly|[Mm]id(?:dle\ of)?|[Ll]ate|(?:[Tt]he\ )?[Ee]nd(?:\ of)?|(?:[Tt]he\ )?(?:[Ss]tart|[Bb]eginning)(?:\ of)?)"
_NUMBER = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|sixty|ninety|[1-9][0-9]{0,2})"
)
_EDGE, _STOP = r"(?<![A-Za-z0-9.$/-])", r"(?![A-Za-z0-9])"
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fourteen": 14, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}

Range = tuple[date, date, TimeKind]
Resolve = Callable[[re.Match[str], date], Range | None]


def find_times(text: str, session: date) -> list[FoundTime]:
    """All words of `text` that give a time, in order, none inside another.

    >>> [(one.words, str(one.first)) for one in find_times("Talks on Monday, truce ends 10-Nov", date(2025, 9, 12))]
    [('Monday', '2025-09-15'), ('10-Nov', '2025-11-10')]
    """
    found: list[FoundTime] = []
    taken: list[tuple[int, int]] = []  # what a shape has read, be it no day of the calendar
    text = text[:4000]
    for shape, resolve in _SHAPES:
        for hit in shape.finditer(text):
            if any(hit.start() < end and start < hit.end() for start, end in taken):
                continue
            taken.append(hit.span())
            try:
                resolved = resolve(hit, session)
            except (ValueError, OverflowError):  # "Feb 30": no such day
                resolved = None
            if resolved:
                found.append(FoundTime(hit.group(), hit.start(), *resolved))
    return sorted(found, key=lambda one: one.start)


# --- resolving ------------------------------------------------------------------------------------------------------


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


def _iso(hit: re.Match[str], session: date) -> Range:
    day = date(int(hit["year"]), int(hit["month"]), int(hit["day"]))
    return day, day, "fixed"


def _two_dates(hit: re.Match[str], session: date) -> Range | None:
    """ "Oct 31 to Nov 1", "30-Dec to 2-Jan" across the year's end."""
    first = _make_day(hit["month"], hit["day"], hit["year"], session)
    month = hit["month2"] or hit["month"]
    last = date(first.year, month_number(month), _day_number(hit["day2"]))
    if last < first:
        last = last.replace(year=first.year + 1)
    return (first, last, "fixed") if (last - first).days <= 200 else None


def _one_date(hit: re.Match[str], session: date) -> Range:
    day = _make_day(hit["month"], hit["day"], hit["year"], session)
    return day, day, "fixed"


def _week_from(hit: re.Match[str], session: date) -> Range:
    return (*week_of(_make_day(hit["month"], hit["day"], None, session)), "fixed")


def _week_of_month(hit: re.Match[str], session: date) -> Range:
    month = month_number(hit["month"])
    year = year_of_month(month, session)
    last = monthrange(year, month)[1]
    first = {"first": 1, "second": 8, "third": 15, "fourth": 22}.get(hit["nth"].lower(), last - 6)
    return date(year, month, first), date(year, month, min(first + 6, last)), "period"


def _week_after_next(hit: re.Match[str], session: date) -> Range:
    return (*week_of(session + timedelta(days=14)), "coming")


def _day_of_month(hit: re.Match[str], session: date) -> Range | None:
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


def _part_of_month(hit: re.Match[str], session: date) -> Range:
    month, part = month_number(hit["month"]), _part_of(hit["part"])
    year = _year_of(hit["year"]) or year_of_month(month, session)
    return (*month_range(year, month, part), "period")


def _quarter(hit: re.Match[str], session: date) -> Range:
    quarter = int(hit["q"]) if hit["q"] else _ORDINALS[hit["nth"].lower()]
    year = _year_of(hit["year"]) or _next_year(hit["next"], session)
    first, last = quarter_range(year or session.year, quarter, _part_of(hit["part"]))
    if year is None and last < session:
        first, last = quarter_range(session.year + 1, quarter, _part_of(hit["part"]))
    return first, last, "period"


def _half(hit: re.Match[str], session: date) -> Range:
    half = int(hit["h"]) if hit["h"] else _ORDINALS[hit["nth"].lower()]
    year = _year_of(hit["year"]) or _next_year(hit["next"], session) or session.year
    first, last = (date(year, 1, 1), date(year, 6, 30)) if half == 1 else (date(year, 7, 1), date(year, 12, 31))
    if last < session and not hit["year"]:
        first, last = first.replace(year=year + 1), last.replace(year=year + 1)
    return first, last, "period"


def _next_year(words: str | None, session: date) -> int | None:
    return None if not words else session.year + ("next" in words)


def _named_stretch(hit: re.Match[str], session: date) -> Range | None:
    """ "later this week", "early next month", "the end of the year"."""
    part, which, unit = _part_of(hit["part"]), (hit["which"] or "").lower(), hit["unit"].lower()
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


def _unit_end(hit: re.Match[str], session: date) -> Range:
    """ "year-end", "by month-end"."""
    first, last = stretch(hit["unit"].lower(), session, 0, "end")
    return first, last, "period"


def _weekend(hit: re.Match[str], session: date) -> Range:
    which = (hit["which"] or "").lower()
    if which in ("last", "past", "previous"):
        saturday = week_of(session)[0] - timedelta(days=2)
        return saturday, saturday + timedelta(days=1), "gone"
    saturday = week_of(session)[0] + timedelta(days=5 + (7 if which == "next" and session.weekday() >= 5 else 0))
    first = max(saturday, session) if session.weekday() >= 5 and which != "next" else saturday
    return first, saturday + timedelta(days=1), "coming" if which in ("next", "coming") else "weekday"


def _relative_day(hit: re.Match[str], session: date) -> Range:
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


def _in_units(hit: re.Match[str], session: date) -> Range:
    """ "in two weeks", "within 30 days", "three months from now": the day that is so far away."""
    number = hit["number"].lower()
    count = _NUMBERS.get(number) or int(number)
    unit = hit["unit"].lower()
    if unit.startswith("month"):
        months = session.year * 12 + session.month - 1 + count
        year, month = months // 12, months % 12 + 1
        end = date(year, month, min(session.day, monthrange(year, month)[1]))
    else:
        end = session + timedelta(days=count * (7 if unit.startswith("week") else 1))
    span = hit["lead"].lower().startswith(("within", "over", "during"))
    return session if span else end, end, "coming"


def _coming_weeks(hit: re.Match[str], session: date) -> Range:
    """ "over the next two weeks": from tomorrow to that day."""
    count = _NUMBERS.get(hit["number"].lower()) or int(hit["number"])
    unit = hit["unit"].lower()
    days = count * (7 if unit.startswith("week") else 30 if unit.startswith("month") else 1)
    return session + timedelta(days=1), session + timedelta(days=days), "coming"


def _weekday(hit: re.Match[str], session: date) -> Range:
    """One weekday or two: "next Monday", "Tuesday-Wednesday", "Monday of next week"."""
    modifier = (hit["which"] or "").lower().strip()
    later = (hit["later"] or "").lower()
    number = weekday_number(hit["day"])
    if modifier in ("last", "past", "previous"):
        back = (session.weekday() - number - 1) % 7 + 1
        return session - timedelta(days=back), session - timedelta(days=back), "gone"
    next_week = modifier == "next" or "next" in later or "following" in later
    first = coming_weekday(number, session, "next" if next_week else "")
    last = first
    if hit["day2"]:
        last = first + timedelta(days=(weekday_number(hit["day2"]) - number) % 7)
    coming = next_week or modifier in ("coming", "upcoming") or "week" in later
    return first, last, "coming" if coming else "weekday"


def _next_week_weekday(hit: re.Match[str], session: date) -> Range:
    """ "next week on Tuesday"."""
    first = coming_weekday(weekday_number(hit["day"]), session, "next")
    return first, first, "coming"


def _whole_year(hit: re.Match[str], session: date) -> Range | None:
    year = int(hit["year"])
    if year < session.year or year > session.year + 15:
        return None
    return (*year_range(year, _part_of(hit["part"])), "period")


# The longer and surer shape first: what it has taken, no other reads again.
_SHAPES: tuple[tuple[re.Pattern[str], Resolve], ...] = tuple(
    (re.compile(_EDGE + shape + _STOP), resolve)
    for shape, resolve in (
        (rf"(?P<year>{_YEAR})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])", _iso),
        # "the week of Nov 10"  "week beginning 10 November"
        (rf"[Ww]eek (?:of|beginning|starting|from) (?P<month>{_MONTH})\.? (?P<day>{_DAY})", _week_from),
        (rf"[Ww]eek (?:of|beginning|starting|from) (?P<day>{_DAY})[- ](?P<month>{_MONTH})", _week_from),
        # "the third week of November"  "the week after next"
        (rf"(?:the )?(?P<nth>{_ORDINAL}|last|final) week (?:of|in) (?P<month>{_MONTH})", _week_of_month),
        (r"(?:the )?week after next", _week_after_next),
        # "Oct 31 to Nov 1"  "Nov 10-12"
        (
            rf"{_LEAD}(?P<month>{_MONTH})\.?[ -](?P<day>{_DAY}){_AND}{_LEAD}(?:(?P<month2>{_MONTH})\.?[ -])?(?P<day2>{_DAY})"
            rf"(?!%)(?:,? (?P<year>{_YEAR}))?",
            _two_dates,
        ),
        # "31 October to 2 November"  "10-12 November"
        (
            rf"{_LEAD}(?P<day>{_DAY})[ -](?P<month>{_MONTH})\.?{_TO}{_LEAD}(?P<day2>{_DAY})[ -](?P<month2>{_MONTH})"
            rf"(?:[, -]{{1,2}}(?P<year>{_YEAR}))?",
            _two_dates,
        ),
        (
            rf"{_LEAD}(?P<day>{_DAY}){_AND}(?P<day2>{_DAY})[ -](?P<month>{_MONTH})(?P<month2>)(?:[, -]{{1,2}}(?P<year>{_YEAR}))?",
            _two_dates,
        ),
        # "Thursday, Nov 13"  "November 13th, 2025"  "10-Nov"
        (rf"{_LEAD}(?P<month>{_MONTH})\.?[ -](?P<day>{_DAY})(?![%,.][0-9])(?!%)(?:,? (?P<year>{_YEAR}))?", _one_date),
        (
            rf"{_LEAD}(?P<day>{_DAY})(?: of)?[ -](?P<month>{_MONTH})(?:[, -]{{1,2}}(?P<year>{_YEAR}))?",
            _one_date,
        ),
        (
            r"the (?P<day>[12]?[0-9]|3[01])(?:st|nd|rd|th)(?= of (?:this|the) month|[.,;)]| (?:and|but|at|in|with|when|for)\b|\Z)",
            _day_of_month,
        ),
        # "fourth quarter of next year"  "Q4 2025"  "4Q"  "late Q1"
        (
            rf"(?:(?P<part>{_PART})[- ](?:the )?)?(?:Q(?P<q>[1-4])|(?P<nth>{_ORDINAL})[- ]quarter)"
            rf"(?:,? (?:of )?(?P<year>{_YEAR})| of (?P<next>next year|this year|the year))?",
            _quarter,
        ),
        (
            rf"(?:(?P<part>{_PART})[- ](?:the )?)?(?P<nth>(?!))?(?P<q>[1-4])Q(?:,? ?(?P<year>{_YEAR}))?(?P<next>(?!))?",
            _quarter,
        ),
        (
            rf"(?:H(?P<h>[12])|(?P<nth>[Ff]irst|[Ss]econd)[- ]half)"
            rf"(?:,? (?:of )?(?P<year>{_YEAR})| of (?P<next>next year|this year|the year))?",
            _half,
        ),
        # "mid-December"  "end of March 2026"
        (rf"(?P<part>{_PART})[- ](?P<month>{_MONTH})(?: (?P<year>{_YEAR}))?", _part_of_month),
        (rf"[Nn]ext week,? (?:on )?(?P<day>{_FULL_WEEKDAY})", _next_week_weekday),
        # "Monday next week"  "next Monday"  "Tuesday and Wednesday"  "Thursday's"
        (
            rf"(?:(?P<which>[Nn]ext|[Tt]his|[Cc]oming|[Uu]pcoming|[Ll]ast|[Pp]ast|[Pp]revious) )?(?P<day>{_FULL_WEEKDAY})"
            rf"(?:{_AND}(?P<day2>{_FULL_WEEKDAY}))?(?P<later>,? (?:of )?(?:next week|this week|the following week|week))?",
            _weekday,
        ),
        (
            rf"(?P<which>(?!))?(?P<day>Mon|Tues?|Weds?|Thurs?|Thu|Fri)(?:{_AND}(?P<day2>Mon|Tues?|Weds?|Thurs?|Thu|Fri))?(?P<later>(?!))?"
            rf"(?=[:.,;)]|\ [a-z(]|\Z)",
            _weekday,
        ),
        (r"(?:(?P<which>[Tt]his|[Nn]ext|[Cc]oming|[Ll]ast|[Pp]ast|[Pp]revious) )?weekend", _weekend),
        (
            rf"(?P<lead>[Ii]n|[Ww]ithin|[Oo]ver the next|[Dd]uring the next) (?P<number>{_NUMBER})[- ]"
            rf"(?P<unit>days?|weeks?|months?)(?:'s?)?(?: time)?(?: from now)?",
            _in_units,
        ),
        (rf"(?:the )?(?:next|coming) (?P<number>{_NUMBER}) (?P<unit>days|weeks|months)", _coming_weeks),
        # "later this week"  "early next month"  "the end of the year"
        (
            rf"(?:(?P<later>[Ll]ater)(?: in)? |(?P<part>{_PART}) )?"
            rf"(?P<which>[Tt]his|[Nn]ext|[Tt]he coming|[Cc]oming|[Ll]ast|[Pp]ast|[Pp]revious|[Pp]rior|[Tt]he following)[ ]"
            rf"(?P<unit>week|month|quarter|year)",
            lambda hit, session: _named_stretch(hit, session),
        ),
        (
            rf"(?:(?P<later>[Ll]ater) in|(?P<part>{_PART})) (?P<which>the) (?P<unit>week|month|quarter|year)",
            lambda hit, session: _named_stretch(hit, session),
        ),
        (r"(?P<unit>[Yy]ear|[Mm]onth|[Qq]uarter)[- ]end", _unit_end),
        (
            r"[Ll]ater (?:today|in the day|on the day)|[Tt]onight|[Tt]oday|(?:[Dd]ay after )?[Tt]omorrow|[Yy]esterday",
            _relative_day,
        ),
        # "in December"  "by March 2026"  "until January"
        (rf"(?P<part>(?!))?(?P<month>{_MONTH})(?: (?P<year>{_YEAR}))?", _part_of_month),
        (rf"(?:(?P<part>{_PART})[- ])?(?P<year>{_YEAR})", _whole_year),
    )
)
