"""The brief as GitHub-flavoured Markdown. In: a `Brief`. Out: one string that ends in a newline.

All text of the wrap goes through `escape_markdown`: it shows as printed and becomes no markup, link, image or HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from llm_wrap.brief.escaping import escape_markdown as esc
from llm_wrap.brief.figures import signed, with_unit
from llm_wrap.brief.item_view import CiteView, ItemView
from llm_wrap.brief.level_view import index_strip, level_tables
from llm_wrap.brief.passages import Run, mark_text
from llm_wrap.brief.reading_view import view_reading
from llm_wrap.brief.section import SectionView
from llm_wrap.brief.view import BriefView, list_cited, view_brief
from llm_wrap.brief.wording import (
    CITES_NOTE,
    FIGURES_NOTE,
    LABELS_NOTE,
    MODEL_WORDS,
    SIGNS,
    count_words,
    release_status,
)
from llm_wrap.models import Brief


def render_markdown(brief: Brief, *, cite: bool = False) -> str:
    """The brief; with `cite` also every sentence that is cited."""
    view = view_brief(brief)
    sections = view_reading(view)
    blocks = [
        *_head(view),
        *_day(view),
        *(() if view.day else _synopsis(view)),
        *_sections(sections, "top"),
        *_overview(view),
        *_items(view),
        *_sections(sections, "middle"),
        *_movers(view),
        *_economic(view),
        *_levels(view),
        *_further(view),
        *_sections(sections, "end"),
        *_issues(view),
        *(_cited(view) if cite else ()),
        *_foot(view),
    ]
    return "\n\n".join(blocks) + "\n"


def _head(view: BriefView) -> Iterator[str]:
    wrap = view.brief.wrap
    yield f"# {view.name}, {view.day_of}"
    if view.headline:
        yield f"**{esc(view.headline)}**" + (f" ({esc(wrap.as_of)})" if wrap.as_of else "")
    if strip := index_strip(view):
        yield " · ".join(f"{esc(row.name)} {row.pct.words}{_marks(row.issues)}" for row in strip)
    yield view.opening
    notes = [f"> Note: {esc(note)}" for note in view.brief.notes]
    if view.issues:
        notes.append(f"> {count_words(len(view.issues), 'issue')} in the source: see the end of this brief.")
    if notes:
        yield "\n>\n".join(notes)


def _day(view: BriefView) -> Iterator[str]:
    if view.day:
        yield "## The day"
        yield "\n".join(f"- {esc(day.text)}{_cites(day.cites)}{_kind(day.kind)}" for day in view.day)


def _synopsis(view: BriefView) -> Iterator[str]:
    if view.synopsis:
        yield "## Synopsis"
        yield from (esc(paragraph) for paragraph in view.synopsis)


def _overview(view: BriefView) -> Iterator[str]:
    if view.has_labels:
        yield "## Sentiment by theme"
        rows = [(esc(group.title), str(len(group.items)), esc(group.words)) for group in view.groups]
        yield _table(("Theme", "Items", "Sentiment"), "lrl", rows)


def _items(view: BriefView) -> Iterator[str]:
    for group in view.groups:
        yield f"## {esc(group.title)}"
        for item in group.items:
            yield from _item(item)


def _item(view: ItemView) -> Iterator[str]:
    yield f"### {view.number}\\. {_runs(view.headline or (Run(view.heading, False),), plain_evidence=True)}"
    facts = []
    if view.sentiment:
        target = f" for {esc(view.target)}" if view.target else ""
        facts.append(f"{SIGNS[view.sentiment]} **{view.sentiment}**{target}")
    if view.state:
        facts.append(f"**{esc(view.state)}**")
    if view.sentiment and view.confidence:
        facts.append(view.confidence_words)
    if view.tape:
        facts.append(f"**{esc(view.tape)}**")
    if view.secondary:
        facts.append(f"also {esc(', '.join(view.secondary))}")
    if facts:
        yield "; ".join(facts)
    if view.key:
        yield f"{_runs(mark_text(view.key, view.evidence))}{_cites(view.cites)}{_kind(view.key_kind)}"
    hidden = [words for words in view.evidence if words not in (view.key or "")]
    if hidden:
        yield "\n".join(f"> Evidence: “{esc(words)}”" for words in hidden)
    origin = [esc(" ".join(view.item.tickers)), esc(", ".join(view.item.sources))]
    if view.single_source:
        origin.append("single source")
    if view.issues:
        origin.append("see issue " + ", ".join(map(str, view.issues)))
    if any(origin):
        yield " · ".join(part for part in origin if part)


def _sections(sections: Sequence[SectionView], spot: str) -> Iterator[str]:
    for section in sections:
        if section.spot == spot:
            yield f"## {section.title}"
            aligns = "".join(align[0] for align in section.aligns)
            if section.rows:
                yield _table(section.head, aligns, [[esc(cell.line) for cell in row] for row in section.rows])
            if section.foot:
                yield esc(section.foot_words)


def _movers(view: BriefView) -> Iterator[str]:
    for title, movers in (("Gainers", view.brief.wrap.gainers), ("Decliners", view.brief.wrap.decliners)):
        if movers:
            yield f"## {title}"
            rows = [
                (
                    signed(row.change_pct, "%"),
                    esc(row.ticker or ""),
                    _name(view, row.name or "", row.line),
                    esc(row.reason),
                )
                for row in movers
            ]
            yield _table(("Change", "Ticker", "Name", "Reason"), "rlll", rows)


def _levels(view: BriefView) -> Iterator[str]:
    for table in level_tables(view):
        yield f"## {esc(table.title)}"
        rows = [
            (
                esc(row.name) + _marks(row.issues) + (f" ({esc(row.words)})" if row.words else ""),
                *(esc(figure.words) for figure in row.figures),
            )
            for row in table.rows
        ]
        heads = ("Change %" if head == "%" else head for head in table.heads)
        yield _table((table.first, *heads), "l" + "r" * len(table.heads), rows)


def _economic(view: BriefView) -> Iterator[str]:
    if view.brief.wrap.economic:
        yield "## Economic"
        yield _table(
            ("Country", "Indicator", "Period", "Status", "Actual", "Consensus", "Prior"),
            "llllrrr",
            [
                (
                    esc(row.country or ""),
                    _name(view, row.indicator, row.line),
                    esc(row.period or ""),
                    esc(release_status(row)),
                    *(esc(with_unit(value, row.unit)) for value in (row.actual, row.consensus, row.prior)),
                )
                for row in view.brief.wrap.economic
            ],
        )


def _further(view: BriefView) -> Iterator[str]:
    wrap = view.brief.wrap
    if wrap.company_news:
        yield "## Company news"
        rows = [(_name(view, news.ticker or "", news.line), esc(news.text)) for news in wrap.company_news]
        yield _table(("Ticker", "News"), "ll", rows)
    for section in wrap.sections:
        yield f"## {esc(section.name)}"
        if section.lines:
            yield "\n".join(f"- {esc(line)}" for line in section.lines)


def _issues(view: BriefView) -> Iterator[str]:
    if view.issues:
        yield "## Issues in the source"
        lines = []
        for issue in view.issues:
            quote = f" “{esc(issue.issue.text)}”" if issue.issue.text else ""
            lines.append(f"{issue.number}. **{esc(issue.title)}** ({issue.place}): {esc(issue.issue.message)}{quote}")
        yield "\n".join(lines)


def _foot(view: BriefView) -> Iterator[str]:
    yield "---"
    lines = [view.count]
    if view.has_labels:
        lines.append(f"{LABELS_NOTE} {FIGURES_NOTE}")
    if any(day.cites for day in view.day):
        lines.append(esc(CITES_NOTE))
    if view.items:
        left_out = "the items' full text" + (" and the Synopsis" if view.day and view.synopsis else "")
        lines.append(f"Not shown here, but in the HTML and JSON forms: {left_out}.")
    yield " ".join(lines)
    yield " · ".join(f"{name}: {esc(value)}" for name, value in view.footer)
    if view.brief.wrap.disclaimer:
        yield from (esc(line) for line in view.brief.wrap.disclaimer.splitlines() if line.strip())


def _name(view: BriefView, words: str, line: int) -> str:
    return esc(words) + _marks(view.marks(line))


def _marks(numbers: Sequence[int]) -> str:
    return f" \\[issue {', '.join(map(str, numbers))}\\]" if numbers else ""


def _runs(runs: Iterable[Run], plain_evidence: bool = False) -> str:
    """Evidence in bold, its outer spaces kept outside: `** x**` is no bold."""
    parts = []
    runs = tuple(runs)
    for place, run in enumerate(runs):
        words = escape_run(run.text)
        inner = words.strip()
        before = runs[place - 1].text[-1:] if place else ""
        after = runs[place + 1].text[:1] if place + 1 < len(runs) else ""
        bold = run.evidence and inner and not plain_evidence and _can_be_bold(run.text, before, after)
        parts.append(words.replace(inner, f"**{inner}**") if bold else words)
    return "".join(parts).strip()


def _can_be_bold(text: str, before: str, after: str) -> bool:
    """Whether asterisks around `text` open and close: they do not between a letter and a punctuation mark."""
    opens = text[0].isspace() or text[0].isalnum() or not before.isalnum()
    return opens and (text[-1].isspace() or text[-1].isalnum() or not after.isalnum())


def escape_run(text: str) -> str:
    """A stretch of a line, escaped, with the spaces at its ends kept."""
    lead = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and text.strip() else ""
    return f"{lead}{esc(text)}{tail}"


def _cites(cites: Sequence[CiteView]) -> str:
    return f" \\[{', '.join(cite.mark for cite in cites)}\\]" if cites else ""


def _cited(view: BriefView) -> Iterator[str]:
    cited = list_cited(view)
    if cited:
        yield "## Cited sentences"
        yield "\n".join(f"- \\[{one.mark}\\] {esc(one.text)}" for one in cited)


def _kind(kind: str) -> str:
    return f" _({MODEL_WORDS})_" if kind == "abstractive" else ""


def _table(head: Sequence[str], aligns: str, rows: Iterable[Sequence[str]]) -> str:
    rule = ["---:" if align == "r" else "---" for align in aligns]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))
