"""The reading of the day as sections that any renderer can draw: a title, a head, rows of cells. In: a view. Out: sections.

Text is as in the wrap: renderers escape. `place` says where a section stands: on "top" (before the themes), in the
"middle" (behind the items), or at the "end" (behind the tables).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from llm_wrap.brief.figures import signed, with_unit
from llm_wrap.brief.view import BriefView
from llm_wrap.brief.wording import count_words, issue_title
from llm_wrap.models import CurrencyRate, Expectation, Place, Reading

Tone = Literal["", "up", "down", "weak", "warn"]
Align = Literal["left", "right"]
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_VERDICTS: dict[str, tuple[str, Tone]] = {
    "confirms": ("agrees", ""),
    "contradicts": ("disagrees", "warn"),
    "open": ("open", "weak"),
}
_GRADES = {
    "statement": "on the record",
    "named_outlet": "named outlet",
    "sources": "unnamed sources",
    "reportedly": "reportedly",
    "unattributed": "nobody named",
}
_SECTIONS = {
    "gainers": "gainers",
    "decliners": "decliners",
    "company_news": "company news",
    "economic": "economic",
    "markets": "indices",
    "sections": "further section",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of a cell; its tone repeats what they say."""

    words: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of the reading, ready to draw."""

    anchor: str
    title: str
    note: str
    caption: str
    place: Literal["top", "middle", "end"]
    head: tuple[str, ...]
    aligns: tuple[Align, ...]
    rows: tuple[tuple[Cell, ...], ...]


def view_reading(view: BriefView) -> tuple[SectionView, ...]:
    """The sections that have rows, in the order of a reader."""
    sections = (
        _watchlist(view),
        _tape(view),
        _calendar(view),
        _expectations(view),
        _ledger(view),
        _attribution(view),
    )
    return tuple(section for section in sections if section.rows)


def word_currency(reading: Reading, row: CurrencyRate) -> str:
    """What a currency row comes to in words; nothing where it cannot be said."""
    return next((move.words for move in reading.currencies if (move.pair, move.line) == (row.pair, row.line)), "")


def short_date(day: date) -> str:
    """
    >>> short_date(date(2025, 11, 10))
    'Mon 10 Nov'
    """
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def date_range(start: date, end: date, session: date | None = None) -> str:
    """A day, or first and last day; the year where it is not the session's.

    >>> date_range(date(2025, 11, 10), date(2025, 11, 16)), date_range(date(2026, 3, 31), date(2026, 3, 31), date(2025, 11, 6))
    ('Mon 10 to Sun 16 Nov', 'Tue 31 Mar 2026')
    """
    year = f" {end.year}" if session and end.year != session.year else ""
    if start == end:
        return short_date(start) + year
    first = short_date(start)
    if start.month == end.month:
        first = first.rpartition(" ")[0]
    return f"{first} to {short_date(end)}{year}"


def place_words(place: Place, view: BriefView) -> str:
    """Where something stands, as a reader counts: "item 2", "Synopsis, paragraph 1", "gainers"."""
    if place.section == "digest":
        return f"item {place.item + 1}"
    if place.section == "synopsis":
        return f"Synopsis, paragraph {place.item + 1}"
    if place.section == "sections" and place.item < len(view.brief.wrap.sections):
        return view.brief.wrap.sections[place.item].name
    return _SECTIONS.get(place.section, place.section)


def _places(places: Sequence[Place], view: BriefView) -> str:
    counts = Counter(place_words(place, view) for place in places)
    return "; ".join(f"{words} ({count}x)" if count > 1 else words for words, count in counts.items())


def _move(value: Decimal | None) -> Cell:
    if value is None:
        return Cell("")
    return Cell(signed(value, "%"), "up" if value > 0 else "down" if value < 0 else "")


def _watchlist(view: BriefView) -> SectionView:
    rows = []
    names = view.brief.reading.watchlist
    for one in names:
        forms = ", ".join(form for form in one.matched if form.casefold() != one.name.casefold())
        where = _places(one.places, view) if one.places else "no mention today"
        rows.append((Cell(one.name), _move(one.change_pct), Cell(forms), Cell(where, "" if one.places else "weak")))
    rows.sort(key=lambda row: row[3].tone == "weak")  # those with news first, each in the reader's order
    found = sum(bool(one.places) for one in names)
    return SectionView(
        "watchlist",
        "Watchlist",
        f"{found} of {len(names)} mentioned",
        "Your names and where the wrap speaks of them",
        "top",
        ("Name", "Move", "In the wrap as", "Where"),
        ("left", "right", "left", "left"),
        tuple(rows),
    )


def _tape(view: BriefView) -> SectionView:
    numbers = {(item.source, item.anchor): item.number for item in view.items}
    rows = []
    for check in view.brief.reading.tape:
        words, tone = _VERDICTS[check.verdict]
        number = numbers.get((check.source, f"{check.source}-{check.item + 1}"), check.item + 1)
        company = (
            f"{check.company} ({check.ticker})" if check.ticker and check.ticker != check.company else check.company
        )
        rows.append(
            (Cell(company), Cell(f"item {number}: {check.sentiment}"), _move(check.change_pct), Cell(words, tone))
        )
    against = sum(check.verdict == "contradicts" for check in view.brief.reading.tape)
    return SectionView(
        "tape",
        "Text and tape",
        f"{against} disagree" if against != 1 else "1 disagrees",
        "An item's sentiment beside what the shares of the company did",
        "middle",
        ("Company", "Text", "Tape", "Verdict"),
        ("left", "left", "right", "left"),
        tuple(rows),
    )


def _calendar(view: BriefView) -> SectionView:
    events = view.brief.reading.calendar
    session = view.brief.wrap.session_date
    rows = tuple(
        (
            Cell(date_range(event.start, event.end, session)),
            Cell(f"“{event.words}”", "weak"),
            Cell(place_words(event.place, view), "weak"),
            Cell(event.what),
        )
        for event in events
    )
    return SectionView(
        "calendar",
        "Ahead",
        count_words(len(events), "event"),
        "Dated and datable events of the text, with the words that give the time",
        "middle",
        ("When", "In words", "Where", "What"),
        ("left", "left", "left", "left"),
        rows,
    )


def _expectations(view: BriefView) -> SectionView:
    rows = tuple(_expect(one, view) for one in view.brief.reading.expectations)
    met = sum(one.actual is not None for one in view.brief.reading.expectations)
    return SectionView(
        "expectations",
        "Expected of releases",
        f"{met} met today" if met else "",
        "Consensus and prior of releases to come, and of those that this wrap has the print of",
        "middle",
        ("Release", "Consensus", "Prior", "Actual", "Surprise", "Due"),
        ("left", "right", "right", "right", "right", "left"),
        rows,
    )


def _expect(one: Expectation, view: BriefView) -> tuple[Cell, ...]:
    name = " ".join(part for part in (one.country, one.period, one.indicator) if part)
    due = short_date(one.due) if one.due else ""
    if one.met_on:
        due = f"expected on {short_date(one.stated_on)}" if one.stated_on else ""
    elif one.stated_on and one.stated_on != view.brief.wrap.session_date:
        due = f"{due} (as of {short_date(one.stated_on)})".strip()
    surprise = "" if one.surprise is None else ("+" if one.surprise > 0 else "") + with_unit(one.surprise, one.unit)
    return (
        Cell(name),
        Cell(with_unit(one.consensus, one.unit)),
        Cell(with_unit(one.prior, one.unit)),
        Cell(with_unit(one.actual, one.unit) if one.actual is not None else ""),
        Cell(surprise),
        Cell(due, "weak"),
    )


def _ledger(view: BriefView) -> SectionView:
    kinds: dict[str, list[int]] = {}
    for entry in view.brief.reading.ledger:
        numbers = kinds.setdefault(entry.kind, [])
        numbers += [
            issue.number
            for issue in view.issues
            if (issue.issue.kind, issue.issue.line) == (entry.kind, entry.line) and issue.number not in numbers
        ]
    rows = tuple(
        (
            Cell(issue_title(kind)),
            Cell(str(len(numbers))),
            Cell(f"issue{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"),
        )
        for kind, numbers in kinds.items()
    )
    return SectionView(
        "ledger",
        "Ledger",
        count_words(len(view.brief.reading.ledger), "defect"),
        "Defects of the source by kind; each is told under its number below",
        "end",
        ("Kind", "Count", "See"),
        ("left", "right", "left"),
        rows,
    )


def _attribution(view: BriefView) -> SectionView:
    rows = []
    for number, one in enumerate(view.brief.reading.attribution, 1):
        alone = Cell("single source", "warn") if one.single_source else Cell("")
        words = f"“{one.words}”" if one.words else ""
        rows.append(
            (
                Cell(f"item {number}"),
                Cell(_GRADES[one.grade]),
                alone,
                Cell(words, "weak"),
                Cell(", ".join(one.outlets)),
            )
        )
    single = sum(one.single_source for one in view.brief.reading.attribution)
    return SectionView(
        "attribution",
        "Who says so",
        f"{single} on a single source" if single else "",
        "The best source of each item",
        "end",
        ("Item", "Best source", "Single", "In words", "Outlets"),
        ("left", "left", "left", "left", "left"),
        tuple(rows),
    )
