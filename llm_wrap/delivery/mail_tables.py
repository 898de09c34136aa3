"""The tables of one wrap in a mail's HTML: the reading of the day, movers, levels, releases, company news.

In: a `BriefView`. Out: parts with their ranks. A phone has room for one column of figures beside words, or for four of figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from llm_wrap.brief.figures import signed, with_unit
from llm_wrap.brief.level_view import Figure, LevelRow, level_tables
from llm_wrap.brief.reading_view import view_reading
from llm_wrap.brief.section import Cell as SectionCell
from llm_wrap.brief.section import SectionView, Spot
from llm_wrap.brief.view import BriefView
from llm_wrap.brief.wording import release_status
from llm_wrap.delivery.mail_markup import (
    LIST,
    Cell,
    Tone,
    esc,
    heading,
    listing,
    open_table,
    paragraph,
    table_rows,
    tinted,
)
from llm_wrap.delivery.mail_size import Part
from llm_wrap.models import EconomicPrint, Mover

_NAMED = 6  # companies of the exposure with a row of their own; the others are named below them
# Rank of each section of the reading in a mail that is too large, and the rows that it keeps as long as it can.
_RANKS = {
    "watchlist": (1, 10),
    "expectations": (4, 3),
    "tape": (5, 3),
    "calendar": (5, 3),
    "exposure": (6, 3),
    "ledger": (7, 0),
    "attribution": (8, 0),
}


class MailTables:
    """The tables of one brief. `up_colour`: of a rise, green or red."""

    def __init__(self, view: BriefView, up_colour: str) -> None:
        self.view = view
        self.wrap = view.brief.wrap
        self.rise: Tone = "down" if up_colour == "red" else "up"
        self.fall: Tone = "up" if up_colour == "red" else "down"

    def sections(self, spot: Spot) -> Iterator[Part]:
        """Sections of the reading: figures in columns of their own, everything else below the name of its row."""
        for section in view_reading(self.view, named=_NAMED):
            if section.spot != spot:
                continue
            figures = [column for column, align in enumerate(section.aligns) if align == "right"]
            beside = figures if len(figures) in (1, len(section.aligns) - 1) else []
            note = f" &nbsp;{tinted(esc(section.note), 'muted')}" if section.note else ""
            head = (Cell(esc(section.head[0])), *(Cell(esc(section.head[column]), figure=True) for column in beside))
            table = (open_table(head if beside else ()), "</table>") if section.rows else ("", "")
            foot = paragraph(esc(section.foot_words), "muted", after=0, size=13) if section.foot else ""
            rank, least = _RANKS[section.anchor]
            yield Part(
                rank=rank,
                head=heading(2, esc(section.title) + note) + table[0],
                rows=table_rows(self.section_row(rows, beside) for rows in _join_rows(section)),
                foot=table[1] + foot,
                least=least,
            )

    def section_row(self, rows: Sequence[Sequence[SectionCell]], beside: Sequence[int]) -> tuple[Cell, ...]:
        """One row of the mail for rows that share their first cells."""
        first = rows[0][0]
        name = f"<b>{esc(first.words)}</b>" + (f" {esc(first.hint)}" if first.hint else "")
        lines = [name + (f" {tinted(esc(first.sub), 'muted')}" if first.sub else "")]
        for row in rows:
            cells = [cell for column, cell in enumerate(row) if column and column not in beside and cell.words]
            cells.sort(key=lambda cell: cell.tone == "weak")  # where it stands comes last
            lines.append(" &nbsp;|&nbsp; ".join(map(self.section_cell, cells)))
        figures = (Cell(self.section_cell(rows[0][column]), figure=True) for column in beside)
        return (Cell("<br>".join(filter(None, lines))), *figures)

    def section_cell(self, cell: SectionCell) -> str:
        tones: dict[str, Tone] = {"up": self.rise, "down": self.fall, "weak": "muted", "warn": "warn"}
        more = f" {tinted(esc(cell.sub), 'muted')}" if cell.sub else ""
        return tinted(esc(cell.words), tones.get(cell.tone, "")) + more

    def movers(self) -> Iterator[Part]:
        for title, movers in (("Gainers", self.wrap.gainers), ("Decliners", self.wrap.decliners)):
            rows = table_rows((Cell(self.move(row.change_pct), figure=True), Cell(self.company(row))) for row in movers)
            yield from _table(3, title, (Cell("Change", figure=True, width="64"), Cell("Company and reason")), rows)

    def company(self, row: Mover) -> str:
        name = tinted(
            esc(row.name or row.ticker or "not named"), "" if row.name or row.ticker else "muted", strong=True
        )
        ticker = " " + tinted(esc(row.ticker), "muted") if row.name and row.ticker else ""
        reason = f"<br>{esc(row.reason)}" if row.reason else ""
        return name + ticker + mail_refs(self.view.marks(row.line)) + reason

    def levels(self) -> Iterator[Part]:
        for table in level_tables(self.view):
            head = (Cell(table.first), *(Cell(name, figure=True) for name in table.heads))
            rows = table_rows(map(self.level, table.rows))
            yield from _table(3 if table.id in ("indices", "currencies") else 5, table.title, head, rows)

    def level(self, row: LevelRow) -> tuple[Cell, ...]:
        words = "<br>" + tinted(esc(row.words), "muted") if row.words else ""
        name = Cell(esc(row.name) + mail_refs(row.issues) + words)
        return (name, *(Cell(self.figure(figure), figure=True) for figure in row.figures))

    def figure(self, figure: Figure) -> str:
        """A figure; where a rise is good, in its shade."""
        return tinted(esc(figure.words), self.shade(figure.value) if figure.toned else "")

    def economic(self) -> Iterator[Part]:
        head = (Cell("Indicator"), *(Cell(name, figure=True) for name in ("Actual", "Consensus", "Prior")))
        yield from _table(3, "Economic", head, table_rows(map(self.release, self.wrap.economic)))

    def release(self, row: EconomicPrint) -> tuple[Cell, ...]:
        detail = ", ".join(part for part in (row.country, row.period, release_status(row)) if part)
        name = esc(row.indicator) + mail_refs(self.view.marks(row.line))
        return (
            Cell(f"{name}<br>{tinted(esc(detail), 'muted')}" if detail else name),
            Cell(f"<b>{esc(with_unit(row.actual, row.unit))}</b>", figure=True),
            Cell(esc(with_unit(row.consensus, row.unit)), figure=True),
            Cell(esc(with_unit(row.prior, row.unit)), figure=True),
        )

    def further(self) -> Iterator[Part]:
        rows = table_rows(
            (
                Cell(f"<b>{esc(row.ticker or '–')}</b>{mail_refs(self.view.marks(row.line))}", whole=True),
                Cell(esc(row.text)),
            )
            for row in self.wrap.company_news
        )
        yield from _table(6, "Company news", (Cell("Ticker"), Cell("News")), rows)
        for section in self.wrap.sections:
            yield Part(
                rank=7,
                head=heading(2, esc(section.name)) + LIST[0],
                rows=listing(esc(line) for line in section.lines),
                foot=LIST[1],
                noun="lines",
            )

    def move(self, value: Decimal | None) -> str:
        """A company's change in percent with its sign, in its shade."""
        return tinted(esc(signed(value, "%")), self.shade(value), strong=True)

    def shade(self, value: Decimal | None) -> Tone:
        return "" if not value else self.rise if value > 0 else self.fall


def mail_refs(numbers: Sequence[int]) -> str:
    """The issues about what stands before."""
    if not numbers:
        return ""
    words = "issue " + ", ".join(map(str, numbers))
    return f" {tinted(words, 'warn')}"


def _join_rows(section: SectionView) -> Iterator[Sequence[Sequence[SectionCell]]]:
    """Rows that share their first cells, together."""
    starts = [place for place, span in enumerate(section.spans) if span]
    for start, end in pairwise((*starts, len(section.rows))):
        yield section.rows[start:end]


def _table(rank: int, title: str, head: Sequence[Cell], rows: Sequence[str]) -> Iterator[Part]:
    if rows:
        start = heading(2, esc(title)) + open_table(head) + "\n"
        yield Part(rank=rank, head=start, rows=tuple(rows), foot="</table>", least=12 if rank < 5 else 3)
