"""Tables of levels (indices, currencies, whatever else the wrap has), ready to draw in any form. In: a view. Out: rows in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from llm_wrap.brief.figures import NO_FIGURE, signed, signed_with_unit, with_unit
from llm_wrap.brief.reading_view import word_currency
from llm_wrap.brief.view import BriefView
from llm_wrap.models import CurrencyRate, IndexLevel, Mover, TableRow

# As many characters of "closed for holiday" still fit the column of levels.
_AS_LEVEL = 18
# What names an index of expected swings: its moves are of another size than a market's, and its rise is no good news.
_VOLATILITY = frozenset("VOLATILITY VIX VXN VXD RVX OVX GVZ VSTOXX V2X VDAX VFTSE VHSI VKOSPI VNKY VI MOVE".split())
_HEADS = ("Level", "Change", "%")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its words. `value` is None where the words say why there is none: "closed". `toned`: a rise is good."""

    value: Decimal | None
    words: str
    toned: bool = False


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A row of indices, currencies or a further table, ready to show.

    Attributes:
        figures: level, change and percent, without those that no row of the table has.
        pct: the percent alone, for a line on top.
        bar: what is drawn of it; None where nothing is.
    """

    name: str
    issues: tuple[int, ...]
    figures: tuple[Figure, ...]
    pct: Figure
    bar: Decimal | None
    words: str


@dataclass(frozen=True, slots=True)
class LevelTable:
    """A table of levels with its anchor and words. `scale`: what its bars are drawn to; 0 where there are none."""

    id: str
    title: str
    first: str
    heads: tuple[str, ...]
    caption: str
    rows: tuple[LevelRow, ...]
    scale: Decimal


def level_tables(view: BriefView) -> Iterator[LevelTable]:
    """Indices, currencies and further tables that have rows."""
    wrap = view.brief.wrap
    bars = "bars to the largest move of this table"
    groups: list[tuple[str, str, str, str, Sequence[IndexLevel | CurrencyRate | TableRow]]] = [
        ("indices", "Indices", "Index", f"Level and change in points; {bars}", wrap.markets),
        ("currencies", "Currencies", "Pair", f"Rate as printed ($-¥ is yen per dollar); {bars}", wrap.currencies),
        *(
            (f"table-{number}", table.name, "Name", "As printed in the wrap", table.rows)
            for number, table in enumerate(wrap.tables, 1)
        ),
    ]
    for anchor, title, first, caption, records in groups:
        if records:
            rows = [_row(view, row) for row in records]
            shown = [place for place in range(len(_HEADS)) if any(_says(row.figures[place]) for row in rows)] or [0]
            yield LevelTable(
                anchor,
                title,
                first,
                tuple(_HEADS[place] for place in shown),
                caption,
                tuple(replace(row, figures=tuple(row.figures[place] for place in shown)) for row in rows),
                max((abs(row.bar) for row in rows if row.bar is not None), default=Decimal(0)),
            )


def index_strip(view: BriefView) -> tuple[LevelRow, ...]:
    """The indices that have a move, for a line on top."""
    return tuple(_row(view, row) for row in view.brief.wrap.markets if row.change_pct is not None)


def largest_move(rows: Iterable[Mover]) -> Decimal:
    """What the bars of the movers are drawn to; 0 where nothing moves."""
    return max((abs(row.change_pct) for row in rows if row.change_pct is not None), default=Decimal(0))


def is_volatility(name: str) -> bool:
    """Whether an index is one of expected swings.

    >>> is_volatility("India VIX"), is_volatility("VDAX-NEW"), is_volatility("S&P 500"), is_volatility("Vivendi")
    (True, True, False, False)
    """
    return not _VOLATILITY.isdisjoint(name.upper().replace("-", " ").split())


def _says(figure: Figure) -> bool:
    return figure.words != NO_FIGURE


def _row(view: BriefView, row: IndexLevel | CurrencyRate | TableRow) -> LevelRow:
    unit, change_unit = (row.unit, row.change_unit) if isinstance(row, TableRow) else (None, None)
    name = row.pair if isinstance(row, CurrencyRate) else row.name
    apart = is_volatility(name)
    words = ""
    if isinstance(row, CurrencyRate):
        words = word_currency(view.brief.reading, row).partition(" against ")[0]  # the pair names the other side
    level = with_unit(row.level, unit)
    if row.note:
        in_place = row.level is None and len(row.note) <= _AS_LEVEL  # where there is a level, the word stands beside it
        level, words = (row.note, words) if in_place else (level, row.note)
    toned = isinstance(row, IndexLevel) and not apart  # a higher yield or a lower yen is neither good nor bad
    pct = Figure(row.change_pct, signed(row.change_pct, "%", row.change), toned)
    change = Figure(row.change, signed_with_unit(row.change, change_unit, row.change_pct))
    return LevelRow(
        name=name,
        issues=view.marks(row.line),
        figures=(Figure(row.level, level), change, pct),
        pct=pct,
        bar=None if apart else row.change_pct,
        words=words,
    )
