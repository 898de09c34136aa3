"""Days and stretches of days by their names: pure arithmetic around a session date. In: numbers. Out: first and last day.

A week runs from Monday to Sunday, "early" is the first third of a month, "mid" the second and "late" the last.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from llm_wrap.parsing.dates import MONTHS, WEEKDAYS


def month_number(name: str) -> int:
    """1 to 12, from a name or its first three letters."""
    return MONTHS.index(name[:3].lower()) + 1


def place_year(month: int, day: int, session: date) -> date:
    """The day of that month that a wrap of `session` speaks of when it names no year.

    >>> place_year(1, 5, date(2025, 12, 17)), place_year(10, 31, date(2025, 11, 6))
    (datetime.date(2026, 1, 5), datetime.date(2025, 10, 31))
    """
    for year in (session.year - 1, session.year, session.year + 1):
        try:
            one = date(year, month, day)
        except ValueError:
            continue
        if one >= session - timedelta(days=122):
            return one
    return date(session.year, month, day)


def month_range(year: int, month: int, part: str = "") -> tuple[date, date]:
    """A month, or its "early", "mid", "late" part or its "end"."""
    last = monthrange(year, month)[1]
    first_day, last_day = {"early": (1, 10), "mid": (11, 20), "late": (21, last), "end": (last, last)}.get(
        part, (1, last)
    )
    return date(year, month, first_day), date(year, month, last_day)


def quarter_range(year: int, quarter: int, part: str = "") -> tuple[date, date]:
    """A quarter, or the month that is its early, middle or late part."""
    month = 3 * quarter - 2
    if part:
        return month_range(
            year, {"early": month, "mid": month + 1}.get(part, month + 2), "end" if part == "end" else ""
        )
    return date(year, month, 1), month_range(year, month + 2)[1]


def year_range(year: int, part: str = "") -> tuple[date, date]:
    """A year, or a part of it; its end is its last day."""
    if part == "end":
        return date(year, 12, 31), date(year, 12, 31)
    months = {"early": (1, 3), "mid": (5, 8), "late": (10, 12)}.get(part, (1, 12))
    return date(year, months[0], 1), month_range(year, months[1])[1]


def week_of(day: date, part: str = "") -> tuple[date, date]:
    """The week of a day, Monday to Sunday, or a part of it."""
    monday = day - timedelta(days=day.weekday())
    offsets = {"early": (0, 2), "mid": (1, 3), "late": (3, 6), "end": (4, 6)}.get(part, (0, 6))
    return monday + timedelta(days=offsets[0]), monday + timedelta(days=offsets[1])


def weekday_number(word: str) -> int:
    """0 for Monday, from a name or its first three letters."""
    return next(number for number, name in enumerate(WEEKDAYS) if name.startswith(word[:3].lower()))


def coming_weekday(number: int, session: date, modifier: str = "") -> date:
    """The weekday on or after the session; "next" is that of the week after this one."""
    if modifier == "next":
        return week_of(session)[0] + timedelta(days=7 + number)
    return session + timedelta(days=(number - session.weekday()) % 7)


def year_of_month(month: int, session: date) -> int:
    """A month that began at most four months ago is that one; another is the next to come."""
    return session.year + (1 if (session.month - month) > 4 else -1 if (month - session.month) > 8 else 0)


def stretch(unit: str, session: date, step: int, part: str) -> tuple[date, date]:
    """The session's week, month, quarter or year (`step` 0), or the next one (1)."""
    if unit == "week":
        return week_of(session + timedelta(days=7 * step), part)
    if unit == "month":
        months = session.year * 12 + session.month - 1 + step
        return month_range(months // 12, months % 12 + 1, part)
    if unit == "quarter":
        quarters = session.year * 4 + (session.month - 1) // 3 + step
        return quarter_range(quarters // 4, quarters % 4 + 1, part)
    return year_range(session.year + step, part)
