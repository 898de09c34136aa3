"""The reading of the day as sections that any renderer can draw. In: a view. Out: sections in the order of a reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from llm_wrap.brief.exposure_view import find_row, move_cell, view_exposure
from llm_wrap.brief.figures import short_date, signed_with_unit, with_unit
from llm_wrap.brief.place_words import find_mover, is_of_another, point_to
from llm_wrap.brief.section import Cell, Piece, SectionView, Tone, drop_empty, make_cell
from llm_wrap.brief.view import BriefView
from llm_wrap.brief.wording import count_words, issue_title, word_event
from llm_wrap.models import CurrencyRate, Expectation, MarketWrap, Place, Reading

# What to look at first stands first.
_VERDICTS: dict[str, tuple[str, Tone]] = {
    "contradicts": ("disagrees", "warn"),
    "confirms": ("agrees", ""),
    "open": ("open", "weak"),
}
_GRADES = {
    "statement": "on the record",
    "named_outlet": "named outlet",
    "sources": "unnamed sources",
    "reportedly": "reportedly",
    "unattributed": "nobody named",
}
_LONGEST_GIST = 160  # characters
_FEW_DEFECTS = 6  # the list of issues is their ledger
NAMED = 12  # companies with rows of their own in the exposure


def view_reading(view: BriefView, *, named: int = NAMED) -> tuple[SectionView, ...]:
    """The sections that have something to say, in the order of a reader. `named`: companies with rows of their own in the exposure."""
    sections = (
        _watchlist(view),
        _tape(view),
        view_exposure(view, named),
        _calendar(view),
        _expectations(view),
        _ledger(view),
        _attribution(view),
    )
    return tuple(drop_empty(section) for section in sections if section.rows or section.foot)


def word_currency(reading: Reading, row: CurrencyRate) -> str:
    """What a currency row comes to in words; nothing where it cannot be said."""
    return next((move.words for move in reading.currencies if (move.pair, move.line) == (row.pair, row.line)), "")


def date_range(start: date, end: date, session: date | None = None) -> str:
    """A day, or first and last day; the year where it is not the session's.

    >>> date_range(date(2025, 11, 10), date(2025, 11, 16)), date_range(date(2026, 3, 31), date(2026, 3, 31), date(2025, 11, 6))
    ('Mon 10 to Sun 16 Nov', 'Tue 31 Mar 2026')
    """
    year = f" {end.year}" if session and end.year != session.year else ""
    if start == end:
        return short_date(start) + year
    first = short_date(start)
    if (start.year, start.month) == (end.year, end.month):
        first = first.rpartition(" ")[0]
    return f"{first} to {short_date(end)}{year}"


def _watchlist(view: BriefView) -> SectionView:
    wrap = view.brief.wrap
    names = view.brief.reading.watchlist
    texts = _texts(wrap) if names else {}
    rows = []
    for one in names:
        if one.places:
            forms = ", ".join(form for form in one.matched if form.casefold() != one.name.casefold())
            name = Cell(one.name, sub=f"as {forms}" if forms else "")
            where = make_cell(point_to(one.places, wrap, one.matched), sub=_gist(one.places, one.matched, texts, wrap))
            row = find_row(one.places, wrap, one.matched)
            rows.append((name, move_cell(one.change_pct, view.marks(row.line) if row else ()), where))
    mentioned = len(rows)
    for one in names:
        for near in one.near:  # another's, or its own in full: the reader knows, and no move of it is claimed
            whose = (near.name,)
            where = make_cell(point_to(near.places, wrap, whose), sub=_gist(near.places, whose, texts, wrap))
            rows.append((Cell(one.name, "weak", sub=f"not named; near: {near.name}"), Cell(""), where))
    rest = ", ".join(one.name for one in names if not one.places and not one.near)
    return SectionView(
        "watchlist",
        "Watchlist",
        f"{mentioned} of {len(names)} mentioned",
        "Your names, where the wrap speaks of them, and in which words first",
        "top",
        ("Name", "Move", "Where"),
        ("left", "right", "left"),
        tuple(rows),
        foot=(Piece(f"No mention today: {rest}"),) if rest else (),
    )


def _texts(wrap: MarketWrap) -> dict[Place, str]:
    from llm_wrap.reading.places import list_passages  # only for who watches names

    return {passage.place: passage.text for passage in list_passages(wrap)}


def _gist(places: Sequence[Place], names: Sequence[str], texts: Mapping[Place, str], wrap: MarketWrap) -> str:
    """What the wrap says first of a company, in its words: the reason in its row, else a headline, else a sentence.

    Another's row speaks of that one: its words stand with its name, and only where there are no others.
    """
    own = [place for place in places if not is_of_another(place, wrap, names)]
    rows = [place for place in own if find_mover(place, wrap)]
    heads = [place for place in own if place.section == "digest" and place.sentence is None]
    for place in (*rows, *heads, *own):
        if texts.get(place):
            return _quote(texts[place])
    others = ((find_mover(place, wrap), texts.get(place)) for place in places)
    return next((f"{row.name or row.ticker}: {_quote(words)}" for row, words in others if row and words), "")


def _quote(words: str) -> str:
    cut = words if len(words) <= _LONGEST_GIST else words[:_LONGEST_GIST].rpartition(" ")[0] + " …"
    return f"“{cut}”"


def _tape(view: BriefView) -> SectionView:
    numbers = {(item.source, item.anchor): item for item in view.items}
    reasons = {row.line: row.reason for row in (*view.brief.wrap.gainers, *view.brief.wrap.decliners) if row.line}
    rows = []
    for check in sorted(view.brief.reading.tape, key=lambda check: list(_VERDICTS).index(check.verdict)):
        words, tone = _VERDICTS[check.verdict]
        anchor = f"{check.source}-{check.item + 1}"
        item = numbers.get((check.source, anchor))
        number = item.number if item else check.item + 1
        ticker = check.ticker if check.ticker and check.ticker != check.company else ""
        unsure = " (needs review)" if item and item.status == "needs_review" else ""
        text = (Piece(f"item {number}", anchor, f"item {number}"), Piece(f": {check.sentiment}{unsure}"))
        reason = reasons.get(check.line, "")
        rows.append(
            (
                Cell(check.company, sub=ticker),
                make_cell(text),
                move_cell(check.change_pct, view.marks(check.line)),
                Cell(words, tone, sub=_quote(reason) if reason and check.verdict == "contradicts" else ""),
            )
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
            Cell(date_range(event.start, event.end, session), sub=f"“{event.words}”"),
            make_cell(point_to([event.place], view.brief.wrap), "weak"),
            Cell(word_event(event)),
        )
        for event in events
    )
    return SectionView(
        "calendar",
        "Ahead",
        count_words(len(events), "event"),
        "Dated and datable events of the text, with the words that give the time",
        "middle",
        ("When", "Where", "What"),
        ("left", "left", "left"),
        rows,
        shared=1,
    )


def _expectations(view: BriefView) -> SectionView:
    expected = view.brief.reading.expectations
    rows = [_expect(one, view) for one in expected]
    met = sum(one.actual is not None for one in expected)
    return SectionView(
        "expectations",
        "Expected of releases",
        f"{met} met today" if met else "",
        "Consensus and prior of releases to come" + (", and of those that this wrap has the print of" if met else ""),
        "middle",
        ("Release", "Consensus", "Prior", "Actual", "Surprise"),
        ("left", "right", "right", "right", "right"),
        tuple(rows),
    )


def _expect(one: Expectation, view: BriefView) -> tuple[Cell, ...]:
    name = " ".join(part for part in (one.country, one.period, one.indicator) if part)
    due = f"due {short_date(one.due)}" if one.due else ""
    if one.met_on:
        due = f"expected on {short_date(one.stated_on)}" if one.stated_on else ""
    elif one.stated_on and one.stated_on != view.brief.wrap.session_date:
        due = f"{due} (as of {short_date(one.stated_on)})".strip()
    points = "pp" if one.unit == "%" else one.unit  # the difference of two percentages
    surprise = "" if one.surprise is None else signed_with_unit(one.surprise, points)
    return (
        Cell(name, sub=due),
        Cell(with_unit(one.consensus, one.unit)),
        Cell(with_unit(one.prior, one.unit)),
        Cell(with_unit(one.actual, one.unit) if one.actual is not None else ""),
        Cell(surprise),
    )


def _ledger(view: BriefView) -> SectionView:
    """The defects by kind, where they are too many to be taken in from their own list."""
    kinds: dict[str, list[int]] = {}
    ledger = view.brief.reading.ledger
    for entry in ledger if len(ledger) > _FEW_DEFECTS else ():
        numbers = kinds.setdefault(issue_title(entry.kind), [])
        numbers += [
            issue.number
            for issue in view.issues
            if (issue.issue.kind, issue.issue.line) == (entry.kind, entry.line) and issue.number not in numbers
        ]
    rows = tuple(
        (
            Cell(title),
            Cell(str(len(numbers))),
            make_cell(tuple(_number_issues(numbers))),
        )
        for title, numbers in kinds.items()
    )
    return SectionView(
        "ledger",
        "Ledger",
        count_words(len(ledger), "defect"),
        "Defects of the source by kind; each is told under its number below",
        "end",
        ("Kind", "Count", "See"),
        ("left", "right", "left"),
        rows,
    )


def _number_issues(numbers: Sequence[int]) -> Iterator[Piece]:
    yield Piece("issue " if len(numbers) == 1 else "issues ")
    for place, number in enumerate(numbers):
        if place:
            yield Piece(", ")
        yield Piece(str(number), f"issue-{number}", f"issue {number}")


def _attribution(view: BriefView) -> SectionView:
    rows = []
    headings = {item.anchor: item.heading for item in view.items}
    for number, one in enumerate(view.brief.reading.attribution, 1):
        anchor = f"{one.source}-{one.item + 1}"
        words = f"“{one.words}”" if one.words else ""
        grade = _GRADES[one.grade] + (", single source" if one.single_source else "")
        grade += f"; its lead: {_GRADES[one.lead]}" if one.lead else ""
        weak = one.single_source or one.lead in ("sources", "reportedly")
        heading = headings.get(anchor, "")
        item = make_cell((Piece(f"item {number}", anchor, f"item {number}"),), hint=heading)
        rows.append((item, Cell(grade, "warn" if weak else "", sub=words), Cell(", ".join(one.outlets))))
    single = sum(one.single_source for one in view.brief.reading.attribution)
    return SectionView(
        "attribution",
        "Who says so",
        f"{single} on a single source" if single else "",
        "The best source of each item; its lead (headline and first sentence) where that rests on less",
        "end",
        ("Item", "Best source", "Outlets"),
        ("left", "left", "left"),
        tuple(rows),
    )
