"""Words for a day or a stretch of days, resolved against the session date. In: a sentence. Out: each with first and last day.

    day     = [weekday [","]] (month day | day month) [year] | weekday | "tomorrow" | "in ten days" | year-month-day
    stretch = day ("to" | "-" | "and") day | ["later"] ("this" | "next") (week | month | quarter | year) | weekend
            | ["early" | "mid" | "late" | "end"] (month | quarter | year) | "Q4" | "second half of next year"

What the words come to is in `resolution`. A date without a year is the one that is nearest ahead, unless it lies at most four months back.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from llm_wrap.reading.resolution import (
    Resolve,
    TimeKind,
    resolve_coming_weeks,
    resolve_day_of_month,
    resolve_following,
    resolve_half,
    resolve_half_month,
    resolve_in_units,
    resolve_iso,
    resolve_month_next_year,
    resolve_named_stretch,
    resolve_next_week_weekday,
    resolve_one_date,
    resolve_part_of_month,
    resolve_quarter,
    resolve_relative_day,
    resolve_two_dates,
    resolve_unit_end,
    resolve_units_from,
    resolve_week_after_next,
    resolve_week_from,
    resolve_week_of_month,
    resolve_weekday,
    resolve_weekend,
    resolve_whole_year,
)


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

    @property
    def is_bare_weekday(self) -> bool:
        """Whether it is "Tuesday" alone, and neither "next Tuesday" nor "Tuesday, 11 November"."""
        return _BARE_WEEKDAY.fullmatch(self.words) is not None


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = r"(?:[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"20[0-9]{2}"
_FULL_WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mon|Tues?|Weds?|Thurs?|Thu|Fri)"
_BARE_WEEKDAY = re.compile(_WEEKDAY)
_AND = r"(?:\ ?[-–/]\ ?|\ (?:to|through|thru|until|till|and|&)\ )"
_TO = r"(?:\ ?[-–/]\ ?|,?\ (?:to|through|thru|until|till)\ )"  # between dates of two months: an "and" joins two events
_LEAD = rf"(?:{_WEEKDAY}(?:,\ |\ \(|\.\ |\ the\ |\ ))?"
_ORDINAL = r"(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth)"
_BEGIN = r"(?:[Ee]arly|[Mm]id(?:dle\ of)?|[Ll]ate|(?:[Tt]he\ )?(?:[Ss]tart|[Bb]eginning)\ of"
_PART = rf"{_BEGIN}|(?:[Tt]he\ )?[Ee]nd(?:\ of)?)"
_PART_OF = rf"{_BEGIN}|(?:[Tt]he\ )?[Ee]nd\ of)"  # "talks may end this week" names no part of it
_NUMBER = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|sixty|ninety|[1-9][0-9]{0,2})"
)
_UNITS = r"(?:days?|weeks?|fortnights?|months?)"
_BRINGS = re.compile(
    r"\ (?:brings|sees|has|features|includes|holds|offers|will\ (?:bring|see|have))\b|:|,\ (?:with|when|including)\b"
)
_EDGE, _STOP = r"(?<![A-Za-z0-9.$/+-])", r"(?![A-Za-z0-9])"


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
    return _move_to_next_week(_anchor_following(sorted(found, key=lambda one: one.start)), text)


def _anchor_following(found: list[FoundTime]) -> list[FoundTime]:
    """ "Tencent reports on Thursday and Alibaba the day after": counted from the time before; without one, from the session if at all."""
    anchored: list[FoundTime] = []
    for one in found:
        hit = _FOLLOWING.fullmatch(one.words) if one.kind == "following" else None
        if hit is None:
            anchored.append(one)
        elif anchored:
            first, last, kind = resolve_following(hit, anchored[-1].last)
            anchored.append(one._replace(first=first, last=last, kind=kind))
        elif hit["stretch"]:
            anchored.append(one._replace(kind="coming"))
    return anchored


def _move_to_next_week(found: list[FoundTime], text: str) -> list[FoundTime]:
    """ "Next week brings UK CPI on Wednesday": the weekdays behind it, up to the clause's end, are those of next week, and it is no time of its own."""
    for place, one in enumerate(found):
        lead = _BRINGS.match(text[one.end :]) if one.words.casefold() == "next week" else None
        if lead is None:
            continue
        end = text.find(";", one.end)
        days = [other for other in found[place + 1 :] if other.kind == "weekday" and (end < 0 or other.start < end)]
        if days:
            week = one.first
            moved = {
                other: other._replace(
                    first=_put_into(other.first, week), last=_put_into(other.last, week), kind="coming"
                )
                for other in days
            }
            return [moved.get(other, other) for other in found if other is not one]
    return found


def _put_into(day: date, monday: date) -> date:
    """The same weekday in the week of `monday`."""
    return monday + timedelta(days=day.weekday())


# "the day after"  "the following week"  "two days later"
_FOLLOWING_TIME = rf"(?:[Tt]he (?:day after|(?:following|next) day|following (?P<stretch>week|month))|(?P<number>{_NUMBER}) (?P<units>days?|weeks?) later)"
_FOLLOWING = re.compile(_FOLLOWING_TIME)
# The longer and surer shape first: what it has taken, no other reads again.
_SHAPES: tuple[tuple[re.Pattern[str], Resolve], ...] = tuple(
    (re.compile(_EDGE + shape + _STOP), resolve)
    for shape, resolve in (
        (rf"(?P<year>{_YEAR})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])", resolve_iso),
        # "the week of Nov 10"  "week beginning 10 November"
        (rf"[Ww]eek (?:of|beginning|starting|from) (?P<month>{_MONTH})\.? (?P<day>{_DAY})", resolve_week_from),
        (rf"[Ww]eek (?:of|beginning|starting|from) (?P<day>{_DAY})[- ](?P<month>{_MONTH})", resolve_week_from),
        # "the third week of November"  "the week after next"
        (rf"(?:the )?(?P<nth>{_ORDINAL}|last|final) week (?:of|in) (?P<month>{_MONTH})", resolve_week_of_month),
        (r"(?:the )?week after next", resolve_week_after_next),
        # "Oct 31 to Nov 1"  "Nov 10-12"
        (
            rf"{_LEAD}(?P<month>{_MONTH})\.?[ -](?P<day>{_DAY}){_AND}{_LEAD}(?:(?P<month2>{_MONTH})\.?[ -])?(?P<day2>{_DAY})"
            rf"(?!%)(?:,? (?P<year>{_YEAR}))?",
            resolve_two_dates,
        ),
        # "31 October to 2 November"  "10-12 November"
        (
            rf"{_LEAD}(?P<day>{_DAY})[ -](?P<month>{_MONTH})\.?{_TO}{_LEAD}(?P<day2>{_DAY})[ -](?P<month2>{_MONTH})"
            rf"(?:[, -]{{1,2}}(?P<year>{_YEAR}))?",
            resolve_two_dates,
        ),
        (
            rf"{_LEAD}(?P<day>{_DAY}){_AND}(?P<day2>{_DAY})[ -](?P<month>{_MONTH})(?P<month2>)(?:[, -]{{1,2}}(?P<year>{_YEAR}))?",
            resolve_two_dates,
        ),
        # "Thursday, Nov 13"  "November 13th, 2025"  "10-Nov"
        (
            rf"{_LEAD}(?P<month>{_MONTH})\.?[ -](?P<day>{_DAY})(?![%,.][0-9])(?!%)(?:,? (?P<year>{_YEAR}))?",
            resolve_one_date,
        ),
        (
            rf"{_LEAD}(?P<day>{_DAY})(?: of)?[ -](?P<month>{_MONTH})(?:[, -]{{1,2}}(?P<year>{_YEAR}))?",
            resolve_one_date,
        ),
        (
            rf"(?:{_FULL_WEEKDAY},? )?the (?P<day>[12]?[0-9]|3[01])(?:st|nd|rd|th)(?= of (?:this|the) month|[.,;)]| (?:and|but|at|in|with|when|for)\b|\Z)",
            resolve_day_of_month,
        ),
        # "second half of November"  "first half of next month"
        (
            rf"(?:[Tt]he )?(?P<nth>[Ff]irst|[Ss]econd|[Ll]atter) half of (?:(?P<month>{_MONTH})|(?P<which>next|this|the) month)",
            resolve_half_month,
        ),
        # "fourth quarter of next year"  "Q4 2025"  "4Q"  "late Q1"
        (
            rf"(?:(?P<part>{_PART})[- ](?:the )?)?(?:Q(?P<q>[1-4])|(?P<nth>{_ORDINAL})[- ]quarter)"
            rf"(?:,? (?:of )?(?P<year>{_YEAR})| of (?P<next>next year|this year|the year))?",
            resolve_quarter,
        ),
        (
            rf"(?:(?P<part>{_PART})[- ](?:the )?)?(?P<nth>(?!))?(?P<q>[1-4])Q(?:,? ?(?P<year>{_YEAR}))?(?P<next>(?!))?",
            resolve_quarter,
        ),
        (
            rf"(?:H(?P<h>[12])|(?P<nth>[Ff]irst|[Ss]econd)[- ]half)"
            rf"(?:,? (?:of )?(?P<year>{_YEAR})| of (?P<next>next year|this year|the year))?",
            resolve_half,
        ),
        # "January of next year"
        (rf"(?P<month>{_MONTH}) (?:of )?next year", resolve_month_next_year),
        # "mid-December"  "end of March 2026"
        (rf"(?P<part>{_PART})[- ](?P<month>{_MONTH})(?: (?P<year>{_YEAR}))?", resolve_part_of_month),
        (rf"[Nn]ext week,? (?:on )?(?P<day>{_FULL_WEEKDAY})", resolve_next_week_weekday),
        # "a week from Friday"  "a fortnight from today"  "a week tomorrow"  "six months from now"; not "its best in a week on Friday"
        (
            rf"(?<!in )(?<!for )(?<!than )(?<!over )(?P<number>{_NUMBER}) (?P<unit>weeks?|fortnights?) (?:on )?"
            rf"(?P<from>{_FULL_WEEKDAY}|today|tomorrow)",
            resolve_units_from,
        ),
        (
            rf"(?P<number>{_NUMBER}) (?P<unit>weeks?|fortnights?) from (?P<from>{_FULL_WEEKDAY}|today|tomorrow)",
            resolve_units_from,
        ),
        (rf"(?P<number>{_NUMBER}) (?P<unit>{_UNITS}) (?:from|hence) ?(?P<from>now)(?! on\b)", resolve_units_from),
        (
            rf"{_FOLLOWING_TIME}(?=[.,;:)]| (?:and|in|at|for|with|when|while|on|by|is|are|will|from)\b|\Z)",
            resolve_following,
        ),
        # "Monday next week"  "next Monday"  "Tuesday and Wednesday"  "Thursday's"
        (
            rf"(?:(?P<which>[Nn]ext|[Tt]his|[Cc]oming|[Uu]pcoming|[Ll]ast|[Pp]ast|[Pp]revious) )?(?P<day>{_FULL_WEEKDAY})"
            rf"(?:{_AND}(?P<day2>{_FULL_WEEKDAY}))?(?P<later>,? (?:of )?(?:next week|this week|the following week|week))?",
            resolve_weekday,
        ),
        (
            rf"(?P<which>(?!))?(?P<day>Mon|Tues?|Weds?|Thurs?|Thu|Fri)(?:{_AND}(?P<day2>Mon|Tues?|Weds?|Thurs?|Thu|Fri))?(?P<later>(?!))?"
            rf"(?=[:.,;)]|\ [a-z(]|\Z)",
            resolve_weekday,
        ),
        (r"(?:(?P<which>[Tt]his|[Nn]ext|[Cc]oming|[Ll]ast|[Pp]ast|[Pp]revious) )?weekend", resolve_weekend),
        (
            rf"(?P<lead>[Ii]n|[Ww]ithin|[Oo]ver the next|[Dd]uring the next) (?P<number>{_NUMBER})[- ]"
            rf"(?P<unit>{_UNITS})(?:'s?)?(?: time)?(?: from now)?",
            resolve_in_units,
        ),
        (rf"(?:the )?(?:next|coming) (?P<number>{_NUMBER}) (?P<unit>days|weeks|months)", resolve_coming_weeks),
        # "later this week"  "early next month"  "the end of the year"
        (
            rf"(?:(?P<later>[Ll]ater)(?: in)? |(?P<part>{_PART_OF}) )?"
            rf"(?P<which>[Tt]his|[Nn]ext|[Tt]he coming|[Cc]oming|[Ll]ast|[Pp]ast|[Pp]revious|[Pp]rior)[ ]"
            rf"(?P<unit>week|month|quarter|year)",
            resolve_named_stretch,
        ),
        (
            rf"(?:(?P<later>[Ll]ater) in|(?P<part>{_PART})) (?P<which>the) (?P<unit>week|month|quarter|year)",
            resolve_named_stretch,
        ),
        (r"(?P<unit>[Yy]ear|[Mm]onth|[Qq]uarter)[- ]end", resolve_unit_end),
        (
            r"[Ll]ater (?:today|in the day|on the day|this (?:morning|afternoon|evening))|[Tt]his (?:afternoon|evening)|[Tt]onight|[Tt]oday|(?:[Dd]ay after )?(?:tomorrow|(?<![a-z] )Tomorrow)|[Yy]esterday",
            resolve_relative_day,
        ),
        # "in December"  "by March 2026"  "until January"
        (rf"(?P<part>(?!))?(?P<month>{_MONTH})(?: (?P<year>{_YEAR}))?", resolve_part_of_month),
        (rf"(?:(?P<part>{_PART})[- ])?(?P<year>{_YEAR})", resolve_whole_year),
    )
)
