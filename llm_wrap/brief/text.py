"""The brief in a terminal. In: a `Brief` and a rich console. Out: lines on the console, plain where it is no terminal.

Colour never carries information alone: a sentiment has its sign and its word, a move its sign and its digits; evidence
is underlined only where the terminal can. All words of the wrap go through `Page.text`, never through rich's markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from llm_wrap.brief.item_view import CiteView, ItemView, ThemeGroup
from llm_wrap.brief.level_view import index_strip
from llm_wrap.brief.passages import Run, mark_text
from llm_wrap.brief.reading_view import view_reading
from llm_wrap.brief.terminal import Page
from llm_wrap.brief.text_tables import add_sections, add_tables, figure_text, marks_text
from llm_wrap.brief.view import BriefView, list_cited, view_brief
from llm_wrap.brief.wording import CITES_NOTE, FIGURES_NOTE, LABELS_NOTE, MODEL_WORDS, SIGNS, count_words
from llm_wrap.models import Brief

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {"positive": "green", "negative": "red", "mixed": "yellow", "neutral": "cyan", "unlabelled": "magenta"}
_ASCII_SIGNS = {"positive": "+", "negative": "-", "mixed": "~", "neutral": "=", "unlabelled": "?"}


def print_brief(
    brief: Brief, console: Console, *, full: bool = False, cite: bool = False, up_colour: str = "green"
) -> None:
    """Prints the brief; with `full` also the body of each item and the Synopsis, with `cite` every sentence that is cited.
    `up_colour`: of a rise, green or red."""
    page = Page(console, up_colour)
    view = view_brief(brief)
    _head(page, view)
    _day(page, view)
    if full or not view.day:
        _synopsis(page, view)
    sections = view_reading(view)
    add_sections(page, (section for section in sections if section.spot == "top"))
    _overview(page, view)
    for group in view.groups:
        page.heading(group.title, count_words(len(group.items), "item"))
        for item in group.items:
            _item(page, item, full)
    add_sections(page, (section for section in sections if section.spot == "middle"))
    add_tables(page, view)
    add_sections(page, (section for section in sections if section.spot == "end"))
    _issues(page, view)
    if cite:
        _cited(page, view)
    _foot(page, view, full)
    page.flush()


def render_text(brief: Brief, *, width: int, full: bool = False, cite: bool = False) -> str:
    """The brief as plain text of at most `width` columns."""
    import io

    from rich.console import Console

    page = io.StringIO()
    print_brief(brief, Console(file=page, width=width, highlight=False, color_system=None), full=full, cite=cite)
    return page.getvalue()


def _head(page: Page, view: BriefView) -> None:
    wrap = view.brief.wrap
    stamp = view.day_of + (f", {wrap.as_of}" if wrap.as_of else "")
    page.add(page.spread(page.text(view.name.upper(), "bold"), page.text(stamp)))
    if view.headline:
        page.add(page.text(view.headline))
    page.flow(
        [
            page.text(f"{row.name} ") + figure_text(page, row.pct) + marks_text(page, row.issues)
            for row in index_strip(view)
        ]
    )
    page.add(page.text(view.opening, "dim"))
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


def _synopsis(page: Page, view: BriefView) -> None:
    paragraphs = view.synopsis
    if paragraphs:
        page.heading("Synopsis")
        for paragraph in paragraphs:
            page.add(page.text(paragraph), 2, 0)


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
    """One sign an item, or the signs with their counts where there are many items."""
    line = Text()
    many = len(group.items) > 12
    for name, count in group.sentiments:
        sign = _sign(page, name)
        line.append((" " if line else "") + f"{sign}{count}" if many else sign * count, _STYLES[name])
    return line


def _sign(page: Page, sentiment: str) -> str:
    return (SIGNS if page.unicode else _ASCII_SIGNS)[sentiment]


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
        facts.append_text(page.text(f"; {view.confidence_words}", "dim"))
    if view.tape:
        facts.append_text(page.text(f"; {view.tape}", "bold yellow"))
    if view.secondary:
        facts.append_text(page.text(f"; also {', '.join(view.secondary)}", "dim"))
    if facts:
        page.add(facts, 4)
    if view.key and (not full or view.key not in view.item.body):
        parts = [words for words in view.evidence if words.strip() != view.key.strip()]
        line = _runs(page, mark_text(view.key, parts)) + _cites(page, view.cites)
        page.add(line + _kind(page, view.key_kind), 4)
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
    if view.single_source:
        origin.append("single source")
    if view.issues:
        origin.append("see issue " + ", ".join(str(number) for number in view.issues))
    if any(origin):
        page.add(page.text(" | ".join(part for part in origin if part), "dim"), 4)


def _runs(page: Page, runs: Iterable[Run], style: str = "") -> Text:
    line = Text()
    for run in runs:
        line.append_text(page.text(run.text, f"{style} underline" if run.evidence else style))
    return line


def _cites(page: Page, cites: Iterable[CiteView]) -> Text:
    marks = ", ".join(cite.mark for cite in cites)
    return page.text(f" [{marks}]", "dim") if marks else Text()


def _cited(page: Page, view: BriefView) -> None:
    cited = list_cited(view)
    if cited:
        page.heading("Cited sentences")
        for one in cited:
            page.add(page.text(f"[{one.mark}] ", "dim") + page.text(one.text), 0, 4)


def _kind(page: Page, kind: str) -> Text:
    return page.text(f" ({MODEL_WORDS})", "dim italic") if kind == "abstractive" else Text()


def _issues(page: Page, view: BriefView) -> None:
    if not view.issues:
        return
    page.heading("Issues in the source", count_words(len(view.issues), "issue"))
    for issue in view.issues:
        head = page.text(f"{issue.number:>2}  ", "dim") + page.text(issue.title, "yellow")
        page.add(head + page.text(f" ({issue.place}): {issue.issue.message}"), 0, 4)
        if issue.issue.text:
            page.add(page.text(f"“{issue.issue.text}”", "dim"), 4)


def _foot(page: Page, view: BriefView, full: bool) -> None:
    page.heading("How this brief was made")
    page.add(page.text(view.count))
    if view.has_labels:
        page.add(page.text(f"{LABELS_NOTE} {FIGURES_NOTE} Bars are scaled within a table."))
    page.columns([[page.text(name, "dim"), page.text(value)] for name, value in view.footer], ("left", "left"))
    if any(day.cites for day in view.day):
        page.add(page.text(CITES_NOTE, "dim"))
    if not full and view.items:
        left_out = "the items' full text" + (" and the Synopsis" if view.day and view.synopsis else "")
        page.add(page.text(f"Not shown here, but in the HTML and JSON forms: {left_out}.", "dim"))
    if view.brief.wrap.disclaimer:
        page.blank()
        for line in view.brief.wrap.disclaimer.splitlines():
            page.add(page.text(line, "dim"))
