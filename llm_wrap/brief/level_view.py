"""Tables of levels (indices, currencies, whatever else the wrap has), ready to draw in any form. In: a view. Out: rows in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from llm_wrap.brief.figures import signed, signed_with_unit, with_unit
from llm_wrap.brief.reading_view import word_currency
from llm_wrap.brief.view import BriefView
from llm_wrap.models import CurrencyRate, IndexLevel, Mover, TableRow

# As many characters of "closed for holiday" still fit the column of levels.
_AS_LEVEL = 18


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A row of indices, currencies or a further table, ready to show. `level_words` may say why there is no figure: "closed"."""

    name: str
    issues: tuple[int, ...]
    level: Decimal | None
    level_words: str
    change: Decimal | None
    change_words: str
    change_pct: Decimal | None
    pct_words: str
    words: str


@dataclass(frozen=True, slots=True)
class LevelTable:
    """A table of levels with its anchor and words. `toned`: a rise is good, as it is of an index and not of a yield."""

    id: str
    title: str
    first: str
    caption: str
    toned: bool
    rows: tuple[LevelRow, ...]


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
    for anchor, title, first, caption, rows in groups:
        if rows:
            yield LevelTable(anchor, title, first, caption, anchor == "indices", tuple(_row(view, row) for row in rows))


def largest_move(rows: Iterable[LevelRow | Mover]) -> Decimal:
    """What the bars of a table are drawn to; 0 where nothing moves."""
    return max((abs(row.change_pct) for row in rows if row.change_pct is not None), default=Decimal(0))


def _row(view: BriefView, row: IndexLevel | CurrencyRate | TableRow) -> LevelRow:
    unit, change_unit = (row.unit, row.change_unit) if isinstance(row, TableRow) else (None, None)
    words = word_currency(view.brief.reading, row) if isinstance(row, CurrencyRate) else ""
    level = with_unit(row.level, unit)
    if row.note:
        in_place = row.level is None and len(row.note) <= _AS_LEVEL  # where there is a level, the word stands beside it
        level, words = (row.note, words) if in_place else (level, row.note)
    return LevelRow(
        name=row.pair if isinstance(row, CurrencyRate) else row.name,
        issues=view.marks(row.line),
        level=row.level,
        level_words=level,
        change=row.change,
        change_words=signed_with_unit(row.change, change_unit),
        change_pct=row.change_pct,
        pct_words=signed(row.change_pct, "%"),
        words=words,
    )
