"""What is wrong with a wrap as its source printed it. Reads records, changes none.

Each check yields issues; `audit_wrap` runs them in order. A check that is not sure says nothing: a false alarm costs the
reader's trust in all the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from llm_wrap.models import CurrencyRate, IndexLevel, MarketWrap, ParseIssue, TableRow
from llm_wrap.parsing.claims import check_claims
from llm_wrap.parsing.dates import WEEKDAYS, FoundDate
from llm_wrap.parsing.digest import Prose
from llm_wrap.parsing.layout import MAX_LINES, Block
from llm_wrap.parsing.sections import is_furniture
from llm_wrap.parsing.tickers import check_suffixes, check_tickers, list_named


@dataclass
class Material:
    """What the checks read.

    Attributes:
        prose: the blocks of Synopsis and Digest. dates: each with its line.
        last: the last block above the disclaimer with the kind of its section, or None.
        text: the normalised text, to find the line of a word in a block of several.
    """

    wrap: MarketWrap
    prose: Sequence[Prose]
    dates: Sequence[tuple[int, FoundDate]]
    title_line: int
    last: tuple[str, Block] | None
    text: str

    @cached_property
    def rows(self) -> list[str]:
        """The lines of the text; most wraps have no need of them."""
        return self.text.split("\n", MAX_LINES)

    def printed(self, line: int) -> str:
        """A line of the text, as it is printed there."""
        return self.rows[line - 1].strip()

    def line_of(self, block: Block, words: str) -> int:
        """The line of `block` that holds `words`."""
        if block.line == block.last:
            return block.line
        for number in range(block.line, min(block.last, block.line + 400) + 1):
            if words in self.rows[number - 1]:
                return number
        return block.line


def audit_wrap(material: Material) -> Iterator[ParseIssue]:
    """All issues of the wrap's content."""
    for check in CHECKS:
        yield from check(material)


def _issue(line: int, kind: str, message: str, text: str) -> ParseIssue:
    return ParseIssue(line=line, kind=kind, message=message, text=text[:400])


# --- tables ---------------------------------------------------------------------------------------------------------


def _table_rows(wrap: MarketWrap) -> Iterator[tuple[str, IndexLevel | CurrencyRate | TableRow]]:
    for index in wrap.markets:
        yield index.name, index
    for rate in wrap.currencies:
        yield rate.pair, rate
    for table in wrap.tables:
        for row in table.rows:
            yield row.name, row


def _half_step(value: Decimal) -> Decimal:
    """Half of the last printed digit: "0.27" may be anything from 0.265 to 0.275."""
    exponent = value.as_tuple().exponent
    return _HALF_STEPS.get(exponent) or Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)


_HALF_STEPS: dict[object, Decimal] = {-places: Decimal(5).scaleb(-places - 1) for places in range(9)}


def ties(change: Decimal, change_pct: Decimal, level: Decimal) -> bool:
    """Whether change, percent and level agree within what their printed digits allow.

    >>> ties(Decimal("395.62"), Decimal("0.89"), Decimal("44768.12"))
    True
    >>> ties(Decimal("395.62"), Decimal("0.98"), Decimal("44768.12"))
    False
    """
    before = level - change
    if before <= 0:
        return True  # a spread or a negative price: the percentage has no fixed meaning
    step = _half_step(change)
    room = step + before * _half_step(change_pct) / 100
    room += abs(change_pct) / 100 * (_half_step(level) + step)
    return abs(change_pct * before / 100 - change) <= room


def check_arithmetic(material: Material) -> Iterator[ParseIssue]:
    """Change against percent against level, and the sign of one against that of the other."""
    for name, row in _table_rows(material.wrap):
        change, percent, level = row.change, row.change_pct, row.level
        if change is None or percent is None:
            continue
        if change and percent and change.is_signed() != percent.is_signed():
            message = f"{name} changes by {change} and by {percent}%: one is a rise and the other a fall."
            yield _issue(row.line, "sign_conflict", message, material.printed(row.line))
        elif level is not None and not getattr(row, "change_unit", None) and not ties(change, percent, level):
            message = f"{name}: a change of {change} to {level} is not {percent}%, even allowing for rounding."
            yield _issue(row.line, "arithmetic_mismatch", message, material.printed(row.line))


def check_movers(material: Material) -> Iterator[ParseIssue]:
    """A riser among the decliners, a faller among the gainers."""
    for where, rows, down in (
        ("gainers", material.wrap.gainers, False),
        ("decliners", material.wrap.decliners, True),
    ):
        for row in rows:
            if row.change_pct and row.change_pct.is_signed() != down:
                who = row.name or row.ticker or "a row"
                message = f"{who} stands among the {where} with {row.change_pct:+}%."
                yield _issue(row.line, "sign_conflict", message, material.printed(row.line))


def check_duplicates(material: Material) -> Iterator[ParseIssue]:
    """A row that stands twice in its table, with the same figures or with others."""
    wrap = material.wrap
    movers = (*wrap.gainers, *wrap.decliners)
    keyed = [("movers", (row.ticker or row.name or "").casefold(), row.line) for row in movers]
    keyed += [("markets", row.name.casefold(), row.line) for row in wrap.markets]
    keyed += [("currencies", row.pair, row.line) for row in wrap.currencies]
    for table in wrap.tables:
        keyed += [(table.name, row.name.casefold(), row.line) for row in table.rows]
    for print_ in wrap.economic:
        key = f"{print_.country} {print_.period} {print_.indicator} {print_.status}".casefold()
        keyed.append(("economic", key, print_.line))
    first: dict[tuple[str, str], int] = {}
    for where, key, line in keyed:
        if not key:
            continue
        before = first.setdefault((where, key), line)
        if before != line:
            message = f"This row of {where} stands in line {before} already."
            yield _issue(line, "duplicate_row", message, material.printed(line))


# --- the text as a whole --------------------------------------------------------------------------------------------


def check_dates(material: Material) -> Iterator[ParseIssue]:
    """No date, an impossible one, two of them, or one whose weekday is another than the text names."""
    if not material.dates:
        yield _issue(0, "bad_date", "The wrap names no session date.", "")
        return
    first = next((one for _, one in material.dates if one.day), None)
    for line, one in material.dates:
        if one.day is None:
            yield _issue(line, "bad_date", f"There is no such day as {one.text}.", one.text)
        elif one.weekday is not None and one.day.weekday() != one.weekday:
            day = WEEKDAYS[one.day.weekday()].capitalize()
            yield _issue(line, "bad_date", f"{one.text} names the wrong weekday: the date is a {day}.", one.text)
        elif first and first.day and one.day != first.day:
            message = f"The wrap names two dates, {first.text} and {one.text}; the first one is used."
            yield _issue(line, "bad_date", message, one.text)
    line, one = material.dates[0]
    if one.day and one.weekday is None:
        named = _session_weekday(material)
        if named is not None and named != one.day.weekday():
            day = WEEKDAYS[one.day.weekday()].capitalize()
            message = f"{one.text} is a {day}, and the text speaks of {WEEKDAYS[named].capitalize()} as the session."
            yield _issue(line, "bad_date", message, one.text)
        elif one.day.weekday() >= 5:
            message = f"{one.text} is a {WEEKDAYS[one.day.weekday()].capitalize()}: no market was open."
            yield _issue(line, "bad_date", message, one.text)


def _session_weekday(material: Material) -> int | None:
    """The weekday that a recap's first sentence gives to its session ("ended higher Friday"), or None.

    None, too, where the Synopsis names another weekday beside it, because either could be the session.
    """
    wrap = material.wrap
    if wrap.kind != "recap" or not wrap.synopsis:
        return None
    text = " ".join(wrap.synopsis)[:4000].lower()
    named = {number for number, day in enumerate(WEEKDAYS) if day in text}
    opening = wrap.synopsis[0][:240].partition(". ")[0].lower()
    here = [number for number, day in enumerate(WEEKDAYS) if _names_session(opening, day)]
    return here[0] if len(here) == 1 and (named == set(here) or _weekday_twice(text, here[0], named)) else None


def _weekday_twice(text: str, day: int, named: set[int]) -> bool:
    """Whether `day` is the weekday that most of the text is about, and no other comes near."""
    counts = {number: text.count(WEEKDAYS[number]) for number in named}
    return counts[day] >= 2 and all(counts[other] * 2 <= counts[day] for other in named - {day})


def _names_session(opening: str, day: str) -> bool:
    place = opening.find(day)
    return place >= 0 and not opening[place + len(day) :].startswith(("'s", "s ")) and "since " not in opening[:place]


_STOPS = ('."', ".)", ".'", '!"', '?"')


def check_end(material: Material) -> Iterator[ParseIssue]:
    """A text that breaks off: prose without a stop, or a mark such as "[message truncated]"."""
    if material.last is None:
        return
    kind, block = material.last
    text = block.text
    if is_furniture(text) or (kind == "disclaimer" and is_furniture(text.rpartition(". ")[2])):
        return
    lowered = text[-80:].lower()
    marked = lowered.endswith(("...", "…", "[...]")) or "truncated" in lowered or "message clipped" in lowered
    prose = kind in ("synopsis", "digest", "disclaimer")
    open_end = (
        prose and len(text) > 50 and text[-1] not in ".!?:)\"'" and not text.endswith(_STOPS) and not text.isupper()
    )
    if marked or open_end or (kind == "digest" and text.endswith(":")):
        yield _issue(block.last, "truncated", "The text breaks off here.", text[-120:])


def check_title(material: Material) -> Iterator[ParseIssue]:
    """The index moves of the title against the Markets table."""
    wrap = material.wrap
    rows: dict[str, IndexLevel | TableRow] = {row.name.casefold(): row for row in wrap.markets}
    for table in wrap.tables:
        for other in table.rows:
            futures = "future" in table.name.lower() and "future" not in other.name.lower()
            rows.setdefault(f"{other.name} futures".casefold() if futures else other.name.casefold(), other)
    for move in wrap.title_moves:
        row = rows.get(move.name.casefold())
        if row is None:
            continue
        text = wrap.title or ""
        if row.change_pct is not None and abs(row.change_pct - move.change_pct) > _half_step(
            move.change_pct
        ) + _half_step(row.change_pct):
            message = (
                f"The title has {move.name} at {move.change_pct}%, the table has {row.change_pct}% (line {row.line})."
            )
            yield _issue(material.title_line, "prose_table_mismatch", message, text)
        elif (
            move.level is not None
            and row.level is not None
            and abs(row.level - move.level) > _half_step(move.level) + _half_step(row.level)
        ):
            message = f"The title has {move.name} at {move.level}, the table has {row.level} (line {row.line})."
            yield _issue(material.title_line, "prose_table_mismatch", message, text)


def _prose_claims(material: Material) -> Iterator[ParseIssue]:
    for block, claim in check_claims(material.prose, material.wrap):
        yield _issue(material.line_of(block, claim.words), claim.kind, claim.message, claim.sentence)


def _tickers(material: Material) -> Iterator[ParseIssue]:
    listed = list_named(material.wrap, material.prose, material.line_of)
    yield from check_tickers(listed)
    yield from check_suffixes(listed)


CHECKS: tuple[Callable[[Material], Iterator[ParseIssue]], ...] = (
    check_dates,
    check_arithmetic,
    check_movers,
    check_duplicates,
    _tickers,
    check_title,
    _prose_claims,
    check_end,
)
