"""The brief as one HTML page. In: a `Brief`. Out: a self-contained document: no script, no external reference.

jinja2 escapes every value (autoescape), `clean` takes control and bidi characters out before that, and a Content
Security Policy lets nothing load but the page's own style, by its hash. Figures keep the wrap's digits; `<data value>`
carries them with an ASCII minus, the shown text with a typographic one.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llm_wrap.brief.escaping import clean
from llm_wrap.brief.figures import MINUS, plain, signed, with_unit
from llm_wrap.brief.item_view import ItemView, ThemeGroup
from llm_wrap.brief.level_view import LevelTable, index_strip, largest_move, level_tables
from llm_wrap.brief.page_layout import place_reading
from llm_wrap.brief.passages import Passage, Run, mark_item, mark_text
from llm_wrap.brief.reading_view import view_reading
from llm_wrap.brief.section import SectionView
from llm_wrap.brief.view import BriefView, view_brief
from llm_wrap.brief.wording import CITES_NOTE, MODEL_WORDS, SIGNS, UNLABELLED, count_words, release_status
from llm_wrap.models import Brief, DigestItem
from llm_wrap.parsing.sentences import split_sentences

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_TONES = re.compile(r"--positive: (#[0-9a-f]{6}); --negative: (#[0-9a-f]{6});")
_WIDEST_ROW = 240  # user units of the longest row of the overview


@dataclass(frozen=True, slots=True)
class Bar:
    """A diverging bar in a box from -50 to 50."""

    side: str
    x: str
    width: str


def render_html(brief: Brief, *, up_colour: str = "green") -> str:
    """The page, as text to be written in UTF-8. `up_colour`: of a rise, green or red."""
    from markupsafe import Markup

    view = view_brief(brief)
    style = (_TEMPLATES / "brief.css").read_text(encoding="utf-8")
    if up_colour == "red":
        style = _TONES.sub(r"--positive: \2; --negative: \1;", style)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    tables = tuple(level_tables(view))
    longest = max((len(group.items) for group in view.groups), default=1)
    wrap = brief.wrap
    synopsis = tuple(_synopsis(view))
    sections = view_reading(view)
    contents = tuple(_tell_apart(_contents(view, tables, sections)))
    return (
        _environment()
        .get_template("brief.html.j2")
        .render(
            view=view,
            brief=brief,
            wrap=wrap,
            style=Markup(style),  # ours, not the wrap's
            style_hash=Markup(f"sha256-{digest}"),
            signs=SIGNS,
            model_words=MODEL_WORDS,
            cites_note=CITES_NOTE,
            unit=min(18, max(2, _WIDEST_ROW // longest)),
            tables=tables,
            has_tables=bool(tables or wrap.gainers or wrap.decliners or wrap.economic or wrap.company_news),
            synopsis=synopsis,
            anchors=frozenset(_anchors(view, synopsis, contents)),
            contents=contents,
            sections=sections,
            layout=place_reading(view, sections, [len(table.rows) for table in tables]),
            strip=index_strip(view),
        )
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        bar=_bar,
        blocks=_blocks,
        count=count_words,
        hidden_evidence=_hidden_evidence,
        key_runs=_key_runs,
        plain=plain,
        minus=lambda words: words.replace("-", MINUS, 1) if words.startswith("-") else words,
        scale=largest_move,
        signed=signed,
        with_unit=with_unit,
        release_status=release_status,
    )
    return environment


def _finalize(value: Any) -> Any:
    """Every string that the template writes is cleaned; what is markup already is ours and stays."""
    return clean(value) if type(value) is str else value


def _synopsis(view: BriefView) -> Iterator[tuple[str, tuple[Passage, ...]]]:
    """The paragraphs that are no items already, with the anchors that cites point to."""
    shown = {item.anchor for item in view.items}
    for number, paragraph in enumerate(view.brief.wrap.synopsis, 1):
        anchor = f"synopsis-{number}"
        if anchor not in shown:
            item = DigestItem(headline="", body=paragraph, sentences=split_sentences(paragraph))
            yield anchor, mark_item(item, ()).body


def _anchors(
    view: BriefView, synopsis: Sequence[tuple[str, tuple[Passage, ...]]], contents: Sequence[tuple[str, str]]
) -> Iterator[str]:
    """Whatever a link can lead to: items, their sentences, tables and sections."""
    yield from (anchor for anchor, _ in contents)
    yield from (item.anchor for item in view.items)
    yield from (f"issue-{issue.number}" for issue in view.issues)
    for anchor, body in (*((item.anchor, item.body) for item in view.items), *synopsis):
        for passage in body:
            yield from (f"{anchor}-{number}" for number, _ in passage.sentences if number)


def _contents(
    view: BriefView, tables: Sequence[LevelTable], sections: Sequence[SectionView]
) -> Iterator[tuple[str, str, str]]:
    """(anchor, title, what it is) of everything that has a heading, in the order of the page."""
    wrap = view.brief.wrap
    yield from ((section.anchor, section.title, "reading") for section in sections if section.spot == "top")
    yield from ((f"theme-{number}", group.title, "items") for number, group in enumerate(view.groups, 1))
    yield from ((section.anchor, section.title, "reading") for section in sections if section.spot == "middle")
    if wrap.gainers or wrap.decliners:
        yield "movers", "Movers", "table"
    if wrap.economic:
        yield "economic", "Economic", "table"
    yield from ((table.id, table.title, "table") for table in tables)
    if wrap.company_news:
        yield "news", "Company news", "table"
    yield from ((f"section-{number}", section.name, "section") for number, section in enumerate(wrap.sections, 1))
    yield from ((section.anchor, section.title, "reading") for section in sections if section.spot == "end")
    if view.issues:
        yield "issues", "Issues", "list"


def _tell_apart(entries: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """The entries of the menu; of two with one title the later one says what it is: “Commodities (table)”."""
    seen: Counter[str] = Counter()
    for anchor, title, what in entries:
        told = f"{title} ({what})"
        words = title if not seen[title.casefold()] else told
        seen.update({title.casefold(), words.casefold()})
        number = seen[told.casefold()] if words == told else 1
        yield anchor, words if number == 1 else f"{title} ({what} {number})"


def _bar(value: Decimal | None, scale: Decimal, toned: bool) -> Bar | None:
    """Red and green only where up is good: a higher yield or a lower yen is neither."""
    if not value or not scale:
        return None
    width = max(abs(value) / scale * 50, Decimal("2.5"))
    side = ("up" if value > 0 else "down") if toned else "flat"
    return Bar(side, f"{0 if value > 0 else -width:.1f}", f"{width:.1f}")


def _blocks(group: ThemeGroup) -> list[ItemView]:
    """The items in the order of their sentiment, one block each."""
    order = [name for name, _ in group.sentiments]
    return sorted(group.items, key=lambda view: order.index(view.sentiment or UNLABELLED))


def _key_runs(view: ItemView) -> tuple[Run, ...]:
    return mark_text(view.key or "", view.evidence)


def _hidden_evidence(view: ItemView) -> list[str]:
    """Evidence that neither the headline nor the key sentence shows: it stands in the open, not behind the fold."""
    return [words for words in view.evidence if words not in view.item.headline and words not in (view.key or "")]
