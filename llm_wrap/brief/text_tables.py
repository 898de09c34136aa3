"""The tables of the brief in a terminal: movers, levels, economic figures, company news, other sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from llm_wrap.brief.figures import signed, with_unit
from llm_wrap.brief.level_view import Figure, LevelTable, largest_move, level_tables
from llm_wrap.brief.section import Cell, SectionView
from llm_wrap.brief.terminal import Align, Page
from llm_wrap.brief.view import BriefView
from llm_wrap.brief.wording import release_status
from llm_wrap.models import Mover

_ONE_LINE = 30  # characters; in a column with a longer cell what belongs to the words stands below them
_TONES = {"up": "green", "down": "red", "weak": "dim", "warn": "yellow"}


def add_tables(page: Page, view: BriefView) -> None:
    """Every table of the wrap, in the order of a reader."""
    _movers(page, view)
    _economic(page, view)
    _levels(page, view)
    _further(page, view)


def add_sections(page: Page, sections: Iterable[SectionView]) -> None:
    """Sections of the reading: a table each, the words of its last column below where there is no room."""
    for section in sections:
        page.heading(section.title, section.note)
        head = [page.text(name, "dim") for name in section.head]
        below = [any(len(row[column].line) > _ONE_LINE for row in section.rows) for column in range(len(section.head))]
        rows = [[_cell_text(page, cell, under) for cell, under in zip(row, below, strict=True)] for row in section.rows]
        if rows:
            page.columns([head, *rows], section.aligns, shared=section.shared, spans=(1, *section.spans))
        if section.foot:
            page.add(page.text(section.foot_words, "dim"))


def _cell_text(page: Page, cell: Cell, below: bool) -> Text:
    line = page.text(cell.words, _TONES.get(cell.tone, ""))
    if line and cell.sub:
        line.append("\n" if below else " ")
    return line + page.text(cell.sub, "dim")


def _half(page: Page) -> int:
    return 5 if page.width < 80 else 8


def _marked(page: Page, words: str, view: BriefView, line: int) -> Text:
    """A row's name with the numbers of the issues about it."""
    return page.text(words) + marks_text(page, view.marks(line))


def marks_text(page: Page, numbers: Sequence[int]) -> Text:
    """ "[issue 2]" after what the issue is about."""
    return page.text(" [issue " + ", ".join(map(str, numbers)) + "]", "yellow") if numbers else Text()


def figure_text(page: Page, figure: Figure) -> Text:
    """A figure; where a rise is good, green or red."""
    up = figure.value if figure.toned and figure.value is not None else 0
    return page.text(figure.words, "green" if up > 0 else "red" if up < 0 else "")


def _movers(page: Page, view: BriefView) -> None:
    wrap = view.brief.wrap
    both: tuple[tuple[str, Sequence[Mover]], ...] = (("Gainers", wrap.gainers), ("Decliners", wrap.decliners))
    scale = largest_move((*wrap.gainers, *wrap.decliners))
    tables = [
        [
            [
                figure_text(page, Figure(mover.change_pct, signed(mover.change_pct, "%"), toned=True)),
                page.bar(mover.change_pct, scale, _half(page)),
                page.text(mover.ticker or ""),
                _marked(page, mover.name or "", view, mover.line),
                page.text(mover.reason),
            ]
            for mover in movers
        ]
        for _, movers in both
    ]
    for (title, _), rows in zip(both, tables, strict=True):
        if rows:
            page.heading(title)
            page.columns(rows, ("right", "left", "left", "left", "left"), like=tables)


def _levels(page: Page, view: BriefView) -> None:
    for table in level_tables(view):
        page.heading(table.title)
        head = [page.text(name, "dim") for name in ("", *(name.lower() for name in table.heads), "")]
        figures: list[Align] = ["right"] * len(table.heads)
        page.columns([head, *_level_rows(page, table)], ["left", *figures, "left"])


def _level_rows(page: Page, table: LevelTable) -> Iterator[list[Text]]:
    for row in table.rows:
        bar = page.bar(row.bar, table.scale, _half(page), toned=row.pct.toned) if table.scale else Text()
        words = page.text(row.words, "dim")
        last = Text.assemble(bar, "  ", words) if bar and words else bar or words
        figures = (figure_text(page, figure) for figure in row.figures)
        yield [page.text(row.name) + marks_text(page, row.issues), *figures, last]


def _economic(page: Page, view: BriefView) -> None:
    prints = view.brief.wrap.economic
    if not prints:
        return
    page.heading("Economic")
    rows = [[page.text(name, "dim") for name in ("", "actual", "consensus", "prior", "")]]
    for row in prints:
        name = " ".join(part for part in (row.country, row.indicator) if part)
        detail = ", ".join(part for part in (row.period, release_status(row)) if part)
        rows.append(
            [
                _marked(page, name, view, row.line),
                page.text(with_unit(row.actual, row.unit), "bold"),
                page.text(with_unit(row.consensus, row.unit)),
                page.text(with_unit(row.prior, row.unit)),
                page.text(detail, "dim"),
            ]
        )
    page.columns(rows, ("left", "right", "right", "right", "left"))


def _further(page: Page, view: BriefView) -> None:
    wrap = view.brief.wrap
    if wrap.company_news:
        page.heading("Company news")
        rows = [[_marked(page, news.ticker or "", view, news.line), page.text(news.text)] for news in wrap.company_news]
        page.columns(rows, ("left", "left"))
    for section in wrap.sections:
        page.heading(section.name)
        for line in section.lines:
            page.add(page.text(line), 0, 2)
