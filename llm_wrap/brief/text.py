"""The brief in a terminal. In: a `Brief` and a rich console. Out: lines on the console, plain where it is no terminal.

Colour never carries information alone: a sentiment has its sign and its word, a move its sign and its digits; evidence
is underlined only where the terminal can. All words of the wrap go through `Page.text`, never through rich's markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.text import Text

from llm_wrap.brief.figures import plain, signed, with_unit
from llm_wrap.brief.passages import Run, mark_text
from llm_wrap.brief.terminal import Align, Page
from llm_wrap.brief.view import (
    NO_ITEMS,
    BriefView,
    CiteView,
    ItemView,
    ThemeGroup,
    count_names,
    count_words,
    view_brief,
)
from llm_wrap.models import Brief, CurrencyRate, IndexLevel, Mover, TableRow

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {"positive": "green", "negative": "red", "mixed": "yellow", "neutral": "cyan", "unlabelled": "magenta"}
_SIGNS = {"positive": "▲", "negative": "▼", "mixed": "◆", "neutral": "●", "unlabelled": "○"}
_ASCII_SIGNS = {"positive": "+", "negative": "-", "mixed": "~", "neutral": "=", "unlabelled": "?"}


def print_brief(brief: Brief, console: Console, *, full: bool = False) -> None:
    """Prints the brief; with `full` also the body of each item and the Synopsis."""
    page = Page(console)
    view = view_brief(brief)
    _head(page, view)
    _day(page, view)
    _overview(page, view)
    for group in view.groups:
        page.heading(group.title, count_words(len(group.items), "item"))
        for item in group.items:
            _item(page, item, full)
    _movers(page, view)
    _levels(page, view)
    _economic(page, view)
    _further(page, view, full)
    _issues(page, view)
    _foot(page, view)
    page.flush()


def _head(page: Page, view: BriefView) -> None:
    wrap = view.brief.wrap
    stamp = view.day_of + (f", {wrap.as_of}" if wrap.as_of else "")
    page.add(page.spread(page.text(view.name.upper(), "bold"), page.text(stamp)))
    if view.headline:
        page.add(page.text(view.headline))
    if view.items:
        page.add(page.text(view.tally.words + ".", "dim"))
        if view.tally.sentiments:
            page.add(page.text(f"Sentiment: {count_names(view.tally.sentiments)}.", "dim"))
    else:
        page.add(page.text(NO_ITEMS, "dim"))
    for note in view.brief.notes:
        page.add(page.text(f"Note: {note}", "yellow"), 0, 6)
    if view.issues:
        where = "is listed" if len(view.issues) == 1 else "are listed"
        page.add(page.text(f"{count_words(len(view.issues), 'issue')} in the source {where} below.", "yellow"))


def _day(page: Page, view: BriefView) -> None:
    if not view.day:
        return
    page.heading("The day")
    for day in view.day:
        line = page.text("· " if page.unicode else "* ") + page.text(day.text)
        page.add(line + _cites(page, day.cites) + _kind(page, day.kind), 0, 2)


def _overview(page: Page, view: BriefView) -> None:
    """A row a theme: how many items, one sign an item, and the count of each sentiment in words."""
    if not view.has_labels:
        return
    page.heading("Sentiment by theme")
    rows = []
    for group in view.groups:
        rows.append(
            [
                page.text(group.title),
                page.text(str(len(group.items))),
                _dots(page, group),
                page.text(group.words),
            ]
        )
    page.columns(rows, ("left", "right", "left", "left"))


def _dots(page: Page, group: ThemeGroup) -> Text:
    line = Text()
    for name, count in group.sentiments:
        sign = _sign(page, name)
        line.append(sign * count if count <= 8 else f"{sign}x{count}", _STYLES[name])
    return line


def _sign(page: Page, sentiment: str) -> str:
    return (_SIGNS if page.unicode else _ASCII_SIGNS)[sentiment]


def _item(page: Page, view: ItemView, full: bool) -> None:
    page.blank()
    number = f"{view.number:>2}  "
    page.add(page.text(number, "dim") + _runs(page, view.headline or (Run(view.heading, False),), "bold"), 0, 4)
    facts = Text()
    if view.sentiment:
        facts.append(f"{_sign(page, view.sentiment)} {view.sentiment}", _STYLES[view.sentiment])
        if view.target:
            facts.append_text(page.text(f" for {view.target}"))
    if view.state:
        facts.append_text(page.text(("; " if facts else "") + view.state, "bold yellow"))
    if view.confidence and view.sentiment:
        facts.append_text(page.text(f"; confidence {view.confidence}{_vote_words(view)}", "dim"))
    if view.secondary:
        facts.append_text(page.text(f"; also {', '.join(view.secondary)}", "dim"))
    if facts:
        page.add(facts, 4)
    if view.key and not full:
        parts = [words for words in view.evidence if words.strip() != view.key.strip()]
        page.add(_runs(page, mark_text(view.key, parts)) + _kind(page, view.key_kind), 4)
    if full:
        for passage in view.body:
            line = Text()
            for _, runs in passage.sentences:
                line.append_text(_runs(page, runs))
            page.add(line, 4)
    whole = "" if full else (view.key or "").strip()
    shown = view.item.headline + "\n" + (view.item.body if full else whole)
    for words in view.evidence:
        if words.strip() == whole:
            page.add(page.text("evidence: this sentence", "dim"), 4)
        elif words not in shown or not page.styled:
            page.add(page.text("evidence: ", "dim") + page.text(f"“{words}”", "underline"), 4, 6)
    origin = [" ".join(view.item.tickers), ", ".join(view.item.sources)]
    if view.issues:
        origin.append("see issue " + ", ".join(str(number) for number in view.issues))
    if any(origin):
        page.add(page.text(" | ".join(part for part in origin if part), "dim"), 4)


def _vote_words(view: ItemView) -> str:
    return " (votes)" if view.confidence_source == "votes" else ""


def _runs(page: Page, runs: Iterable[Run], style: str = "") -> Text:
    line = Text()
    for run in runs:
        line.append_text(page.text(run.text, f"{style} underline" if run.evidence else style))
    return line


def _cites(page: Page, cites: Iterable[CiteView]) -> Text:
    marks = ", ".join(cite.mark for cite in cites)
    return page.text(f" [{marks}]", "dim") if marks else Text()


def _kind(page: Page, kind: str) -> Text:
    return page.text(" (model's words)", "dim italic") if kind == "abstractive" else Text()


def _half(page: Page) -> int:
    return 5 if page.width < 80 else 8


def _marked(page: Page, words: str, view: BriefView, line: int) -> Text:
    """A row's name with the numbers of the issues about it."""
    numbers = view.marks(line)
    text = page.text(words)
    return text + page.text(" [issue " + ", ".join(map(str, numbers)) + "]", "yellow") if numbers else text


def _change(page: Page, value: Decimal | None, unit: str = "") -> Text:
    style = "green" if value is not None and value > 0 else "red" if value is not None and value < 0 else ""
    return page.text(signed(value, unit), style)


def _movers(page: Page, view: BriefView) -> None:
    wrap = view.brief.wrap
    both: tuple[tuple[str, Sequence[Mover]], ...] = (("Gainers", wrap.gainers), ("Decliners", wrap.decliners))
    scale = max((abs(mover.change_pct) for _, movers in both for mover in movers), default=Decimal(0))
    tables = [
        [
            [
                _change(page, mover.change_pct, "%"),
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
    wrap = view.brief.wrap
    tables: list[tuple[str, Sequence[IndexLevel | CurrencyRate | TableRow]]] = [
        ("Indices", wrap.markets),
        ("Currencies", wrap.currencies),
        *((table.name, table.rows) for table in wrap.tables),
    ]
    aligns: list[Align] = ["left", "right", "right", "right", "left"]
    drawn = []
    for _, rows in tables:
        scale = max((abs(row.change_pct) for row in rows if row.change_pct is not None), default=Decimal(0))
        head = [page.text(name, "dim") for name in ("", "level", "change", "%", "")]
        drawn.append([head, *(_level(page, view, row, scale) for row in rows)] if rows else [])
    for (title, _), lines in zip(tables, drawn, strict=True):
        if lines:
            page.heading(title)
            page.columns(lines, aligns, like=drawn)


def _level(page: Page, view: BriefView, row: IndexLevel | CurrencyRate | TableRow, scale: Decimal) -> list[Text]:
    if isinstance(row, TableRow):
        name, level = row.name, with_unit(row.level, row.unit)
        change = with_unit(row.change, row.change_unit)
        moved = page.text(("+" if row.change is not None and row.change > 0 else "") + change)
    else:
        name, level = row.pair if isinstance(row, CurrencyRate) else row.name, plain(row.level)
        moved = page.text(signed(row.change))
    # Red and green only where up is good: a higher yield or a lower yen is neither.
    toned = isinstance(row, IndexLevel)
    bar = page.bar(row.change_pct, scale, _half(page), toned=toned) if scale else Text()
    share = _change(page, row.change_pct, "%") if toned else page.text(signed(row.change_pct, "%"))
    return [_marked(page, name, view, row.line), page.text(level), moved, share, bar]


def _economic(page: Page, view: BriefView) -> None:
    prints = view.brief.wrap.economic
    if not prints:
        return
    page.heading("Economic")
    rows = [[page.text(name, "dim") for name in ("", "actual", "consensus", "prior", "")]]
    for row in prints:
        name = " ".join(part for part in (row.country, row.indicator) if part)
        detail = ", ".join(part for part in (row.period, row.status) if part)
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


def _further(page: Page, view: BriefView, full: bool) -> None:
    wrap = view.brief.wrap
    if wrap.company_news:
        page.heading("Company news")
        rows = [[_marked(page, news.ticker or "", view, news.line), page.text(news.text)] for news in wrap.company_news]
        page.columns(rows, ("left", "left"))
    if full and wrap.synopsis:
        page.heading("Synopsis")
        for paragraph in wrap.synopsis:
            page.add(page.text(paragraph))
    for section in wrap.sections:
        page.heading(section.name)
        for line in section.lines:
            page.add(page.text(line), 0, 2)


def _issues(page: Page, view: BriefView) -> None:
    if not view.issues:
        return
    page.heading("Issues in the source", count_words(len(view.issues), "issue"))
    for issue in view.issues:
        head = page.text(f"{issue.number:>2}  ", "dim") + page.text(issue.title, "yellow")
        page.add(head + page.text(f" ({issue.place}): {issue.issue.message}"), 0, 4)
        if issue.issue.text:
            page.add(page.text(f"“{issue.issue.text}”", "dim"), 4)


def _foot(page: Page, view: BriefView) -> None:
    page.heading("How this brief was made")
    page.add(page.text(view.tally.words + "."))
    if view.has_labels:
        page.add(
            page.text(
                "Themes and sentiment are a model's, each with its evidence; a sentiment is the likely direct effect "
                "on the equities named, not a past move and not advice. Figures are parsed from the wrap and shown as "
                "printed. Bars are scaled within a table."
            )
        )
    page.columns([[page.text(name, "dim"), page.text(value)] for name, value in view.footer], ("left", "left"))
    if any(day.cites for day in view.day):
        page.add(page.text("[1.2] cites item 1, sentence 2; [S1.2] the Synopsis, paragraph 1, sentence 2.", "dim"))
    if view.brief.wrap.disclaimer:
        page.blank()
        for line in view.brief.wrap.disclaimer.splitlines():
            page.add(page.text(line, "dim"))
